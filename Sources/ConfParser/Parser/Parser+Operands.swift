import Wire

// Everything that stands between operators (config-language.md §5.3).

extension Parser {
    /// An operand; `nil` after a complaint (`lose` is then true) or if none begins here.
    mutating func parseOperand(_ context: ExpressionContext, _ lose: inout Bool) -> Expression? {
        let token = peek()
        if let simple = Self.simpleOperand(token.kind) {
            next()
            return simple
        }
        switch token.kind {
        case .number, .numberOrName:
            return parseNumberOperand(token, context)
        case .string:
            next()
            return .constant(text(token))
        case .not, .leftParenthesis:
            next()
            guard enter() else {
                lose = true
                return nil
            }
            defer { leave() }
            return token.kind == .not ? parseNot(&lose) : parseParenthesised(context, &lose)
        case .option, .configOption, .exists:
            next()
            guard let reference = parseOptionName(allowingUnknown: false)?.reference else {
                lose = true
                return nil
            }
            switch token.kind {
            case .option: return .option(reference)
            case .configOption: return .configOption(reference)
            default: return .exists(reference)
            }
        case .check:
            next()
            return parseCheck(&lose)
        case .name:
            next()
            return parseVariableOrCall(text(token), &lose)
        default:
            return parseFunction(token.kind, &lose)
        }
    }

    /// Operands of one word.
    private static func simpleOperand(_ kind: TokenKind) -> Expression? {
        switch kind {
        case .hardware: .hardware
        case .leasedAddress: .leasedAddress
        case .hostDeclName: .hostDeclarationName
        case .filename: .filename
        case .serverName: .serverName
        case .null: .null
        case .leaseTime: .leaseTime
        case .clientState: .clientState
        case .known: .known
        case .static: .isStatic
        default: numericConstant(kind).map { .number($0) }
        }
    }

    private static func numericConstant(_ kind: TokenKind) -> UInt32? {
        switch kind {
        case .noerror: 0
        case .formerr: 1
        case .notimp: 27
        case .servfail: 393_230
        case .nxdomain: 393_231
        case .refused: 393_233
        case .yxdomain: 393_234
        case .yxrrset: 393_235
        case .nxrrset: 393_236
        case .notauth: 393_237
        case .notzone: 393_238
        case .reboot: 1
        case .booting: 2
        case .select: 3
        case .request: 4
        case .bound: 5
        case .renew: 6
        case .rebind: 7
        default: nil
        }
    }

    private mutating func parseNumberOperand(
        _ token: Token, _ context: ExpressionContext
    ) -> Expression? {
        if token.kind == .number, context == .numeric || context == .dataOrNumeric {
            next()
            return .number(decimal(token))
        }
        return parseHexList().map { .constant($0) }
    }

    private mutating func parseNot(_ lose: inout Bool) -> Expression? {
        guard let operand = parseOperand(.boolean, &lose) else {
            if !lose { fail(.expressionExpected) }
            lose = true
            return nil
        }
        guard operand.type == .boolean else {
            fail(.booleanExpressionExpectedPlain)
            lose = true
            return nil
        }
        return .not(operand)
    }

    private mutating func parseParenthesised(
        _ context: ExpressionContext, _ lose: inout Bool
    ) -> Expression? {
        guard let inner = parseExpression(context, &lose) else {
            if !lose { fail(.expressionExpected) }
            lose = true
            return nil
        }
        guard next().kind == .rightParenthesis else {
            fail(.rightParenExpectedPlain)
            lose = true
            return nil
        }
        return inner
    }

    private mutating func parseCheck(_ lose: inout Bool) -> Expression? {
        let token = next()
        guard token.kind == .string else {
            lose = true
            fail(.stringExpected)
            return nil
        }
        guard lexer.isText(token, "default") else {
            lose = true
            warn(.unknownCollection)
            return nil
        }
        return .checkClasses
    }

    private mutating func parseVariableOrCall(_ name: [UInt8], _ lose: inout Bool) -> Expression? {
        guard accept(.leftParenthesis) else { return .variable(name) }
        var arguments: [Expression] = []
        while true {
            guard let argument = parseExpression(.any, &lose) else {
                if !lose { warn(.expectingExpression) }
                skip()
                lose = true
                return nil
            }
            arguments.append(argument)
            let token = next()
            if token.kind == .comma { continue }
            if token.kind == .rightParenthesis { return .call(name, arguments: arguments) }
            fail(.rightParenthesisExpectedBig)
            lose = true
            return nil
        }
    }
}

// MARK: - Built-in functions

extension Parser {
    private mutating func parseFunction(_ kind: TokenKind, _ lose: inout Bool) -> Expression? {
        switch kind {
        case .substring, .suffix, .lcase, .ucase, .concat, .reverse, .pick, .binaryToAscii,
            .encodeInt, .extractInt, .packet, .gethostname, .gethostbyname, .v6relay, .defined:
            next()
        default:
            return nil
        }
        guard parseLeftParenthesis(&lose) else { return nil }
        let result: Expression?
        switch kind {
        case .substring: result = parseSubstring(&lose)
        case .suffix: result = parseSuffix(&lose)
        case .lcase: result = dataArgument(&lose).map { .lowercase($0) }
        case .ucase: result = dataArgument(&lose).map { .uppercase($0) }
        case .concat: return parseConcat(&lose)
        case .pick: result = parsePick(&lose)
        case .reverse:
            result = parseNumericAndData(&lose).map { .reverse(width: $0.0, $0.1) }
        case .v6relay:
            result = parseNumericAndData(&lose).map { .relay(hop: $0.0, $0.1) }
        case .binaryToAscii: result = parseBinaryToASCII(&lose)
        case .encodeInt: result = parseEncodeInteger(&lose)
        case .extractInt: result = parseExtractInteger(&lose)
        case .packet: result = parsePacket(&lose)
        case .gethostname: result = .hostname
        case .gethostbyname: result = parseHostByName(&lose)
        default: result = parseDefined(&lose)
        }
        guard let result else { return nil }
        return parseRightParenthesis(&lose) ? result : nil
    }

    private mutating func parseLeftParenthesis(_ lose: inout Bool) -> Bool {
        expect(.leftParenthesis, .leftParenthesisExpected, &lose)
    }

    private mutating func parseComma(_ lose: inout Bool) -> Bool {
        expect(.comma, .commaExpected, &lose)
    }

    private mutating func parseRightParenthesis(_ lose: inout Bool) -> Bool {
        expect(.rightParenthesis, .rightParenthesisExpected, &lose)
    }

    private mutating func expect(
        _ kind: TokenKind, _ id: DiagnosticID, _ lose: inout Bool
    ) -> Bool {
        if next().kind == kind { return true }
        warn(id)
        lose = true
        return false
    }

    private mutating func dataArgument(_ lose: inout Bool) -> Expression? {
        if let argument = parseData(&lose) { return argument }
        if !lose { fail(.expectingDataExpression) }
        lose = true
        return nil
    }

    /// A numeric argument of the functions that call a missing one a data expression (ISC).
    private mutating func leadingNumericArgument(_ lose: inout Bool) -> Expression? {
        if let argument = parseNumeric(&lose) { return argument }
        if !lose { fail(.expectingDataExpression) }
        lose = true
        return nil
    }

    private mutating func numericArgument(_ lose: inout Bool) -> Expression? {
        if let argument = parseNumeric(&lose) { return argument }
        if !lose { fail(.expectingNumericExpression) }
        lose = true
        return nil
    }

    private mutating func parseSubstring(_ lose: inout Bool) -> Expression? {
        guard let data = dataArgument(&lose), parseComma(&lose),
            let offset = numericArgument(&lose), parseComma(&lose),
            let length = numericArgument(&lose)
        else { return nil }
        return .substring(data, offset: offset, length: length)
    }

    private mutating func parseSuffix(_ lose: inout Bool) -> Expression? {
        guard let data = dataArgument(&lose), parseComma(&lose),
            let length = numericArgument(&lose)
        else { return nil }
        return .suffix(data, length: length)
    }

    private mutating func parsePacket(_ lose: inout Bool) -> Expression? {
        guard let offset = numericArgument(&lose), parseComma(&lose),
            let length = numericArgument(&lose)
        else { return nil }
        return .packet(offset: offset, length: length)
    }

    private mutating func parseNumericAndData(
        _ lose: inout Bool
    ) -> (Expression, Expression)? {
        guard let numeric = leadingNumericArgument(&lose), parseComma(&lose),
            let data = dataArgument(&lose)
        else { return nil }
        return (numeric, data)
    }

    private mutating func parseBinaryToASCII(_ lose: inout Bool) -> Expression? {
        guard let base = leadingNumericArgument(&lose), parseComma(&lose),
            let width = leadingNumericArgument(&lose), parseComma(&lose),
            let separator = dataArgument(&lose), parseComma(&lose),
            let data = dataArgument(&lose)
        else { return nil }
        return .binaryToASCII(base: base, width: width, separator: separator, data)
    }

    /// Two or more arguments; the right parenthesis belongs to it.
    private mutating func parseConcat(_ lose: inout Bool) -> Expression? {
        guard let first = dataArgument(&lose), parseComma(&lose) else { return nil }
        var parts = [first]
        while true {
            guard let part = dataArgument(&lose) else { return nil }
            parts.append(part)
            let token = next()
            if token.kind == .comma { continue }
            if token.kind == .rightParenthesis { return .concat(parts) }
            warn(.rightParenthesisExpected)
            lose = true
            return nil
        }
    }

    private mutating func parsePick(_ lose: inout Bool) -> Expression? {
        var parts: [Expression] = []
        repeat {
            guard let part = dataArgument(&lose) else { return nil }
            parts.append(part)
        } while accept(.comma)
        return .pick(parts)
    }

    private mutating func parseEncodeInteger(_ lose: inout Bool) -> Expression? {
        guard let value = parseNumeric(&lose) else {
            // ISC: says so even after another complaint.
            fail(.expectingNumericExpression)
            lose = true
            return nil
        }
        guard parseComma(&lose), let bits = parseIntegerSize(&lose) else { return nil }
        return .encodeInteger(value, bits: bits)
    }

    private mutating func parseExtractInteger(_ lose: inout Bool) -> Expression? {
        guard let data = dataArgument(&lose), parseComma(&lose),
            let bits = parseIntegerSize(&lose)
        else { return nil }
        return .extractInteger(data, bits: bits)
    }

    private mutating func parseIntegerSize(_ lose: inout Bool) -> UInt8? {
        let token = next()
        guard token.kind == .number else {
            lose = true
            warn(.numberExpected)
            return nil
        }
        let size = Int32(bitPattern: decimal(token))
        guard size == 8 || size == 16 || size == 32 else {
            lose = true
            fail(.unsupportedIntegerSize, number(Int(size)))
            return nil
        }
        return UInt8(size)
    }

    private mutating func parseHostByName(_ lose: inout Bool) -> Expression? {
        let token = next()
        guard token.kind == .string else {
            fail(.expectingQuotedLiteral)
            lose = true
            return nil
        }
        return .hostLookup(name: text(token), .all)
    }

    private mutating func parseDefined(_ lose: inout Bool) -> Expression? {
        let token = next()
        guard token.kind.isPlainName else {
            fail(.cantBeAVariableName, text(token))
            lose = true
            return nil
        }
        return .defined(variable: text(token))
    }
}
