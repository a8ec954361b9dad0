import Wire

extension Parser {
    /// Declarations that begin with their own word and have a name or number and a block.
    mutating func parseNamedDeclaration(
        _ kind: TokenKind, _ block: inout Block, _ context: Context
    ) {
        next()
        // The refusal of each place, if there is one (config-language.md §2).
        let refusal: DiagnosticID?
        switch kind {
        case .host:
            refusal =
                context.kind == .host || context.kind == .classBody
                ? .hostNotAllowed : nil
        case .group:
            // Within a host only what a NUL byte stands before gets here; else it names a group.
            refusal =
                context.kind == .host || context.kind == .classBody
                ? .groupNotAllowed : nil
        case .sharedNetwork:
            switch context.kind {
            case .sharedNetwork, .subnet, .host, .classBody: refusal = .sharedNetworkNotAllowed
            default: refusal = nil
            }
        case .subnet, .subnet6:
            switch context.kind {
            case .subnet, .host, .classBody: refusal = .subnetNotAllowed
            default: refusal = nil
            }
        default:
            refusal = context.kind == .classBody ? .classNotAllowed : nil
        }
        if let refusal {
            fail(refusal)
            block.followsDeclaration = kind != .sharedNetwork && !Self.isClassWord(kind)
            return
        }
        var isReset = false
        switch kind {
        case .host:
            warnAboutHost(context)
            parseHost(&block, context)
        case .group: parseGroup(&block, context)
        case .sharedNetwork: parseSharedNetwork(&block, context)
        case .subnet:
            parseSubnet(&block, context)
            isReset = context.joinsNetwork
        case .subnet6:
            parseSubnet6(&block, context)
            isReset = context.joinsNetwork
        default: parseClass(kind, &block)
        }
        block.followsDeclaration = !isReset
    }

    private static func isClassWord(_ kind: TokenKind) -> Bool {
        kind == .class || kind == .subclass || kind == .vendorClass || kind == .userClass
    }

    private mutating func warnAboutHost(_ context: Context) {
        guard !symbols.hasWarnedAboutHosts,
            context.kind == .subnet || context.kind == .sharedNetwork
        else { return }
        symbols.hasWarnedAboutHosts = true
        lexer.notice(
            .hostsAreGlobal,
            [UInt8](
                literal: """
                    WARNING: Host declarations are global.  They are not limited to the scope you \
                    declared them in.
                    """))
    }

    /// The kind of the next token in a block; `nil` when the block ends at its right brace or, with
    /// a complaint, at the end of the file.
    ///
    /// A NUL byte is a token that is gone once it was looked at (ISC), so a block looks once.
    mutating func peekInBlock() -> TokenKind? {
        let kind = peek().kind
        switch kind {
        case .rightBrace:
            next()
            return nil
        case .endOfFile:
            next()
            warn(.unexpectedEndOfFile)
            return nil
        default:
            return kind
        }
    }

    // MARK: Shared network

    @inline(never)
    private mutating func parseSharedNetwork(_ block: inout Block, _ context: Context) {
        let position = lexer.position
        var name: [UInt8]
        let token = peek()
        if token.kind == .string {
            next()
            name = self.name(token)
            if name.isEmpty {
                warn(.zeroLengthSharedNetworkName)
                name = [UInt8](literal: "<no-name-given>")
            }
        } else if let dotted = parseDottedName() {
            name = dotted
        } else {
            return fail(.expectingNameForSharedNetwork)
        }
        guard parseLeftBrace() else { return }
        guide?.note(.network, position, again: true)
        guide?.forget(.interface)
        let network = symbols.networks.count
        symbols.networks.append(Symbols.Network(name: .given(name)))
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        var innerContext = Context(kind: .sharedNetwork, network: network)
        innerContext.joinsNetwork = true
        parseNetworkBody(&inner, innerContext, network)
        let symbol = symbols.networks.removeLast()
        block.append(
            .sharedNetwork(
                SharedNetworkDeclaration(
                    name: name, interface: symbol.interface, failoverPeer: symbol.failoverPeer,
                    scope: inner.takeScope(), position: position)))
    }

    /// `interface NAME;` False if the block ends because of a complaint. An interface belongs to
    /// the network that names it first; another one that names it is, to ISC, without an
    /// interface still.
    private mutating func parseInterface(_ network: Int) -> Bool {
        next()
        let token = next()
        guide?.note(.interface, lexer.position)
        if symbols.networks[network].interface != nil {
            warn(.twoInterfaces)
        } else if symbols.interfaces.insert(text(token)).inserted {
            symbols.networks[network].interface = text(token)
        }
        return parseSemicolon()
    }

    // MARK: Subnet

    @inline(never)
    private mutating func parseSubnet(_ block: inout Block, _ context: Context) {
        let position = lexer.position
        guard let address = parseAddress() else { return }
        guard next().kind == .netmask else { return fail(.expectingNetmask) }
        // ISC: what the end of the file leaves out stays as the address has it.
        guard let netmask = parseAddress(over: address) else { return }
        if address.rawValue & ~netmask.rawValue != 0 {
            return fail(
                .badSubnetCombination, Array(address.description.utf8),
                Array(netmask.description.utf8))
        }
        let subnet = Symbols.Subnet(address: address, netmask: netmask)
        guard isOfOneFamily(symbols.lastSubnet6 == nil) else { return }
        warnAboutOverlap(subnet)
        guard parseLeftBrace() else { return }
        let (network, joins) = networkForSubnet(
            context, .subnet(address, length: Self.prefixLength(netmask)))
        var innerContext = Context(kind: .subnet, network: network)
        innerContext.subnet = subnet
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        parseNetworkBody(&inner, innerContext, network)
        symbols.networks[network].subnets.append(subnet)
        symbols.networks[network].subnetCount += 1
        block.append(
            .subnet(
                SubnetDeclaration(
                    address: address, netmask: netmask,
                    interface: symbols.networks[network].interface, isInSharedNetwork: joins,
                    scope: inner.takeScope(), position: position)))
        if !joins { symbols.networks.removeLast() }
    }

    /// The network around, or one of its own, which ends with the subnet.
    private mutating func networkForSubnet(
        _ context: Context, _ name: Symbols.Network.Name
    ) -> (Int, joins: Bool) {
        if context.joinsNetwork, let network = context.network { return (network, true) }
        symbols.networks.append(Symbols.Network(name: name))
        return (symbols.networks.count - 1, false)
    }

    /// The block of a subnet or of a shared network, which has to have subnets.
    private mutating func parseNetworkBody(
        _ inner: inout Block, _ context: Context, _ network: Int
    ) {
        while let kind = peekInBlock() {
            if kind == .interface {
                if parseInterface(network) { continue }
                return
            }
            parseStatement(&inner, context)
        }
        if context.kind == .sharedNetwork, lexer.lastKind == .rightBrace,
            symbols.networks[network].subnetCount == 0
        {
            warn(.emptySharedNetwork)
        }
    }

    /// Number of leading one bits as ISC counts them: up to the last one bit.
    static func prefixLength(_ netmask: IPv4Address) -> Int {
        32 - netmask.rawValue.trailingZeroBitCount
    }

    /// ISC compares each subnet with the one before it and dies when they are of two families.
    mutating func isOfOneFamily(_ isOne: Bool) -> Bool {
        if isOne { return true }
        lexer.stop(
            .mixedFamilies,
            [UInt8](literal: "subnet_number():inet.c:45: Addr/mask length mismatch."))
        return false
    }

    /// Compares with the subnet declared before; only with that one (ISC).
    private mutating func warnAboutOverlap(_ subnet: Symbols.Subnet) {
        if let last = symbols.lastSubnet,
            last.contains(subnet.address) || subnet.contains(last.address)
        {
            var line = [UInt8](literal: "Warning: subnet ")
            for (index, one) in [subnet, last].enumerated() {
                if index == 1 { line.append(text: " overlaps subnet ") }
                line.append(one.address)
                line.append(text: "/")
                // ISC looks for the last bit of an empty mask beyond it.
                let length = Self.prefixLength(one.netmask)
                line.append(decimal: length == 0 ? -26 : length)
            }
            lexer.notice(.subnetsOverlap, line)
        }
        symbols.lastSubnet = subnet
    }

    @inline(never)
    private mutating func parseSubnet6(_ block: inout Block, _ context: Context) {
        guard family == .v6 else { return fail(.subnet6OnlyInV6) }
        let position = lexer.position
        guard let address = parseIPv6Address() else { return }
        guard next().kind == .slash else { return fail(.expectingASlashDot) }
        let token = next()
        guard token.kind == .number else { return fail(.expectingANumberBigDot) }
        let length = Int32(bitPattern: decimal(token))
        guard (0...128).contains(length), !lexer.isText(token, "-") else {
            return fail(.expectingNumberTo128)
        }
        let prefix = IPv6Prefix(address: address, length: UInt8(length))
        guard address == address.masked(prefix.length) else {
            return fail(.newSubnetMaskTooShort)
        }
        guard isOfOneFamily(symbols.lastSubnet == nil) else { return }
        warnAboutOverlap6(prefix)
        guide?.note(.subnet, position, again: true)
        guard parseLeftBrace() else { return }
        let (network, joins) = networkForSubnet(
            context, .subnet6(address, length: Int(length)))
        var innerContext = Context(kind: .subnet, network: network)
        innerContext.subnet6 = prefix
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        parseNetworkBody(&inner, innerContext, network)
        symbols.networks[network].subnetCount += 1
        block.append(
            .subnet6(
                Subnet6Declaration(
                    address: address, prefixLength: prefix.length,
                    interface: symbols.networks[network].interface, isInSharedNetwork: joins,
                    scope: inner.takeScope(), position: position)))
        if !joins { symbols.networks.removeLast() }
    }

    private mutating func warnAboutOverlap6(_ prefix: IPv6Prefix) {
        if let last = symbols.lastSubnet6 {
            let length = min(prefix.length, last.length)
            if prefix.address.masked(length) == last.address.masked(length) {
                var line = [UInt8](literal: "Warning: subnet ")
                for (index, one) in [prefix, last].enumerated() {
                    if index == 1 { line.append(text: " overlaps subnet ") }
                    line.append(string: one.address.description)
                    line.append(text: "/")
                    // ISC counts within four bytes, and beyond those of an empty mask.
                    line.append(decimal: one.length == 0 ? -28 : min(Int(one.length), 32))
                }
                lexer.notice(.subnetsOverlap, line)
            }
        }
        symbols.lastSubnet6 = prefix
    }

    // MARK: Group

    /// After `group`. Groups stand in groups without end, so between one and the next as little as
    /// possible is on the stack: what comes before and after the statements is elsewhere.
    mutating func parseGroup(_ block: inout Block, _ context: Context) {
        guard var group = parseGroupHead() else { return }
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        while let kind = peekInBlock() {
            if let flag = Self.flag(of: kind), !parseGroupFlag(flag, &group.flags) { continue }
            parseStatement(&inner, context.nested(.group))
        }
        finish(&group, &inner, &block)
    }

    /// The name, if there is one, and the left brace.
    @inline(never)
    private mutating func parseGroupHead() -> GroupDeclaration? {
        var group = GroupDeclaration(name: nil, position: lexer.position)
        let token = peek()
        if token.kind.isIdentifier || token.kind == .string {
            next()
            group.name = name(token)
        }
        return parseLeftBrace() ? group : nil
    }

    private static func flag(of kind: TokenKind) -> DeclarationFlags? {
        switch kind {
        case .deleted: .isDeleted
        case .dynamic: .isDynamic
        case .static: .isStatic
        default: nil
        }
    }

    /// A flag must be followed by a statement: ISC cannot read back the empty groups that it writes
    /// to the lease file itself. Where no record may be lost this is not demanded: false if
    /// something else may follow.
    @inline(never)
    private mutating func parseGroupFlag(
        _ flag: DeclarationFlags, _ flags: inout DeclarationFlags
    ) -> Bool {
        next()
        parseSemicolon()
        flags.insert(flag)
        guard leaseRecovery == .atNextRecord else { return true }
        let kind = peek().kind
        return kind != .rightBrace && Self.flag(of: kind) == nil
    }

    @inline(never)
    private mutating func finish(
        _ group: inout GroupDeclaration, _ inner: inout Block, _ block: inout Block
    ) {
        group.scope = inner.takeScope()
        if let name = group.name {
            if group.flags.contains(.isDeleted) {
                symbols.groups.remove(name)
            } else {
                symbols.groups.insert(name)
            }
        }
        block.append(.group(group))
    }
}
