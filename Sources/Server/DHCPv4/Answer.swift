import ConfParser
import Leases
import Wire

/// What kind of reply is being made.
enum ReplyKind {
    case offer, ack, bootReply

    var name: StaticString {
        switch self {
        case .offer: "DHCPOFFER"
        case .ack: "DHCPACK"
        case .bootReply: "BOOTREPLY"
        }
    }
}

/// An OFFER, ACK or BOOTREPLY in the making.
struct Answer {
    let kind: ReplyKind
    let binding: Binding
    let address: IPv4Address
    let network: NetworkID
    let subnet: SubnetID
    /// `nil` for a fixed address.
    let pool: PoolID?
    /// The host declaration whose statements count.
    var host: HostID?
    /// The one that the lease has from before.
    var attachedHost: HostID?
    /// The names of the reply.
    var filename: [UInt8]?
    var serverName: [UInt8]?
    /// Seconds wanted after all rules but the partner's, seconds given, and the end of the lease.
    var desired: UInt32 = 0
    var granted: UInt32 = 0
    var ends = Timestamp.none
    /// An OFFER keeps its address until then.
    var hold: Timestamp?
    /// The class whose lease limit it counts for, and whether that is new.
    var billing: LeaseBilling?
    var isNewlyBilled = false
    /// Bodies of `on` that the lease has from now on.
    var bodies: [LeaseRecord.EventBody] = []
    /// The lease becomes its client's for ever.
    var isReserved = false
    /// The address is to be pinged before it is offered.
    var needsProbe = false
    /// The existing lease is sent as it stands; nothing is written.
    var isReused = false
    /// The client gets a NAK in its place.
    var isRefused = false
    /// Record that must be on disk before the reply leaves.
    var after: Effects.Sequence = 0

    var lease: LeaseID? { binding.lease }
}

extension ServerCore {
    /// Makes and sends the reply that gives an address to a client (server-v4.md §8). The numbers
    /// in the comments are its steps.
    mutating func answer(
        _ binding: Binding, as kind: ReplyKind, _ exchange: inout Exchange, hold: Timestamp?,
        into effects: inout Effects
    ) {
        guard var answer = begin(binding, kind, exchange, hold) else { return }
        // 1
        if let id = answer.lease, isProbing(id) { return }
        // 3 to 10
        guard prepare(&answer, &exchange, into: &effects) else {
            keepTraces(answer, exchange)
            if answer.isRefused { refuse(exchange, answer.address, into: &effects) }
            return
        }
        // ISC: until here only the host that the lease had before has a name.
        evaluator.facts.lease?.host = answer.host
        // 12
        runCommitBody(&answer, exchange, into: &effects)
        setClientName(answer, exchange, into: &effects)
        // 11 and 13
        guard record(&answer, exchange, into: &effects) else {
            logMessage(exchange, .info, ": database update failed", into: &effects)
            return
        }
        // 14
        beginReply(answer, exchange)
        let isPossible = setOptions(answer, exchange, into: &effects)
        flushEvaluation(into: &effects)
        guard isPossible else { return }
        // 15
        logMessage(exchange, .info, "", into: &effects)
        if kind == .offer, startProbe(answer, exchange, into: &effects) { return }
        logLongNames(into: &effects)
        appendOptions(answer, exchange)
        flushEvaluation(into: &effects)
        effects.log(.info) { appendReplyText(answer, exchange, to: &$0) }
        send(answer, exchange, into: &effects)
    }

    /// Runs the statements and finds out whether the client is answered and for how long.
    private mutating func prepare(
        _ answer: inout Answer, _ exchange: inout Exchange, into effects: inout Effects
    ) -> Bool {
        // 3
        executeNetworkScopes(answer, exchange, into: &effects)
        // 4
        releaseOthers(answer, exchange, into: &effects)
        // 5
        guard hasWaited(answer, exchange, into: &effects) else { return false }
        // 6
        if answer.host == nil { answer.host = hostWithoutAddress(exchange) }
        executeHostScope(answer, exchange, into: &effects)
        // 7
        guard isAdmitted(answer, exchange, into: &effects) else { return false }
        // 8
        guard bill(&answer, exchange, into: &effects) else { return false }
        // 9
        answer.filename = text(.filename)
        answer.serverName = text(.serverName)
        flushEvaluation(into: &effects)
        // 10
        return setTimes(&answer, exchange, into: &effects)
    }

    /// ISC: what statements have set stays with the lease, in memory, even when the client is not
    /// answered, and even when the lease was another client's or is given to another one next.
    private mutating func keepTraces(_ answer: Answer, _ exchange: Exchange) {
        guard let id = answer.lease else { return }
        let variables = evaluator.variables.stored
        let bodies = pendingBodies(answer, exchange.now.wall)
        guard variables != leases.details(id).variables || bodies != leases.bodies(id) else {
            return
        }
        leases.modifyDetails(id) {
            $0.variables = variables
            $0.bodies = bodies
        }
    }

    /// ISC: an active lease has a host from before, which is found again for every packet; in BOOTP
    /// so has any lease, by hardware address.
    func begin(
        _ binding: Binding, _ kind: ReplyKind, _ exchange: Exchange, _ hold: Timestamp?
    ) -> Answer? {
        switch binding {
        case .lease(let id):
            let row = leases[id]
            let network = configuration[row.pool].network
            guard let subnet = configuration.subnet(of: row.address, in: network) else {
                return nil
            }
            var answer = Answer(
                kind: kind, binding: binding, address: row.address, network: network,
                subnet: subnet, pool: row.pool, host: nil, hold: hold)
            if row.bindingState == .active { answer.attachedHost = attachedHost(exchange) }
            answer.host = answer.attachedHost
            if answer.host == nil, kind == .bootReply, !configuration.hosts.isEmpty {
                answer.host = hostWithoutAddress(
                    in: [configuration.host(hardware: exchange.hardware)])
            }
            return answer
        case .fixed(let host, let address):
            guard let subnet = configuration.subnet(of: address) else { return nil }
            return Answer(
                kind: kind, binding: binding, address: address,
                network: configuration[subnet].network, subnet: subnet, pool: nil, host: host,
                attachedHost: host, hold: hold)
        }
    }

    /// Step 4: with `one-lease-per-client` a REQUEST gives up the client's other leases.
    private mutating func releaseOthers(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        guard answer.kind == .ack, flag(.oneLeasePerClient, default: false),
            let own = answer.lease
        else { return }
        let uid = leases.uid(own)
        if !uid.isEmpty {
            releaseHeld(leases.leases(uid: uid), except: own, exchange, into: &effects)
        }
        let isHostOfHardware =
            answer.host.map { configuration[$0].identifier.isEmpty } ?? false
        if uid.isEmpty || (isHostOfHardware && !flag(.duplicates, default: true)) {
            let hardware = leases[own].hardware
            releaseHeld(
                leases.leases(hardware: hardware), except: own, exchange, into: &effects)
        }
    }

    private mutating func releaseHeld(
        _ others: [LeaseID], except own: LeaseID, _ exchange: Exchange,
        into effects: inout Effects
    ) {
        for id in others where id != own {
            let state = leases[id].bindingState
            guard state == .active || state == .abandoned else { continue }
            release(id, by: exchange, now: exchange.now, into: &effects)
        }
    }

    /// Step 5: `min-secs`.
    private mutating func hasWaited(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard answer.kind == .offer, let least = number(.minSecs),
            UInt32(packet.secs) < least
        else { return true }
        flushEvaluation(into: &effects)
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: ": configured min-secs value (")
            $0.append(decimal: UInt64(least))
            $0.append(text: ") is greater than secs field (")
            $0.append(decimal: UInt64(packet.secs))
            $0.append(text: ").  message dropped.")
        }
        return false
    }

    /// Step 7: clients that are not to be answered.
    mutating func isAdmitted(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        if answer.host == nil {
            let verdict = permission(.bootUnknownClients, default: .yes)
            guard verdict == .yes else {
                return drop(exchange, verdict, ": unknown client", into: &effects)
            }
        }
        if answer.kind == .bootReply {
            let verdict = permission(.allowBootp, default: .yes)
            guard verdict == .yes else {
                return drop(exchange, verdict, ": bootp disallowed", into: &effects)
            }
        }
        let verdict = permission(.allowBooting, default: .yes)
        guard verdict == .yes else {
            return drop(exchange, verdict, ": booting disallowed", into: &effects)
        }
        return true
    }

    private mutating func drop(
        _ exchange: Exchange, _ permission: Permission, _ reason: StaticString,
        into effects: inout Effects
    ) -> Bool {
        flushEvaluation(into: &effects)
        if permission == .no { logMessage(exchange, .info, reason, into: &effects) }
        return false
    }

    /// Appends `DHCPACK on ADDRESS to MAC (NAME) via X`.
    func appendReplyText(
        _ answer: Answer, _ exchange: Exchange, to text: inout [UInt8]
    ) {
        text.append(text: answer.kind.name)
        text.append(text: " on ")
        text.append(answer.address)
        text.append(text: " to ")
        appendClient(exchange, lease: answer.lease, to: &text)
        text.append(UInt8(ascii: " "))
        appendHostname(answer.lease, to: &text)
        text.append(text: "via ")
        appendVia(exchange, to: &text)
    }
}

/// A flag with three values: `allow`, `deny`, `ignore`.
enum Permission {
    case yes, no
    /// As ``no``, and nothing is logged.
    case ignore
}
