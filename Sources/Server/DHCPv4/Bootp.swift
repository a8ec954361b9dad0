import Leases
import Wire

// BOOTP (server-v4.md §9.5).

extension ServerCore {
    /// BOOTREQUEST: a fixed address with its own way of replying, or a lease that never ends.
    mutating func bootRequest(_ exchange: inout Exchange, into effects: inout Effects) {
        guard let network = exchange.network else {
            guard complaints.isAllowed() else { return }
            beginBootText(&exchange)
            logMessage(exchange, .info, ": network unknown", into: &effects)
            return
        }
        var finding = findLease(&exchange, in: network, into: &effects)
        beginBootText(&exchange)
        if case .fixed(let host, let address) = finding.binding {
            bootFixed(host, address, &exchange, into: &effects)
            return
        }
        if finding.binding == nil {
            let id = allocateLease(
                exchange, in: network, peerHasLeases: &finding.peerHasLeases, into: &effects)
            guard let id else {
                logMessage(
                    exchange, .info, ": BOOTP from dynamic client and no dynamic leases",
                    into: &effects)
                return
            }
            finding.binding = .lease(id)
        }
        guard let binding = finding.binding,
            mayServe(binding, exchange, peerHasLeases: finding.peerHasLeases, into: &effects)
        else { return }
        answer(binding, as: .bootReply, &exchange, hold: nil, into: &effects)
    }

    /// ISC: unlike with DHCP the host name is not shown.
    private func beginBootText(_ exchange: inout Exchange) {
        var text: [UInt8] = []
        text.append(text: "BOOTREQUEST")
        appendFromVia(exchange, lease: nil, to: &text)
        exchange.text = text
    }

    private mutating func bootFixed(
        _ host: HostID, _ address: IPv4Address, _ exchange: inout Exchange,
        into effects: inout Effects
    ) {
        guard var answer = begin(.fixed(host, address), .bootReply, exchange, nil) else { return }
        executeNetworkScopes(answer, exchange, into: &effects)
        executeHostScope(answer, exchange, into: &effects)
        guard isAdmitted(answer, exchange, into: &effects) else { return }
        // ISC: here a name that is empty is one.
        answer.filename = text(.filename) ?? Array(packet.bytes[DHCPv4Layout.file])
        answer.serverName = text(.serverName)
        beginReply(answer, exchange)
        if self.address(.nextServer) == nil {
            // ISC: the interface of the client's network, if there is one.
            let served = interfaces.first { $0.network == answer.network }
            reply.serverAddress =
                (served ?? interfaces[exchange.interface]).interface.addresses.first ?? .any
        }
        if packet.hasOptions || flag(.alwaysReplyRFC1048, default: false) {
            setOptionsOfFixedBootp(answer, exchange)
        } else {
            reply.vendorField = Array(packet.bytes[DHCPv4Layout.headerSize..<packet.count])
        }
        flushEvaluation(into: &effects)
        runCommitBody(&answer, exchange, into: &effects)
        logMessage(exchange, .info, "", into: &effects)
        effects.log(.info) {
            $0.append(text: "BOOTREPLY for ")
            $0.append(address)
            $0.append(text: " to ")
            $0.append(contentsOf: hostName(host))
            $0.append(text: " (")
            $0.append(exchange.hardware)
            $0.append(text: ") via ")
            appendVia(exchange, to: &$0)
        }
        transmit(bootRoute(address, exchange), after: 0, into: &effects)
    }

    private func bootRoute(_ address: IPv4Address, _ exchange: Exchange) -> PacketRoute {
        if let relay = relayRoute { return relay }
        let isBroadcast = reply.flags & DHCPv4Layout.broadcastFlag != 0
        // ISC: the frame goes to the client alone even when the datagram is for everybody.
        return .raw(
            interface: interfaces[exchange.interface].interface.id, source: replySource,
            destination: isBroadcast ? settings.broadcastAddress : address, port: clientPort,
            hardware: exchange.hardware)
    }
}
