import ConfParser
import Leases
import Server
import Synchronization
import Wire

/// Reads and compiles the configuration anew on a thread of its own, so that clients are served
/// meanwhile; names are looked up there as well. The loop swaps the result in.
final class Reloader: Sendable {
    /// What cannot change without a restart.
    struct Fixed: Sendable {
        let port: UInt16
        let localAddress: IPv4Address?
        let leasePath: [UInt8]
        let pidPath: [UInt8]
        let usesFsync: Bool

        init(_ checked: CheckedConfiguration, _ paths: Paths) {
            port = checked.port
            localAddress = checked.parameters.localAddress
            leasePath = checked.parameters.leaseFileName ?? paths.leases
            pidPath = checked.parameters.pidFileName ?? paths.pid
            usesFsync = checked.parameters.usesFsync
        }

        /// The first parameter that is another one.
        func difference(_ other: Fixed) -> StaticString? {
            if leasePath != other.leasePath { return "lease-file-name" }
            if pidPath != other.pidPath { return "pid-file-name" }
            if port != other.port { return "local-port" }
            if localAddress != other.localAddress { return "local-address" }
            return usesFsync == other.usesFsync ? nil : "dont-use-fsync"
        }
    }

    /// Everything that is swapped in.
    struct Ready: Sendable {
        var replacement: Replacement
        var parameters: ProcessParameters
        var choice: InterfaceChoice
        var logFacility: Int32
    }

    /// What became of it.
    struct Result: Sendable {
        var lines: [(level: LogLevel, text: [UInt8])] = []
        /// Why the configuration cannot be used.
        var refusal: [UInt8]?
        var ready: Ready?
    }

    /// Readable when a result is there.
    let toLoop: WakeUp
    private let reader: ConfigurationReader
    private let fixed: Fixed
    private let interfaces: [[UInt8]]
    private let mailbox = Mutex<Result?>(nil)

    init(
        _ reader: ConfigurationReader, _ fixed: Fixed, interfaces: [[UInt8]]
    ) throws(SystemError) {
        toLoop = try WakeUp(isBlocking: false)
        self.reader = reader
        self.fixed = fixed
        self.interfaces = interfaces
    }

    /// Begins to read; the result of the last time must have been taken.
    /// - Parameter declarations: what the lease file would say beside leases.
    func begin(declarations: [UInt8]) throws(SystemError) {
        try ReloaderThread(self, declarations).start()
    }

    /// The result, once.
    func takeResult() -> Result? {
        mailbox.withLock { box in
            defer { box = nil }
            return box
        }
    }

    fileprivate func read(_ declarations: [UInt8]) {
        let result = makeResult(declarations)
        mailbox.withLock { $0 = result }
        toLoop.signal()
    }

    private func makeResult(_ declarationText: [UInt8]) -> Result {
        var result = Result()
        let reading = reader.read()
        for step in reading.steps {
            switch step {
            case .log(let level, let line): result.lines.append((level, line))
            case .complaint(let line): result.lines.append((.error, line))
            case .reopenLog: break
            }
        }
        guard var checked = reading.checked else {
            result.refusal = reading.fatal ?? []
            return result
        }
        if let name = fixed.difference(Fixed(checked, reader.paths)) {
            result.refusal = Array("\(name) is another one, which needs a restart".utf8)
            return result
        }
        let choice = InterfaceChoice(checked.configuration, named: interfaces)
        if let reason = choice.fatal {
            for case .say(let line) in choice.steps { result.lines.append((.error, line)) }
            result.refusal = reason
            return result
        }
        let declarations = RunTimeDeclarations(
            rendered: declarationText, over: checked.tree, now: Clock.now().wall)
        let complaints =
            reader.resolve(&checked) + reader.apply(declarations, to: &checked)
        result.lines += complaints.map { (.error, $0) }
        result.ready = ready(checked, declarations, choice)
        return result
    }

    private func ready(
        _ checked: CheckedConfiguration, _ declarations: RunTimeDeclarations,
        _ choice: InterfaceChoice
    ) -> Ready {
        var replacement = Replacement(checked.configuration, interfaces: [])
        replacement.parameters = checked.parameters
        replacement.hostname = NameLookup.hostname()
        replacement.format = LeaseDatabase.format(checked.configuration)
        replacement.declarations = declarations
        var names = checked.tree
        names.root = Scope()
        replacement.tree = names
        return Ready(
            replacement: replacement, parameters: checked.parameters, choice: choice,
            logFacility: checked.parameters.logFacility.map { Int32($0) }
                ?? Syslog.standardFacility)
    }
}

private final class ReloaderThread: ThreadBody {
    private let reloader: Reloader
    private let declarations: [UInt8]

    init(_ reloader: Reloader, _ declarations: [UInt8]) {
        self.reloader = reloader
        self.declarations = declarations
    }

    override func run() { reloader.read(declarations) }
}
