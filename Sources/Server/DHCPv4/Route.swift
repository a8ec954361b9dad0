import Leases
import Wire

// Where replies go (server-v4.md §2.1).

extension ServerCore {
    /// The port of relays, and the one of clients.
    var serverPort: UInt16 { settings.localPort }
    var clientPort: UInt16 { settings.remotePort }

    /// Encodes the reply in hand and sends it.
    mutating func send(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        transmit(
            route(answer.kind, answer.address, answer.network, exchange), after: answer.after,
            into: &effects)
    }

    /// Encodes the reply in hand into the effects.
    mutating func transmit(
        _ route: PacketRoute, after sequence: Effects.Sequence, into effects: inout Effects
    ) {
        let start = effects.arena.count
        reply.encode(into: &effects.arena, packer: &packer)
        effects.list.append(
            .transmit(route, payload: start..<effects.arena.count, after: sequence))
    }

    func route(
        _ kind: ReplyKind, _ address: IPv4Address, _ network: NetworkID,
        _ exchange: Exchange
    ) -> PacketRoute {
        if let relay = relayRoute { return relay }
        if kind == .ack, !packet.clientAddress.isZero {
            // ISC: a client that names the server, or wants a broadcast, is still on the link.
            let isBroadcast = reply.flags & DHCPv4Layout.broadcastFlag != 0
            let isLocal =
                packet[DHCPv4Option.serverIdentifier] != nil || isBroadcast
            if !(isLocal && network == interfaces[exchange.interface].network) {
                return .routed(destination: packet.clientAddress, port: clientPort)
            }
        }
        if reply.flags & DHCPv4Layout.broadcastFlag == 0 {
            return .raw(
                interface: interfaces[exchange.interface].interface.id,
                source: replySource, destination: address, port: clientPort,
                hardware: exchange.hardware)
        }
        return broadcastRoute(exchange)
    }

    /// The way to the relay agent, if the packet came by one.
    var relayRoute: PacketRoute? {
        guard !packet.relayAddress.isZero else { return nil }
        // ISC: a relay on our own machine listens on the client's port.
        let port = packet.relayAddress == .loopback ? clientPort : serverPort
        return .routed(destination: packet.relayAddress, port: port)
    }

    /// The way to everybody on the receiving interface.
    func broadcastRoute(_ exchange: Exchange) -> PacketRoute {
        .raw(
            interface: interfaces[exchange.interface].interface.id, source: replySource,
            destination: settings.broadcastAddress, port: clientPort, hardware: .none)
    }
}
