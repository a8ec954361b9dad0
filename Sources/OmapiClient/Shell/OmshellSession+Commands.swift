import ConfParser
import Omapi
import Wire

/// A command line that is being carried out: its tokens, and what it says.
struct CommandRun {
    var reader: CommandReader
    private(set) var effects: [OmshellSession.Effect] = []

    init(_ line: [UInt8]) { reader = CommandReader(line: line) }

    /// Complaints of the scanner come before what is said because of them.
    private mutating func passComplaints() {
        for line in reader.takeComplaints() { effects.append(.log(line, isDebug: false)) }
    }

    /// A line to standard output.
    mutating func say(_ text: StaticString, _ rest: [UInt8] = []) {
        passComplaints()
        var line = [UInt8](literal: text)
        line.append(contentsOf: rest)
        line.append(UInt8(ascii: "\n"))
        effects.append(.output(line))
    }

    /// Says it and forgets the rest of the command.
    mutating func refuse(_ text: StaticString, _ rest: [UInt8] = []) {
        say(text, rest)
        reader.skip()
    }

    /// Lines to standard error.
    mutating func complain(_ text: StaticString) {
        passComplaints()
        effects.append(.complain([UInt8](literal: text)))
    }

    /// A line to standard error and the log.
    mutating func debug(_ text: StaticString) {
        passComplaints()
        effects.append(.log([UInt8](literal: text), isDebug: true))
    }

    /// True at the end of the command; otherwise says how it is used.
    mutating func ends(_ usage: StaticString, showsToken: Bool = false) -> Bool {
        let token = reader.next()
        if token.kind == .end { return true }
        refuse(usage, showsToken ? token.text : [])
        return false
    }

    mutating func takeEffects() -> [OmshellSession.Effect] {
        passComplaints()
        defer { effects = [] }
        return effects
    }
}

extension OmshellSession {
    /// Carries out a line.
    /// - Parameter service: the port of the service that the line names, when that was asked.
    mutating func run(_ line: [UInt8], service: UInt16??, _ effects: inout [Effect]) {
        var run = CommandRun(line)
        let token = run.reader.next()
        var follow: [Effect] = []
        switch token.kind {
        case .end: break
        case .command(let command):
            perform(command, &run, line, service, &follow)
        default:
            run.reader.complain(.unknownToken, token.text)
            run.reader.skip()
        }
        effects.append(contentsOf: run.takeEffects())
        effects.append(contentsOf: follow)
    }

    private mutating func perform(
        _ command: CommandToken.Command, _ run: inout CommandRun, _ line: [UInt8],
        _ service: UInt16??, _ effects: inout [Effect]
    ) {
        switch command {
        case .help: help(&run)
        case .port: setPort(&run, line, service, &effects)
        case .server: setServer(&run)
        case .keyAlgorithm: setAlgorithm(&run)
        case .key: setKey(&run)
        case .connect: if run.ends("usage: connect") { connect(&effects) }
        case .disconnect: disconnect(&run, &effects)
        case .new: newObject(&run)
        case .close: closeObject(&run)
        case .set: setValue(&run)
        case .unset: unsetValue(&run)
        case .create: openObject(&run, creates: true, &effects)
        case .open: openObject(&run, creates: false, &effects)
        case .update: updateObject(&run, &effects)
        case .remove: removeObject(&run, &effects)
        case .refresh: refreshObject(&run, &effects)
        }
    }

    private func help(_ run: inout CommandRun) {
        let lines: [StaticString] = [
            "Commands:", "  port <server omapi port>", "  server <server address>",
            "  key <key name> <key value>", "  connect", "  disconnect", "  new <object-type>",
            "  set <name> = <value>", "  create", "  open", "  update", "  unset <name>",
            "  refresh", "  remove",
        ]
        for line in lines { run.say(line) }
        run.reader.skip()
    }

    // MARK: - Where the server is, and who we are

    private mutating func setPort(
        _ run: inout CommandRun, _ line: [UInt8], _ service: UInt16??, _ effects: inout [Effect]
    ) {
        let token = run.reader.next()
        if token.isWord {
            guard let answer = service else {
                phase = .service(line: line)
                effects.append(.lookUpService(token.text))
                return
            }
            guard let found = answer else {
                run.say("unknown service name: ", token.text)
                return
            }
            port = found
        } else if token.kind == .number {
            port = UInt16(truncatingIfNeeded: run.reader.decimal(token.text))
        } else {
            run.reader.skip()
            run.say("usage: port <port>")
            return
        }
        _ = run.ends("usage: port <server>")
    }

    private mutating func setServer(_ run: inout CommandRun) {
        let token = run.reader.next()
        if token.kind == .number {
            var address = token.text
            for _ in 0..<3 {
                guard run.reader.next().kind == .dot else {
                    run.refuse("usage: server <server>")
                    return
                }
                let octet = run.reader.next()
                guard octet.kind == .number else {
                    run.refuse("usage: server <server>")
                    return
                }
                address.append(UInt8(ascii: "."))
                address.append(contentsOf: octet.text)
            }
            host = address
        } else if token.isWord {
            host = token.text
        } else {
            run.refuse("usage: server <server>")
            return
        }
        _ = run.ends("usage: server <server>")
    }

    private mutating func setAlgorithm(_ run: inout CommandRun) {
        let token = run.reader.next()
        guard token.kind == .name else {
            run.say("missing or invalid algorithm name")
            run.refuse("usage: key-algoritm <algorithm name>")
            return
        }
        algorithm = token.text
        guard run.reader.next().kind == .end else {
            run.say("extra information after ", algorithm)
            run.refuse("usage: key-algorithm <algorithm name>")
            return
        }
    }

    private mutating func setKey(_ run: inout CommandRun) {
        // ISC: a name in quotation marks is looked at and refused.
        if run.reader.peek().kind == .string {
            _ = run.reader.next()
            run.refuse("usage: key <name> <value>")
            return
        }
        guard let name = run.reader.dottedName() else {
            run.refuse("usage: key <name> <value>")
            return
        }
        keyName = name
        secret = run.reader.base64()
        if secret.isEmpty {
            run.reader.skip()
            return
        }
        _ = run.ends("usage: key <name> <value>")
    }

    private mutating func disconnect(_ run: inout CommandRun, _ effects: inout [Effect]) {
        guard run.ends("usage: disconnect") else { return }
        guard isConnected, hasConnection else {
            run.complain("not connected")
            return
        }
        guard link != nil else {
            run.debug("dhcpctl_disconnect detected invalid arg")
            run.complain("dhcpctl_disconnect: invalid argument")
            return
        }
        link = nil
        isConnected = false
        hasConnection = false
        effects.append(.disconnect)
    }
}
