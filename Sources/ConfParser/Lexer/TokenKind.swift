/// The number of a token. One-character tokens have their character code; words the numbers that
/// dhcpd prints in `(%d): expecting IP address or hostname`.
struct TokenKind: Hashable {
    var rawValue: UInt16

    init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// Bytes from 0x80 up count as words wherever a word is wanted (ISC: they are negative
    /// numbers).
    init(character: UInt8) {
        rawValue = character < 0x80 ? UInt16(character) : 0xff00 | UInt16(character)
    }

    static var string: TokenKind { TokenKind(262) }
    static var number: TokenKind { TokenKind(263) }
    /// Made of hex digits as far as it matters; usable as number, hex octet or name.
    static var numberOrName: TokenKind { TokenKind(264) }
    static var name: TokenKind { TokenKind(265) }
    static var endOfFile: TokenKind { TokenKind(607) }
    static var whitespace: TokenKind { TokenKind(652) }

    /// Only where the lexer makes a token of it.
    static var endOfLine: TokenKind { TokenKind(character: UInt8(ascii: "\n")) }
    static var semicolon: TokenKind { TokenKind(character: UInt8(ascii: ";")) }
    static var dot: TokenKind { TokenKind(character: UInt8(ascii: ".")) }
    static var colon: TokenKind { TokenKind(character: UInt8(ascii: ":")) }
    static var comma: TokenKind { TokenKind(character: UInt8(ascii: ",")) }
    static var slash: TokenKind { TokenKind(character: UInt8(ascii: "/")) }
    static var leftBrace: TokenKind { TokenKind(character: UInt8(ascii: "{")) }
    static var rightBrace: TokenKind { TokenKind(character: UInt8(ascii: "}")) }
    static var leftParenthesis: TokenKind { TokenKind(character: UInt8(ascii: "(")) }
    static var rightParenthesis: TokenKind { TokenKind(character: UInt8(ascii: ")")) }
    static var equal: TokenKind { TokenKind(character: UInt8(ascii: "=")) }
    static var tilde: TokenKind { TokenKind(character: UInt8(ascii: "~")) }
    static var bang: TokenKind { TokenKind(character: UInt8(ascii: "!")) }
    static var percent: TokenKind { TokenKind(character: UInt8(ascii: "%")) }
    static var plus: TokenKind { TokenKind(character: UInt8(ascii: "+")) }
    static var asterisk: TokenKind { TokenKind(character: UInt8(ascii: "*")) }
    static var ampersand: TokenKind { TokenKind(character: UInt8(ascii: "&")) }
    static var pipe: TokenKind { TokenKind(character: UInt8(ascii: "|")) }
    static var caret: TokenKind { TokenKind(character: UInt8(ascii: "^")) }

    /// Any word, keywords included; neither string nor plain number.
    var isIdentifier: Bool {
        rawValue >= 256 && self != .string && self != .number && self != .endOfFile
    }

    /// A byte above 0x7f, which ISC takes for a word in all places but one.
    var isForeignByte: Bool { rawValue >= 0xff00 }

    /// A word that is no keyword: what variables and functions may be called.
    var isPlainName: Bool { self == .name || self == .numberOrName }

    var isNumeric: Bool { self == .number || self == .numberOrName }
}

/// One token. Its text lies in the source, or in the lexer's scratch buffer when it had escapes.
struct Token {
    var kind: TokenKind
    var start: Int
    var end: Int
    var isInScratch: Bool
}
