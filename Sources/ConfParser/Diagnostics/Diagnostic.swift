import Wire

/// One complaint about a file, as a value; ``append(to:)`` renders it in dhcpd's form.
public struct Diagnostic: Hashable, Sendable {
    public var id: DiagnosticID
    /// Texts for the `%` signs of the message, in order.
    public var arguments: [[UInt8]]
    /// The file as it was named.
    public var file: [UInt8]
    public var line: UInt32
    /// Column of the caret, from 1; 0 when nothing was consumed yet.
    public var column: UInt32
    /// The part of the line that had been read, at most 80 bytes.
    public var quoted: [UInt8]
    /// Only when somebody asked for them.
    public var details: DiagnosticDetails?

    /// The message without position, cut as ISC cuts it.
    public var message: [UInt8] {
        var text: [UInt8] = []
        var index = 0
        for byte in id.rawValue.utf8 {
            if byte == UInt8(ascii: "%"), index < arguments.count {
                // ISC: a text ends at its first NUL.
                text.append(contentsOf: arguments[index].prefix { $0 != 0 })
                index += 1
            } else {
                text.append(byte)
            }
        }
        // A message ends at its first NUL, as every text of ISC does.
        if let end = text.firstIndex(of: 0) { text.removeSubrange(end...) }
        return text
    }

    /// The three lines that dhcpd logs, without line ends: message, quoted text, caret.
    public var lines: [[UInt8]] {
        var first = file
        first.append(text: " line ")
        first.append(decimal: UInt64(line))
        first.append(text: ": ")
        first.append(contentsOf: message)
        var caret: [UInt8] = []
        if column <= 80 {
            // ISC: for column 0 the caret stands after the whole text.
            for byte in column == 0 ? quoted[...] : quoted.prefix(Int(column) - 1) {
                caret.append(UInt8(ascii: " "))
                guard byte == UInt8(ascii: "\t") else { continue }
                while caret.count % 8 != 0 { caret.append(UInt8(ascii: " ")) }
            }
        }
        // ISC: a buffer of 256 bytes, which tabs can fill.
        if caret.count > 255 { caret.removeLast(caret.count - 255) }
        caret.append(UInt8(ascii: "^"))
        return [Self.cut(first), Self.cut(quoted), Self.cut(caret)]
    }

    /// A complaint is cut at 4095 bytes (ISC: a buffer of 4096); other log lines at 1023.
    private static func cut(_ line: [UInt8]) -> [UInt8] {
        line.count <= 4095 ? line : Array(line.prefix(4095))
    }
}

/// What reading a file says: complaints with a position, and plain log lines that are no errors.
public enum ParseMessage: Hashable, Sendable {
    case diagnostic(Diagnostic)
    /// A warning, or news about the configuration.
    case notice(Notice)
    /// A line that goes on where the message before it left off. May hold line ends of its own.
    case log([UInt8])
    /// An expression that ISC evaluates while it reads; only the evaluation tells what is said.
    case evaluation(IdentifierEvaluation)

    /// The lines to be logged.
    public var lines: [[UInt8]] {
        switch self {
        case .diagnostic(let diagnostic): diagnostic.lines
        case .notice(let notice): [notice.text]
        case .log(let line): [line]
        case .evaluation: []
        }
    }
}
