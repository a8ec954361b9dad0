import Glibc
import Simulation

#if MUTATIONS
    import Wire
#endif

/// Runs seeds of the simulation one after the other, optimised and without the test framework.
///
///     swarm FIRST LAST              every seed; a line for each that fails
///     swarm FIRST LAST MUTATION FILE.txt...
///                                   with a rule of the product switched off, or several (`17+28`),
///                                   until a seed or a scenario fails
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
            exit(tell(first))
        }
        let isMutated = CommandLine.arguments.count > 3
        #if MUTATIONS
            let numbers = CommandLine.arguments.dropFirst(3).first ?? ""
            for number in numbers.split(separator: "+") {
                unsafe activeMutations |= 1 << (UInt64(number) ?? 0)
            }
        #endif
        let status = run(first...max(first, arguments[1]), untilFailure: isMutated)
        exit(status == 0 && isMutated ? play(CommandLine.arguments.dropFirst(4)) : status)
    }

    private static func tell(_ seed: UInt64) -> Int32 {
        var failures = 0
        for plan in Plan.runs(ofSeed: seed) {
            let outcome = World.run(plan, storyLines: 1_000_000)
            say(outcome.story)
            say("seed \(seed)\(plan.variant): \(outcome.violation ?? "all is well")")
            if outcome.violation != nil { failures += 1 }
        }
        return failures == 0 ? 0 : 1
    }

    private static func play(_ paths: ArraySlice<String>) -> Int32 {
        var failures = 0
        for path in paths {
            let failure = read(path).map { Scenario.failure(of: $0) } ?? "not to be read"
            guard let failure else { continue }
            failures += 1
            say("\(path): \(failure)")
        }
        say("\(paths.count) scenarios, \(failures) failed")
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
        var count = 0
        for plan in seeds.lazy.flatMap({ Plan.runs(ofSeed: $0) }) {
            count += 1
            let outcome = World.run(plan, storyLines: 0)
            guard let violation = outcome.violation else { continue }
            failures += 1
            say("seed \(plan.seed)\(plan.variant): \(violation)")
            if untilFailure { return 1 }
        }
        say("\(seeds.count) seeds, \(count) runs, \(failures) failed")
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
