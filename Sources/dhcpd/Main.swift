import Leases

/// The program: reads its command line, starts as server-v4.md §1.5 lists it, and serves.
@main
struct Main {
    static func main() {
        Daemon.openStandardDescriptors()
        let words = Environment.words()
        let log = Log(ident: baseName(words.first ?? Array("dhcpd".utf8)))
        let arguments: Arguments
        do throws(Arguments.Failure) {
            arguments = try Arguments(words.dropFirst().map { $0 })
        } catch {
            refuse(error, log)
        }
        let daemon = Daemon(forks: arguments.isDaemon, log: log)
        var startup = Startup(arguments, log: log)
        startup.run(daemon)
    }

    private static func baseName(_ path: [UInt8]) -> [UInt8] {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        return slash.map { Array(path[($0 + 1)...]) } ?? path
    }

    private static func refuse(_ failure: Arguments.Failure, _ log: Log) -> Never {
        switch failure {
        case .version: leave(saying: Banner.versionLine)
        case .help: leave(saying: Usage.text)
        case .fatal(let text): log.fatal(text)
        case .usage(let text):
            for line in Banner.lines { log.write(.info, line) }
            log.write(.error, text)
            log.fatal(Usage.text)
        }
    }

    private static func leave(saying text: String) -> Never {
        writeToStandardError(Array((text + "\n").utf8))
        leaveProcess(0)
    }
}
