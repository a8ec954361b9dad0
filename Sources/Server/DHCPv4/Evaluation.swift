import ConfParser
import Leases
import Wire

// The statements that apply to a packet, in the order in which later ones override earlier ones
// (config-language.md §8), and the values they leave.

extension ServerCore {
    /// Forgets the values of the last reply and says what expressions may look at.
    mutating func beginEvaluation(
        _ exchange: Exchange, lease: Facts.LeaseFacts? = nil
    ) {
        var facts = Facts()
        facts.hasPacket = true
        facts.isKnown = exchange.isKnown
        facts.now = exchange.now.wall
        facts.lease = lease
        evaluator.begin(facts)
        siteSpace = nil
    }

    /// Hands over what statements logged.
    mutating func flushEvaluation(into effects: inout Effects) {
        evaluator.handOver(into: &effects)
    }

    /// Statements of the network or subnet, the pool and the classes, for an OFFER, ACK or
    /// BOOTREPLY.
    mutating func executeNetworkScopes(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        var facts = Facts.LeaseFacts(
            address: answer.address, ends: .none, hardware: exchange.hardware,
            host: answer.attachedHost, isStatic: answer.lease == nil)
        if let id = answer.lease {
            facts.ends = leases[id].ends
            facts.hardware = leases[id].hardware
        }
        beginEvaluation(exchange, lease: facts)
        if let id = answer.lease { evaluator.variables = Variables(leases.details(id).variables) }
        run(subnet: answer.subnet, pool: answer.pool, exchange)
        flushEvaluation(into: &effects)
    }

    /// Statements of the host declaration; it overrides all others.
    mutating func executeHostScope(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        guard let host = answer.host else { return }
        run(
            host: host,
            around: answer.pool.map { configuration[$0].scope }
                ?? configuration[answer.subnet].scope)
        flushEvaluation(into: &effects)
    }

    /// Statements for the ACK of an INFORM. ISC: what selects the subnet is an option of the reply
    /// like one that is configured, the relay's selection with its own code (RFC 3527).
    mutating func executeInformScopes(
        _ exchange: Exchange, _ subnet: SubnetID, _ pool: PoolID?, _ host: HostID?,
        into effects: inout Effects
    ) {
        beginEvaluation(exchange)
        if case .address(let selected, let byRelay) = subnetSelection {
            // The statements come later and win, so they cannot begin with a template.
            set(
                byRelay ? DHCPv4Option.nameServers : DHCPv4Option.subnetSelection,
                selected.octets)
            evaluator.runStatements(subnet: subnet, pool: pool, packet)
            runClasses(around: configuration[subnet].scope)
        } else {
            run(subnet: subnet, pool: pool, exchange)
        }
        if let host { run(host: host, around: configuration[subnet].scope) }
        flushEvaluation(into: &effects)
    }

    /// Statements that bear on a DECLINE: those of the lease's subnet and of the sender's classes.
    /// ISC: those of the pool do not.
    mutating func executeSenderScopes(
        _ exchange: Exchange, _ id: LeaseID?, into effects: inout Effects
    ) {
        beginEvaluation(exchange)
        let subnet = id.flatMap { configuration.subnet(of: leases[$0].address) }
        let scope = subnet.map { configuration[$0].scope }
        if let scope { evaluator.run(scope, packet) }
        runClasses(around: scope)
        flushEvaluation(into: &effects)
    }

    /// Statements that bear on a NAK: the first subnet and pool of the packet's network, without
    /// one the outermost; no classes.
    mutating func executeRefusalScopes(_ exchange: Exchange, into effects: inout Effects) {
        beginEvaluation(exchange)
        if let network = exchange.network {
            let row = configuration[network]
            let scope = row.subnets.first.map { configuration[$0].scope } ?? row.scope
            evaluator.run(scope, packet)
            if let pool = row.pools.first {
                evaluator.run(configuration[pool].scope, upTo: scope, packet)
            }
        } else {
            evaluator.run(.root, packet)
        }
        flushEvaluation(into: &effects)
    }

    private mutating func run(
        subnet: SubnetID, pool: PoolID?, _ exchange: Exchange
    ) {
        evaluator.run(subnet: subnet, pool: pool, packet)
        let scope = configuration[subnet].scope
        runClasses(around: pool.map { configuration[$0].scope } ?? scope)
    }

    /// The classes run last to first, so that the first one wins. Those that `add` named in the
    /// scopes before come behind all others; what a class itself adds is too late (ISC).
    mutating func runClasses(around scope: ScopeID?) {
        for id in evaluator.classes.reversed() {
            evaluator.run(classScope(id), upTo: scope, packet)
        }
    }

    private mutating func run(host: HostID, around scope: ScopeID) {
        evaluator.run(configuration[host].scope, upTo: scope, packet)
    }

    // MARK: - Server parameters

    /// The positions of a parameter's value in the evaluator's bytes.
    private mutating func range(_ parameter: ServerParameter) -> Range<Int>? {
        evaluator.value(parameter.reference, packet)
    }

    /// A parameter of 1, 2 or 4 bytes.
    mutating func number(_ parameter: ServerParameter) -> UInt32? {
        guard let range = range(parameter), [1, 2, 4].contains(range.count) else { return nil }
        return evaluator.bytes[range].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A flag that is also false when it says `ignore`.
    mutating func flag(_ parameter: ServerParameter, default value: Bool) -> Bool {
        permission(parameter, default: value ? .yes : .no) == .yes
    }

    /// A flag with `ignore`.
    mutating func permission(
        _ parameter: ServerParameter, default value: Permission
    ) -> Permission {
        guard let range = range(parameter), let first = range.first else { return value }
        switch evaluator.bytes[first] {
        case 0: return .no
        case 2: return .ignore
        default: return .yes
        }
    }

    /// A parameter that is an address; the first of several.
    mutating func address(_ parameter: ServerParameter) -> IPv4Address? {
        guard let range = range(parameter), range.count >= 4 else { return nil }
        let start = range.lowerBound
        return IPv4Address(evaluator.bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// A parameter that is text; an empty one is none.
    mutating func data(_ parameter: ServerParameter) -> [UInt8]? {
        guard let range = range(parameter), !range.isEmpty else { return nil }
        return Array(evaluator.bytes[range])
    }

    /// A parameter that is text, which may be empty.
    mutating func text(_ parameter: ServerParameter) -> [UInt8]? {
        range(parameter).map { Array(evaluator.bytes[$0]) }
    }

    // MARK: - Options of the reply

    /// True if statements set the option.
    func isConfigured(_ code: UInt8) -> Bool {
        evaluator.reply.contains(OptionReference(.dhcp, UInt32(code)))
    }

    /// The value that statements set.
    mutating func configuredData(_ code: UInt8) -> [UInt8]? {
        let reference = OptionReference(.dhcp, UInt32(code))
        return evaluator.value(reference, packet).map { Array(evaluator.bytes[$0]) }
    }

    /// The value of an option of four bytes that statements set.
    mutating func configuredUInt32(_ code: UInt8) -> UInt32? {
        guard isConfigured(code),
            let range = evaluator.value(OptionReference(.dhcp, UInt32(code)), packet),
            range.count == 4
        else { return nil }
        return evaluator.bytes[range].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The value of an option of two bytes that statements set.
    mutating func configuredUInt16(_ code: UInt8) -> UInt16? {
        guard isConfigured(code),
            let range = evaluator.value(OptionReference(.dhcp, UInt32(code)), packet),
            range.count == 2
        else { return nil }
        return evaluator.bytes[range].reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// Sets an option as a statement would.
    mutating func set(_ code: UInt8, _ value: [UInt8]) {
        evaluator.reply.set(OptionReference(.dhcp, UInt32(code)), value)
    }

    /// Takes an option away.
    mutating func remove(_ code: UInt8) {
        evaluator.reply.remove(OptionReference(.dhcp, UInt32(code)))
    }

    /// Appends the value that statements set to the reply, if there is one. ISC: an empty one is
    /// none.
    mutating func appendConfigured(_ code: UInt8) {
        let option = reference(code)
        guard !reply.options.contains(code), evaluator.reply.contains(option),
            let range = evaluator.value(option, packet), !range.isEmpty
        else { return }
        let isText =
            option.space == .dhcp
            ? textOptions[Int(code)]
            : configuration.options.format(option).first == UInt8(ascii: "t")
        reply.options.append(code, isText: isText, evaluator.bytes[range])
    }
}
