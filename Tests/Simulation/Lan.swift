import Leases
import Wire

/// The LAN: datagrams that may be lost, doubled or late, and a relay to a second subnet.
extension World {
    /// From a client to one server, or to all.
    func datagram(_ packet: ClientPacket, from client: Client, to server: IPv4Address?) {
        var packet = packet
        let isUnicast = server != nil
        if client.isRelayed, !isUnicast { packet.giaddr = Configurations.relay }
        let source =
            isUnicast ? packet.ciaddr : client.isRelayed ? Configurations.relay : IPv4Address.any
        note(client.name, packet.description + (server.map { " to \($0)" } ?? ""))
        let bytes = packet.encoded()
        for node in nodes where server == nil || server == node.address {
            // A doubled or late RELEASE or DECLINE would end a lease that the client has by then
            // obtained anew; no server can know, so the LAN does not do it.
            let isFinal = packet.kind == .release || packet.kind == .decline
            for delay in delays(isReliable: isFinal) {
                after(milliseconds: delay) { world in
                    guard !node.isDeaf else { return }
                    world.packet(node, bytes, from: source)
                }
            }
        }
    }

    /// From a server to a client, by way of the relay if it asked through it.
    func reply(_ held: HeldPacket, from node: Node) {
        guard let packet = ClientPacket(held.bytes) else {
            fail("\(node.name) sent a malformed reply")
            return
        }
        note(node.name, "> " + packet.description)
        guard !node.isDeaf else { return }
        guard let client = clients.first(where: { $0.hardware == packet.chaddr }) else { return }
        let isRelayed = !packet.giaddr.isZero
        if case .routed(let destination, _) = held.route {
            let isReachable =
                isRelayed
                ? destination == Configurations.relay
                : client.lease?.address == destination || client.tried == destination
            guard isReachable else { return }
        } else if client.isRelayed {
            return
        }
        for delay in delays(isReliable: false) {
            after(milliseconds: delay) { world in client.receive(packet, world) }
        }
    }

    private func delays(isReliable: Bool) -> [Int] {
        guard isStormy else { return [chance.pick(1...5)] }
        if chance.happens(perMille: plan.lossPerMille) { return [] }
        if isReliable { return [chance.pick(1...20)] }
        let isLate = chance.happens(perMille: plan.latePerMille)
        var delays = [isLate ? chance.pick(20...4000) : chance.pick(1...20)]
        if chance.happens(perMille: plan.duplicatePerMille) { delays.append(chance.pick(1...1500)) }
        return delays
    }
}
