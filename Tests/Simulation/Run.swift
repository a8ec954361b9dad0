import Leases
import Wire

/// How a run ended.
public struct Outcome: Sendable {
    /// The seed that gives the same run again.
    public let seed: UInt64
    /// What broke, or `nil`.
    public let violation: String?
    /// The last lines before the end.
    public let story: String
    /// How many acts the run had.
    public let actCount: Int
}

extension World {
    /// One whole run: both servers start, a storm of faults, then calm in which all must heal.
    public static func run(_ plan: Plan, storyLines: Int = 60) -> Outcome {
        let world = World(plan, historyLines: storyLines)
        // A process knows its links, these their machine: nothing else would let them go.
        defer { for node in world.nodes { node.process = nil } }
        world.addClients()
        world.beginStorm()
        for node in world.nodes {
            world.after(milliseconds: world.chance.pick(0...30_000)) { $0.boot(node) }
        }
        world.run(seconds: plan.stormSeconds)
        if world.violation == nil { world.endStorm() }
        world.waitForPeace()
        return Outcome(
            seed: plan.seed, violation: world.violation, story: world.story(last: storyLines),
            actCount: world.actCount)
    }

    func addClients() {
        for number in 0..<plan.clientCount {
            let hasID = chance.happens(perMille: 300)
            let hardware: [UInt8] = [2, 0x10, 0, 0, UInt8(chance.below(256)), UInt8(number & 0xff)]
            clients.append(
                Client(
                    name: "c\(number + 1)", hardware: hardware,
                    clientID: hasID ? [0, UInt8(chance.below(256)), UInt8(number & 0xff)] : [],
                    isRelayed: plan.relayedRange != nil && chance.happens(perMille: 400)))
        }
    }

    /// Liveness: within a bound from the last fault everything is as it should be.
    private func waitForPeace() {
        let bound = 4 * plan.mclt + 3 * plan.leaseSeconds + 2 * plan.balanceSeconds.upperBound + 400
        var waited = 0
        var complaint: String?
        repeat {
            run(seconds: 20)
            waited += 20
            guard violation == nil else { return }
            complaint = unrest()
        } while complaint != nil && waited < bound
        if let complaint { return fail("\(waited) s after the last fault: \(complaint)") }
        for node in nodes {
            if let process = node.process { safety.checkReread(node, process, self, isWhole: true) }
        }
    }

    /// What is not yet as it should be when nothing goes wrong any more.
    private func unrest() -> String? {
        // What operators did outlasts the storm.
        for node in nodes { resume(node) }
        for node in nodes where node.state != "normal" {
            return "\(node.name) is \(node.state)"
        }
        let isEnough = !plan.isTight && clients.count == plan.clientCount
        for client in clients where client.holds(at: now) == nil && isEnough && !client.hasLeft {
            return "\(client.name) has no address"
        }
        if promise.isBroken { return "the servers have not come to terms" }
        for node in nodes {
            guard let process = node.process else { return "\(node.name) is down" }
            let wall = node.clocks(now).wall
            // A client may have renewed just now.
            for row in Product.rows(process) where row.cltt + 10 < wall {
                if !row.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue]) {
                    return "\(row.address) of \(node.name) is still to be announced"
                }
            }
        }
        return disagreement() ?? imbalance()
    }

    /// Both ends must believe the same of every address.
    private func disagreement() -> String? {
        guard let primary = nodes[0].process, let secondary = nodes[1].process else { return nil }
        for (left, right) in Product.pairs(primary, secondary) {
            if left.bindingState != right.bindingState {
                return "\(left.address) is \(left.bindingState.name) on the primary and "
                    + "\(right.bindingState.name) on the secondary"
            }
            if left.bindingState == .active, left.hardware != right.hardware {
                return "\(left.address) has two clients"
            }
        }
        return nil
    }

    /// failover.md §7.1: neither side may lack more than the larger of the two thresholds.
    private func imbalance() -> String? {
        guard let primary = nodes[0].process else { return nil }
        let rows = Product.rows(primary)
        for range in [plan.range, plan.relayedRange].compactMap({ $0 }) {
            // A second pool in the same subnet with the same rules is one with the first.
            let isFirst = range.first == plan.range.first
            let pool = rows.filter {
                range.contains($0.address)
                    || isFirst && Configurations.secondRange.contains($0.address)
            }
            let free = pool.count { $0.bindingState == .free }
            let backup = pool.count { $0.bindingState == .backup }
            let allowed = ((free + backup) * 15 + 50) / 100 + 1
            if abs(free - backup) / 2 > allowed {
                return "the pool at \(range.first) has \(free) free and \(backup) backup leases"
            }
        }
        return nil
    }
}
