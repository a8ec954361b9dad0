import Leases
import Wire

extension ServerCore {
    /// DHCPREQUEST in all its kinds (server-v4.md §7.2).
    mutating func request(_ exchange: inout Exchange, into effects: inout Effects) {
        let requested = packet.requestedAddress
        let claimed = requested ?? packet.clientAddress
        let subnet = configuration.subnet(of: claimed)
        var finding = Finding()
        if let subnet {
            let network = configuration[subnet].network
            finding = findLease(&exchange, in: network, into: &effects)
        }
        beginRequestText(&exchange, claimed, finding.binding)
        if let id = finding.binding?.lease,
            !mayAcknowledge(id, &exchange, claimed, into: &effects)
        {
            return
        }
        let isWithinNetwork = checkNetwork(
            exchange, claimed, subnet, isRequested: requested != nil, into: &effects)
        guard isWithinNetwork else { return }
        guard let binding = finding.binding else {
            if finding.isOurs {
                guard mayRefuse(claimed, exchange, into: &effects) else { return }
                logAddress(exchange, ": lease ", claimed, " unavailable.", into: &effects)
                refuse(exchange, claimed, into: &effects)
            } else {
                logAddress(exchange, ": unknown lease ", claimed, ".", into: &effects)
            }
            return
        }
        answer(binding, as: .ack, &exchange, hold: nil, into: &effects)
    }

    private func beginRequestText(
        _ exchange: inout Exchange, _ claimed: IPv4Address, _ binding: Binding?
    ) {
        var text: [UInt8] = []
        text.append(text: "DHCPREQUEST for ")
        text.append(claimed)
        if let server = packet.address(DHCPv4Option.serverIdentifier) {
            text.append(text: " (")
            text.append(server)
            text.append(UInt8(ascii: ")"))
        }
        appendFromVia(exchange, lease: binding?.lease, to: &text)
        exchange.text = text
    }

    /// Step 3: an address that is not on the client's network is refused where we are
    /// authoritative, and nobody's business elsewhere.
    private mutating func checkNetwork(
        _ exchange: Exchange, _ claimed: IPv4Address, _ subnet: SubnetID?,
        isRequested: Bool, into effects: inout Effects
    ) -> Bool {
        let hasAddress = !packet.clientAddress.isZero
        guard
            exchange.network == nil || (hasAddress && !packet.relayAddress.isZero)
                || (isRequested && !hasAddress)
        else { return true }
        guard let network = exchange.network else {
            guard let subnet else {
                logMessage(exchange, .info, ": ignored (unknown subnet).", into: &effects)
                return false
            }
            if isAuthoritative(subnet) {
                logMessage(exchange, .info, ": wrong network.", into: &effects)
                refuse(exchange, claimed, into: &effects)
            } else {
                logMessage(exchange, .info, ": ignored (not authoritative).", into: &effects)
            }
            return false
        }
        if configuration.subnet(of: claimed, in: network) != nil { return true }
        if configuration[configuration[network].scope].isAuthoritative {
            logMessage(exchange, .info, ": wrong network.", into: &effects)
            refuse(exchange, claimed, into: &effects)
        } else {
            logMessage(exchange, .info, ": ignored (not authoritative).", into: &effects)
        }
        return false
    }

    func isAuthoritative(_ subnet: SubnetID) -> Bool {
        configuration[configuration[subnet].scope].isAuthoritative
    }

    private func logAddress(
        _ exchange: Exchange, _ before: StaticString, _ address: IPv4Address,
        _ after: StaticString, into effects: inout Effects
    ) {
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: before)
            $0.append(address)
            $0.append(text: after)
        }
    }
}
