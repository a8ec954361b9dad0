import Wire

/// What encloses a statement.
enum ScopeKind {
    case root, sharedNetwork, subnet, pool, group, host, classBody
}

/// The surroundings of a statement at declaration level.
struct Context {
    var kind: ScopeKind
    /// The shared network around, implicit ones too; index into ``Symbols/networks``.
    var network: Int?
    /// True if a `subnet` here joins ``network``: directly inside its braces.
    var joinsNetwork = false
    /// The subnet around.
    var subnet: Symbols.Subnet?
    var subnet6: IPv6Prefix?

    /// The same place one scope further in.
    func nested(_ kind: ScopeKind) -> Context {
        Context(kind: kind, network: nil)
    }
}

/// What a block collects besides its statements and declarations.
struct Block {
    var scope: Scope
    /// The host being declared, in a `host` block.
    var host: HostDeclaration?
    /// True once the host has a `host-identifier`, even one that cannot be kept.
    var hasHostIdentifier = false
    /// True after a declaration: chooses between two wordings of a complaint.
    var followsDeclaration = false

    /// Subclasses whose list is not in ``scope`` yet.
    private var list: SubclassList?

    init(isAuthoritative: Bool) { scope = Scope(isAuthoritative: isAuthoritative) }

    /// Adds a declaration behind those before.
    mutating func append(_ declaration: Declaration) {
        closeList()
        scope.declarations.append(declaration)
    }

    /// Adds a subclass without a block.
    mutating func append(subclassOf className: [UInt8], _ data: [UInt8]) {
        if list?.className != className || list?.isFull == true {
            closeList()
            list = SubclassList(of: className)
        }
        list?.append(data)
    }

    /// The scope at the end of the block.
    mutating func takeScope() -> Scope {
        closeList()
        return scope
    }

    private mutating func closeList() {
        guard let list else { return }
        scope.declarations.append(.subclasses(list))
        self.list = nil
    }
}

extension Parser {
    /// One statement where declarations are allowed (ISC: the generic statement).
    mutating func parseStatement(_ block: inout Block, _ context: Context) {
        guard enter() else { return }
        defer { leave() }
        let kind = peek().kind
        switch kind {
        case .include:
            next()
            parseInclude(&block, context)
            block.followsDeclaration = true
        case .host, .group, .sharedNetwork, .subnet, .subnet6, .vendorClass, .userClass, .class,
            .subclass:
            parseNamedDeclaration(kind, &block, context)
        case .hardware, .fixedAddress, .fixedAddress6, .fixedPrefix6:
            parseHostParameter(kind, &block)
        case .pool, .pool6, .range, .range6, .prefix6:
            parseAddressDeclaration(kind, &block, context)
        default:
            parseFlatStatement(kind, &block, context)
        }
    }

    /// A statement that no declaration stands in. Apart from ``parseStatement(_:_:)``, which is on
    /// the stack as often as blocks are open, so that it needs little room there.
    @inline(never)
    private mutating func parseFlatStatement(
        _ kind: TokenKind, _ block: inout Block, _ context: Context
    ) {
        switch kind {
        case .not:
            next()
            block.followsDeclaration = false
            guard next().kind == .authoritative else { return fail(.expectingAssertion) }
            parseAuthoritative(false, &block, context)
        case .authoritative:
            next()
            parseAuthoritative(true, &block, context)
        case .serverIdentifier:
            next()
            let identifier = OptionReference(.dhcp, 54)
            parseOptionValue(identifier, options.format(identifier), &block)
        case .option:
            next()
            parseOptionDeclaration(&block, context)
        case .failover:
            parseFailover(&block, context)
        case .serverDuid:
            next()
            parseServerDUID()
            block.followsDeclaration = false
        case .leaseIdFormat:
            next()
            parseLeaseIDFormat()
            block.followsDeclaration = false
        case .percent:
            skip()
            block.followsDeclaration = false
        default:
            parseOtherStatement(&block)
        }
    }

    private mutating func parseAuthoritative(
        _ value: Bool, _ block: inout Block, _ context: Context
    ) {
        block.scope.isAuthoritative = value
        if context.kind == .host { warn(.authorityMakesNoSense) }
        parseSemicolon()
        block.followsDeclaration = false
    }

    /// An executable statement, or the complaint that nothing fits.
    private mutating func parseOtherStatement(_ block: inout Block) {
        var lose = false
        var body = Body(caseContext: .any)
        if parseExecutable(&body, &lose) {
            block.scope.statements.append(contentsOf: body.statements)
        } else if !lose {
            fail(
                block.followsDeclaration
                    ? .expectingDeclaration : .expectingParameterOrDeclaration)
        }
    }

    /// The statement after `option`: a space, a definition or a value.
    private mutating func parseOptionDeclaration(_ block: inout Block, _ context: Context) {
        if peek().kind == .space {
            guard context.kind == .root else {
                fail(.optionSpaceDefinitionsScoped)
                block.followsDeclaration = false
                return
            }
            return parseOptionSpace()
        }
        guard let name = parseOptionName(allowingUnknown: true) else { return }
        if peek().kind == .code {
            guard context.kind == .root else {
                fail(.optionDefinitionsScoped)
                block.followsDeclaration = false
                return
            }
            next()
            // ISC: the former definition is gone even if the new one turns out to be none.
            options.forget(name.name, in: name.space)
            return parseOptionDefinition(name)
        }
        guard let reference = name.reference else {
            fail(.unknownOption, options[name.space].name, name.name)
            return
        }
        parseOptionValue(reference, name.format, &block)
    }

    /// The value of `option NAME`; complaints about an expression are not shown here (ISC: an
    /// uninitialised flag).
    private mutating func parseOptionValue(
        _ reference: OptionReference, _ format: [UInt8], _ block: inout Block
    ) {
        if let value = parseOptionSetting(format, showsMissingExpression: false) {
            block.scope.statements.append(.option(.supersede, reference, value.expression))
        }
    }
}

// MARK: - Small server-wide statements

extension Parser {
    private mutating func parseLeaseIDFormat() {
        let token = next()
        switch token.kind {
        case .octal: tree.writesIdentifiersInHex = false
        case .hex: tree.writesIdentifiersInHex = true
        default: return fail(.leaseIDFormatInvalid)
        }
        lexer.log(
            [UInt8](
                literal: tree.writesIdentifiersInHex
                    ? "lease_id_format is: hex" : "lease_id_format is: octal"))
        guard next().kind == .semicolon else { return fail(.corruptExpectingASemicolon) }
    }

    /// `server-duid` of the configuration.
    private mutating func parseServerDUID() {
        let token = next()
        switch token.kind {
        case .llt:
            parseLinkLayerDUID(hasTime: true)
        case .ll:
            parseLinkLayerDUID(hasTime: false)
        case .en:
            guard let enterprise = parseDUIDNumber(.enterpriseNumberExpected) else { return }
            finishDUID([0, 2] + bigEndian(enterprise))
        default:
            guard token.kind == .number else { return fail(.duidTypeExpected) }
            let type = decimal(token)
            finishDUID(Array(bigEndian(type).suffix(2)))
        }
    }

    private mutating func parseLinkLayerDUID(hasTime: Bool) {
        let isGenerated = peek().kind == .semicolon
        let token = next()
        if isGenerated {
            tree.serverDUID = hasTime ? .generateLLT : .generateLL
            return
        }
        let hardware: UInt8
        switch token.kind {
        case .ethernet: hardware = 1
        case .tokenRing: hardware = 6
        case .fddi: hardware = 8
        default: return fail(.hardwareTypeExpected)
        }
        var duid: [UInt8] = hasTime ? [0, 1, 0, hardware] : [0, 3, 0, hardware]
        if hasTime {
            guard let time = parseDUIDNumber(.timestampExpected) else { return }
            duid += bigEndian(time)
        }
        guard let bytes = parseHexList() else { return }
        guard next().kind == .semicolon else { return fail(.semicolonExpectedPlain) }
        tree.serverDUID = .bytes(duid + bytes)
    }

    private mutating func parseDUIDNumber(_ id: DiagnosticID) -> UInt32? {
        let token = next()
        guard token.kind == .number else {
            fail(id)
            return nil
        }
        return decimal(token)
    }

    private mutating func finishDUID(_ head: [UInt8]) {
        let token = next()
        guard token.kind == .string else { return fail(.identifierExpectedPlain) }
        let string = text(token)
        guard next().kind == .semicolon else { return fail(.semicolonExpectedPlain) }
        tree.serverDUID = .bytes(head + string)
    }

    func bigEndian(_ value: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: value)
        return bytes
    }
}
