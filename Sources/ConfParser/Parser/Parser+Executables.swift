import Wire

/// Where a list of executable statements stands, as far as labels are concerned.
enum CaseContext {
    /// Labels are not allowed.
    case any
    case data
    case numeric
}

/// A list of executable statements being collected.
struct Body {
    var statements: [Statement] = []
    /// Labels of a `switch` body.
    var labels: [SwitchStatement.Label] = []
    var caseContext: CaseContext

    init(caseContext: CaseContext) { self.caseContext = caseContext }
}

extension Parser {
    /// Statements up to something that is none; false after a complaint that ends the enclosing
    /// statement.
    mutating func parseBody(_ body: inout Body, _ lose: inout Bool) -> Bool {
        guard enter() else {
            lose = true
            return false
        }
        defer { leave() }
        while parseExecutable(&body, &lose) {}
        return !lose
    }

    /// One executable statement. False if there is none, or after a complaint; `lose` says that
    /// nobody is to complain again.
    mutating func parseExecutable(_ body: inout Body, _ lose: inout Bool) -> Bool {
        let token = peek()
        switch token.kind {
        case .if, .on, .switch, .case, .default, .break, .return, .define, .set, .unset, .eval,
            .execute, .log, .add, .parseVendorOption, .dbTimeFormat, .zone, .key:
            return parseKeywordStatement(token.kind, &body, &lose)
        case .supersede, .send, .append, .prepend:
            next()
            return parseModifier(token.kind, &body, &lose)
        case .option:
            next()
            guard let name = parseOptionName(allowingUnknown: false),
                let reference = name.reference
            else {
                lose = true
                return false
            }
            return parseSetting(.supersede, reference, name.format, showsMissing: true, &body)
        case .allow: return parseAllowDeny(1, &body)
        case .deny: return parseAllowDeny(0, &body)
        case .ignore: return parseAllowDeny(2, &body)
        default:
            return parseBareWord(token, &body, &lose)
        }
    }

    private mutating func parseKeywordStatement(
        _ kind: TokenKind, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        next()
        switch kind {
        case .if: return parseIf(&body, &lose)
        case .on: return parseOn(&body, &lose)
        case .switch: return parseSwitch(&body, &lose)
        case .case: return parseCase(&body, &lose)
        case .default:
            return peek().kind == .colon
                ? parseDefaultLabel(&body, &lose) : parseModifier(kind, &body, &lose)
        case .break: return finish(.breakOut, &body, &lose)
        case .return:
            guard let value = parseValue(&lose) else { return false }
            return finish(.returnValue(value), &body, &lose)
        case .eval:
            guard let value = parseValue(&lose) else { return false }
            // ISC: without its semicolon it is no statement, but the body goes on.
            if parseSemicolon() { body.statements.append(.eval(value)) }
            return true
        case .define, .set: return parseSet(isDefine: kind == .define, &body, &lose)
        case .unset: return parseUnset(&body, &lose)
        case .execute: return parseExecute(&body, &lose)
        case .log: return parseLog(&body, &lose)
        case .add: return parseAdd(&body, &lose)
        case .parseVendorOption: return finish(.parseVendorOption, &body, &lose)
        case .dbTimeFormat:
            parseTimeFormat(&lose)
            return !lose
        case .zone:
            parseZone(&lose)
            return !lose
        default:
            parseKey(&lose)
            return !lose
        }
    }

    /// Ends a simple statement with its semicolon.
    private mutating func finish(
        _ statement: Statement, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        guard parseSemicolon() else {
            lose = true
            return false
        }
        body.statements.append(statement)
        return true
    }

    /// The value of `eval` and `return`.
    private mutating func parseValue(_ lose: inout Bool) -> Expression? {
        // ISC: any type will do.
        if let value = parseExpression(.data, &lose) { return value }
        if lose { skip() } else { fail(.expectingDataExpression) }
        return nil
    }

    /// Complains with `cS` and gives up on the statement.
    private mutating func giveUp(
        _ id: DiagnosticID, _ lose: inout Bool, _ arguments: [UInt8]...
    ) -> Bool {
        report(id, arguments)
        skip()
        lose = true
        return false
    }
}

// MARK: - Settings

extension Parser {
    private mutating func parseSetting(
        _ operation: OptionOperation, _ reference: OptionReference, _ format: [UInt8],
        showsMissing: Bool, _ body: inout Body
    ) -> Bool {
        guard let value = parseOptionSetting(format, showsMissingExpression: showsMissing)
        else { return false }
        body.statements.append(.option(operation, reference, value.expression))
        return true
    }

    /// `supersede`, `send`, `default`, `append`, `prepend`.
    private mutating func parseModifier(
        _ kind: TokenKind, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        guard let name = parseOptionName(allowingUnknown: false), let reference = name.reference
        else {
            lose = true
            return false
        }
        let operation: OptionOperation
        switch kind {
        case .send: operation = .send
        case .append: operation = .append
        case .prepend: operation = .prepend
        case .default: operation = .setDefault
        default: operation = .supersede
        }
        return parseSetting(operation, reference, name.format, showsMissing: true, &body)
    }

    /// A server parameter without `option`, or an expression as a statement.
    private mutating func parseBareWord(
        _ token: Token, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        if token.kind.isIdentifier,
            let definition = options.option(named: text(token), in: .server)
        {
            next()
            return parseSetting(
                .supersede, definition.reference, definition.format, showsMissing: false, &body)
        }
        guard token.kind.isPlainName else {
            lose = false
            return false
        }
        if guide != nil {
            let word = text(token)
            guide?.bareWord = word
        }
        defer { guide?.bareWord = nil }
        guard let call = parseExpression(.data, &lose) else {
            // ISC: the generic complaint follows this one.
            if !lose { warn(.expectingFunctionCall) }
            skip()
            return false
        }
        return finish(.eval(call), &body, &lose)
    }

    /// `allow`, `deny` and `ignore` set a flag (config-language.md §4.3).
    private mutating func parseAllowDeny(_ value: UInt8, _ body: inout Body) -> Bool {
        next()
        let token = next()
        let code: UInt32
        switch token.kind {
        case .bootp: code = 8
        case .booting: code = 9
        case .dynamicBootp: code = 7
        case .unknownClients: code = 6
        case .duplicates: code = 28
        case .declines: code = 29
        case .clientUpdates: code = 40
        case .leasequery: code = 49
        default:
            fail(.expectingAllowDenyKey)
            return false
        }
        // ISC: the statement counts also without its semicolon.
        parseSemicolon()
        body.statements.append(
            .option(.supersede, OptionReference(.server, code), .constant([value])))
        return true
    }
}

// MARK: - Variables and functions

extension Parser {
    private mutating func parseSet(
        isDefine: Bool, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        let token = next()
        guard token.kind.isPlainName else {
            return giveUp(.cantBeAVariableName, &lose, text(token))
        }
        let name = text(token)
        let after = next()
        if after.kind == .leftParenthesis {
            return parseFunctionDefinition(name, isDefine: isDefine, &body, &lose)
        }
        guard after.kind == .equal else {
            return giveUp(
                .expectingEqualInStatement, &lose,
                [UInt8](literal: isDefine ? "define" : "set"))
        }
        guard let value = parseExpression(.any, &lose) else {
            if lose { skip() } else { fail(.expectingExpression) }
            return false
        }
        // ISC: `define NAME = VALUE` makes a function that takes nothing and cannot be called.
        return finish(
            isDefine
                ? .define(function: name, parameters: [], body: [])
                : .set(variable: name, value), &body, &lose)
    }

    /// `(ARG, …) { }` after the name and the left parenthesis.
    private mutating func parseFunctionDefinition(
        _ name: [UInt8], isDefine: Bool, _ body: inout Body, _ lose: inout Bool
    ) -> Bool {
        var parameters: [[UInt8]] = []
        var token = next()
        if token.kind != .rightParenthesis {
            while true {
                guard token.kind.isPlainName else {
                    return giveUp(.expectingArgumentName, &lose)
                }
                parameters.append(text(token))
                token = next()
                guard token.kind == .comma else { break }
                token = next()
                if token.kind == .rightParenthesis { break }
            }
        }
        guard token.kind == .rightParenthesis else {
            return giveUp(.expectingRightParen, &lose)
        }
        guard next().kind == .leftBrace else {
            return giveUp(.expectingLeftBrace, &lose)
        }
        var inner = Body(caseContext: body.caseContext)
        guard parseBody(&inner, &lose) else {
            skip()
            return false
        }
        guard next().kind == .rightBrace else {
            return giveUp(.expectingRightBraceDot, &lose)
        }
        // ISC: `set F(A) { }` is accepted but its value is of no use.
        body.statements.append(
            isDefine
                ? .define(function: name, parameters: parameters, body: inner.statements)
                : .set(variable: name, .functionBody))
        return true
    }

    private mutating func parseUnset(_ body: inout Body, _ lose: inout Bool) -> Bool {
        let token = next()
        guard token.kind.isPlainName else {
            return giveUp(.cantBeAVariableName, &lose, text(token))
        }
        return finish(.unset(variable: text(token)), &body, &lose)
    }

    private mutating func parseAdd(_ body: inout Body, _ lose: inout Bool) -> Bool {
        let token = next()
        guard token.kind == .string else { return giveUp(.expectingClassName, &lose) }
        let name = name(token)
        guard symbols.classes.contains(name) else {
            return giveUp(.classNotFound, &lose, name)
        }
        return finish(.addToClass(name), &body, &lose)
    }

    private mutating func parseExecute(_ body: inout Body, _ lose: inout Bool) -> Bool {
        guard next().kind == .leftParenthesis else {
            return giveUp(.leftParenthesisExpected, &lose)
        }
        let token = next()
        guard token.kind == .string else { return giveUp(.expectingAQuotedString, &lose) }
        let command = text(token)
        var arguments: [Expression] = []
        var after = next()
        while after.kind == .comma {
            guard let argument = parseData(&lose) else {
                if !lose { warn(.expectingExpression) }
                skip()
                lose = true
                return false
            }
            arguments.append(argument)
            after = next()
        }
        guard after.kind == .rightParenthesis else {
            return giveUp(.rightParenthesisExpected, &lose)
        }
        // ISC goes on behind a missing semicolon.
        parseSemicolon()
        body.statements.append(.execute(command: command, arguments: arguments))
        return true
    }

    private mutating func parseLog(_ body: inout Body, _ lose: inout Bool) -> Bool {
        guard next().kind == .leftParenthesis else {
            return giveUp(.leftParenthesisExpected, &lose)
        }
        var priority: LogPriority?
        switch peek().kind {
        case .fatal: priority = .fatal
        case .error: priority = .error
        case .debug: priority = .debug
        case .info: priority = .info
        default: priority = nil
        }
        if priority != nil {
            next()
            guard next().kind == .comma else { return giveUp(.commaExpected, &lose) }
        }
        guard let text = parseData(&lose) else {
            // ISC: a missing expression is not reported.
            skip()
            lose = true
            return false
        }
        guard next().kind == .rightParenthesis else {
            return giveUp(.rightParenthesisExpected, &lose)
        }
        return finish(.log(priority ?? .debug, text), &body, &lose)
    }

    private mutating func parseTimeFormat(_ lose: inout Bool) {
        let token = next()
        switch token.kind {
        case .default: tree.writesLocalTime = false
        case .local: tree.writesLocalTime = true
        default:
            fail(.expectingLocalOrDefault, at: token)
            lose = true
            return
        }
        if next().kind != .semicolon {
            warn(.expectingASemicolon)
            lose = true
        }
    }
}
