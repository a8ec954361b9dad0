import ConfParser

/// What the command line asks for (server-v4.md §1.2).
struct Arguments: Equatable {
    enum Test: Equatable { case configuration, leases }

    /// `-f`
    var staysInForeground = false
    /// `-d`
    var logsToStandardError = false
    /// `-q`
    var isQuiet = false
    /// `-t`, `-T`
    var test: Test?
    /// `--reload`
    var isReload = false
    /// `-4`, `-6`; `nil` when none was given.
    var family: ProtocolFamily?
    /// `-p`
    var port: UInt16?
    /// `-s`
    var broadcastAddress: [UInt8]?
    /// `-cf`
    var configurationPath: [UInt8]?
    /// `-lf`
    var leasePath: [UInt8]?
    /// `-pf`
    var pidPath: [UInt8]?
    /// `--no-pid`
    var hasNoPidFile = false
    /// `-user`
    var user: [UInt8]?
    /// `-group`
    var group: [UInt8]?
    /// `-chroot`
    var chroot: [UInt8]?
    /// `-tf`
    var traceOutput: [UInt8]?
    /// `-play`
    var traceInput: [UInt8]?
    /// `--diagnostics=json`: messages about files go to standard output, too, as JSON.
    var showsJSON = false
    /// `--explain`: hints follow messages about files.
    var explains = false
    /// Interfaces, in the order given.
    var interfaces: [[UInt8]] = []

    /// True if a child shall do the work and the parent leave.
    var isDaemon: Bool {
        !staysInForeground && !logsToStandardError && test == nil && !isReload
    }

    /// What stands in the way of running.
    enum Failure: Error, Equatable {
        /// A fatal message, said at once, before the banner.
        case fatal(String)
        /// Banner, this line, the usage text as fatal message.
        case usage(String)
        /// `--version`
        case version
        /// `--help`, `-h`
        case help
    }

    /// Interface names are kept in fields of 16 bytes with their NUL.
    static let interfaceNameMax = 15
}

extension Arguments {
    /// Reads the words after the program's name. Faults are reported in the order of the words, as
    /// ISC does, so a later `--version` does not help an earlier fault.
    init(_ words: [[UInt8]]) throws(Failure) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch String(decoding: word, as: UTF8.self) {
            case "-f": staysInForeground = true
            case "-d": logsToStandardError = true
            case "-q": isQuiet = true
            // ISC: `-T` stays, whatever follows.
            case "-t": test = test ?? .configuration
            case "-T": test = .leases
            case "-4": try setFamily(.v4)
            case "-6": try setFamily(.v6)
            case "--no-pid": hasNoPidFile = true
            case "--diagnostics=json": showsJSON = true
            case "--explain": explains = true
            case "--reload": isReload = true
            case "--version": throw .version
            case "--help", "-h": throw .help
            case let option:
                guard let field = Self.valued[option] else {
                    try addInterface(word)
                    continue
                }
                guard let value = rest.popFirst() else {
                    throw .usage("No argument for command: \(option) ")
                }
                try set(field, value)
            }
        }
    }

    private enum Valued {
        case port, broadcastAddress, configuration, leases, pid, user, group, chroot
        case traceOutput, traceInput
    }

    private static let valued: [String: Valued] = [
        "-p": .port, "-s": .broadcastAddress, "-cf": .configuration, "-lf": .leases, "-pf": .pid,
        "-user": .user, "-group": .group, "-chroot": .chroot, "-tf": .traceOutput,
        "-play": .traceInput,
    ]

    private mutating func set(_ field: Valued, _ value: [UInt8]) throws(Failure) {
        switch field {
        case .port: port = try Self.port(value)
        case .broadcastAddress: broadcastAddress = value
        case .configuration: configurationPath = value
        case .leases: leasePath = value
        case .pid: pidPath = value
        case .user: user = value
        case .group: group = value
        case .chroot: chroot = value
        case .traceOutput: traceOutput = value
        case .traceInput: traceInput = value
        }
    }

    private mutating func setFamily(_ wanted: ProtocolFamily) throws(Failure) {
        if let family, family != wanted {
            throw .fatal("Server cannot run in both IPv4 and IPv6 mode at the same time.")
        }
        family = wanted
    }

    private mutating func addInterface(_ word: [UInt8]) throws(Failure) {
        let text = String(decoding: word, as: UTF8.self)
        if word.first == UInt8(ascii: "-") { throw .usage("Unknown command \(text)") }
        if word.count > Self.interfaceNameMax {
            throw .fatal("\(text): interface name too long (is \(word.count))")
        }
        interfaces.append(word)
    }

    /// A whole decimal number from 1 to 65535.
    static func port(_ value: [UInt8]) throws(Failure) -> UInt16 {
        let text = String(decoding: value, as: UTF8.self)
        guard let number = Int(text) else {
            throw .fatal("Invalid port number specification: \(text)")
        }
        guard let port = UInt16(exactly: number), port > 0 else {
            throw .fatal("Port number specified is out of range (1-65535).")
        }
        return port
    }
}
