import ConfParser
import Leases
import Wire

@testable import Failover

/// One server and a scripted partner: messages go in by hand, what comes out is kept.
final class Lone {
    var endpoint: FailoverEndpoint
    var leases = Pair.store(20)
    var effects = Effects()
    var elapsed: UInt64 = 0
    var lines: [String] = []
    /// What was said on each link, in order.
    var said: [LinkID: [FailoverMessage]] = [:]
    var closed: [LinkID] = []
    /// Relationships that dialled, in order.
    var dials: [(RelationshipID, IPv4Address)] = []
    private var nextLink: UInt64 = 1
    private var nextXid: UInt32 = 100

    var now: Now {
        Now(
            wall: Pair.began + UInt32(elapsed / 1_000_000_000),
            mono: Instant(nanoseconds: 1_000_000_000 + elapsed))
    }

    var relationship: Relationship { endpoint.relationships[0] }

    init(
        _ configurations: [RelationshipConfiguration], remembered: FailoverState = .normal,
        partner: FailoverState = .normal
    ) {
        let now = Now(wall: Pair.began, mono: Instant(nanoseconds: 1_000_000_000))
        endpoint = FailoverEndpoint(
            configurations.enumerated().map { index, configuration in
                var record = FailoverStateRecord(peerName: configuration.name)
                record.myState = remembered
                record.myStateTime = Pair.began - 1000
                record.partnerState = partner
                record.partnerStateTime = Pair.began - 1000
                return Relationship(
                    RelationshipID(UInt32(index)), configuration, remembered: record, now: now,
                    seed: 3)
            })
        on { $0.start(leases: &$1, now: $2, into: &$3) }
    }

    convenience init(
        isPrimary: Bool, remembered: FailoverState = .normal, partner: FailoverState = .normal,
        _ change: (inout RelationshipConfiguration) -> Void = { _ in }
    ) {
        self.init(
            [Pair.configuration(isPrimary: isPrimary, change)], remembered: remembered,
            partner: partner)
    }

    func on(
        _ body: (inout FailoverEndpoint, inout LeaseStore, Now, inout Effects) -> Void
    ) {
        body(&endpoint, &leases, now, &effects)
        for effect in effects.list {
            switch effect {
            case .log(_, let text):
                lines.append(String(decoding: effects.arena[text], as: UTF8.self))
            case .peerSend(let link, let payload, _):
                var stream = MessageStream()
                stream.append(Array(effects.arena[payload]))
                while case .message(let message)? = stream.next() {
                    said[link, default: []].append(message)
                }
            case .close(let link, _): closed.append(link)
            case .dial(let id, _, let to, _): dials.append((id, to))
            default: break
            }
        }
        effects.clear()
    }

    func run(seconds: UInt64) {
        for _ in 0..<seconds {
            elapsed += 1_000_000_000
            on { $0.tick(leases: &$1, now: $2, into: &$3) }
        }
    }

    /// The partner dials.
    func accept(from: IPv4Address? = nil) -> LinkID {
        let link = LinkID(nextLink)
        nextLink += 1
        let isPrimary = relationship.configuration.isPrimary
        let partner = isPrimary ? Pair.secondaryAddress : Pair.primaryAddress
        let own = isPrimary ? Pair.primaryAddress : Pair.secondaryAddress
        on {
            $0.accepted(
                link, from: from ?? partner, at: own, port: 647, leases: &$1, now: $2, into: &$3)
        }
        return link
    }

    /// Our dial succeeds.
    func connect() -> LinkID {
        let link = LinkID(nextLink)
        nextLink += 1
        on { $0.connected(RelationshipID(0), link, leases: &$1, now: $2, into: &$3) }
        return link
    }

    func send(_ link: LinkID, raw bytes: [UInt8]) {
        on { $0.received(bytes, on: link, leases: &$1, now: $2, into: &$3) }
    }

    @discardableResult
    func send(
        _ link: LinkID, _ type: MessageType, _ change: (inout FailoverMessage) -> Void = { _ in }
    ) -> FailoverMessage {
        nextXid += 1
        var message = FailoverMessage(type, time: now.wall, xid: nextXid)
        change(&message)
        var bytes: [UInt8] = []
        message.append(to: &bytes)
        send(link, raw: bytes)
        return message
    }

    @discardableResult
    func sendConnect(
        _ link: LinkID, _ change: (inout FailoverMessage) -> Void = { _ in }
    ) -> FailoverMessage {
        send(link, .connect) {
            $0.relationshipName = Array("lab".utf8)
            $0.maxUnacked = 10
            $0.receiveTimer = 6
            $0.protocolVersion = 1
            $0.tlsRequest = 0
            $0.mclt = 8
            $0.hashBuckets = HashBuckets(split: 128).bytes
            change(&$0)
        }
    }

    func sendConnectAcknowledgement(
        _ link: LinkID, _ change: (inout FailoverMessage) -> Void = { _ in }
    ) {
        send(link, .connectAcknowledgement) {
            $0.relationshipName = Array("lab".utf8)
            $0.maxUnacked = 10
            $0.receiveTimer = 6
            change(&$0)
        }
    }

    func sendState(_ link: LinkID, _ state: FailoverState, flags: UInt8 = 0) {
        send(link, .state) {
            $0.serverState = state.rawValue
            $0.serverFlags = flags
        }
    }

    /// Connects as the partner that the server lacks, and reports a state.
    func join(_ state: FailoverState = .normal) -> LinkID {
        let link = accept()
        if relationship.configuration.isPrimary {
            sendConnectAcknowledgement(link)
        } else {
            sendConnect(link)
        }
        sendState(link, state)
        return link
    }
}
