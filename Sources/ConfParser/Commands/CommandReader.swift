import Wire

/// Reads one command line of omshell token by token.
///
/// ISC's shell uses the scanner of `dhcpd.conf`, so its complaints have the same form: a message,
/// the line as far as it was read, and a caret.
public struct CommandReader {
    private var parser: Parser
    /// Made once: it holds the table of all options.
    private static let tree = ConfigurationTree()

    /// - Parameter line: with its line end, if it had one.
    public init(line: [UInt8]) {
        // ISC hands the line on as a C string.
        let text = Array(line.prefix { $0 != 0 })
        parser = Parser(
            lexer: Lexer(
                bytes: text, fileName: [UInt8](literal: "<STDIN>"), fileIndex: 0, endsLines: true),
            family: .v4, tree: Self.tree)
    }

    /// Consumes a token.
    public mutating func next() -> CommandToken {
        // Its text may lie in the scanner, which has to be asked afterwards.
        let token = parser.next()
        return command(token)
    }

    /// Looks at the next token.
    public mutating func peek() -> CommandToken {
        let token = parser.peek()
        return command(token)
    }

    private func command(_ token: Token) -> CommandToken {
        CommandToken(token.kind, text: parser.text(token))
    }

    /// Consumes the rest of the command, which may bring complaints about strings in it.
    public mutating func skip() { parser.skip() }

    /// Consumes words and numbers with dots between them; `nil` if there is none.
    public mutating func dottedName() -> [UInt8]? { parser.parseDottedName() }

    /// Consumes base64; empty after a complaint.
    public mutating func base64() -> [UInt8] { parser.parseBase64() ?? [] }

    /// An octet in hexadecimal; what is wrong with it becomes a complaint, and some number results.
    public mutating func hexOctet(_ text: [UInt8]) -> UInt8 {
        UInt8(truncatingIfNeeded: parser.convert(text, base: 16, bits: 8))
    }

    /// A number as C's `atoi` reads it.
    public func decimal(_ text: [UInt8]) -> Int32 {
        Int32(bitPattern: parser.decimal(text))
    }

    /// Complains about the token consumed last.
    public mutating func complain(_ id: DiagnosticID, _ text: [UInt8]) { parser.warn(id, text) }

    /// The complaints since the last call, as lines without line ends.
    public mutating func takeComplaints() -> [[UInt8]] {
        defer { parser.lexer.messages = [] }
        return parser.lexer.messages.flatMap(\.lines)
    }
}
