import Wire

/// A DHCP client with the life of RFC 2131 §4.4, and the truth about what it may use.
final class Client {
    /// What it does now (RFC 2131 figure 5); `off` does nothing, but may still hold a lease.
    enum Phase {
        case off, selecting, requesting, bound, renewing, rebinding, rebooting
    }

    /// What it may use, by its own clock counted from the request, as RFC 2131 §4.4.1 demands.
    struct Lease {
        var address: IPv4Address
        var server: IPv4Address
        var seconds: UInt32
        var until: Instant
        var renewAt: Instant
        var rebindAt: Instant
    }

    let name: String
    let hardware: [UInt8]
    let clientID: [UInt8]
    let isRelayed: Bool
    /// What it does of its own accord; scenarios switch it off and say themselves.
    var isScripted = false
    /// Switched off for good.
    var hasLeft = false
    /// False for a client that only looks who offers.
    var takesOffers = true
    /// Present phase.
    var phase = Phase.off
    var lease: Lease?
    /// Address in a request under way.
    var tried: IPv4Address?
    var lastAck: ClientPacket?
    var lastNak: ClientPacket?
    var offers: [ClientPacket] = []

    /// The address it had last; clients ask for it long after it may have gone to somebody else.
    private var lastAddress: IPv4Address?
    private var xid: UInt32 = 0
    private var began = Instant(nanoseconds: 0)
    private var requestedAt = Instant(nanoseconds: 0)
    private var retries = 0
    /// A timer counts only if nothing new began since.
    private var step = 0
    private var chosenServer: IPv4Address?
    private static let requestTriesMax = 4
    private static let collectMilliseconds = 300

    init(name: String, hardware: [UInt8], clientID: [UInt8], isRelayed: Bool) {
        self.name = name
        self.hardware = hardware
        self.clientID = clientID
        self.isRelayed = isRelayed
    }

    /// True while it rightly uses an address.
    func holds(at now: Instant) -> Lease? { lease.flatMap { $0.until > now ? $0 : nil } }

    // MARK: - Acts

    /// INIT: looks for any server.
    func discover(_ world: World) {
        enter(.selecting, world)
        offers = []
        began = world.now
        retries = 0
        sendDiscover(world)
    }

    /// INIT-REBOOT: asks for the address it had (RFC 2131 §4.4.2).
    func reboot(_ world: World) {
        let isStale = lease.map { $0.until <= world.now } ?? true
        guard !isStale || !isScripted && world.chance.happens(perMille: 400),
            let address = lease?.address ?? lastAddress
        else { return discover(world) }
        if isStale { lease = nil }
        claim(address, world)
    }

    /// Asks for the address that it had last, even if it has given it back.
    func claim(_ world: World) { lastAddress.map { claim($0, world) } }

    private func claim(_ address: IPv4Address, _ world: World) {
        enter(.rebooting, world)
        requestedAt = world.now
        tried = address
        retries = 0
        sendRequest(world)
    }

    /// Gives its lease back.
    func release(_ world: World) {
        guard let lease else { return }
        var packet = self.packet(.release)
        xid = UInt32(truncatingIfNeeded: world.chance.next())
        packet.xid = xid
        packet.ciaddr = lease.address
        packet.server = lease.server
        leave(world)
        world.datagram(packet, from: self, to: lease.server)
    }

    /// Stops without a word; the lease goes on.
    func vanish(_ world: World) { enter(.off, world) }

    func renew(_ world: World) {
        guard let lease else { return }
        beginExtension(.renewing, lease, world)
    }

    func rebind(_ world: World) {
        guard let lease else { return }
        beginExtension(.rebinding, lease, world)
    }

    /// Holds nothing from now on.
    private func leave(_ world: World) {
        lease = nil
        tried = nil
        enter(.off, world)
    }

    private func enter(_ phase: Phase, _ world: World) {
        self.phase = phase
        step += 1
        if phase != .requesting, phase != .off, phase != .bound {
            xid = UInt32(truncatingIfNeeded: world.chance.next())
        }
    }

    private func later(
        _ milliseconds: Int, _ world: World, _ act: @escaping (Client, World) -> Void
    ) {
        let step = step
        world.after(milliseconds: milliseconds) { world in
            if self.step == step { act(self, world) }
        }
    }

    private func packet(_ kind: ClientPacket.Kind) -> ClientPacket {
        var packet = ClientPacket()
        packet.kind = kind
        packet.xid = xid
        packet.chaddr = hardware
        packet.clientID = clientID
        return packet
    }

    private func secs(_ world: World) -> UInt16 {
        UInt16(clamping: (world.now.nanoseconds - began.nanoseconds) / 1_000_000_000)
    }

    // MARK: - Selecting

    private func sendDiscover(_ world: World) {
        var packet = self.packet(.discover)
        packet.secs = secs(world)
        packet.isBroadcast = world.chance.happens(perMille: 200)
        if !isScripted, world.chance.happens(perMille: 500) { packet.requested = lastAddress }
        world.datagram(packet, from: self, to: nil)
        retries += 1
        // RFC 2131 §4.1: 4 s, doubled each time, a second either way; here at most 16 s.
        let pause = min(16_000, 4000 << min(retries - 1, 2)) + world.chance.pick(-1000...1000)
        later(pause, world) { client, world in client.sendDiscover(world) }
    }

    private func choose(_ world: World) {
        guard phase == .selecting, !offers.isEmpty else { return }
        let offer = world.chance.pick(offers)
        enter(.requesting, world)
        tried = offer.yiaddr
        chosenServer = offer.server
        requestedAt = world.now
        retries = 0
        sendRequest(world)
    }

    private func sendRequest(_ world: World) {
        guard retries < Self.requestTriesMax else { return giveUp(world) }
        var packet = self.packet(.request)
        packet.secs = secs(world)
        packet.requested = tried
        if phase == .requesting { packet.server = chosenServer }
        world.datagram(packet, from: self, to: nil)
        retries += 1
        later(4000 + world.chance.pick(-1000...1000), world) { client, world in
            client.sendRequest(world)
        }
    }

    /// Nobody answered a request. After a reboot the lease may be used until its end (RFC 2131
    /// §3.2).
    private func giveUp(_ world: World) {
        guard phase == .rebooting, let lease, lease.until > world.now else {
            return discover(world)
        }
        settle(lease, world)
    }

    // MARK: - Extending

    private func beginExtension(_ phase: Phase, _ lease: Lease, _ world: World) {
        enter(phase, world)
        began = world.now
        requestedAt = world.now
        sendExtension(world)
    }

    private func sendExtension(_ world: World) {
        guard let lease, lease.until > world.now else { return expire(world) }
        if phase == .renewing, lease.rebindAt <= world.now, !isScripted { return rebind(world) }
        var packet = self.packet(.request)
        packet.secs = secs(world)
        packet.ciaddr = lease.address
        // The lease runs from the request that is answered; a new xid tells which one that is.
        xid = UInt32(truncatingIfNeeded: world.chance.next())
        packet.xid = xid
        requestedAt = world.now
        world.datagram(packet, from: self, to: phase == .renewing ? lease.server : nil)
        let limit = phase == .renewing ? lease.rebindAt : lease.until
        let left = Int((max(limit, world.now).nanoseconds - world.now.nanoseconds) / 1_000_000)
        later(min(max(left / 2, 5000), max(left, 1)), world) { client, world in
            client.sendExtension(world)
        }
    }

    private func expire(_ world: World) {
        world.note(name, "lets its lease go")
        lease = nil
        discover(world)
    }

    // MARK: - Replies

    func receive(_ packet: ClientPacket, _ world: World) {
        guard packet.xid == xid, phase != .off, phase != .bound else { return }
        switch packet.kind {
        case .offer where phase == .selecting:
            offers.append(packet)
            guard offers.count == 1, takesOffers else { return }
            later(Self.collectMilliseconds, world) { client, world in client.choose(world) }
        case .ack where phase != .selecting:
            accept(packet, world)
        case .nak where phase != .selecting:
            lastNak = packet
            lease = nil
            tried = nil
            discover(world)
        default: break
        }
    }

    private func accept(_ packet: ClientPacket, _ world: World) {
        guard let seconds = packet.leaseSeconds, let server = packet.server else {
            return world.fail("\(name) got an ACK without a lease time or a server identifier")
        }
        lastAck = packet
        let declines = !isScripted && phase == .requesting && world.takesDecline()
        if declines { return decline(packet, world) }
        let renewal = packet.renewalSeconds ?? seconds / 2
        let rebinding = packet.rebindingSeconds ?? UInt32(UInt64(seconds) * 7 / 8)
        let lease = Lease(
            address: packet.yiaddr, server: server, seconds: seconds,
            until: requestedAt.advanced(seconds: seconds),
            renewAt: requestedAt.advanced(seconds: renewal),
            rebindAt: requestedAt.advanced(seconds: rebinding))
        self.lease = lease
        lastAddress = lease.address
        world.note(name, "holds \(lease.address) for \(seconds) s")
        world.safety.taken(lease, by: self, world)
        settle(lease, world)
    }

    private func decline(_ ack: ClientPacket, _ world: World) {
        var packet = self.packet(.decline)
        packet.requested = ack.yiaddr
        packet.server = ack.server
        leave(world)
        world.datagram(packet, from: self, to: nil)
        // RFC 2131 §3.1: ten seconds before the client begins again.
        later(10_000, world) { client, world in client.discover(world) }
    }

    /// Uses its lease until something is due.
    private func settle(_ lease: Lease, _ world: World) {
        enter(.bound, world)
        tried = nil
        guard !isScripted else { return }
        let left = Int(
            (max(lease.renewAt, world.now).nanoseconds - world.now.nanoseconds) / 1_000_000)
        guard let whim = world.whim(before: left) else {
            later(left, world) { client, world in client.renew(world) }
            return
        }
        later(whim.milliseconds, world) { client, world in client.follow(whim, world) }
    }

    private func follow(_ whim: Whim, _ world: World) {
        switch whim.act {
        case .leave: return world.replace(self)
        case .release: release(world)
        case .reboot: vanish(world)
        }
        later(whim.pause, world) { client, world in
            client.reboot(world)
        }
    }
}

/// Something a client does without need.
struct Whim {
    enum Act { case release, reboot, leave }
    var act: Act
    var milliseconds: Int
    var pause: Int
}
