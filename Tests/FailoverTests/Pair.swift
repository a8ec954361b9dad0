import ConfParser
import Leases
import Wire

@testable import Failover

/// One server of a ``Pair``.
final class Side {
    let name: String
    var endpoint: FailoverEndpoint
    var leases: LeaseStore
    var effects = Effects()
    var lines: [String] = []
    /// The lease file so far.
    var journal: [UInt8] = []
    var isListening = false

    init(_ name: String, _ endpoint: FailoverEndpoint, _ leases: consuming LeaseStore) {
        self.name = name
        self.endpoint = endpoint
        self.leases = leases
    }

    var relationship: Relationship { endpoint.relationships[0] }

    /// States entered, in order.
    var moves: [String] {
        lines.filter { $0.contains(": I move from ") }.compactMap { line -> String? in
            line.split(separator: " ").last.map(String.init)
        }
    }

    func first(_ list: PoolList) -> LeaseID? { leases.first(PoolID(0), list) }

    func last(_ list: PoolList) -> LeaseID? { leases.inOrder(PoolID(0), list).last }

    func row(_ lease: LeaseID) -> LeaseRow { leases[lease] }

    func count(_ list: PoolList) -> Int { leases.count(PoolID(0), list) }

    func count(_ state: BindingState) -> Int {
        (0..<leases.count).count { leases[LeaseID(UInt32($0))].bindingState == state }
    }
}

/// Two servers, wired back to back in virtual time.
final class Pair {
    static let primaryAddress = IPv4Address(10, 78, 0, 1)
    static let secondaryAddress = IPv4Address(10, 78, 0, 2)
    static let began = Timestamp(1_795_226_395)

    let sides: [Side]
    /// Nanoseconds since the beginning.
    var elapsed: UInt64 = 0
    /// Nothing arrives while true; what was under way arrives when it is over, unless the link was
    /// given up meanwhile.
    var isCut = false {
        didSet {
            guard !isCut else { return }
            events += delayed
            delayed = []
        }
    }
    /// Everything that was said, `P` or `S` first.
    var wire: [(side: Int, message: FailoverMessage)] = []

    private var nextLink: UInt64 = 1
    private var peers: [LinkID: (side: Int, link: LinkID)] = [:]
    private var owners: [LinkID: Int] = [:]
    private var streams: [LinkID: MessageStream] = [:]
    private var events: [Event] = []
    private var delayed: [Event] = []

    private enum Event {
        case connected(Int, RelationshipID, LinkID)
        case refused(Int, RelationshipID)
        case accepted(Int, LinkID)
        case bytes(Int, LinkID, [UInt8])
        case closed(Int, LinkID)
    }

    var primary: Side { sides[0] }
    var secondary: Side { sides[1] }

    var now: Now {
        Now(
            wall: Self.began + UInt32(elapsed / 1_000_000_000),
            mono: Instant(nanoseconds: 1_000_000_000 + elapsed))
    }

    static func configuration(
        isPrimary: Bool, _ change: (inout RelationshipConfiguration) -> Void
    ) -> RelationshipConfiguration {
        var configuration = RelationshipConfiguration(
            name: Array("lab".utf8), isPrimary: isPrimary,
            address: isPrimary ? primaryAddress : secondaryAddress,
            peerAddresses: [isPrimary ? secondaryAddress : primaryAddress], pools: [PoolID(0)],
            poolNetworkNames: [Array("10.77.0.0/24".utf8)])
        configuration.maxResponseDelay = 6
        configuration.maxUnackedUpdates = 10
        configuration.loadBalanceMaxSeconds = 3
        if isPrimary {
            configuration.mclt = 8
            configuration.hba = HashBuckets(split: 128).bytes
        }
        change(&configuration)
        return configuration
    }

    static func store(_ leaseCount: UInt32) -> LeaseStore {
        let first = IPv4Address(10, 77, 0, 100)
        let range = AddressRange(first: first, last: IPv4Address(first.rawValue + leaseCount - 1))
        var store = LeaseStore(
            pools: [PoolDescription(ranges: [range], relationship: RelationshipID(0))], seed: 7)
        store.enlist()
        return store
    }

    /// Both servers, not yet started.
    /// - Parameter remembered: own and partner state in both lease files; `nil` is an empty file.
    init(
        remembered: (FailoverState, FailoverState)? = (.normal, .normal), leaseCount: UInt32 = 40,
        _ change: (inout RelationshipConfiguration) -> Void = { _ in }
    ) {
        let now = Now(wall: Self.began, mono: Instant(nanoseconds: 1_000_000_000))
        sides = [true, false].map { isPrimary in
            var record: FailoverStateRecord?
            if let remembered {
                var value = FailoverStateRecord(peerName: Array("lab".utf8))
                value.myState = remembered.0
                value.myStateTime = Self.began - 1000
                value.partnerState = remembered.1
                value.partnerStateTime = Self.began - 1000
                if !isPrimary { value.mclt = 8 }
                record = value
            }
            let relationship = Relationship(
                RelationshipID(0), Self.configuration(isPrimary: isPrimary, change),
                remembered: record, now: now, seed: isPrimary ? 1 : 2)
            return Side(
                isPrimary ? "P" : "S", FailoverEndpoint([relationship]), Self.store(leaseCount))
        }
    }

    /// Runs one event on a side and carries out what it asks for.
    func on(
        _ index: Int,
        _ body: (inout FailoverEndpoint, inout LeaseStore, Now, inout Effects) -> Void
    ) {
        let side = sides[index]
        body(&side.endpoint, &side.leases, now, &side.effects)
        for effect in side.effects.list { perform(effect, of: index) }
        side.journal += side.effects.journal
        side.effects.clear()
    }

    func start(_ indices: [Int] = [0, 1]) {
        for index in indices {
            on(index) { $0.start(leases: &$1, now: $2, into: &$3) }
        }
    }

    private func perform(_ effect: Effects.Effect, of index: Int) {
        let side = sides[index]
        switch effect {
        case .log(_, let text):
            side.lines.append(String(decoding: side.effects.arena[text], as: UTF8.self))
        case .peerSend(let link, let payload, _):
            send(Array(side.effects.arena[payload]), link, index)
        case .dial(let id, _, _, _): dial(index, id)
        case .listen: side.isListening = true
        case .close(let link, _): close(link)
        default: break
        }
    }

    private func dial(_ index: Int, _ id: RelationshipID) {
        guard !isCut else { return }
        guard sides[1 - index].isListening else {
            events.append(.refused(index, id))
            return
        }
        let (mine, theirs) = (LinkID(nextLink), LinkID(nextLink + 1))
        nextLink += 2
        peers[mine] = (1 - index, theirs)
        peers[theirs] = (index, mine)
        owners[mine] = index
        owners[theirs] = 1 - index
        events.append(.connected(index, id, mine))
        events.append(.accepted(1 - index, theirs))
    }

    private func send(_ bytes: [UInt8], _ link: LinkID, _ index: Int) {
        guard let peer = peers[link] else { return }
        streams[link, default: MessageStream()].append(bytes)
        while case .message(let message)? = streams[link]?.next() {
            wire.append((index, message))
        }
        post(.bytes(peer.side, peer.link, bytes))
    }

    private func close(_ link: LinkID) {
        guard let peer = peers.removeValue(forKey: link) else { return }
        peers[peer.link] = nil
        post(.closed(peer.side, peer.link))
    }

    private func post(_ event: Event) {
        if isCut { delayed.append(event) } else { events.append(event) }
    }

    private func deliver(_ event: Event) {
        switch event {
        case .connected(let index, let id, let link):
            on(index) { $0.connected(id, link, leases: &$1, now: $2, into: &$3) }
        case .refused(let index, let id):
            on(index) {
                $0.dialFailed(
                    id, reason: "connection refused", isImmediate: false, leases: &$1, now: $2,
                    into: &$3)
            }
        case .accepted(let index, let link):
            let from = index == 0 ? Self.secondaryAddress : Self.primaryAddress
            let at = index == 0 ? Self.primaryAddress : Self.secondaryAddress
            on(index) {
                $0.accepted(link, from: from, at: at, port: 647, leases: &$1, now: $2, into: &$3)
            }
        case .bytes(let index, let link, let bytes):
            on(index) { $0.received(bytes, on: link, leases: &$1, now: $2, into: &$3) }
        case .closed(let index, let link):
            on(index) { $0.closed(link, leases: &$1, now: $2, into: &$3) }
        }
    }

    /// Delivers all that is under way, without time passing.
    func settle() {
        var count = 0
        while !events.isEmpty, count < 100_000 {
            deliver(events.removeFirst())
            count += 1
        }
    }

    /// Lets time pass, from deadline to deadline.
    func run(seconds: UInt64) {
        let end = elapsed + seconds * 1_000_000_000
        settle()
        var turns = 0
        while turns < 100_000 {
            turns += 1
            var next = end
            for side in sides {
                guard let due = side.endpoint.nextDeadline(leases: side.leases, now: now) else {
                    continue
                }
                let at = due.nanoseconds > 1_000_000_000 ? due.nanoseconds - 1_000_000_000 : 0
                next = min(next, max(at, elapsed))
            }
            if next >= end { break }
            elapsed = next
            for index in sides.indices { on(index) { $0.tick(leases: &$1, now: $2, into: &$3) } }
            settle()
        }
        elapsed = end
        for index in sides.indices { on(index) { $0.tick(leases: &$1, now: $2, into: &$3) } }
        settle()
        for side in sides { side.leases.checkInvariants() }
    }

    /// Starts both and waits until both are normal.
    func startToNormal() {
        start()
        run(seconds: 20)
    }

    /// The process of a side ends and starts again with the same leases and state record.
    func restart(_ index: Int, forgetting: Bool = false) {
        let side = sides[index]
        let old = side.relationship
        for (link, owner) in owners where owner == index { close(link) }
        settle()
        let record = forgetting ? nil : old.record
        if forgetting { side.leases = Self.store(UInt32(side.leases.count)) }
        for number in 0..<side.leases.count {
            side.leases.modify(LeaseID(UInt32(number))) {
                $0.flags = $0.flags.intersection([.reserved, .bootp])
                $0.lastXid = 0
            }
        }
        side.endpoint = FailoverEndpoint([
            Relationship(
                RelationshipID(0), old.configuration, remembered: record, now: now, seed: 9)
        ])
        side.lines = []
        start([index])
    }

    /// A client gets or renews a lease at one side; returns the granted seconds.
    @discardableResult
    func bind(_ index: Int, _ lease: LeaseID, client: UInt8, desired: UInt32 = 300) -> UInt32 {
        var seconds: UInt32 = 0
        on(index) { endpoint, leases, now, effects in
            let (granted, ends) = endpoint.relationships[0].grant(
                desired: desired, tsfp: leases[lease].tsfp, now: now.wall)
            seconds = granted
            let hardware = HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, client]) ?? .none
            leases.setClient(lease, uid: [], hardware: hardware)
            leases.modify(lease) {
                $0.bindingState = .active
                $0.starts = now.wall
                $0.ends = ends
                $0.cltt = now.wall
            }
            endpoint.relationships[0].bound(
                lease, desired: desired, granted: granted, leases: &leases, now: now,
                into: &effects)
        }
        return seconds
    }

    /// Messages of a type that a side sent, from a position in ``wire`` on.
    func said(_ index: Int, _ type: MessageType, since: Int = 0) -> [FailoverMessage] {
        wire[since...].filter { $0.side == index && $0.message.type == type }.map(\.message)
    }
}
