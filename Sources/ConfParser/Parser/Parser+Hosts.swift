import Wire

extension Parser {
    /// After `host`.
    @inline(never)
    mutating func parseHost(_ block: inout Block, _ context: Context) {
        let position = lexer.position
        guard let name = parseDottedName() else { return fail(.expectingNameForHost) }
        guard parseLeftBrace() else { return }
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        inner.host = HostDeclaration(name: name, position: position)
        guide?.forget(.hardware, .fixedAddress, .identifier, .hostIdentifier)
        while let kind = peekInBlock() {
            guard parseHostItem(kind, &inner) else { break }
        }
        guard var host = inner.host else { return }
        host.scope = inner.takeScope()
        guard finish(&host) else { return }
        block.append(.host(host))
    }

    /// False for a second host of the same name.
    private mutating func finish(_ host: inout HostDeclaration) -> Bool {
        if host.flags.contains(.isDeleted) {
            symbols.hosts[host.name] = true
            return true
        }
        findIdentifier(&host)
        guide?.note(.host, host.name, host.position)
        if symbols.hosts.updateValue(false, forKey: host.name) == false {
            warn(.hostAlreadyExists, host.name)
            return false
        }
        return true
    }

    /// One item of a host block; false if the block ends because of a complaint.
    private mutating func parseHostItem(_ kind: TokenKind, _ inner: inout Block) -> Bool {
        switch kind {
        case .dynamic:
            next()
            inner.host?.flags.insert(.isDynamic)
            return parseSemicolon()
        case .deleted:
            next()
            inner.host?.flags.insert(.isDeleted)
            return parseSemicolon()
        case .group:
            next()
            return parseGroupReference(&inner)
        case .uid:
            next()
            return parseUID(&inner)
        case .hostIdentifier:
            return parseHostIdentifier(&inner)
        default:
            parseStatement(&inner, Context(kind: .host, network: nil))
            return true
        }
    }

    private mutating func parseGroupReference(_ inner: inout Block) -> Bool {
        let token = next()
        guard token.kind == .string || token.kind.isIdentifier else {
            warn(.expectingStringOrIdentifier)
            skip(braces: 1)
            return false
        }
        let name = name(token)
        if symbols.groups.contains(name) {
            inner.host?.group = name
        } else {
            warn(.unknownGroup, name, inner.host?.name ?? [])
        }
        return parseSemicolon()
    }

    private mutating func parseUID(_ inner: inout Block) -> Bool {
        if case .constant(let uid)? = inner.host?.identifier {
            warn(.hostAlreadyHasUID, inner.host?.name ?? [], Self.printable(uid))
            skip(braces: 1)
            return false
        }
        guide?.note(.identifier, lexer.position)
        let token = peek()
        if token.kind == .string {
            next()
            inner.host?.identifier = .constant(text(token))
        } else if let bytes = parseNumbers(nil, separator: .colon, base: 16) {
            inner.host?.identifier = .constant(bytes)
        } else {
            fail(.expectingHexList)
        }
        return parseSemicolon()
    }

    /// Quoted if it is text, else with colons: as ISC prints identifiers.
    static func printable(_ bytes: [UInt8]) -> [UInt8] {
        if !bytes.isEmpty, bytes.allSatisfy({ $0 >= 32 && $0 < 127 }) {
            return [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        }
        var text: [UInt8] = []
        text.append(colonHex: bytes)
        return text
    }

    // MARK: host-identifier

    private mutating func parseHostIdentifier(_ inner: inout Block) -> Bool {
        if inner.hasHostIdentifier {
            warn(.onlyOneHostIdentifier)
            skip(braces: 1)
            return false
        }
        next()
        guide?.note(.hostIdentifier, lexer.position)
        var relay: UInt32?
        let token = next()
        if token.kind == .v6relopt {
            let count = next()
            guard count.kind == .number else {
                return failHostIdentifier(.relayMustHaveNumber)
            }
            let value = Int32(bitPattern: decimal(count))
            guard value >= 0 else { return failHostIdentifier(.relayMustBePositive) }
            relay = UInt32(value)
        } else if token.kind != .option {
            return failHostIdentifier(.hostIdentifierMustBeOption)
        }
        guard let name = parseOptionName(allowingUnknown: true) else { return false }
        guard let reference = name.reference else {
            warn(.unknownOption, options[name.space].name, name.name)
            skip(braces: 1)
            return false
        }
        guard let value = parseOptionData(name.format, allowsLookups: true) else {
            skip(braces: 1)
            return false
        }
        guard parseSemicolon() else {
            skip(braces: 1)
            return false
        }
        inner.hasHostIdentifier = true
        // ISC crashes for a value that is no constant; there is nothing to match then.
        if case .constant(let bytes) = value {
            inner.host?.hostIdentifier = HostIdentifier(
                option: reference, value: bytes, relay: relay)
        }
        return true
    }

    private mutating func failHostIdentifier(_ id: DiagnosticID) -> Bool {
        warn(id)
        skip(braces: 1)
        return false
    }

    // MARK: Parameters of hosts

    /// `hardware`, `fixed-address`, `fixed-address6` and `fixed-prefix6` where statements stand.
    @inline(never)
    mutating func parseHostParameter(_ kind: TokenKind, _ block: inout Block) {
        next()
        block.followsDeclaration = false
        switch kind {
        case .hardware:
            if let host = block.host, host.hardware != nil {
                warn(.hardwareAlreadyConfigured, host.name)
                return
            }
            guide?.note(.hardware, lexer.position, again: true)
            let hardware = parseHardware()
            if block.host == nil {
                warn(.hardwareNotAllowed)
            } else {
                block.host?.hardware = hardware
            }
        case .fixedPrefix6:
            guard block.host != nil else {
                fail(.fixedPrefix6NotAllowed)
                return
            }
            parseFixedPrefix(&block)
        default:
            let position = lexer.position
            guard let addresses = parseFixedAddresses(isV6: kind == .fixedAddress6) else { return }
            guard let host = block.host else {
                warn(.fixedAddressNotAllowed)
                return
            }
            if !host.fixedAddresses.isEmpty {
                warn(.onlyOneFixedAddress)
            } else {
                block.host?.fixedAddresses = addresses
                guide?.note(.fixedAddress, position, again: true)
            }
        }
    }

    private mutating func parseFixedAddresses(isV6: Bool) -> [Expression]? {
        var addresses: [Expression] = []
        repeat {
            let address: Expression?
            if isV6 {
                address = parseIPv6Address().map { .constant($0.octets) }
            } else {
                address = parseAddressOrName(.all)
            }
            guard let address else { return nil }
            addresses.append(address)
        } while accept(.comma)
        return parseSemicolon() ? addresses : nil
    }

    /// After `hardware`: type, address and semicolon; `nil` after a complaint.
    mutating func parseHardware() -> HardwareAddress? {
        let token = next()
        let type: UInt8
        switch token.kind {
        case .ethernet: type = 1
        case .tokenRing: type = 6
        case .fddi: type = 8
        case .infiniband: type = 32
        default:
            let word = text(token)
            let prefix = [UInt8](literal: "unknown-")
            guard word.count >= prefix.count,
                Array(word.prefix(prefix.count)).lowercasedASCII == prefix
            else {
                fail(.expectingHardwareType)
                return nil
            }
            type = UInt8(truncatingIfNeeded: decimal(Array(word.dropFirst(prefix.count))))
        }
        if accept(.semicolon) { return HardwareAddress(type: type, bytes: EmptyCollection()) }
        var bytes = takeScratch()
        defer { scratch = bytes }
        // ISC: the type was taken already, whatever becomes of the address.
        let typeAlone = HardwareAddress(type: type, bytes: EmptyCollection())
        guard parseNumbers(nil, separator: .colon, base: 16, into: &bytes) else { return typeAlone }
        let hardware = HardwareAddress(type: type, bytes: bytes)
        if hardware == nil { warn(.hardwareAddressTooLong) }
        if next().kind != .semicolon {
            fail(.expectingSemicolon)
        }
        return hardware ?? typeAlone
    }

    private mutating func parseFixedPrefix(_ block: inout Block) {
        guard let address = parseIPv6Address() else { return }
        let slash = next()
        guard slash.kind == .slash else { return fail(.expectingSlash, at: slash) }
        let token = next()
        guard token.kind == .number else { return fail(.expectingNumber, at: token) }
        let length = Int32(bitPattern: decimal(token))
        guard parseSemicolon() else { return }
        guard (0...128).contains(length) else { return warn(.networksHave0To128) }
        let prefix = IPv6Prefix(address: address, length: UInt8(length))
        guard address == address.masked(prefix.length) else { return warn(.networkMaskTooShort) }
        block.host?.fixedPrefixes.append(prefix)
    }

    // MARK: Client identifier

    /// Takes the first unconditional `option dhcp-client-identifier` as the identifier, with ISC's
    /// remarks.
    mutating func findIdentifier(_ host: inout HostDeclaration) {
        var found: Expression?
        lookForIdentifier(in: host.scope.statements, isConditional: false, &found)
        guard let found else { return }
        var uid: [UInt8]?
        if case .constant(let bytes)? = host.identifier { uid = bytes }
        guard let value = found.constantBytes else {
            if uid == nil { host.identifier = found }
            guard !found.isQuietlyNull else { return }
            lexer.evaluate(
                IdentifierEvaluation(expression: found, host: host.name, uid: uid))
            return
        }
        guard let uid else {
            host.identifier = .constant(value)
            return
        }
        // ISC: an empty value is none.
        guard !value.isEmpty else { return }
        lexer.notice(IdentifierEvaluation.warning(host: host.name, uid: uid, value: value))
    }

    private mutating func lookForIdentifier(
        in statements: [Statement], isConditional: Bool, _ found: inout Expression?
    ) {
        let option = OptionReference(.dhcp, 61)
        for statement in statements {
            switch statement {
            case .option(.supersede, option, let value):
                if isConditional {
                    lexer.notice(
                        .identifierIsConditional,
                        [UInt8](
                            literal: "dhcp client identifier may not be specified conditionally."))
                } else if found == nil {
                    found = value
                } else {
                    lexer.notice(
                        .identifierIsThereTwice,
                        [UInt8](literal: "only one dhcp client identifier may be specified"))
                }
            case .conditional(_, let then, let otherwise):
                lookForIdentifier(in: then, isConditional: true, &found)
                lookForIdentifier(in: otherwise, isConditional: true, &found)
            case .switchOver(let choice):
                lookForIdentifier(in: choice.statements, isConditional: true, &found)
            case .on(_, let body?):
                lookForIdentifier(in: body, isConditional: true, &found)
            default: break
            }
        }
    }
}
