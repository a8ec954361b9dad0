import FixtureFiles
import OmapiClient
import Testing

/// What ISC's omshell and server said to each other and to the user, recorded by
/// `Tests/Differential/omshell --record`, said again by our session: the same bytes on the wire and
/// on the screen.
@Suite struct TranscriptTests {
    /// A command, what followed on the wire, and the screen up to the next prompt.
    struct Step {
        var command: [UInt8]
        var wire: [(fromServer: Bool, bytes: [UInt8])] = []
        var screen: [UInt8] = []
    }

    static func steps(_ name: String) -> [Step]? {
        guard let text = contents(fixtures("omshell") + "/\(name).txt") else { return nil }
        var steps = [Step(command: [])]
        for line in text.split(separator: 0x0a) {
            let rest = line.dropFirst(2)
            switch line.first {
            case UInt8(ascii: ">"): steps.append(Step(command: unescaped(rest)))
            case UInt8(ascii: "C"): steps[steps.count - 1].wire.append((false, unhexed(rest)))
            case UInt8(ascii: "S"): steps[steps.count - 1].wire.append((true, unhexed(rest)))
            default: steps[steps.count - 1].screen += unescaped(rest)
            }
        }
        return steps
    }

    @Test(arguments: [
        "few-unconnected", "few-values", "lease", "signed", "plain-key", "no-key", "wrong-secret",
        "unknown-key",
    ])
    func isSaidAgain(name: String) throws {
        let steps = try #require(Self.steps(name))
        try #require(steps.count > 2)
        var session = newSession()
        // Only the first connection of ISC's shell begins with a number that is known.
        var connections = 0
        #expect(written(session.start()) == steps[0].screen)
        for step in steps.dropFirst() {
            var effects = session.handle(.line(step.command + [0x0a]))
            var screen = written(effects)
            var sent: [UInt8] = []
            var fromServer = step.wire.filter(\.fromServer)[...]
            for _ in 0..<20 {
                for case .send(let bytes) in effects { sent += bytes }
                guard let last = effects.last, last != .readLine else { break }
                switch last {
                case .connect:
                    connections += 1
                    effects = session.handle(.connected)
                case .lookUpService: effects = session.handle(.service(nil))
                case .awaitBytes:
                    let next = fromServer.popFirst()?.bytes ?? []
                    effects = session.handle(next.isEmpty ? .closed : .received(next))
                default: Issue.record("\(last)")
                }
                screen += written(effects)
            }
            #expect(
                String(decoding: screen, as: UTF8.self)
                    == String(decoding: step.screen, as: UTF8.self),
                "\(String(decoding: step.command, as: UTF8.self))")
            if connections == 1 {
                #expect(sent == step.wire.filter { !$0.fromServer }.flatMap(\.bytes))
            }
        }
    }
}
