import Wire

// Statements that an operator sends for a host or a group while the server runs (omapi.md §4).

/// What reading statements that stand in no file gave.
public struct StatementsOutcome: Sendable {
    /// Complete only if ``isWhole``.
    public var statements: [Statement] = []
    /// In the order in which ISC logs them.
    public var messages: [ParseMessage] = []
    /// False after a complaint.
    public var isWhole = false
}

/// Reads executable statements.
/// - Parameter source: stands in complaints where a file name would.
/// - Parameter options: the table of the configuration that the statements join.
/// - Parameter classes: names that `add` may use.
public func parseStatements(
    _ text: [UInt8], from source: [UInt8], options: OptionTable, classes: Set<[UInt8]>
) -> StatementsOutcome {
    var parser = statementParser(text, source, options)
    parser.symbols.classes = classes
    var outcome = StatementsOutcome()
    var body = Body(caseContext: .any)
    var lose = false
    outcome.isWhole = parser.parseBody(&body, &lose) && parser.lexer.fatal == nil
    outcome.statements = body.statements
    outcome.messages = parser.lexer.messages
    return outcome
}

extension HostDeclaration {
    /// Takes an unconditional `option dhcp-client-identifier` of its statements as the identifier,
    /// as it would in a file; what is to be said about it.
    public mutating func adoptIdentifier(options: OptionTable) -> [ParseMessage] {
        var parser = statementParser([], [], options)
        parser.findIdentifier(&self)
        return parser.lexer.messages
    }
}

private func statementParser(
    _ text: [UInt8], _ source: [UInt8], _ options: OptionTable
) -> Parser {
    Parser(
        lexer: Lexer(bytes: text, fileName: source, fileIndex: 0), family: .v4,
        tree: ConfigurationTree(options: options))
}
