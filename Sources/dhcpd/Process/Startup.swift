import ConfParser
import Glibc
import Leases
import Server
import Wire

/// The way from the command line to the loop, in ISC's order and with its lines
/// (server-v4.md §1.5).
struct Startup {
    let arguments: Arguments
    let log: Log
    var paths: Paths
    let family: ProtocolFamily
    private(set) var reader: ConfigurationReader
    let service = ServiceManager(environment: Environment.value)

    init(_ arguments: Arguments, log: Log) {
        self.arguments = arguments
        self.log = log
        family = arguments.family ?? .v4
        if let port = arguments.port {
            log.write(.debug, "binding to user-specified port \(port)")
        }
        paths = Paths(arguments, family: family, log: log)
        reader = ConfigurationReader(arguments, paths, family: family)
    }

    /// Starts and serves; the process ends in here.
    mutating func run(_ daemon: consuming Daemon) -> Never {
        log.toStandardError = !arguments.isQuiet
        if !arguments.isQuiet, !arguments.isReload {
            for line in Banner.lines { log.write(.info, line) }
        }
        checkCombinations()
        reader = ConfigurationReader(arguments, paths, family: family)
        if let path = arguments.traceInput {
            let tape = readTrace(path)
            paths.port = tape.beginning.port
            reader = ConfigurationReader(arguments, paths, family: family)
            reader.source = .tape(tape)
            playBack(tape, checkConfiguration())
        }
        beginTrace()
        let privileges = Privileges(arguments, log: log)
        let ping = reader.isTest ? nil : openPing()
        let checked = checkConfiguration()
        if arguments.isReload { ReloadRequest(pidPath: paths.pid, log: log).send() }
        if let folder = arguments.chroot { Privileges.changeRoot(folder, log: log) }
        if arguments.test == .configuration { leaveProcess(0) }
        if arguments.test == .leases, family == .v6 { testLeases6(checked) }
        refuseWhatIsMissing()
        serve(consume checked, privileges, ping, daemon)
    }

    /// `-tf`; not for a test, which is given nothing.
    private mutating func beginTrace() {
        guard let path = arguments.traceOutput, !reader.isTest, family == .v4 else { return }
        do throws(SystemError) {
            reader.source = .recording(try TraceRecorder(path: path))
        } catch {
            let name = String(decoding: path, as: UTF8.self)
            log.fatal("Can't open trace \(name): \(error.message)")
        }
    }

    private mutating func checkCombinations() {
        if family == .v6, arguments.broadcastAddress != nil {
            log.fatal(
                "You can only specify address to send replies to when running an IPv4 server.")
        }
        if arguments.traceInput != nil, arguments.leasePath == nil {
            log.write(.error, "")
            log.write(.error, "** You must specify a lease file with -lf.")
            log.write(.error, "   Dhcpd will not overwrite your default")
            log.fatal("   lease file when playing back a trace. **")
        }
        if arguments.port == nil, let text = Environment.bytes("DHCPD_PORT") {
            do throws(Arguments.Failure) {
                paths.port = try Arguments.port(text)
                log.write(.debug, "binding to environment-specified port \(paths.port ?? 0)")
            } catch {
                if case .fatal(let reason) = error { log.fatal(reason) }
            }
        }
    }
}
