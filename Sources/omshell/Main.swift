import Glibc
import OmapiClient
import Signing
import Wire

/// The program: reads commands from standard input and carries out what the session asks for.
@main
struct Main {
    static func main() {
        let words = CommandLine.arguments
        let name = words.first.map(baseName) ?? "omshell"
        if words.count > 1 {
            writeAll(2, Array("Usage: \(name)\n".utf8))
            exit(1)
        }
        // A reader of our output that goes away must not end a change half way.
        signal(SIGPIPE, SIG_IGN)
        SystemLog.open(name)
        var generator = SystemRandomNumberGenerator()
        let session = OmshellSession(firstID: generator.next()) {
            Signature.hmac($0, secret: $1, $2)
        }
        var shell = Shell(session: session)
        shell.run()
    }

    private static func baseName(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
    }
}

/// Carries out the effects of a session.
struct Shell {
    private var session: OmshellSession
    private var input = LineInput()
    private var output = Output()
    private var connection: Connection?

    init(session: OmshellSession) { self.session = session }

    /// Runs until the session leaves.
    mutating func run() -> Never {
        var effects = session.start()
        while true {
            var answer: OmshellSession.Input?
            for effect in effects { answer = perform(effect) ?? answer }
            effects = session.handle(answer ?? .endOfInput)
        }
    }

    /// Carries out one effect; those that ask give the answer.
    private mutating func perform(_ effect: OmshellSession.Effect) -> OmshellSession.Input? {
        switch effect {
        case .output(let bytes): output.append(bytes)
        case .complain(let line): writeAll(2, line + [UInt8(ascii: "\n")])
        case .log(let line, let isDebug):
            SystemLog.write(line, isDebug: isDebug)
            writeAll(2, line + [UInt8(ascii: "\n")])
        case .readLine:
            output.flush()
            return input.next().map { .line($0) } ?? .endOfInput
        case .lookUpService(let name): return .service(Lookup.service(name))
        case .connect(let host, let port):
            switch Connection.open(host, port) {
            case .success(let opened):
                connection = opened
                return .connected
            case .failure(let failure): return .connectionFailed(failure.code)
            }
        case .send(let bytes): connection?.send(bytes)
        case .awaitBytes: return connection?.receive() ?? .closed
        case .disconnect: connection = nil
        case .leave(let status):
            output.flush()
            exit(status)
        }
        return nil
    }
}
