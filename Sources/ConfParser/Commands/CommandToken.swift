/// One token of a command line of omshell, which is written in the tokens of `dhcpd.conf`.
public struct CommandToken: Hashable, Sendable {
    /// What the shell tells apart.
    public enum Kind: Hashable, Sendable {
        /// End of the line or of the text.
        case end
        case string
        case number
        /// Hex digits that begin with a letter or have one: a number or a word.
        case numberOrName
        /// A word that is nowhere reserved.
        case name
        case command(Command)
        case colon
        case dot
        case equal
        /// A reserved word that is no command.
        case keyword
        /// Any other character.
        case sign
    }

    /// The words that begin a command.
    public enum Command: Hashable, Sendable, CaseIterable {
        case close, connect, create, disconnect, help, key, keyAlgorithm, new, open, port, refresh
        case remove, server, set, unset, update
    }

    public var kind: Kind
    /// Its text; of a string what is between the quotation marks, up to a NUL.
    public var text: [UInt8]
    /// Usable as a name: any word, reserved or not; neither string nor plain number.
    public var isWord: Bool

    init(_ kind: TokenKind, text: [UInt8]) {
        self.text = Array(text.prefix { $0 != 0 })
        isWord = kind.isIdentifier
        self.kind =
            switch kind {
            case .endOfFile, .endOfLine: .end
            case .string: .string
            case .number: .number
            case .numberOrName: .numberOrName
            case .name: .name
            case .colon: .colon
            case .dot: .dot
            case .equal: .equal
            case TokenKind(character: UInt8(ascii: "?")): .command(.help)
            default: Self.command(kind).map { .command($0) } ?? (isWord ? .keyword : .sign)
            }
    }

    private static func command(_ kind: TokenKind) -> Command? {
        switch kind {
        case TokenKind(603): .close
        case TokenKind(610): .connect
        case TokenKind(604): .create
        case TokenKind(680): .disconnect
        case TokenKind(606): .help
        case .key: .key
        case TokenKind(679): .keyAlgorithm
        case .new: .new
        case TokenKind(605): .open
        case .port: .port
        case TokenKind(612): .refresh
        case TokenKind(611): .remove
        case TokenKind(609): .server
        case .set: .set
        case .unset: .unset
        case TokenKind(434): .update
        default: nil
        }
    }
}
