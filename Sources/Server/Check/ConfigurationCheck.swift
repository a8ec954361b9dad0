public import ConfParser
public import Leases
public import Wire

/// All that happens between reading a configuration and starting or, with `-t`, not starting
/// (server-v4.md §1.5, steps 7 to 9).
public struct ConfigurationCheck: Sendable {
    /// What is to be done and logged, in order.
    public private(set) var steps: [Step] = []
    /// The messages as `--diagnostics=json` shows them, the fatal one last.
    public private(set) var reports: [DiagnosticReport] = []
    /// The fatal message; with it the process ends with status 1 after ``steps``.
    public private(set) var fatal: [UInt8]?
    public private(set) var parameters = ProcessParameters()
    /// The compiled configuration, unless ``fatal`` is set.
    public private(set) var configuration: Configuration?
    /// Variables and functions of the outermost statements, for ``Evaluator/globals``.
    public private(set) var globals = Variables()

    private let explains: Bool
    private let configurationPath: [UInt8]
    private let files: [[UInt8]]

    /// One act of the shell.
    public enum Step: Sendable {
        /// A log line.
        case log(LogLevel, [UInt8])
        /// A line of a complaint of the parser, which is not cut as other lines are.
        case complaint([UInt8])
        /// `log-facility`: open the system log anew and send the banner there, and only there.
        case reopenLog(facility: UInt8)
    }

    /// What the shell knows and the text does not say.
    public struct Surroundings: Sendable {
        public var family: ProtocolFamily
        /// As given on the command line or by default; shown in `Config file: %s`.
        public var configurationPath: [UInt8]
        public var leasePath: [UInt8]
        public var pidPath: [UInt8]
        /// `-q`: the lines with the file names are left out.
        public var isQuiet = false
        /// `--explain`: hints follow the messages that have one.
        public var explains = false
        /// Name of this machine.
        public var hostname: [UInt8] = []
        public var now = Timestamp.none

        /// The usual surroundings.
        public init(
            family: ProtocolFamily, configurationPath: [UInt8], leasePath: [UInt8],
            pidPath: [UInt8]
        ) {
            self.family = family
            self.configurationPath = configurationPath
            self.leasePath = leasePath
            self.pidPath = pidPath
        }
    }

    /// Checks what was read.
    /// - Parameter resolve: looks a host name up; called for the names that the outermost
    ///   statements need, each once.
    public init(
        _ outcome: ParseOutcome, _ surroundings: Surroundings,
        resolve: ([UInt8]) -> NameTable.Answer
    ) {
        explains = surroundings.explains
        configurationPath = surroundings.configurationPath
        files = outcome.tree.files
        for message in outcome.messages {
            if case .evaluation(let one) = message {
                evaluate(one, outcome.tree, surroundings, resolve)
            } else {
                add(message)
            }
        }
        if let reason = outcome.fatal {
            fatal = reason
            if let notice = outcome.fatalNotice { report(notice) }
            return
        }
        guard !outcome.hasErrors else {
            fail(.configurationErrors, "Configuration file errors encountered -- exiting")
            return
        }
        let compiled = Configuration(outcome.tree)
        var evaluator = Evaluator(compiled)
        let (stepsBefore, reportsBefore) = (steps.count, reports.count)
        while true {
            evaluator.runStartup(hostname: surroundings.hostname, now: surroundings.now)
            readParameters(&evaluator, compiled, surroundings)
            let missing = evaluator.unresolvedNames
            guard !missing.isEmpty else { break }
            // Once more with the names that were asked for; each round knows more of them.
            for name in missing { evaluator.names.set(name, resolve(name)) }
            (parameters, fatal) = (ProcessParameters(), nil)
            steps.removeLast(steps.count - stepsBefore)
            reports.removeLast(reports.count - reportsBefore)
        }
        globals = evaluator.globals
        guard fatal == nil else { return }
        checkFailover(compiled)
        guard fatal == nil else { return }
        for list in compiled.uncountedRanges {
            let start = "Threshold logging disabled for shared subnet of ranges: "
            add(.thresholdLoggingDisabled, .info, Array(start.utf8) + list)
        }
        configuration = compiled
    }

    private mutating func add(_ message: ParseMessage) {
        var level = LogLevel.info
        for line in message.lines {
            if case .diagnostic = message {
                level = .error
                steps.append(.complaint(line))
            } else {
                steps.append(.log(.info, line))
            }
        }
        guard let report = message.report else { return }
        reports.append(report)
        if explains, let hint = report.hint { steps.append(.log(level, hint)) }
    }

    /// Does what ISC does at the end of a host.
    private mutating func evaluate(
        _ evaluation: IdentifierEvaluation, _ tree: ConfigurationTree,
        _ surroundings: Surroundings, _ resolve: ([UInt8]) -> NameTable.Answer
    ) {
        let remarks = IdentifierRemarks(
            evaluation, options: tree.options, hostname: surroundings.hostname,
            now: surroundings.now, resolve: resolve)
        for line in remarks.lines { take(line.level, line.text) }
        if let warning = remarks.warning { add(.notice(warning)) }
    }

    /// A message of the checks themselves.
    private mutating func add(
        _ id: NoticeID, _ level: LogLevel, _ line: [UInt8], at place: SourcePosition = .none
    ) {
        steps.append(.log(level, line))
        var notice = Notice(id, line)
        if place.line > 0, Int(place.file) < files.count {
            let column = UInt32(place.column)
            notice.range = SourceRange(
                file: files[Int(place.file)], line: place.line, column: column,
                endLine: place.line, endColumn: column)
        }
        let report = report(notice)
        if explains, let hint = report.hint { steps.append(.log(level, hint)) }
    }

    @discardableResult
    private mutating func report(_ notice: Notice) -> DiagnosticReport {
        var report = DiagnosticReport(notice)
        report.file = report.file ?? configurationPath
        reports.append(report)
        return report
    }

    private mutating func log(_ level: LogLevel, _ text: String) {
        steps.append(.log(level, Array(text.utf8)))
    }

    private mutating func fail(_ id: NoticeID, _ text: String) {
        fail(id, Array(text.utf8))
    }

    private mutating func fail(_ id: NoticeID, _ text: [UInt8]) {
        fatal = text
        report(Notice(id, text))
    }

    /// Lines that the evaluator wrote since the last call.
    private mutating func takeLines(_ evaluator: inout Evaluator) {
        for line in evaluator.logs {
            take(line.level, Array(evaluator.text(line)))
        }
        evaluator.forgetOutput()
    }

    /// A line of an evaluation.
    private mutating func take(_ level: LogLevel, _ text: [UInt8]) {
        if level == .fatal {
            fail(.logFatal, text)
        } else {
            steps.append(.log(level, text))
        }
    }

    // MARK: - Parameters

    private mutating func readParameters(
        _ evaluator: inout Evaluator, _ compiled: Configuration, _ surroundings: Surroundings
    ) {
        takeLines(&evaluator)
        guard fatal == nil else { return }
        readPaths(&evaluator, surroundings.family)
        readPorts(&evaluator, compiled, surroundings.family)
        guard fatal == nil else { return }
        if !surroundings.isQuiet { logPaths(surroundings) }
        readTheRest(&evaluator)
    }

    /// The value of a parameter, with what its evaluation logged.
    private mutating func value(
        _ parameter: ServerParameter, _ evaluator: inout Evaluator
    ) -> [UInt8]? {
        let range = evaluator.value(parameter.reference, DHCPv4Message())
        let result = range.map { Array(evaluator.bytes[$0]) }
        takeLines(&evaluator)
        return result
    }

    private mutating func readPaths(_ evaluator: inout Evaluator, _ family: ProtocolFamily) {
        parameters.leaseFileName = path(.leaseFileName, &evaluator)
        parameters.pidFileName = path(.pidFileName, &evaluator)
        guard family == .v6 else { return }
        if let path = path(.dhcpv6LeaseFileName, &evaluator) { parameters.leaseFileName = path }
        if let path = path(.dhcpv6PidFileName, &evaluator) { parameters.pidFileName = path }
    }

    /// A path ends at its first NUL.
    private mutating func path(
        _ parameter: ServerParameter, _ evaluator: inout Evaluator
    ) -> [UInt8]? {
        guard let bytes = value(parameter, &evaluator) else { return nil }
        return bytes.firstIndex(of: 0).map { Array(bytes[..<$0]) } ?? bytes
    }

    /// A number of exactly so many bytes; another length is the fatal `complaint`.
    private mutating func number(
        _ parameter: ServerParameter, bytes count: Int, _ complaint: String,
        _ evaluator: inout Evaluator
    ) -> UInt32? {
        guard fatal == nil, let bytes = value(parameter, &evaluator) else { return nil }
        guard bytes.count == count else {
            fail(.invalidParameter, complaint)
            return nil
        }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func readPorts(
        _ evaluator: inout Evaluator, _ compiled: Configuration, _ family: ProtocolFamily
    ) {
        parameters.omapiPort = number(
            .omapiPort, bytes: 2, "invalid omapi port data length", &evaluator
        ).map { UInt16(truncatingIfNeeded: $0) }
        readKey(&evaluator, compiled)
        parameters.localPort = number(
            .localPort, bytes: 2, "invalid local port data length", &evaluator
        ).map { UInt16(truncatingIfNeeded: $0) }
        parameters.remotePort = number(
            .remotePort, bytes: 2, "invalid remote port data length", &evaluator
        ).map { UInt16(truncatingIfNeeded: $0) }
        parameters.broadcastAddress = number(
            .limitedBroadcastAddress, bytes: 4, "invalid broadcast address data length",
            &evaluator
        ).map { IPv4Address($0) }
        parameters.localAddress = number(
            .localAddress, bytes: 4, "invalid local address data length", &evaluator
        ).map { IPv4Address($0) }
        if family == .v6 { readAddress6(&evaluator) }
        let style = number(.ddnsUpdateStyle, bytes: 1, "invalid dns update type", &evaluator)
        parameters.ddnsUpdateStyle = UInt8(truncatingIfNeeded: style ?? 0)
        if style == 1 { fail(.invalidParameter, "ddns-update-style ad_hoc no longer supported") }
        evaluateUpdateParameters(&evaluator)
    }

    /// What decides on updates of names, which are not made, is evaluated for what that logs.
    private mutating func evaluateUpdateParameters(_ evaluator: inout Evaluator) {
        guard fatal == nil else { return }
        let addresses: [ServerParameter] = [.ddnsLocalAddress4, .ddnsLocalAddress6]
        // ISC: the older parameter hides those that replace it.
        let detection: [ServerParameter] =
            evaluator.reply.contains(ServerParameter.updateConflictDetection.reference)
            ? [.updateConflictDetection]
            : [.ddnsDualStackMixedMode, .ddnsGuardIDMustMatch, .ddnsOtherGuardIsDynamic]
        for parameter in addresses + detection { _ = value(parameter, &evaluator) }
    }

    private mutating func readKey(_ evaluator: inout Evaluator, _ compiled: Configuration) {
        guard fatal == nil, let name = path(.omapiKey, &evaluator) else { return }
        guard compiled.keys.contains(where: { $0.name.equalsIgnoringCase(name) }) else {
            let start = Array("OMAPI key ".utf8)
            return fail(.unknownOmapiKey, start + name + Array(": not found".utf8))
        }
        parameters.omapiKey = name
    }

    private mutating func readAddress6(_ evaluator: inout Evaluator) {
        guard fatal == nil else { return }
        if let address = value(.localAddress6, &evaluator) {
            guard address.count == 16 else {
                return fail(.invalidParameter, "invalid local address data length")
            }
            parameters.localAddress6 = address
        }
        parameters.bindsLocalAddress6 = flag(.bindLocalAddress6, &evaluator)
    }

    private mutating func logPaths(_ surroundings: Surroundings) {
        let lines: [(String, [UInt8])] = [
            ("Config file: ", surroundings.configurationPath),
            ("Database file: ", parameters.leaseFileName ?? surroundings.leasePath),
            ("PID file: ", parameters.pidFileName ?? surroundings.pidPath),
        ]
        for (label, path) in lines { steps.append(.log(.info, Array(label.utf8) + path)) }
    }

    private mutating func flag(
        _ parameter: ServerParameter, _ evaluator: inout Evaluator
    ) -> Bool {
        guard fatal == nil else { return false }
        return value(parameter, &evaluator)?.first == 1
    }

    private mutating func readTheRest(_ evaluator: inout Evaluator) {
        if let facility = number(.logFacility, bytes: 1, "invalid log facility", &evaluator) {
            parameters.logFacility = UInt8(truncatingIfNeeded: facility)
            steps.append(.reopenLog(facility: UInt8(truncatingIfNeeded: facility)))
        }
        let count = number(
            .delayedAck, bytes: 2, "invalid max delayed ACK count ", &evaluator)
        parameters.delayedAck = UInt16(truncatingIfNeeded: count ?? 0)
        let delay = number(
            .maxAckDelay, bytes: 4, "invalid max ack delay configuration", &evaluator)
        parameters.maxAckDelayMicroseconds = delay ?? 250_000
        if flag(.dontUseFsync, &evaluator) {
            parameters.usesFsync = false
            log(.error, "Not using fsync() to flush lease writes")
        }
        if flag(.serverIDCheck, &evaluator) {
            parameters.checksServerID = true
            log(.info, "Setting server-id-check true")
        }
        let mode = number(.prefixLengthMode, bytes: 1, "invalid prefix-len-mode", &evaluator)
        parameters.prefixLengthMode = UInt8(truncatingIfNeeded: mode ?? 1)
        let seconds = number(
            .abandonLeaseTime, bytes: 4, "invalid abandon-lease-time", &evaluator)
        parameters.abandonLeaseSeconds = seconds ?? 86_400
        parameters.releasesOnRoam = flag(.releaseOnRoam, &evaluator)
        parameters.checksSecsByteOrder = flag(.checkSecsByteOrder, &evaluator)
    }

    // MARK: - Failover

    /// ISC: goes through the relationships from the last declared to the first.
    private mutating func checkFailover(_ compiled: Configuration) {
        var isSane = true
        for peer in compiled.relationships.reversed() {
            if !peer.isReferenced {
                isSane = false
                let rest =
                    ", has no referring pools. You must refer to each peer in at least one "
                    + "pool declaration."
                let line = Array("ERROR: Failover peer, ".utf8) + peer.name + Array(rest.utf8)
                add(.unusedFailoverPeer, .error, line, at: peer.position)
            }
            if peer.loadBalanceMaxSeconds ?? 0 == 0 {
                let start = "WARNING: load balancing will be disabled for failover peer, "
                let rest = ", because its load balance max secs is 0"
                let line = Array(start.utf8) + peer.name + Array(rest.utf8)
                add(.loadBalancingDisabled, .info, line, at: peer.position)
            }
        }
        if !isSane { fail(.failoverCheckFailed, "Failover configuration sanity check failed") }
    }
}
