import ConfParser
import Glibc
import Leases
import Server
import Wire

extension Startup {
    /// Reads and checks the configuration as far as `-t` does; every fault ends the process.
    mutating func checkConfiguration() -> CheckedConfiguration {
        let diagnostics = DiagnosticOutput(arguments)
        let outcome = parseConfiguration(
            path: paths.configuration, family: family, explains: diagnostics.wantsDetails,
            load: Self.load)
        var surroundings = ConfigurationCheck.Surroundings(
            family: family, configurationPath: paths.configuration, leasePath: paths.leases,
            pidPath: paths.pid)
        surroundings.isQuiet = arguments.isQuiet
        surroundings.explains = arguments.explains
        surroundings.hostname = NameLookup.hostname()
        surroundings.now = Clock.now().wall
        let check = ConfigurationCheck(
            outcome, surroundings, resolve: NameLookup.addresses)
        diagnostics.show(check.reports)
        for step in check.steps { carryOut(step) }
        guard let configuration = check.configuration else {
            log.fatal(
                check.fatal ?? Array("Configuration file errors encountered -- exiting".utf8))
        }
        if let path = check.parameters.leaseFileName { paths.leases = path }
        if let path = check.parameters.pidFileName { paths.pid = path }
        var parameters = check.parameters
        let port =
            parameters.localPort ?? paths.port ?? Environment.port(ofService: "dhcp") ?? 67
        parameters.localPort = port
        parameters.broadcastAddress = parameters.broadcastAddress ?? broadcastAddress()
        return CheckedConfiguration(
            tree: outcome.tree, configuration: withAddresses(configuration),
            parameters: parameters, port: port)
    }

    /// `-s`: an address or a name.
    private func broadcastAddress() -> IPv4Address? {
        guard let name = arguments.broadcastAddress, arguments.test == nil else { return nil }
        switch NameLookup.addresses(name) {
        case .addresses(let found): return found.first
        case .failed(let reason):
            log.write(.error, name + Array(": ".utf8) + reason)
            return nil
        }
    }

    /// Looks up the host names of the configuration; the core knows addresses only.
    func withAddresses(_ configuration: Configuration) -> Configuration {
        guard arguments.test == nil else { return configuration }
        var configuration = configuration
        for line in configuration.resolveNames(NameLookup.addresses) { log.write(.error, line) }
        return configuration
    }

    private func carryOut(_ step: ConfigurationCheck.Step) {
        switch step {
        case .log(let level, let line): log.write(level, line)
        case .reopenLog(let facility):
            log.syslog.facility = Int32(facility)
            guard !arguments.isQuiet else { return }
            let now = Clock.now().wall
            for line in Banner.lines {
                log.syslog.send(Array(line.utf8)[...], priority: LogLevel.info.priority, at: now)
            }
        }
    }

    /// Reads a file of the configuration.
    private static func load(_ path: [UInt8]) -> LoadedFile {
        do throws(SystemError) {
            return .bytes(try Files.read(path))
        } catch {
            return .failed(Array(error.message.utf8))
        }
    }

    /// What is accepted on the command line but does not exist yet.
    func refuseWhatIsMissing() {
        if family == .v6 { log.fatal("DHCPv6 server not supported yet") }
        if arguments.traceOutput != nil { log.fatal("writing a trace (-tf) is not supported yet") }
        if arguments.traceInput != nil {
            log.fatal("playing back a trace (-play) is not supported yet")
        }
    }
}
