import Glibc
import Simulation
import Testing

/// Whole runs with faults, one per seed.
///
/// `SIM_SEEDS=N` runs seeds 1 to N instead of the usual number; `SIM_SEED=K` runs that one alone
/// and tells its last 400 lines; `SIM_SKIP=M` begins after M.
@Suite struct StormTests {
    static let usualCount: UInt64 = 200

    /// Every seed that ever failed, whatever it showed.
    static let failedBefore: [UInt64] = [
        5, 16, 23, 64, 104, 106, 141, 171, 189, 246, 324, 508, 531, 564, 626, 653, 660, 688, 794,
        925, 1028, 1429, 1500, 1567, 1649, 1686, 1717, 1773, 1798, 1877, 1941, 2208, 2862, 2877,
        3294, 3876, 3897, 3901, 4896, 4928, 5030, 21113, 21681, 32060, 34056, 34331, 34575, 44164,
        47986, 53785, 57920, 61585, 78085, 86989, 88995, 111294, 114416, 125904, 140040,
        154417, 161488, 172639, 181552, 188817, 198449, 211136,
    ]

    static func environment(_ name: String) -> UInt64? {
        guard let value = unsafe getenv(name) else { return nil }
        return UInt64(unsafe String(cString: value))
    }

    static var seeds: [UInt64] {
        if let only = environment("SIM_SEED") { return [only] }
        let first = (environment("SIM_SKIP") ?? 0) + 1
        let last = first + max(environment("SIM_SEEDS") ?? usualCount, 1) - 1
        return failedBefore.filter { !(first...last).contains($0) } + Array(first...last)
    }

    /// As they are, and some with reloads on either side or with ISC's secondary.
    @Test(arguments: seeds) func survives(_ seed: UInt64) {
        let isAlone = Self.environment("SIM_SEED") != nil
        for plan in Plan.runs(ofSeed: seed) {
            let outcome = World.run(plan, storyLines: isAlone ? 100_000 : 60)
            #expect(
                outcome.violation == nil,
                """
                seed \(seed)\(plan.variant): \(outcome.violation ?? "")
                \(outcome.violation == nil ? "" : outcome.story)
                """)
        }
    }

    @Test func sameSeedIsSameRun() {
        let first = World.run(.swarm(seed: 4242))
        let second = World.run(.swarm(seed: 4242))
        #expect(first.actCount == second.actCount)
        #expect(first.story == second.story)
    }
}
