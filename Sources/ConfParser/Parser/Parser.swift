import Wire

/// Recursive descent over the configuration language. One extension for each family of the grammar.
///
/// Methods that report a complaint also skip what diagnostics.md says they skip, so that the
/// messages that follow are ISC's.
struct Parser {
    var lexer: Lexer
    let family: ProtocolFamily
    var tree: ConfigurationTree
    var symbols = Symbols()
    /// Gives the contents of an included file.
    var load: ((_ path: [UInt8]) -> LoadedFile)?
    /// How the lease-file reader goes on after a dropped record.
    var leaseRecovery = LeaseFileReader.Recovery.asISC
    /// True once a lease file has told its byte order, or it was assumed.
    var hasByteOrder = false
    /// Names of lease variables seen last, to share their storage.
    var internedNames: [[UInt8]] = []
    /// Only when somebody wants complaints explained.
    var guide: Guide?
    /// Room for octets, kept from one number to the next.
    var scratch: [UInt8] = []
    /// The class that a subclass named last: they stand in long lists, which name it each time.
    var lastClass: [UInt8]?
    /// How many blocks, statements, parentheses and files are open.
    var depth = 0
    var includeDepth = 0

    /// More nesting than this ends reading; ISC has no such limit and runs out of stack.
    static let depthLimit = 2000
    /// Files inside files.
    static let includeDepthLimit = 32
    /// Branches of one `if`, operators of one expression.
    static let chainLimit = 2000
    /// More complaints than this end reading; each is kept in memory.
    static let messageLimit = 200_000

    init(lexer: Lexer, family: ProtocolFamily, tree: ConfigurationTree) {
        self.lexer = lexer
        self.family = family
        self.tree = tree
    }

    /// From now on messages come with details.
    mutating func explain() {
        guide = Guide()
        lexer.wantsDetails = true
    }

    var options: OptionTable {
        get { tree.options }
        _modify { yield &tree.options }
    }
}

// MARK: - Tokens

extension Parser {
    @discardableResult
    mutating func next() -> Token { lexer.next() }

    mutating func peek() -> Token { lexer.peek() }

    func text(_ token: Token) -> [UInt8] { lexer.text(token) }

    /// The text of a token as the name of something declared: to ISC it ends at the first NUL.
    func name(_ token: Token) -> [UInt8] {
        let whole = text(token)
        return whole.firstIndex(of: 0).map { Array(whole[..<$0]) } ?? whole
    }

    /// The text, sharing storage with equal texts; for names that come with every lease.
    mutating func internedText(_ token: Token) -> [UInt8] {
        for name in internedNames where lexer.hasText(token, name) { return name }
        let name = text(token)
        if internedNames.count < 16 { internedNames.append(name) }
        return name
    }

    /// Consumes the next token if it is of this kind.
    mutating func accept(_ kind: TokenKind) -> Bool {
        guard peek().kind == kind else { return false }
        next()
        return true
    }
}

// MARK: - Complaints and recovery

extension Parser {
    @inline(never)
    mutating func warn(_ id: DiagnosticID, _ arguments: [UInt8]...) {
        report(id, arguments)
        if lexer.messages.count > Self.messageLimit {
            lexer.stop(.tooManyErrors, [UInt8](literal: "Too many errors"))
        }
    }

    mutating func log(_ text: StaticString) { lexer.log([UInt8](literal: text)) }

    /// `skip(n)` of diagnostics.md §2.2.
    mutating func skip(braces: Int = 0) {
        var open = braces
        while true {
            let kind = peek().kind
            if kind == .endOfFile {
                next()
                return
            }
            if kind == .rightBrace {
                if open > 0 { open -= 1 }
                if open == 0 {
                    next()
                    return
                }
            } else if kind == .leftBrace {
                open += 1
            } else if kind == .endOfLine || (kind == .semicolon && open == 0) {
                next()
                return
            }
            next()
        }
    }

    /// Reports, then skips: the codes `cS` and `pS`.
    @inline(never)
    mutating func fail(_ id: DiagnosticID, _ arguments: [UInt8]...) {
        report(id, arguments)
        skip()
    }

    /// Reports, then skips unless the token just consumed was the semicolon: the code `cS-`.
    @inline(never)
    mutating func fail(_ id: DiagnosticID, at token: Token) {
        report(id, [])
        if token.kind != .semicolon { skip() }
    }

    /// The semicolon rule: consumes one or complains.
    @discardableResult
    mutating func parseSemicolon() -> Bool {
        if next().kind == .semicolon { return true }
        fail(.semicolonExpected)
        return false
    }

    /// The left brace of a declaration's block.
    mutating func parseLeftBrace() -> Bool {
        if next().kind == .leftBrace { return true }
        fail(.expectingLeftBrace)
        return false
    }

    /// Enters one more level of nesting; past the limit reading ends.
    mutating func enter() -> Bool {
        depth += 1
        if depth <= Self.depthLimit { return true }
        refuseDepth()
        return false
    }

    /// Apart from ``enter()``, which is on the stack of whatever is nested.
    @inline(never)
    private mutating func refuseDepth() {
        report(.nestedTooDeeply, [])
        lexer.stop(.tooDeeplyNested, [UInt8](literal: "Configuration nested too deeply."))
    }

    mutating func leave() { depth -= 1 }
}
