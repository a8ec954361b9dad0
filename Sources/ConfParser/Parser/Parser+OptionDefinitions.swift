import Wire

extension Parser {
    /// After `option`: `space IDENT { width } ;`
    mutating func parseOptionSpace() {
        next()
        let token = next()
        guard token.kind.isIdentifier, !token.kind.isForeignByte else {
            return fail(.expectingIdentifier)
        }
        var space = OptionSpace(name: text(token), hashSize: 0)
        while true {
            let word = next()
            switch word.kind {
            case .semicolon:
                if space.hashSize == 0 { space.hashSize = 11 }
                if options.declare(space) == nil {
                    lexer.stop(.tooManyOptionSpaces, [UInt8](literal: "Too many option spaces."))
                }
                return
            case .code:
                guard let width = parseWidth(isCode: true) else { return }
                space.codeWidth = width
                if space.hashSize == 0 { space.hashSize = width == 1 ? 401 : 20_479 }
            case .length:
                guard let width = parseWidth(isCode: false) else { return }
                space.lengthWidth = width
            case .hash:
                guard next().kind == .size else { return warn(.expectingSizeToken) }
                let size = next()
                guard size.kind == .number else { return warn(.expectingA10baseNumber) }
                let value = Int32(bitPattern: decimal(size))
                guard value >= 0 else { return warn(.invalidHashLength, number(Int(value))) }
                space.hashSize = UInt32(value)
            case .endOfFile where lexer.isAtEnd:
                // ISC never ends here.
                warn(.unexpectedEndOfFile)
                return
            default:
                warn(.unexpectedToken)
            }
        }
    }

    /// `width NUM` of `code` or `length`.
    private mutating func parseWidth(isCode: Bool) -> UInt8? {
        guard next().kind == .width else {
            warn(.expectingWidthToken)
            return nil
        }
        let token = next()
        guard token.kind == .number else {
            warn(isCode ? .expectingNumber124 : .expectingNumber12)
            return nil
        }
        let value = Int32(bitPattern: decimal(token))
        guard value == 1 || value == 2 || (isCode && value == 4) else {
            warn(isCode ? .invalidCodeWidth : .invalidLengthWidth, number(Int(value)))
            return nil
        }
        return UInt8(value)
    }

    /// After `option NAME code`: `NUM = TYPE ;`
    mutating func parseOptionDefinition(_ name: OptionName) {
        let token = next()
        guard token.kind == .number else { return fail(.expectingOptionCodeNumber) }
        let code = decimal(token)
        guard next().kind == .equal else { return fail(.expectingEqualSign) }
        var type = DefinitionType()
        guard parseDefinitionType(&type) else { return }
        guard parseSemicolon() else {
            fail(.semicolonExpected)
            if type.isRecord { skip() }
            return
        }
        if type.isArray {
            if type.hasEncapsulation { return warn(.arraysOfEncapsulations) }
            type.format.append(UInt8(ascii: "A"))
        }
        guard markEncapsulated(type) else { return }
        options.define(
            OptionDefinition(
                reference: OptionReference(name.space, code), name: name.name,
                format: type.format))
    }

    /// ISC dies when a second option encapsulates a space; most built-in ones have their option.
    private mutating func markEncapsulated(_ type: DefinitionType) -> Bool {
        guard let space = type.encapsulated else { return true }
        if symbols.encapsulatedSpaces.insert(space).inserted { return true }
        lexer.stop(
            .spaceEncapsulatedTwice,
            [UInt8](
                literal: """
                    Internal inconsistency: storage value has not been initialized to zero \
                    (from parse.c:1849).
                    """))
        return false
    }

    /// What a definition has said so far.
    private struct DefinitionType {
        var format: [UInt8] = []
        /// `array of` before everything.
        var isArray = false
        var isRecord = false
        /// `array of` before this member of a record.
        var isMemberArray = false
        var hasEncapsulation = false
        var encapsulated: OptionSpaceID?
        /// The last member must be the last one.
        var isClosed = false

        static let formatLimit = 128
    }

    /// Complains and skips what is left of the definition, record or not.
    private mutating func failType(
        _ type: DefinitionType, _ id: DiagnosticID, _ arguments: [UInt8]...
    ) {
        report(id, arguments)
        skip(braces: type.isRecord ? 1 : 0)
        if type.isRecord { skip() }
    }

    /// The type up to its semicolon; false after complaints.
    private mutating func parseDefinitionType(_ type: inout DefinitionType) -> Bool {
        var token = next()
        if token.kind == .array {
            guard parseOf() else { return false }
            type.isArray = true
            token = next()
        }
        if token.kind == .leftBrace {
            type.isRecord = true
            token = next()
        }
        while true {
            guard parseMember(&type, token) else { return false }
            guard type.isRecord else { return true }
            token = next()
            if type.isMemberArray {
                type.format.append(UInt8(ascii: "a"))
                type.isMemberArray = false
            }
            if token.kind == .rightBrace { return true }
            if token.kind != .comma || type.isClosed {
                let isText = type.format.last == UInt8(ascii: "t")
                warn(
                    token.kind != .comma
                        ? .expectingRightBraceDot
                        : isText ? .textMustBeAtEnd : .stringMustBeAtEnd)
                skip(braces: 1)
                skip()
                return false
            }
            token = next()
        }
    }

    private mutating func parseOf() -> Bool {
        if next().kind == .of { return true }
        fail(.expectingOf)
        return false
    }

    /// One simple type with its `array of`; `first` has been consumed.
    private mutating func parseMember(_ type: inout DefinitionType, _ first: Token) -> Bool {
        var token = first
        if type.hasEncapsulation {
            fail(.encapsulateMustBeLast)
            return false
        }
        while token.kind == .array {
            if type.isArray || type.isMemberArray {
                failType(type, .noNestedArrays)
                return false
            }
            guard parseOf() else { return false }
            if type.isRecord { type.isMemberArray = true } else { type.isArray = true }
            token = next()
            if type.isRecord, token.kind == .leftBrace {
                warn(.onlyUniformArray)
                skip(braces: 2)
                skip()
                return false
            }
        }
        guard let letters = parseSimpleType(&type, token) else { return false }
        guard type.format.count + letters.count <= DefinitionType.formatLimit else {
            failType(type, .tooManyTypes)
            return false
        }
        type.format += letters
        return true
    }

    /// The format letters of a simple type; `nil` after complaints.
    private mutating func parseSimpleType(
        _ type: inout DefinitionType, _ token: Token
    ) -> [UInt8]? {
        let isInArray = type.isArray || type.isMemberArray
        switch token.kind {
        case .boolean: return [UInt8(ascii: "f")]
        case .ipAddress: return [UInt8(ascii: "I")]
        case .ip6Address: return [UInt8(ascii: "6")]
        case .integer: return parseIntegerType(type, isSigned: true)
        case .signed, .unsigned:
            guard next().kind == .integer else {
                failType(type, .expectingIntegerKeyword)
                return nil
            }
            return parseIntegerType(type, isSigned: token.kind == .signed)
        case .encapsulate: return parseEncapsulation(&type)
        case .domainName, .domainList, .text, .stringType, .zerolen:
            var letters: [UInt8]
            switch token.kind {
            case .domainName: letters = [UInt8(ascii: "d")]
            case .text: letters = [UInt8(ascii: "t")]
            case .zerolen: letters = [UInt8(ascii: "Z")]
            case .domainList:
                letters = [UInt8(ascii: "D")]
                if accept(.compressed) { letters.append(UInt8(ascii: "c")) }
            default: letters = [UInt8(ascii: "X")]
            }
            if isInArray {
                failType(
                    type, token.kind == .zerolen ? .arrayIncompatibleWithZerolen : .arraysOfText)
                return nil
            }
            type.isClosed = true
            return letters
        default:
            failType(type, .unknownDataType, text(token))
            return nil
        }
    }

    private mutating func parseIntegerType(_ type: DefinitionType, isSigned: Bool) -> [UInt8]? {
        let token = next()
        guard token.kind == .number else {
            failType(type, .expectingNumberDot)
            return nil
        }
        let letter: UInt8
        switch decimal(token) {
        case 8: letter = UInt8(ascii: "b")
        case 16: letter = UInt8(ascii: "s")
        case 32: letter = UInt8(ascii: "l")
        default:
            failType(type, .precisionNotSupported, text(token))
            return nil
        }
        return [isSigned ? letter : letter.asciiUppercased]
    }

    private mutating func parseEncapsulation(_ type: inout DefinitionType) -> [UInt8]? {
        let token = next()
        guard token.kind.isIdentifier else {
            fail(.expectingOptionSpaceIdentifier)
            return nil
        }
        let name = text(token)
        guard let space = options.space(named: name) else {
            fail(.unknownOptionSpace, name)
            return nil
        }
        type.hasEncapsulation = true
        type.encapsulated = space
        return [UInt8(ascii: "E")] + name + [UInt8(ascii: ".")]
    }
}
