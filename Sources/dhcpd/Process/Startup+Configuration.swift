import ConfParser
import Leases
import Server
import Wire

extension Startup {
    /// Reads and checks the configuration as far as `-t` does; every fault ends the process.
    mutating func checkConfiguration() -> CheckedConfiguration {
        Heap.prepare(forFileAt: paths.configuration)
        let reading = reader.read()
        DiagnosticOutput(arguments).show(reading.reports)
        for step in reading.steps { carryOut(step) }
        guard var checked = reading.checked else { log.fatal(reading.fatal ?? []) }
        if let path = checked.parameters.leaseFileName { paths.leases = path }
        if let path = checked.parameters.pidFileName { paths.pid = path }
        // A trace is never played into the lease file of the configuration.
        if arguments.traceInput != nil, let path = arguments.leasePath { paths.leases = path }
        for line in reader.resolve(&checked) { log.write(.error, line) }
        return checked
    }

    private func carryOut(_ step: ConfigurationCheck.Step) {
        switch step {
        case .log(let level, let line): log.write(level, line)
        case .complaint(let line): log.complain(line)
        case .reopenLog(let facility):
            log.syslog.facility = Int32(facility)
            guard !arguments.isQuiet else { return }
            let now = Clock.now().wall
            for line in Banner.lines {
                log.syslog.send(Array(line.utf8)[...], priority: LogLevel.info.priority, at: now)
            }
        }
    }

    /// What is accepted on the command line but does not exist yet.
    func refuseWhatIsMissing() {
        if family == .v6 { log.fatal("DHCPv6 server not supported yet") }
    }
}
