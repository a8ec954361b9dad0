import ConfParser
import Leases
import Wire

// DHCPLEASEQUERY (RFC 4388; server-v4.md §9.4).

/// What a relay asks about.
private enum QueryKey {
    case address(IPv4Address)
    case identifier([UInt8])
    case hardware(HardwareAddress)
}

extension ServerCore {
    /// Most associated addresses in one reply.
    private static var associatedMax: Int { 40 }

    /// A relay asks who has an address, or which addresses somebody has.
    mutating func leaseQuery(_ exchange: inout Exchange, into effects: inout Effects) {
        let relay = packet.relayAddress
        guard !relay.isZero else {
            guard complaints.isAllowed() else { return }
            effects.log(.info) {
                $0.append(text: "DHCPLEASEQUERY from ")
                $0.append(relay)
                $0.append(text: ": missing giaddr, ciaddr is ")
                $0.append(packet.clientAddress)
                $0.append(text: ", no reply sent")
            }
            return
        }
        executeRelayScope(exchange, relay, into: &effects)
        let isAllowed = flag(.leasequery, default: false)
        flushEvaluation(into: &effects)
        guard isAllowed else {
            effects.log(.info) {
                $0.append(text: "DHCPLEASEQUERY from ")
                $0.append(relay)
                $0.append(text: ": LEASEQUERY not allowed, query ignored")
            }
            return
        }
        let key = queryKey(exchange)
        let (found, others) = leases(matching: key)
        if others.count > Self.associatedMax {
            effects.log(.info) {
                $0.append(decimal: others.count)
                $0.append(text: " IP addresses associated with ")
                Self.append(key, to: &$0)
                $0.append(text: ", only ")
                $0.append(decimal: Self.associatedMax)
                $0.append(text: " sent in reply.")
            }
        }
        effects.log(.info) {
            $0.append(text: "DHCPLEASEQUERY from ")
            $0.append(relay)
            $0.append(text: " for ")
            Self.append(key, to: &$0)
        }
        answerQuery(key, found, others, exchange, into: &effects)
    }

    private mutating func executeRelayScope(
        _ exchange: Exchange, _ relay: IPv4Address, into effects: inout Effects
    ) {
        beginEvaluation(exchange)
        let scope = configuration.subnet(of: relay).map { configuration[$0].scope } ?? .root
        evaluator.run(scope, packet)
        runClasses(around: scope)
        flushEvaluation(into: &effects)
    }

    private func queryKey(_ exchange: Exchange) -> QueryKey {
        if !packet.clientAddress.isZero { return .address(packet.clientAddress) }
        if !exchange.clientIdentifier.isEmpty { return .identifier(exchange.clientIdentifier) }
        return .hardware(exchange.hardware)
    }

    private static func append(_ key: QueryKey, to text: inout [UInt8]) {
        switch key {
        case .address(let address):
            text.append(text: "IP ")
            text.append(address)
        case .identifier(let identifier):
            text.append(text: "client-id ")
            text.append(printable: identifier)
        case .hardware(let hardware):
            text.append(text: "MAC address ")
            text.append(hardware)
        }
    }

    /// The lease that counts, and the other active ones. ISC: of the chain the first one, unless
    /// both are active and the client has used a later one since, or the first is not active and a
    /// later one lasts longer.
    private func leases(matching key: QueryKey) -> (LeaseID?, [LeaseID]) {
        var chain: [LeaseID]
        switch key {
        case .address(let address): return (leases.lease(at: address), [])
        case .identifier(let identifier): chain = leases.leases(uid: identifier)
        case .hardware(let hardware): chain = leases.leases(hardware: hardware)
        }
        guard var newest = chain.first else { return (nil, []) }
        for id in chain.dropFirst() {
            let (row, best) = (leases[id], leases[newest])
            if best.bindingState == .active {
                if row.bindingState == .active, row.cltt > best.cltt { newest = id }
            } else if row.ends > best.ends {
                newest = id
            }
        }
        chain.removeAll { $0 == newest || leases[$0].bindingState != .active }
        return (newest, chain)
    }

    private mutating func answerQuery(
        _ key: QueryKey, _ found: LeaseID?, _ others: [LeaseID], _ exchange: Exchange,
        into effects: inout Effects
    ) {
        beginQueryReply(found)
        setSpace(exchange, isConfiguredSizeHeeded: false)
        let isActive = found.map { leases[$0].bindingState == .active } ?? false
        // ISC: of an active lease nothing is told but itself.
        if isActive { evaluator.reply.removeAll() }
        setServerIdentifier(exchange)
        let type: DHCPv4MessageType =
            found == nil ? .leaseUnknown : isActive ? .leaseActive : .leaseUnassigned
        reply.options.append(DHCPv4Option.messageType, CollectionOfOne(type.rawValue))
        reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        if let found, isActive { describe(found, others, exchange.now.wall) }
        evaluator.facts.lease = found.map {
            Facts.LeaseFacts(
                address: leases[$0].address, ends: leases[$0].ends,
                hardware: leases[$0].hardware, host: nil, isStatic: false)
        }
        appendOptions(.byConfiguration, exchange)
        flushEvaluation(into: &effects)
        effects.log(.info) {
            $0.append(
                text: found == nil
                    ? "DHCPLEASEUNKNOWN"
                    : isActive
                        ? "DHCPLEASEACTIVE" : "DHCPLEASEUNASSIGNED")
            $0.append(text: " to ")
            $0.append(packet.relayAddress)
            $0.append(text: " for ")
            Self.append(key, to: &$0)
            $0.append(text: " (")
            $0.append(decimal: others.count)
            $0.append(text: " associated IPs)")
        }
        transmit(
            .routed(destination: packet.relayAddress, port: serverPort), after: 0,
            into: &effects)
    }

    /// ISC: the reply is the query with another `op`, and nothing is put into `file` and `sname`.
    private mutating func beginQueryReply(_ found: LeaseID?) {
        reply.begin(answering: packet)
        reply.clientAddress = found.map { leases[$0].address } ?? packet.clientAddress
        reply.yourAddress = packet.yourAddress
        reply.serverAddress = packet.serverAddress
        reply.serverName = Array(packet.bytes[DHCPv4Layout.serverName])
        reply.file = Array(packet.bytes[DHCPv4Layout.file])
        reply.isPadded = false
        reply.canOverload = false
    }

    /// The options of DHCPLEASEACTIVE, in the order in which ISC sets them.
    private mutating func describe(_ id: LeaseID, _ others: [LeaseID], _ now: Timestamp) {
        let row = leases[id]
        reply.setHardware(row.hardware)
        func left(until time: Timestamp) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: time.seconds(since: now))
            return bytes
        }
        let uid = leases.uid(id)
        if !uid.isEmpty { set(DHCPv4Option.clientIdentifier, uid) }
        let length = row.ends.seconds(since: row.starts)
        let renewal = row.starts + length / 2
        let rebinding = row.starts + (length / 2 + length / 4 + length / 8)
        if renewal > now { set(DHCPv4Option.renewalTime, left(until: renewal)) }
        if rebinding > now { set(DHCPv4Option.rebindingTime, left(until: rebinding)) }
        if row.ends > now { set(DHCPv4Option.leaseTime, left(until: row.ends)) }
        let details = leases.details(id)
        for variable in details.variables {
            if variable.name == Self.vendorClassName, case .data(let value) = variable.value {
                set(DHCPv4Option.vendorClass, value)
            }
        }
        reply.agentOptions.append(contentsOf: details.agentOptions)
        if row.cltt.isSet {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: now.seconds(since: row.cltt))
            set(DHCPv4Option.clientLastTransaction, bytes)
        }
        if !others.isEmpty {
            let told = others.prefix(Self.associatedMax)
            set(DHCPv4Option.associatedAddress, told.flatMap { leases[$0].address.octets })
        }
    }
}
