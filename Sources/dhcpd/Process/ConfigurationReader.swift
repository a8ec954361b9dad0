import ConfParser
import Glibc
import Leases
import Server
import Wire

/// A configuration that passed the check.
struct CheckedConfiguration: Sendable {
    var tree: ConfigurationTree
    var configuration: Configuration
    var parameters: ProcessParameters
    /// The UDP port to serve.
    let port: UInt16
}

/// Reads and checks the files of the configuration. It logs nothing and ends nothing, so that it
/// serves the start and, on a thread of its own, a reload.
struct ConfigurationReader: Sendable {
    /// As the command line and the environment have them; the configuration may overrule some.
    let paths: Paths
    let family: ProtocolFamily
    /// `-q`: the lines with the names of the files are left out.
    var isQuiet: Bool
    /// `-t`, `-T`, `--reload`: nothing is looked up that only serving needs.
    let isTest: Bool
    /// `--explain`
    let explains: Bool
    /// What is said is to be reported with its details.
    let wantsDetails: Bool
    /// `-s`
    let broadcastName: [UInt8]?
    /// Where files and names come from.
    var source = TraceSource.machine
    /// The folder of the start: a daemon works in another one.
    private let folder: [UInt8]

    /// What was found, in the order in which it is to be said.
    struct Reading: Sendable {
        var steps: [ConfigurationCheck.Step]
        /// The same for programs.
        var reports: [DiagnosticReport]
        /// Why the configuration cannot be used.
        var fatal: [UInt8]?
        var checked: CheckedConfiguration?
    }

    init(_ arguments: Arguments, _ paths: Paths, family: ProtocolFamily) {
        self.paths = paths
        self.family = family
        isQuiet = arguments.isQuiet || arguments.isReload
        isTest = arguments.test != nil || arguments.isReload
        explains = arguments.explains
        wantsDetails = DiagnosticOutput(arguments).wantsDetails
        broadcastName = arguments.broadcastAddress
        folder = (try? Files.realPath(Array(".".utf8))) ?? []
    }

    /// Parses, checks and compiles.
    func read() -> Reading {
        let outcome = parseConfiguration(
            path: paths.configuration, family: family, explains: wantsDetails
        ) { load($0) }
        var surroundings = ConfigurationCheck.Surroundings(
            family: family, configurationPath: paths.configuration, leasePath: paths.leases,
            pidPath: paths.pid)
        surroundings.isQuiet = isQuiet
        surroundings.explains = explains
        surroundings.hostname = source.hostname
        surroundings.now = source.settling().wall
        let check = ConfigurationCheck(outcome, surroundings) { source.addresses($0) }
        var reading = Reading(
            steps: check.steps, reports: check.reports, fatal: check.fatal)
        guard let configuration = check.configuration else {
            reading.fatal =
                check.fatal ?? Array("Configuration file errors encountered -- exiting".utf8)
            return reading
        }
        var parameters = check.parameters
        let port =
            parameters.localPort ?? paths.port ?? Environment.port(ofService: "dhcp") ?? 67
        parameters.localPort = port
        reading.checked = CheckedConfiguration(
            tree: outcome.tree, configuration: configuration, parameters: parameters, port: port)
        return reading
    }

    /// Looks up what only serving needs: host names, and the address of `-s`.
    /// - Returns: lines about names without an address.
    func resolve(_ checked: inout CheckedConfiguration) -> [[UInt8]] {
        guard !isTest else { return [] }
        var lines: [[UInt8]] = []
        if checked.parameters.broadcastAddress == nil, let name = broadcastName {
            switch source.addresses(name) {
            case .addresses(let found): checked.parameters.broadcastAddress = found.first
            case .failed(let reason): lines.append(name + Array(": ".utf8) + reason)
            }
        }
        return lines + checked.configuration.resolveNames { source.addresses($0) }
    }

    /// Adds what a lease file declares.
    /// - Returns: lines about names without an address.
    func apply(
        _ declarations: RunTimeDeclarations, to checked: inout CheckedConfiguration
    ) -> [[UInt8]] {
        guard !declarations.isEmpty else { return [] }
        var configuration = Configuration(declarations.applied(to: checked.tree))
        configuration.adoptNames(of: checked.configuration)
        let lines = isTest ? [] : configuration.resolveNames { source.addresses($0) }
        checked.configuration = configuration
        return lines
    }

    /// Reads a file of the configuration.
    private func load(_ path: [UInt8]) -> LoadedFile {
        let isRelative = ![nil, 0, UInt8(ascii: "/")].contains(path.first) && !folder.isEmpty
        return ConfigurationFile.load(path) { path throws(SystemError) in
            try source.file(path) { path throws(SystemError) in
                try ConfigurationFile.read(
                    isRelative ? folder + [UInt8(ascii: "/")] + path : path)
            }
        }
    }
}
