import Wire

extension Parser {
    /// After `zone`.
    mutating func parseZone(_ lose: inout Bool) {
        let position = lexer.position
        guard var name = parseDottedName() else {
            fail(.expectingHostname)
            lose = true
            return
        }
        if name.last != UInt8(ascii: ".") { name.append(UInt8(ascii: ".")) }
        guard next().kind == .leftBrace else {
            fail(.expectingLeftBrace2)
            lose = true
            return
        }
        var zone = ZoneDeclaration(name: name, position: position)
        guard parseZoneBody(&zone) else {
            lose = true
            return
        }
        let key = name.lowercasedASCII
        if let index = symbols.zones[key] {
            tree.zones[index] = zone
        } else {
            symbols.zones[key] = tree.zones.count
            tree.zones.append(zone)
        }
    }

    private mutating func parseZoneBody(_ zone: inout ZoneDeclaration) -> Bool {
        while true {
            let token = peek()
            switch token.kind {
            case .primary, .secondary, .primary6, .secondary6:
                guard parseZoneServers(token.kind, &zone) else { return false }
            case .key:
                next()
                guard parseZoneKey(&zone) else { return false }
            default:
                guard next().kind == .rightBrace else {
                    fail(.expectingRightBraceDot)
                    return false
                }
                return true
            }
        }
    }

    /// Complains and skips twice (ISC).
    private mutating func failZone(_ id: DiagnosticID) -> Bool {
        fail(id)
        skip()
        return false
    }

    private mutating func parseZoneServers(
        _ kind: TokenKind, _ zone: inout ZoneDeclaration
    ) -> Bool {
        let isV6 = kind == .primary6 || kind == .secondary6
        let known: [Expression]
        let complaint: DiagnosticID
        switch kind {
        case .primary: (known, complaint) = (zone.primary, .moreThanOnePrimary)
        case .secondary: (known, complaint) = (zone.secondary, .moreThanOneSecondary)
        case .primary6: (known, complaint) = (zone.primary6, .moreThanOnePrimary6)
        default: (known, complaint) = (zone.secondary6, .moreThanOneSecondary6)
        }
        if !known.isEmpty { return failZone(complaint) }
        next()
        guide?.note(.zoneServers(kind), lexer.position, again: true)
        var servers: [Expression] = []
        var end: TokenKind
        repeat {
            let server =
                isV6
                ? parseIPv6Address().map { Expression.constant($0.octets) }
                : parseAddressOrName(.all)
            guard let server else {
                return failZone(isV6 ? .expectingIPv6Addr : .expectingIPAddrOrHostname)
            }
            servers.append(server)
            end = next().kind
        } while end == .comma
        guard end == .semicolon else { return failZone(.expectingSemicolon) }
        switch kind {
        case .primary: zone.primary = servers
        case .secondary: zone.secondary = servers
        case .primary6: zone.primary6 = servers
        default: zone.secondary6 = servers
        }
        return true
    }

    private mutating func parseZoneKey(_ zone: inout ZoneDeclaration) -> Bool {
        guard let name = parseKeyName() else { return failZone(.expectingKeyName) }
        if zone.key != nil {
            var line = [UInt8](literal: "Multiple key definitions for zone ")
            line += zone.name
            line.append(text: ".")
            lexer.stop(.zoneKeyTwice, line)
            return false
        }
        guard symbols.keys[name.lowercasedASCII] != nil else {
            warn(.unknownKey, name)
            return parseZoneSemicolon()
        }
        zone.key = name
        return parseZoneSemicolon()
    }

    private mutating func parseZoneSemicolon() -> Bool {
        if parseSemicolon() { return true }
        skip()
        return false
    }

    private mutating func parseKeyName() -> [UInt8]? {
        let token = peek()
        guard token.kind == .string else { return parseDottedName() }
        next()
        return name(token)
    }

    // MARK: Keys

    /// After `key`.
    mutating func parseKey(_ lose: inout Bool) {
        let position = lexer.position
        guard let name = parseKeyName() else {
            fail(.expectingKeyName)
            lose = true
            return
        }
        // ISC: a key that is declared again is forgotten, whatever becomes of the declaration.
        let lower = name.lowercasedASCII
        let former = symbols.keys.removeValue(forKey: lower)
        guard next().kind == .leftBrace else {
            warn(.expectingLeftBrace2)
            lose = true
            return
        }
        var key = KeyDeclaration(name: name, position: position)
        guard parseKeyBody(&key) else {
            lose = true
            return
        }
        _ = accept(.semicolon)
        if let algorithm = key.algorithm,
            !Self.isKnown(algorithm) || name.isEmpty
                || DomainText.labels(name, ignoresLastBackslash: false) == nil
        {
            var line = [UInt8](literal: "Unable to create tsec structure for ")
            line += name
            lexer.notice(.unknownKeyAlgorithm, line)
        }
        if let index = former {
            symbols.keys[lower] = index
            tree.keys[index] = key
        } else {
            symbols.keys[lower] = tree.keys.count
            tree.keys.append(key)
        }
    }

    private mutating func parseKeyBody(_ key: inout KeyDeclaration) -> Bool {
        guide?.forget(.algorithm, .secret)
        while true {
            switch next().kind {
            case .algorithm:
                guide?.note(.algorithm, lexer.position)
                if key.algorithm != nil { return failKey(.tooManyAlgorithms, key.name) }
                guard var algorithm = parseDottedName() else {
                    return failKey(.expectingKeyAlgorithmName)
                }
                if !algorithm.contains(UInt8(ascii: ".")) {
                    algorithm.append(text: ".SIG-ALG.REG.INT.")
                } else if algorithm.last != UInt8(ascii: ".") {
                    algorithm.append(UInt8(ascii: "."))
                }
                key.algorithm = algorithm
            case .secret:
                guide?.note(.secret, lexer.position)
                if key.secret != nil { return failKey(.tooManySecrets, key.name) }
                guard let secret = parseBase64() else {
                    skip(braces: 1)
                    return false
                }
                key.secret = secret
            case .rightBrace:
                return true
            default:
                return failKey(.expectingRightBraceDot)
            }
            guard parseSemicolon() else {
                skip(braces: 1)
                return false
            }
        }
    }

    private mutating func failKey(_ id: DiagnosticID, _ arguments: [UInt8]...) -> Bool {
        report(id, arguments)
        skip(braces: 1)
        return false
    }

    private static func isKnown(_ algorithm: [UInt8]) -> Bool {
        let lower = String(decoding: algorithm.lowercasedASCII, as: UTF8.self)
        let names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
        return names.contains { lower == "hmac-\($0).sig-alg.reg.int." }
    }

    /// Tokens as long as they are made of the alphabet; the first one is taken unconditionally.
    mutating func parseBase64() -> [UInt8]? {
        // To ISC a token ends at its first NUL.
        let first = next()
        var text = Array(self.text(first).prefix { $0 != 0 })
        // Where each token ends: messages show the rest of one token.
        var ends = [text.count]
        while true {
            let token = peek()
            // To ISC a byte 0xff is an end of the file, with the text of the token before it.
            if token.kind == .endOfFile, lexer.isAtEnd { break }
            guard
                self.text(token).prefix(while: { $0 != 0 }).allSatisfy({
                    Self.base64Value($0) != nil || $0 == UInt8(ascii: "=")
                })
            else { break }
            let taken = next()
            text += self.text(taken).prefix { $0 != 0 }
            ends.append(text.count)
        }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var hasEnded = false
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: "=") {
                hasEnded = true
                continue
            }
            if hasEnded {
                let end = ends.first { $0 > index } ?? text.count
                warn(.stuffAfterBase64, Array(text[index..<end]))
                return nil
            }
            guard let value = Self.base64Value(byte) else {
                warn(.invalidBase64Character, number(Int(Int8(bitPattern: byte))))
                return nil
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        let left = bits & (1 << UInt32(count) - 1)
        // ISC looks at what is left over only when the text, its signs of equality included, is no
        // multiple of four.
        if left != 0, text.count % 4 != 0 { warn(.partialBase64, number(Int(left))) }
        // ISC: a secret without a byte is no secret, and nothing is said about it.
        return bytes.isEmpty ? nil : bytes
    }

    private static func base64Value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
