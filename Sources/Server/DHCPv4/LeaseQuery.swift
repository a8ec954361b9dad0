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
        guard flag(.leasequery, default: false) else {
            effects.log(.info) {
                $0.append(text: "DHCPLEASEQUERY from ")
                $0.append(relay)
                $0.append(text: ": LEASEQUERY not allowed, query ignored")
            }
            return
        }
        let key = queryKey(exchange)
        effects.log(.info) {
            $0.append(text: "DHCPLEASEQUERY from ")
            $0.append(relay)
            $0.append(text: " for ")
            Self.append(key, to: &$0)
        }
        var (found, others) = leases(matching: key)
        let associated = others.count
        if others.count > Self.associatedMax {
            effects.log(.info) {
                $0.append(decimal: others.count)
                $0.append(text: " IP addresses associated with ")
                Self.append(key, to: &$0)
                $0.append(text: ", only ")
                $0.append(decimal: Self.associatedMax)
                $0.append(text: " sent in reply.")
            }
            others.removeLast(others.count - Self.associatedMax)
        }
        answerQuery(key, found, others, associated, exchange, into: &effects)
        found = nil
    }

    private mutating func executeRelayScope(
        _ exchange: Exchange, _ relay: IPv4Address, into effects: inout Effects
    ) {
        beginEvaluation(exchange)
        let scope = configuration.subnet(of: relay).map { configuration[$0].scope } ?? .root
        evaluator.run(scope, packet)
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
            if identifier.allSatisfy({ $0 &- 32 < 95 }) {
                text.append(UInt8(ascii: "\""))
                text.append(contentsOf: identifier)
                text.append(UInt8(ascii: "\""))
            } else {
                text.append(colonHex: identifier)
            }
        case .hardware(let hardware):
            text.append(text: "MAC address ")
            text.append(hardware)
        }
    }

    /// The lease of latest contact, and the other active ones.
    private func leases(matching key: QueryKey) -> (LeaseID?, [LeaseID]) {
        var chain: [LeaseID]
        switch key {
        case .address(let address): return (leases.lease(at: address), [])
        case .identifier(let identifier): chain = leases.leases(uid: identifier)
        case .hardware(let hardware): chain = leases.leases(hardware: hardware)
        }
        guard var newest = chain.first else { return (nil, []) }
        for id in chain where leases[id].cltt > leases[newest].cltt { newest = id }
        chain.removeAll { $0 == newest || leases[$0].bindingState != .active }
        return (newest, chain)
    }

    private mutating func answerQuery(
        _ key: QueryKey, _ found: LeaseID?, _ others: [LeaseID], _ associated: Int,
        _ exchange: Exchange, into effects: inout Effects
    ) {
        reply.begin(answering: packet)
        reply.clientAddress = found.map { leases[$0].address } ?? packet.clientAddress
        reply.serverAddress = packet.serverAddress
        reply.isPadded = false
        setServerIdentifier(exchange)
        let isActive = found.map { leases[$0].bindingState == .active } ?? false
        let type: DHCPv4MessageType =
            found == nil ? .leaseUnknown : isActive ? .leaseActive : .leaseUnassigned
        reply.options.append(DHCPv4Option.messageType, CollectionOfOne(type.rawValue))
        reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        if let found, isActive {
            describe(found, others, exchange.now.wall)
        } else {
            appendLeadingOfBootp()
            appendNotices()
            appendConfiguredInOrder()
        }
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
            $0.append(decimal: associated)
            $0.append(text: " associated IPs)")
        }
        transmit(
            .routed(destination: packet.relayAddress, port: serverPort), after: 0,
            into: &effects)
    }

    /// The options of DHCPLEASEACTIVE.
    private mutating func describe(_ id: LeaseID, _ others: [LeaseID], _ now: Timestamp) {
        let row = leases[id]
        reply.clientAddress = row.address
        reply.setHardware(row.hardware)
        let length = row.ends.seconds(since: row.starts)
        let remaining = row.ends.seconds(since: now)
        reply.options.append(DHCPv4Option.leaseTime, remaining)
        let renewal = row.starts + length / 2
        if renewal > now {
            reply.options.append(DHCPv4Option.renewalTime, renewal.seconds(since: now))
        }
        let rebinding = row.starts + UInt32(UInt64(length) * 7 / 8)
        if rebinding > now {
            reply.options.append(DHCPv4Option.rebindingTime, rebinding.seconds(since: now))
        }
        if !others.isEmpty {
            reply.options.append(
                DHCPv4Option.associatedAddress, others.flatMap { leases[$0].address.octets })
        }
        if row.cltt.isSet {
            reply.options.append(DHCPv4Option.clientLastTransaction, now.seconds(since: row.cltt))
        }
        let details = leases.details(id)
        for variable in details.variables {
            if variable.name == Self.vendorClassName, case .data(let value) = variable.value {
                reply.options.append(DHCPv4Option.vendorClass, value)
            }
        }
        let uid = leases.uid(id)
        if !uid.isEmpty { reply.options.append(DHCPv4Option.clientIdentifier, uid) }
        reply.agentOptions.append(contentsOf: details.agentOptions)
    }
}
