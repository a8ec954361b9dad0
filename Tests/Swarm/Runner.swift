import Glibc
import Simulation

#if MUTATIONS
    import Wire
#endif

/// Runs seeds of the simulation one after the other, optimised and without the test framework.
///
///     swarm FIRST LAST              every seed; a line for each that fails
///     swarm FIRST LAST MUTATION     with a rule of the product switched off, until a seed fails
///     swarm SEED                    that one, with its whole story
@main
struct Runner {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard let first = arguments.first else {
            say("which seeds?")
            exit(2)
        }
        if arguments.count == 1 {
            let outcome = World.run(.swarm(seed: first), storyLines: 1_000_000)
            say(outcome.story)
            say("seed \(first): \(outcome.violation ?? "all is well")")
            exit(outcome.violation == nil ? 0 : 1)
        }
        let mutation = arguments.count > 2 ? Int(arguments[2]) : 0
        #if MUTATIONS
            unsafe activeMutation = mutation
        #endif
        exit(run(first...max(first, arguments[1]), untilFailure: mutation != 0))
    }

    /// The exit status: 1 if a seed failed.
    private static func run(_ seeds: ClosedRange<UInt64>, untilFailure: Bool) -> Int32 {
        var failures = 0
        for seed in seeds {
            let outcome = World.run(.swarm(seed: seed), storyLines: 1)
            guard let violation = outcome.violation else { continue }
            failures += 1
            say("seed \(seed): \(violation)")
            if untilFailure { return 1 }
        }
        say("\(seeds.count) seeds, \(failures) failed")
        return failures == 0 ? 0 : 1
    }

    private static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe write(1, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { exit(2) }
            rest = rest.dropFirst(count)
        }
    }
}
