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
///     swarm FILE.txt...             scenarios of Tests/Fixtures/scenarios
@main
struct Runner {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard let first = arguments.first else {
            exit(play(CommandLine.arguments.dropFirst()))
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

    private static func play(_ paths: ArraySlice<String>) -> Int32 {
        var failures = 0
        for path in paths {
            let failure = read(path).map { Scenario.failure(of: $0) } ?? "not to be read"
            if failure != nil { failures += 1 }
            say("\(path): \(failure ?? "as expected")")
        }
        return failures == 0 && !paths.isEmpty ? 0 : 1
    }

    private static func read(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: bytes, as: UTF8.self)
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
