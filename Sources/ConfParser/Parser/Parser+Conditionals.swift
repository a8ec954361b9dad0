// `if`, `switch` and `on`.

extension Parser {
    /// After `if`. `elsif` and `else if` are read in a loop, so that long chains need no stack
    /// here.
    mutating func parseIf(_ body: inout Body, _ lose: inout Bool) -> Bool {
        var branches: [(Expression, [Statement])] = []
        var otherwise: [Statement] = []
        while true {
            guard let branch = parseBranch(&lose) else {
                lose = true
                return false
            }
            branches.append(branch)
            guard branches.count <= Self.chainLimit else {
                lexer.stop(.tooManyBranches, [UInt8](literal: "Too many branches."))
                return false
            }
            let kind = peek().kind
            if kind == .elsif {
                next()
                continue
            }
            guard kind == .else else { break }
            next()
            let after = peek().kind
            if after == .if {
                next()
                continue
            }
            guard let last = parseElse(after, &lose) else {
                return false
            }
            otherwise = last
            break
        }
        for (condition, then) in branches.reversed() {
            otherwise = [.conditional(condition, then: then, otherwise: otherwise)]
        }
        body.statements.append(contentsOf: otherwise)
        return true
    }

    /// - Parameter kind: what follows `else`. A NUL byte that was seen there is gone by now (ISC).
    private mutating func parseElse(_ kind: TokenKind, _ lose: inout Bool) -> [Statement]? {
        guard kind == .leftBrace else {
            fail(.leftBraceOrIfExpected)
            lose = true
            return nil
        }
        next()
        var inner = Body(caseContext: .any)
        guard parseBody(&inner, &lose) else { return nil }
        return closeBody(inner, &lose)
    }

    /// Condition and body.
    private mutating func parseBranch(_ lose: inout Bool) -> (Expression, [Statement])? {
        let hasParenthesis = accept(.leftParenthesis)
        guard let condition = parseBoolean(&lose) else {
            if !lose { warn(.booleanExpressionExpectedDot) }
            lose = true
            return nil
        }
        if hasParenthesis, next().kind != .rightParenthesis {
            warn(.expectingRightParen)
            lose = true
            return nil
        }
        return parseBracedBody(&lose).map { (condition, $0) }
    }

    /// `{ … }` of `if` and `on`.
    private mutating func parseBracedBody(_ lose: inout Bool) -> [Statement]? {
        guard next().kind == .leftBrace else {
            fail(.leftBraceExpected)
            lose = true
            return nil
        }
        return parseOpenedBody(&lose)
    }

    private mutating func parseOpenedBody(_ lose: inout Bool) -> [Statement]? {
        var inner = Body(caseContext: .any)
        guard parseBody(&inner, &lose) else {
            // ISC: evens things up by going on to the next right brace.
            while true {
                let kind = next().kind
                if kind == .endOfFile || kind == .rightBrace { return nil }
            }
        }
        return closeBody(inner, &lose)
    }

    private mutating func closeBody(_ inner: Body, _ lose: inout Bool) -> [Statement]? {
        guard next().kind == .rightBrace else {
            fail(.rightBraceExpected)
            lose = true
            return nil
        }
        return inner.statements
    }

    /// After `on`.
    mutating func parseOn(_ body: inout Body, _ lose: inout Bool) -> Bool {
        var events: LeaseEvents = []
        var token: Token
        repeat {
            token = next()
            switch token.kind {
            case .expiry: events.insert(.expiry)
            case .commit: events.insert(.commit)
            case .release: events.insert(.release)
            case .transmission: events.insert(.transmission)
            default:
                fail(.expectingALeaseEventType)
                lose = true
                return false
            }
            token = next()
        } while token.kind == .or
        if token.kind == .semicolon {
            body.statements.append(.on(events, nil))
            return true
        }
        guard token.kind == .leftBrace else {
            fail(.leftBraceExpected)
            lose = true
            return false
        }
        guard let statements = parseOpenedBody(&lose) else { return false }
        body.statements.append(.on(events, statements))
        return true
    }

    /// After `switch`.
    mutating func parseSwitch(_ body: inout Body, _ lose: inout Bool) -> Bool {
        guard next().kind == .leftParenthesis else {
            return failSwitch(.expectingLeftBrace, &lose)
        }
        guard let subject = parseExpression(.dataOrNumeric, &lose) else {
            return lose ? false : failSwitch(.expectingDataOrNumericExpression, &lose)
        }
        guard next().kind == .rightParenthesis else {
            return failSwitch(.rightParenExpected, &lose)
        }
        guard next().kind == .leftBrace else {
            return failSwitch(.leftBraceExpected, &lose)
        }
        let comparesData = subject.type == .data
        var inner = Body(caseContext: comparesData ? .data : .numeric)
        guard parseBody(&inner, &lose) else {
            skip(braces: 1)
            return false
        }
        guard next().kind == .rightBrace else {
            return failSwitch(.rightBraceExpected, &lose)
        }
        body.statements.append(
            .switchOver(
                SwitchStatement(
                    subject: subject, comparesData: comparesData, labels: inner.labels,
                    statements: inner.statements)))
        return true
    }

    private mutating func failSwitch(_ id: DiagnosticID, _ lose: inout Bool) -> Bool {
        fail(id)
        lose = true
        return false
    }

    /// After `case`.
    mutating func parseCase(_ body: inout Body, _ lose: inout Bool) -> Bool {
        let value: Expression?
        switch body.caseContext {
        case .any: return failSwitch(.caseInInappropriateScope, &lose)
        case .data: value = parseExpression(.data, &lose)
        case .numeric: value = parseExpression(.numeric, &lose)
        }
        guard let value else {
            if lose {
                skip()
            } else {
                fail(
                    body.caseContext == .data
                        ? .expectingDataExpression : .expectingNumericExpression)
            }
            lose = true
            return false
        }
        guard next().kind == .colon else { return failSwitch(.colonExpected, &lose) }
        body.labels.append(
            SwitchStatement.Label(value: value, target: body.statements.count))
        return true
    }

    /// `default` with its colon looked at.
    mutating func parseDefaultLabel(_ body: inout Body, _ lose: inout Bool) -> Bool {
        next()
        if body.caseContext == .any {
            warn(.defaultInInappropriateScope)
            lose = true
            return false
        }
        body.labels.append(SwitchStatement.Label(value: nil, target: body.statements.count))
        return true
    }
}
