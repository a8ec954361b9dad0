import ConfParser
import Leases
import Wire

// Where a packet comes from and who sent it (server-v4.md §4).

extension ServerCore {
    /// What the client or the relay says about the subnet, beside giaddr.
    enum SubnetSelection {
        case none
        /// An address in the wanted subnet, and whether the relay chose it.
        case address(IPv4Address, byRelay: Bool)
        /// The option has not four bytes.
        case invalid
    }

    /// Link selection of the relay (RFC 3527), else subnet selection of the client (RFC 3011).
    var subnetSelection: SubnetSelection {
        if let range = packet.agentOption(5) {
            return selection(range, byRelay: true)
        }
        if let range = packet[DHCPv4Option.subnetSelection] {
            return selection(range, byRelay: false)
        }
        return .none
    }

    private func selection(_ range: Range<Int>, byRelay: Bool) -> SubnetSelection {
        guard range.count == 4 else { return .invalid }
        var value: UInt32 = 0
        for byte in packet.bytes[range] { value = value << 8 | UInt32(byte) }
        return .address(IPv4Address(value), byRelay: byRelay)
    }

    /// The network of the packet: link selection, subnet selection, giaddr, interface.
    func network(of exchange: Exchange) -> NetworkID? {
        switch subnetSelection {
        case .invalid: return nil
        case .address(let address, _): return network(of: address)
        case .none:
            if !packet.relayAddress.isZero { return network(of: packet.relayAddress) }
            return interfaces[exchange.interface].network
        }
    }

    /// The network of the subnet that an address is in.
    func network(of address: IPv4Address) -> NetworkID? {
        configuration.subnet(of: address).map { configuration[$0].network }
    }

    /// A unicast renewal bypasses the relay; the agent options that were stored when the lease was
    /// given then count as received (server-v4.md §4.2).
    mutating func stashAgentOptions(_ exchange: inout Exchange) {
        guard exchange.type == .request, !packet.clientAddress.isZero,
            packet.relayAddress.isZero, packet[DHCPv4Option.agentInformation] == nil,
            let id = leases.lease(at: packet.clientAddress)
        else { return }
        let stored = leases.details(id).agentOptions
        guard !stored.isEmpty, leases[id].ends >= exchange.now.wall else { return }
        let uid = leases.uid(id)
        let isSame =
            uid.isEmpty
            ? leases[id].hardware == exchange.hardware : uid == exchange.clientIdentifier
        guard isSame else { return }
        packet.insert(DHCPv4Option.agentInformation, stored)
        exchange.hasStashedAgentOptions = true
    }

    // MARK: - Hosts

    /// The first host of the chain that the packet matches: by client identifier, else by hardware
    /// address, else by `host-identifier`.
    func matchingHost(_ exchange: Exchange) -> HostID? {
        guard !configuration.hosts.isEmpty else { return nil }
        return configuration.host(identifier: exchange.clientIdentifier)
            ?? configuration.host(hardware: exchange.hardware)
            ?? hostByOption()
    }

    private func hostByOption() -> HostID? {
        for option in configuration.hostIdentifierOptions where option.code < 256 {
            let code = UInt8(truncatingIfNeeded: option.code)
            var place: Range<Int>?
            if option.space == .dhcp { place = packet[code] }
            if option.space == .agent { place = packet.agentOption(code) }
            guard let range = place else { continue }
            if let host = configuration.host(option: option, value: packet.bytes[range]) {
                return host
            }
        }
        return nil
    }

    /// The first host of a chain that has a fixed address inside a network.
    func fixedAddress(
        of first: HostID, in network: NetworkID
    ) -> (host: HostID, address: IPv4Address)? {
        var next: HostID? = first
        while let host = next {
            for entry in configuration.fixedAddresses(of: host) {
                guard let address = resolved(entry) else { continue }
                if configuration.subnet(of: address, in: network) != nil {
                    return (host, address)
                }
            }
            next = configuration[host].next
        }
        return nil
    }

    /// A fixed address; a name has none until it is looked up.
    private func resolved(_ entry: FixedAddress) -> IPv4Address? {
        if case .address(let address) = entry { return address }
        return nil
    }

    /// The first host without fixed addresses that the packet matches; each chain is tried.
    func hostWithoutAddress(_ exchange: Exchange) -> HostID? {
        guard !configuration.hosts.isEmpty else { return nil }
        return hostWithoutAddress(in: [
            configuration.host(identifier: exchange.clientIdentifier),
            configuration.host(hardware: exchange.hardware), hostByOption(),
        ])
    }

    /// The first host without fixed addresses of some chains.
    func hostWithoutAddress(in chains: [HostID?]) -> HostID? {
        for first in chains {
            var next = first
            while let host = next {
                if configuration[host].fixedAddressCount == 0 { return host }
                next = configuration[host].next
            }
        }
        return nil
    }

    /// The host that is attached to a lease of the client while it is active.
    func attachedHost(_ exchange: Exchange) -> HostID? {
        configuration.hosts.isEmpty ? nil : hostWithoutAddress(in: [matchingHost(exchange)])
    }

    /// Name of a host declaration.
    func hostName(_ host: HostID) -> ArraySlice<UInt8> { configuration.name(of: host) }
}
