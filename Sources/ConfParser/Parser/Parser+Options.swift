import Wire

/// An option as it was named; without a reference it is not known (yet).
struct OptionName {
    var space: OptionSpaceID
    var name: [UInt8]
    var reference: OptionReference?
    /// Its format letters: those of the definition of this name, even where another name has taken
    /// its code since (ISC).
    var format: [UInt8] = []
}

/// The value of a setting: `nil` inside is a setting without a value.
struct OptionSetting {
    var expression: Expression?
}

extension Parser {
    /// `IDENT [ "." IDENT ]`; `nil` after a complaint.
    ///
    /// With `allowingUnknown` a name without definition is no error here.
    mutating func parseOptionName(allowingUnknown: Bool) -> OptionName? {
        let first = next()
        guard first.kind.isIdentifier else {
            fail(.expectingIdentifierAfterOption, at: first)
            return nil
        }
        var name = text(first)
        var space = OptionSpaceID.dhcp
        if accept(.dot) {
            let second = next()
            guard second.kind.isIdentifier else {
                fail(.expectingIdentifierAfterDot, at: second)
                return nil
            }
            guard let found = options.space(named: name) else {
                fail(.noOptionSpaceNamed, name)
                return nil
            }
            space = found
            name = text(second)
        }
        if let definition = options.option(named: name, in: space) {
            return OptionName(
                space: space, name: name, reference: definition.reference,
                format: definition.format)
        }
        if name.count >= 8, Array(name.prefix(8)).equalsIgnoringCase([UInt8](literal: "unknown-")) {
            return parseUnknownOption(space, name)
        }
        if allowingUnknown { return OptionName(space: space, name: name, reference: nil) }
        fail(.noOptionNamed, name, options[space].name)
        return nil
    }

    /// `unknown-N`: the option with code N, whatever its name.
    private mutating func parseUnknownOption(_ space: OptionSpaceID, _ name: [UInt8]) -> OptionName?
    {
        let code = decimal(Array(name.dropFirst(8)))
        let end = options[space].endCode ?? 0
        if code == 0 || code == end {
            fail(.optionCodesIllegal, number(Int(end)), options[space].name)
            return nil
        }
        let reference = OptionReference(space, code)
        if let definition = options.definition(reference) {
            var line = [UInt8](literal: "option ")
            line += name
            line.append(text: " has been redefined as option ")
            line += definition.name
            line.append(text: ".  Please update your configs if necessary.")
            lexer.notice(.optionRedefined, line)
        }
        return OptionName(
            space: space, name: name, reference: reference, format: options.format(reference))
    }

    /// The part of a setting after the name, semicolon included.
    mutating func parseOptionSetting(
        _ format: [UInt8], showsMissingExpression: Bool
    ) -> OptionSetting? {
        var value: Expression?
        let token = peek()
        if token.kind == .semicolon, format.first != UInt8(ascii: "Z") {
            // ISC: eats this semicolon and then demands another one.
            next()
        } else if token.kind == .equal {
            next()
            var lose = !showsMissingExpression
            guard let expression = parseData(&lose) else {
                if !lose { fail(.expectingADataExpression) }
                return nil
            }
            value = expression
        } else {
            guard let expression = parseOptionData(format, allowsLookups: true) else { return nil }
            value = expression
        }
        guard parseSemicolon() else { return nil }
        return OptionSetting(expression: value)
    }
}

// MARK: - Values by format

/// Collects the pieces of a value: literal bytes are joined as they come.
private struct ValueBuilder {
    var parts: [Expression] = []
    var bytes: [UInt8] = []
    var count = 0

    mutating func append(_ expression: Expression) {
        count += 1
        if case .constant(let more) = expression {
            bytes.append(contentsOf: more)
            return
        }
        flush()
        parts.append(expression)
    }

    mutating func flush() {
        guard !bytes.isEmpty else { return }
        parts.append(.constant(bytes))
        bytes = []
    }

    var expression: Expression {
        mutating get {
            if parts.isEmpty { return .constant(bytes) }
            flush()
            if parts.count == 1, let only = parts.first { return only }
            return .concat(parts)
        }
    }
}

extension Parser {
    /// A value in the text form of its format, without semicolon; `nil` after a complaint.
    ///
    /// Without `allowsLookups` by the rules of lease files.
    mutating func parseOptionData(_ format: [UInt8], allowsLookups: Bool) -> Expression? {
        var builder = ValueBuilder()
        let isUniform =
            format.count == 2 && format[0] == UInt8(ascii: "I")
            && (format[1] | 0x20) == UInt8(ascii: "a")
        let choice: Expression.AddressChoice = isUniform ? .all : .first
        var start = 0
        while true {
            var index = start
            var repeats = false
            while index < format.count {
                let letter = format[index]
                if letter == UInt8(ascii: "A") || letter == UInt8(ascii: "a") {
                    repeats = true
                    break
                }
                if letter == UInt8(ascii: "o"), index != 0 {
                    index += 1
                    continue
                }
                let atomEnd = Self.atomEnd(format, index)
                let isOptional = atomEnd < format.count && format[atomEnd] == UInt8(ascii: "o")
                let piece =
                    allowsLookups
                    ? parseAtom(format, index, isOptional: isOptional, choice)
                    : parseLeaseAtom(format, index, room: Self.leaseValueRoom - builder.bytes.count)
                if let piece {
                    builder.append(piece)
                } else if !isOptional {
                    return nil
                }
                index = atomEnd
            }
            if format.isEmpty, parseAtom(format, 0, isOptional: false, choice) == nil {
                return nil
            }
            guard repeats else { break }
            let isWhole = format[index] == UInt8(ascii: "A")
            if accept(.comma) {
                start = isWhole ? 0 : Self.atomStart(format, before: index)
                continue
            }
            if isWhole || index + 1 >= format.count { break }
            start = index + 1
        }
        return builder.expression
    }

    /// Index after the atom at `index`; names of spaces and enumerations belong to their letter.
    private static func atomEnd(_ format: [UInt8], _ index: Int) -> Int {
        let letter = format[index]
        if letter == UInt8(ascii: "E") || letter == UInt8(ascii: "N"),
            let dot = format[index...].firstIndex(of: UInt8(ascii: "."))
        {
            return dot + 1
        }
        if letter == UInt8(ascii: "D"), index + 1 < format.count,
            format[index + 1] == UInt8(ascii: "c")
        {
            return index + 2
        }
        return index + 1
    }

    private static func atomStart(_ format: [UInt8], before end: Int) -> Int {
        var index = 0
        while index < end {
            let next = atomEnd(format, index)
            if next >= end { return index }
            index = next
        }
        return 0
    }

    private mutating func parseAtom(
        _ format: [UInt8], _ index: Int, isOptional: Bool,
        _ choice: Expression.AddressChoice
    ) -> Expression? {
        let letter = index < format.count ? format[index] : 0
        switch letter {
        case UInt8(ascii: "U"):
            return parseWordAtom(isOptional)
        case UInt8(ascii: "E"), UInt8(ascii: "X"):
            return parseBytesAtom(isOptional)
        case UInt8(ascii: "D"):
            return parseDomainList(compresses: Self.compresses(format, index)) { $0.fail($1, $2) }
        case UInt8(ascii: "d"):
            return parseDomainName()
        case UInt8(ascii: "k"):
            return parseKeyNameAtom()
        case UInt8(ascii: "t"):
            return parseTextAtom(isOptional)
        case UInt8(ascii: "N"):
            let name = format[(index + 1)..<max(index + 1, Self.atomEnd(format, index) - 1)]
            return parseEnumerationAtom(Array(name), isOptional)
        case UInt8(ascii: "I"):
            return parseAddressOrName(choice)
        case UInt8(ascii: "6"):
            return parseIPv6Address().map { .constant($0.octets) }
        case UInt8(ascii: "T"), UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "S"),
            UInt8(ascii: "s"), UInt8(ascii: "B"), UInt8(ascii: "b"):
            return numberAtom(letter, nextAtom(isOptional), isOptional: isOptional)
        case UInt8(ascii: "f"):
            return flagAtom(nextAtom(isOptional), isOptional: isOptional)
        case UInt8(ascii: "Z"):
            guard peek().kind != .semicolon else { return .constant([]) }
            fail(.semicolonExpected)
            return .constant([])
        default:
            // The letter is a NUL for options with an empty format, and the message ends there.
            fail(.badFormat)
            return nil
        }
    }

    private mutating func failAtom(_ id: DiagnosticID, _ token: Token, _ isOptional: Bool) {
        if !isOptional { fail(id, at: token) }
    }

    /// The token of an atom. An optional one is looked at first and leaves the semicolon alone; any
    /// other wrong token is lost (ISC).
    private mutating func nextAtom(_ isOptional: Bool) -> Token {
        if isOptional {
            let token = peek()
            if token.kind == .semicolon { return token }
        }
        return next()
    }

    private mutating func parseWordAtom(_ isOptional: Bool) -> Expression? {
        let token = nextAtom(isOptional)
        guard token.kind.isIdentifier else {
            failAtom(.expectingIdentifier, token, isOptional)
            return nil
        }
        return .constant(text(token))
    }

    private mutating func parseTextAtom(_ isOptional: Bool) -> Expression? {
        let token = nextAtom(isOptional)
        guard token.kind == .string || token.kind.isIdentifier else {
            failAtom(.expectingString, token, isOptional)
            return nil
        }
        return .constant(text(token))
    }

    private mutating func parseBytesAtom(_ isOptional: Bool) -> Expression? {
        if peek().kind.isNumeric { return parseHexList().map { .constant($0) } }
        let token = next()
        if token.kind == .string { return .constant(text(token)) }
        if !isOptional { fail(.expectingStringOrHexadecimal) }
        return nil
    }

    /// The value of `token` in the width of `letter`.
    mutating func numberAtom(_ letter: UInt8, _ token: Token, isOptional: Bool) -> Expression? {
        if letter == UInt8(ascii: "T"), token.kind == .infinite {
            return .constant([255, 255, 255, 255])
        }
        guard token.kind.isNumeric else {
            failAtom(.expectingNumberDot, token, isOptional)
            return nil
        }
        let bits: UInt32
        switch letter | 0x20 {
        case UInt8(ascii: "s"): bits = 16
        case UInt8(ascii: "b"): bits = 8
        default: bits = 32
        }
        let value = convert(token, base: 0, bits: bits)
        return .constant(Array(bigEndian(value).suffix(Int(bits / 8))))
    }

    /// The value of `token` as a flag.
    mutating func flagAtom(_ token: Token, isOptional: Bool) -> Expression? {
        guard token.kind.isIdentifier else {
            failAtom(.expectingIdentifier, token, isOptional)
            return nil
        }
        let word = text(token).lowercasedASCII
        switch String(decoding: word, as: UTF8.self) {
        case "true", "on": return .constant([1])
        case "false", "off": return .constant([0])
        case "ignore": return .constant([2])
        default:
            failAtom(.expectingBoolean, token, isOptional)
            return nil
        }
    }

    private mutating func parseEnumerationAtom(_ name: [UInt8], _ isOptional: Bool) -> Expression? {
        let token = nextAtom(isOptional)
        guard token.kind.isIdentifier else {
            if !isOptional { fail(.identifierExpectedPlain) }
            return nil
        }
        guard let value = Enumeration.value(text(token), in: name) else {
            guide?.words = Enumeration.names(of: name)
            if !isOptional { fail(.unknownValue) }
            return nil
        }
        return .constant(value)
    }

    private mutating func parseDomainName() -> Expression? {
        guard let name = parseDottedName() else {
            fail(.notAValidDomainName)
            return nil
        }
        guard let wire = DomainText.encode(name) else {
            warn(.errorAssemblingDomainName, [UInt8](literal: "Message too long"))
            fail(.notAValidDomainName)
            return nil
        }
        return .constant(wire)
    }

    private mutating func parseKeyNameAtom() -> Expression? {
        let token = peek()
        if token.kind == .string {
            next()
            return .constant(text(token))
        }
        if let name = parseDottedName() { return .constant(name) }
        fail(.notAValidKeyName)
        return nil
    }

    /// Whether the domain list at `index` of a format is compressed (RFC 3397 §2).
    static func compresses(_ format: [UInt8], _ index: Int) -> Bool {
        index + 1 < format.count && format[index + 1] == UInt8(ascii: "c")
    }

    /// Strings with commas between them. `complain` also skips what is to be skipped.
    mutating func parseDomainList(
        compresses: Bool, complain: (inout Parser, DiagnosticID, [UInt8]) -> Void
    ) -> Expression? {
        var list = DomainList(compresses: compresses)
        repeat {
            let token = next()
            guard token.kind == .string else {
                complain(&self, .expectingADomainString, [])
                return nil
            }
            guard list.append(name(token)) else {
                complain(
                    &self, compresses ? .errorCompressingDomainList : .errorAssemblingDomainList,
                    [UInt8](literal: "Message too long"))
                return nil
            }
        } while accept(.comma)
        return .constant(list.bytes)
    }
}
