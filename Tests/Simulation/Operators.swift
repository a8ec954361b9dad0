import ConfParser
import Leases
import Server
import Wire

/// What operators do, and the long outages that make them do it.
extension World {
    private static let millisecondsPerSecond = 1000

    func beginOperators() {
        again(plan.outageEverySeconds) { world in world.outage() }
        again(plan.operatorEverySeconds) { world in world.operate(world.chance.pick(world.nodes)) }
        again(plan.pauseEverySeconds) { world in world.suspend(world.chance.pick(world.nodes)) }
        if plan.driftMilliseconds > 0 { drift() }
    }

    /// True while a long outage is under way, or a server relies on its partner being down: the
    /// small faults let the cable be, since who comes back unseen breaks the operators' promise.
    var isCableLeftAlone: Bool {
        isOutage || nodes.contains { $0.state == "partner-down" }
    }

    // MARK: - Outages

    /// The cable is cut while both serve on, then one server dies, perhaps with its disk; the other
    /// one's operator says so, and long after it comes back.
    private func outage() {
        guard !isOutage, nodes.allSatisfy({ $0.process != nil && $0.state == "normal" }) else {
            return
        }
        isOutage = true
        let victim = chance.pick(nodes)
        note("world", "a long outage of \(victim.name) begins")
        if chance.happens(perMille: 700) { network.cut(self) }
        let apart = chance.pick(0...plan.leaseSeconds * Self.millisecondsPerSecond)
        after(milliseconds: apart) { world in world.fell(victim) }
    }

    private func fell(_ victim: Node) {
        guard isStormy else { return }
        let survivor = nodes[victim.role.partner.rawValue]
        let isWhole = [victim, survivor].allSatisfy {
            ["normal", "communications-interrupted"].contains($0.state)
        }
        if chance.happens(perMille: 300), isWhole, isForgivable(victim) {
            kill(victim)
            note(victim.name, "loses its lease file")
            victim.disk.replace(by: [])
        } else {
            losePower(victim)
        }
        after(milliseconds: chance.pick(0...60_000)) { world in
            guard world.isStormy, world.isOutage, victim.process == nil else { return }
            world.declareDown(victim, survivor)
        }
        let long = (2 * plan.mclt + 2 * plan.leaseSeconds) * Self.millisecondsPerSecond
        after(milliseconds: chance.pick(1000...long)) { world in
            guard world.isStormy else { return }
            world.network.heal(world)
            world.isOutage = false
            world.boot(victim)
        }
    }

    private func declareDown(_ victim: Node, _ survivor: Node) {
        guard survivor.state == "communications-interrupted" else { return }
        set(survivor, to: .partnerDown)
    }

    // MARK: - Verbs

    private func set(_ node: Node, to state: FailoverStateName) {
        note("operator", "puts \(node.name) into \(state.word)")
        operate(node, to: state)
    }

    private func operate(_ node: Node) {
        guard node.process != nil, !isOutage else { return }
        let partner = nodes[node.role.partner.rawValue]
        switch node.state {
        case "normal":
            if plan.isCareless, chance.happens(perMille: 300) { return set(node, to: .partnerDown) }
            set(node, to: chance.happens(perMille: 500) ? .paused : .shutdown)
            after(milliseconds: chance.pick(100...200_000)) { world in world.resume(node) }
        case "communications-interrupted" where partner.process == nil || plan.isCareless:
            set(node, to: .partnerDown)
        default: break
        }
    }

    /// Takes a server out of the states that only an operator ends.
    func resume(_ node: Node) {
        guard node.process != nil, !node.isSuspended else { return }
        if node.state == "paused" { set(node, to: .communicationsInterrupted) }
        if node.state == "shutdown" { set(node, to: .recover) }
    }

    // MARK: - Processes and clocks

    /// The process stands still for a while, as by SIGSTOP or a machine that swaps.
    private func suspend(_ node: Node) {
        guard node.process != nil, !node.isSuspended else { return }
        note(node.name, "stands still")
        node.isSuspended = true
        after(milliseconds: chance.pick(100...90_000)) { world in world.wake(node) }
    }

    func wake(_ node: Node) {
        guard node.isSuspended else { return }
        note(node.name, "goes on")
        node.isSuspended = false
        let acts = node.suspendedActs
        node.suspendedActs = []
        for act in acts { act(self) }
        input(node, .tick)
    }

    /// Clocks that run too fast or too slow, within what the plan allows.
    private func drift() {
        guard isStormy else { return }
        let limit = max(plan.skewSeconds, 2) * Self.millisecondsPerSecond
        for node in nodes {
            let step = chance.pick(-plan.driftMilliseconds...plan.driftMilliseconds)
            node.setSkew(
                milliseconds: min(max(node.skewMilliseconds + step, -limit), limit))
        }
        after(milliseconds: 7000) { world in world.drift() }
    }
}
