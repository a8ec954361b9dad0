import Leases
import Wire

/// Faults, in the measure that the plan gives.
extension World {
    private static let millisecondsPerSecond = 1000

    /// Clients begin, faults begin.
    func beginStorm() {
        isStormy = true
        for client in clients {
            client.isScripted = false
            after(milliseconds: chance.pick(0...20_000)) { world in client.discover(world) }
        }
        let crash = plan.crashEverySeconds
        again(crash) { world in world.crash(world.chance.pick(world.nodes), isPowerLoss: false) }
        again(plan.powerLossEverySeconds) { world in
            world.crash(world.chance.pick(world.nodes), isPowerLoss: true)
        }
        again(plan.diskLossEverySeconds) { world in world.loseDisk(world.chance.pick(world.nodes)) }
        again(plan.cutEverySeconds) { world in
            if world.isCableLeftAlone { return }
            world.network.cut(world)
            let long = world.chance.happens(perMille: 300) ? 200_000 : 30_000
            world.after(milliseconds: world.chance.pick(10...long)) {
                if !$0.isOutage { $0.network.heal($0) }
            }
        }
        again(plan.resetEverySeconds) { world in
            if !world.isCableLeftAlone { world.network.reset(world) }
        }
        again(plan.deafEverySeconds) { world in
            let node = world.chance.pick(world.nodes)
            node.isDeaf = true
            world.note(node.name, "is not reached by clients")
            world.after(milliseconds: world.chance.pick(1000...60_000)) { _ in node.isDeaf = false }
        }
        again(plan.fullDiskEverySeconds) { world in
            let node = world.chance.pick(world.nodes)
            node.isDiskFull = true
            world.note(node.name, "has a full disk")
            world.after(milliseconds: world.chance.pick(10...30_000)) { _ in
                node.isDiskFull = false
            }
        }
        again(plan.rewriteEverySeconds) { world in
            world.rewriteLeases(world.chance.pick(world.nodes))
        }
        again(plan.reloadEverySeconds) { world in world.reload(world.chance.pick(world.nodes)) }
        if plan.skewSeconds > 0 { stepClocks() }
        beginOperators()
    }

    /// The same configuration, or another option, or a relationship that must connect anew, or one
    /// more pool, which the partner gets at another time, but while the two talk: of what the first
    /// has given, alone, the second would know nothing (dhcpd-failover(7)).
    private func reload(_ node: Node) {
        var variant = node.variant
        switch chance.below(8) {
        case 0...2: break
        case 3...5: variant.number += 1
        case 6: variant.moreUnacked = 1 - variant.moreUnacked
        default: variant.hasSecondPool = variant.hasSecondPool || mayBringPool
        }
        reload(node, variant)
    }

    private var mayBringPool: Bool {
        let isFirst = nodes.allSatisfy { !$0.variant.hasSecondPool }
        return isFirst
            || !network.isCut
                && nodes.allSatisfy { $0.state == "normal" && !$0.isSuspended }
    }

    /// Brings the pool to the server that lacks it, if one does.
    private func evenPools() {
        guard nodes[0].variant.hasSecondPool != nodes[1].variant.hasSecondPool else { return }
        guard mayBringPool else { return after(milliseconds: 500) { $0.evenPools() } }
        for node in nodes where !node.variant.hasSecondPool {
            var variant = node.variant
            variant.hasSecondPool = true
            reload(node, variant)
        }
    }

    /// Faults and whims end; whoever was away comes back.
    func endStorm() {
        note("world", "the storm is over")
        isStormy = false
        isOutage = false
        network.heal(self)
        for node in nodes {
            node.isDeaf = false
            node.isDiskFull = false
            node.process?.effectsUntilCrash = nil
            wake(node)
            boot(node)
        }
        evenPools()
        for client in clients where client.phase == .off && !client.hasLeft {
            after(milliseconds: chance.pick(0...12_000)) { world in
                if client.phase == .off { client.reboot(world) }
            }
        }
    }

    func again(_ meanSeconds: Int, _ act: @escaping (World) -> Void) {
        guard meanSeconds > 0 else { return }
        after(milliseconds: chance.pick(0...2 * meanSeconds * Self.millisecondsPerSecond)) {
            world in
            guard world.isStormy else { return }
            act(world)
            world.again(meanSeconds, act)
        }
    }

    private func crash(_ node: Node, isPowerLoss: Bool) {
        guard let process = node.process, !isOutage else { return }
        if isPowerLoss {
            losePower(node)
        } else if chance.happens(perMille: 500) {
            kill(node)
        } else {
            // Dies in the middle of its next turn with something to do.
            process.effectsUntilCrash = chance.below(5)
        }
        let long = chance.happens(perMille: 200) ? 300_000 : 40_000
        after(milliseconds: chance.pick(50...long)) { world in
            if world.isStormy, !world.isOutage { world.boot(node) }
        }
    }

    /// A server loses its lease file. Nothing can be saved if its partner does not know the leases
    /// itself, so that must be whole and at work.
    private func loseDisk(_ node: Node) {
        let partner = nodes[node.role.partner.rawValue]
        let isWhole = [node, partner].allSatisfy {
            ["normal", "communications-interrupted"].contains($0.state)
        }
        guard node.process != nil, partner.process != nil, isWhole, !isOutage,
            isForgivable(node)
        else { return }
        kill(node)
        note(node.name, "loses its lease file")
        node.disk.replace(by: [])
        after(milliseconds: chance.pick(50...60_000)) { world in
            if world.isStormy { world.boot(node) }
        }
    }

    /// True if a loss of the lease file can be survived: what the partner was not told lasts for no
    /// more than MCLT. Longer promises, on the strength of what it had acknowledged, and then
    /// forgotten, are beyond the protocol.
    func isForgivable(_ node: Node) -> Bool {
        if plan.leaseSeconds <= plan.mclt { return true }
        guard let process = node.process, nodes.allSatisfy({ $0.state == "normal" }) else {
            return false
        }
        return Product.rows(process).allSatisfy {
            $0.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue])
        }
    }

    private func stepClocks() {
        let limit = plan.skewSeconds * Self.millisecondsPerSecond
        for node in nodes { stepClock(node, milliseconds: chance.pick(-limit...limit)) }
        again(200) { world in
            let node = world.chance.pick(world.nodes)
            world.stepClock(node, milliseconds: world.chance.pick(-limit...limit))
        }
    }

    // MARK: - Whims of clients

    /// What a client that has just been bound does before it must renew, or nothing.
    func whim(before milliseconds: Int) -> Whim? {
        guard isStormy, milliseconds > 1000, chance.happens(perMille: 300) else { return nil }
        if plan.leavingPerMille > 0, clients.count < Self.clientsMax,
            chance.happens(perMille: plan.leavingPerMille)
        {
            return Whim(act: .leave, milliseconds: chance.below(milliseconds), pause: 0)
        }
        let act: Whim.Act = chance.happens(perMille: 500) ? .release : .reboot
        return Whim(
            act: act, milliseconds: chance.below(milliseconds),
            pause: chance.pick(100...60_000))
    }

    private static let clientsMax = 40

    /// A client is switched off for good, with its lease; another one comes into the house.
    func replace(_ client: Client) {
        client.hasLeft = true
        client.vanish(self)
        let number = clients.count
        let hardware: [UInt8] = [2, 0x10, 0, 1, UInt8(chance.below(256)), UInt8(number & 0xff)]
        let next = Client(
            name: "c\(number + 1)", hardware: hardware, clientID: [], isRelayed: client.isRelayed)
        clients.append(next)
        after(milliseconds: chance.pick(100...5000)) { world in next.discover(world) }
    }

    /// True when a client finds its new address in use and declines it.
    func takesDecline() -> Bool {
        guard isStormy, declinesLeft > 0, chance.happens(perMille: 20) else { return false }
        declinesLeft -= 1
        return true
    }
}
