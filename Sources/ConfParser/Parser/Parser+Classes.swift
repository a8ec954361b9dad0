import Wire

extension Parser {
    /// After `class`, `subclass`, `vendor-class` or `user-class`.
    @inline(never)
    mutating func parseClass(_ kind: TokenKind, _ block: inout Block) {
        let position = lexer.position
        let token = next()
        guard token.kind == .string else { return fail(.expectingClassNameBig) }
        if kind == .class { return parseClass(named: name(token), position, &block) }
        guard takeClassName(token) else { return }
        var data = takeScratch()
        defer { scratch = data }
        guard kind != .subclass || parseSubclassData(into: &data) else { return }
        let className = lastClass ?? []
        if kind != .subclass { data += className }
        if accept(.semicolon) {
            return block.append(subclassOf: className, data)
        }
        guard parseLeftBrace() else { return }
        var body = ClassBody(isSubclass: true)
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        var declaration = SubclassDeclaration(
            className: className, data: data, position: position)
        parseClassBody(&body, &inner)
        declaration.leaseLimit = body.leaseLimit
        declaration.flags = body.flags
        declaration.scope = inner.takeScope()
        block.append(.subclass(declaration))
    }

    private mutating func parseClass(
        named name: [UInt8], _ position: SourcePosition, _ block: inout Block
    ) {
        guard parseLeftBrace() else { return }
        var body = ClassBody(isSubclass: false)
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        parseClassBody(&body, &inner)
        // A class does not know itself before its end, and nobody knows one that is deleted.
        if body.flags.contains(.isDeleted) {
            symbols.classes.remove(name)
            lastClass = nil
        } else {
            symbols.classes.insert(name)
        }
        var declaration = ClassDeclaration(name: name, position: position)
        declaration.matchIf = body.matchIf
        declaration.submatch = body.submatch
        declaration.isSpawning = body.isSpawning
        declaration.leaseLimit = body.leaseLimit
        declaration.flags = body.flags
        declaration.scope = inner.takeScope()
        block.append(.classOf(declaration))
    }

    /// Makes ``lastClass`` the class that a subclass names; false after a complaint.
    private mutating func takeClassName(_ token: Token) -> Bool {
        if let lastClass, lexer.hasText(token, lastClass) { return true }
        let name = name(token)
        guard symbols.classes.contains(name) else {
            fail(.noClassNamed, name)
            return false
        }
        lastClass = name
        return true
    }

    private mutating func parseSubclassData(into data: inout [UInt8]) -> Bool {
        let token = peek()
        if token.kind == .string {
            next()
            data += text(token)
            return true
        }
        if token.kind.isNumeric { return parseHexList(into: &data) }
        warn(.expectingStringOrHexList)
        return false
    }

    /// What the block of a class says about the class itself.
    private struct ClassBody {
        var isSubclass: Bool
        var matchIf: Expression?
        /// True once `match if` was seen, even if its condition was in error.
        var hasMatchIf = false
        var submatch: Expression?
        /// As ``hasMatchIf``, for `match` and `spawn`.
        var hasSubmatch = false
        var isSpawning = false
        var leaseLimit: Int32?
        var flags: DeclarationFlags = []
        /// An expression was in error: nothing more is said about another one, nor skipped (ISC).
        var lose = false
    }

    private mutating func parseClassBody(_ body: inout ClassBody, _ inner: inout Block) {
        guide?.forget(.matchIf, .submatch)
        while let kind = peekInBlock() {
            switch kind {
            case .dynamic:
                next()
                body.flags.insert(.isDynamic)
                guard parseSemicolon() else { return }
            case .deleted:
                next()
                body.flags.insert(.isDeleted)
                guard parseSemicolon() else { return }
            case .match:
                guard parseMatch(&body) else { return }
            case .spawn:
                guard parseSpawn(&body) else { return }
            case .lease:
                guard parseLeaseLimit(&body) else { return }
            default:
                parseStatement(&inner, Context(kind: .classBody, network: nil))
            }
        }
    }

    /// False if the block ends because of a complaint, as for the next two.
    private mutating func parseMatch(_ body: inout ClassBody) -> Bool {
        if body.isSubclass {
            fail(.invalidMatchInSubclass)
            return false
        }
        next()
        guard peek().kind == .if else { return parseSubmatch(&body) }
        next()
        if body.hasMatchIf {
            fail(.onlyOneMatchIf)
            return false
        }
        body.hasMatchIf = true
        guide?.note(.matchIf, lexer.position, again: true)
        if let condition = parseBoolean(&body.lose) {
            body.matchIf = condition
            parseSemicolon()
        } else if !body.lose {
            fail(.expectingBooleanExpr)
        }
        return true
    }

    private mutating func parseSpawn(_ body: inout ClassBody) -> Bool {
        next()
        if body.isSubclass {
            fail(.invalidSpawnInSubclass)
            return false
        }
        guard next().kind == .with else {
            fail(.expectingWith)
            return false
        }
        let hadSubmatch = body.hasSubmatch
        guard parseSubmatch(&body) else { return false }
        if !hadSubmatch { body.isSpawning = true }
        return true
    }

    private mutating func parseSubmatch(_ body: inout ClassBody) -> Bool {
        if body.hasSubmatch {
            fail(.cantOverrideSubmatch)
            return false
        }
        body.hasSubmatch = true
        guide?.note(.submatch, lexer.position, again: true)
        if let data = parseData(&body.lose) {
            body.submatch = data
            parseSemicolon()
        } else if !body.lose {
            fail(.expectingDataExpr)
        }
        return true
    }

    private mutating func parseLeaseLimit(_ body: inout ClassBody) -> Bool {
        next()
        var token = next()
        guard token.kind == .limit else {
            fail(.expectingLimit, at: token)
            return false
        }
        token = next()
        guard token.kind == .number else {
            fail(.expectingANumber, at: token)
            return false
        }
        let limit = Int32(bitPattern: decimal(token))
        if limit < 0 {
            lexer.stop(.leaseLimitIsNegative, [UInt8](literal: "no memory for billed leases."))
            return false
        }
        body.leaseLimit = limit
        parseSemicolon()
        return true
    }
}
