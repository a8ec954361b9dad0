import Leases
import Wire

extension ServerCore {
    /// DHCPINFORM (server-v4.md §9.3): parameters for a client that has its address.
    mutating func inform(_ exchange: inout Exchange, into effects: inout Effects) {
        let address =
            packet.clientAddress.isZero ? exchange.source : packet.clientAddress
        beginInformText(address, &exchange)
        guard !address.isZero else {
            logMessage(exchange, .info, ": ignored (null source address).", into: &effects)
            return
        }
        guard let subnet = informSubnet(address, exchange, into: &effects) else { return }
        guard isAuthoritative(subnet) else {
            logNotAuthoritative(exchange, subnet, into: &effects)
            return
        }
        let pool = leases.lease(at: packet.clientAddress).map { leases[$0].pool }
        let host = informHost(address, exchange)
        executeInformScopes(exchange, subnet, pool, host, into: &effects)
        reply.begin(answering: packet)
        reply.clientAddress = packet.clientAddress
        let answer = InformAnswer(subnet: subnet, host: host)
        reply.file = text(.filename) ?? []
        reply.serverName = text(.serverName) ?? []
        flushEvaluation(into: &effects)
        logLongNames(into: &effects)
        let isPossible = setInformOptions(answer, exchange, into: &effects)
        flushEvaluation(into: &effects)
        guard isPossible else { return }
        logMessage(exchange, .info, "", into: &effects)
        appendOptions(.byClient, exchange)
        echoAgentOptions(exchange)
        flushEvaluation(into: &effects)
        let route = informRoute(exchange)
        logInformReply(address, exchange, into: &effects)
        transmit(route, after: 0, into: &effects)
    }

    private func beginInformText(_ address: IPv4Address, _ exchange: inout Exchange) {
        var text: [UInt8] = []
        text.append(text: "DHCPINFORM from ")
        text.append(address)
        text.append(text: " via ")
        appendVia(exchange, to: &text)
        exchange.text = text
    }

    /// Step 2: the subnet whose parameters the client gets.
    private func informSubnet(
        _ address: IPv4Address, _ exchange: Exchange, into effects: inout Effects
    ) -> SubnetID? {
        var key = address
        var kind: StaticString = packet.clientAddress.isZero ? "source" : "client"
        switch subnetSelection {
        case .invalid:
            logMessage(
                exchange, .info, ": ignored (invalid subnet selection option).", into: &effects)
            return nil
        case .address(let selected, let byRelay):
            key = selected
            kind = byRelay ? "relay link select" : "selected"
        case .none:
            if packet.clientAddress.isZero, !packet.relayAddress.isZero {
                key = packet.relayAddress
                kind = "relay"
            }
        }
        if let subnet = configuration.subnet(of: key) { return subnet }
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: ": unknown subnet for ")
            $0.append(text: kind)
            $0.append(text: " address ")
            $0.append(key)
        }
        return nil
    }

    /// Step 3: the advice is given the first time and every 101st.
    private mutating func logNotAuthoritative(
        _ exchange: Exchange, _ subnet: SubnetID, into effects: inout Effects
    ) {
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: ": not authoritative for subnet ")
            $0.append(configuration[subnet].address)
        }
        defer { informsRefused = informsRefused == 100 ? 0 : informsRefused + 1 }
        guard informsRefused == 0 else { return }
        let advice: [StaticString] = [
            "If this DHCP server is authoritative for that subnet,",
            "please write an `authoritative;' directive either in the",
            "subnet declaration or in some scope that encloses the",
            "subnet declaration - for example, write it at the top",
            "of the dhcpd.conf file.",
        ]
        for line in advice { effects.log(.info) { $0.append(text: line) } }
    }

    /// Step 4: by identifier with this fixed address, by hardware likewise, then without one.
    private func informHost(
        _ address: IPv4Address, _ exchange: Exchange
    ) -> HostID? {
        guard !configuration.hosts.isEmpty else { return nil }
        let chains = [
            configuration.host(identifier: exchange.clientIdentifier),
            configuration.host(hardware: exchange.hardware),
        ]
        for first in chains {
            var next = first
            while let host = next {
                if configuration.fixedAddresses(of: host).contains(.address(address)) {
                    return host
                }
                next = configuration[host].next
            }
        }
        return hostWithoutAddress(in: chains)
    }

    private mutating func informRoute(_ exchange: Exchange) -> PacketRoute {
        if !packet.clientAddress.isZero {
            return .routed(destination: packet.clientAddress, port: clientPort)
        }
        if let relay = relayRoute {
            reply.flags |= DHCPv4Layout.broadcastFlag
            return relay
        }
        return .routed(destination: exchange.source, port: clientPort)
    }

    private func logInformReply(
        _ address: IPv4Address, _ exchange: Exchange, into effects: inout Effects
    ) {
        let isRelayed = packet.clientAddress.isZero && !packet.relayAddress.isZero
        effects.log(.info) {
            $0.append(text: "DHCPACK to ")
            $0.append(address)
            $0.append(text: " (")
            if exchange.hardware.length > 0 {
                $0.append(exchange.hardware)
            } else {
                $0.append(text: "<no client hardware address>")
            }
            $0.append(text: ") via ")
            if isRelayed {
                $0.append(packet.relayAddress)
            } else {
                $0.append(string: interfaces[exchange.interface].interface.name)
            }
        }
    }
}

/// What the parameters of an INFORM's ACK come from.
struct InformAnswer {
    let subnet: SubnetID
    let host: HostID?
}
