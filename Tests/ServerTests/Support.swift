import ConfParser
import Server
import Wire

/// Reads a configuration text; files that it includes do not exist.
func parse(_ text: String, family: ProtocolFamily = .v4) -> ParseOutcome {
    parseConfiguration(path: Array("test.conf".utf8), family: family) { path in
        path == Array("test.conf".utf8) ? .bytes(Array(text.utf8)) : .failed(Array("absent".utf8))
    }
}

/// Compiles a configuration text that must be without errors.
func compile(_ text: String, family: ProtocolFamily = .v4) -> Configuration {
    let outcome = parse(text, family: family)
    precondition(!outcome.hasErrors && outcome.fatal == nil, "a test configuration is wrong")
    return Configuration(outcome.tree)
}

/// What `-t` says of a text: the lines in order, a fatal one last, and whether it passed.
func check(
    _ text: String, family: ProtocolFamily = .v4, names: [String: [IPv4Address]] = [:]
) -> (lines: [String], passes: Bool) {
    var surroundings = ConfigurationCheck.Surroundings(
        family: family, configurationPath: Array("test.conf".utf8),
        leasePath: Array("test.leases".utf8), pidPath: Array("test.pid".utf8))
    surroundings.hostname = Array("machine".utf8)
    let check = ConfigurationCheck(parse(text, family: family), surroundings) { name in
        if let found = names[String(decoding: name, as: UTF8.self)] { return .addresses(found) }
        return .failed(Array("host unknown.".utf8))
    }
    var lines: [String] = []
    for step in check.steps {
        switch step {
        case .log(_, let line), .complaint(let line): lines.append(printable(line))
        case .reopenLog: break
        }
    }
    if let fatal = check.fatal { lines.append(printable(fatal)) }
    return (lines, check.fatal == nil)
}

/// Text with what cannot be printed as `\xNN`.
func printable(_ line: [UInt8]) -> String {
    var text: [UInt8] = []
    for byte in line {
        if byte >= 0x20, byte < 0x7f {
            text.append(byte)
        } else {
            text.append(text: "\\x")
            text.append(hex: byte)
        }
    }
    return String(decoding: text, as: UTF8.self)
}
