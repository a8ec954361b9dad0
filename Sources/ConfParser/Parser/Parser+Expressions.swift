import Wire

/// What kind of value a place asks for. It decides how a bare number is read, nothing else.
enum ExpressionContext {
    case any, boolean, data, numeric, dataOrNumeric

    init(_ type: ExpressionType) {
        switch type {
        case .any: self = .any
        case .boolean: self = .boolean
        case .data: self = .data
        case .numeric: self = .numeric
        }
    }
}

/// The operators between two operands.
enum BinaryOperator {
    case equal, notEqual, matches, matchesIgnoringCase, and, or
    case add, divide, multiply, remainder, bitAnd, bitOr, bitXor

    /// Larger binds tighter (config-language.md §5.1).
    var strength: Int {
        switch self {
        case .multiply, .divide, .remainder: 1
        case .add: 2
        case .and, .or: 3
        case .equal, .notEqual, .matches, .matchesIgnoringCase: 4
        case .bitAnd, .bitOr, .bitXor: 5
        }
    }

    /// Context of the right operand when it is grouped to the right.
    var context: ExpressionContext {
        switch self {
        case .equal, .notEqual, .matches, .matchesIgnoringCase: .data
        case .and, .or: .boolean
        default: .numeric
        }
    }
}

// MARK: - Typed places

extension Parser {
    mutating func parseBoolean(_ lose: inout Bool) -> Expression? {
        guard let expression = parseExpression(.boolean, &lose) else { return nil }
        if expression.type == .boolean || expression.type == .any { return expression }
        warn(.expectingABooleanExpression)
        lose = true
        return nil
    }

    mutating func parseData(_ lose: inout Bool) -> Expression? {
        guard let expression = parseExpression(.data, &lose) else { return nil }
        if expression.type == .data || expression.type == .any { return expression }
        warn(.expectingADataExpressionBig)
        lose = true
        return nil
    }

    mutating func parseNumeric(_ lose: inout Bool) -> Expression? {
        guard let expression = parseExpression(.numeric, &lose) else { return nil }
        if expression.type == .numeric || expression.type == .any { return expression }
        warn(.expectingANumericExpression)
        lose = true
        return nil
    }
}

// MARK: - Operators

extension Parser {
    /// An expression; `nil` after a complaint (`lose` is then true) or if there is none (`lose`
    /// unchanged).
    mutating func parseExpression(
        _ context: ExpressionContext, _ lose: inout Bool
    ) -> Expression? {
        guard enter() else {
            lose = true
            return nil
        }
        defer { leave() }
        guard let first = parseOperand(context, &lose) else { return nil }
        guard let found = peekOperator(first, &lose) else { return nil }
        guard let pending = found.operator else { return first }
        next()
        return parseOperators(first, pending, found.context, &lose)
    }

    /// Left grouping while the next operator is no stronger; a stronger one takes all the rest
    /// (ISC).
    private mutating func parseOperators(
        _ first: Expression, _ firstOperator: BinaryOperator, _ firstContext: ExpressionContext,
        _ lose: inout Bool
    ) -> Expression? {
        var (left, pending, context) = (first, firstOperator, firstContext)
        var count = 0
        while true {
            count += 1
            guard count <= Self.chainLimit, enter() else {
                lexer.stop(.expressionTooLong, [UInt8](literal: "Expression too long."))
                lose = true
                return nil
            }
            defer { leave() }
            guard var right = parseOperand(context, &lose) else {
                if !lose {
                    fail(.expectingRightHandSide)
                    lose = true
                }
                return nil
            }
            guard let found = peekOperator(right, &lose) else { return nil }
            var following = found.operator
            if let stronger = following, pending.strength < stronger.strength {
                next()
                guard let rest = parseOperators(right, stronger, stronger.context, &lose) else {
                    if !lose {
                        warn(.expectingASubexpression)
                        lose = true
                    }
                    return nil
                }
                right = rest
                following = nil
            }
            guard let combined = combine(left, pending, right) else {
                skip()
                lose = true
                return nil
            }
            guard let operation = following else { return combined }
            (left, pending, context) = (combined, operation, found.context)
            next()
        }
    }

    private struct FoundOperator {
        var `operator`: BinaryOperator?
        var context: ExpressionContext
    }

    /// Looks for an operator after an operand. Of two-character ones only the first character is
    /// consumed.
    private mutating func peekOperator(
        _ operand: Expression, _ lose: inout Bool
    ) -> FoundOperator? {
        let found: BinaryOperator?
        switch peek().kind {
        case .bang:
            next()
            guard peek().kind == .equal else {
                fail(.bangWithoutEqual)
                lose = true
                return nil
            }
            found = .notEqual
        case .tilde:
            next()
            switch peek().kind {
            case .tilde: found = .matchesIgnoringCase
            case .equal: found = .matches
            default:
                fail(.expectingTildeOperator)
                lose = true
                return nil
            }
        case .equal: found = .equal
        case .and: found = .and
        case .or: found = .or
        case .plus: found = .add
        case .slash: found = .divide
        case .asterisk: found = .multiply
        case .percent: found = .remainder
        case .ampersand: found = .bitAnd
        case .pipe: found = .bitOr
        case .caret: found = .bitXor
        default: found = nil
        }
        return FoundOperator(operator: found, context: ExpressionContext(operand.type))
    }

    /// Checks the types; `nil` after a complaint.
    private mutating func combine(
        _ left: Expression, _ operation: BinaryOperator, _ right: Expression
    ) -> Expression? {
        let (leftType, rightType) = (left.type, right.type)
        if leftType != .any, rightType != .any, leftType != rightType {
            warn(.illegalRelation)
            return nil
        }
        switch operation {
        case .equal, .notEqual:
            guard rightType != .boolean else {
                warn(.expectingDataNumericExpression)
                return nil
            }
            return operation == .equal ? .equal(left, right) : .notEqual(left, right)
        case .matches, .matchesIgnoringCase:
            // ISC: the second form is not checked.
            let allowsAny = operation == .matchesIgnoringCase
            guard rightType == .data || allowsAny else {
                warn(.expectingDataExpressionPlain)
                return nil
            }
            return .matches(left, pattern: right, ignoresCase: allowsAny)
        case .and, .or:
            guard rightType == .boolean || rightType == .any else {
                warn(.expectingBooleanExpressions)
                return nil
            }
            return operation == .and ? .and(left, right) : .or(left, right)
        default:
            guard rightType == .numeric || rightType == .any else {
                warn(.expectingNumericExpressions)
                return nil
            }
            return .arithmetic(Self.arithmetic(operation), left, right)
        }
    }

    private static func arithmetic(_ operation: BinaryOperator) -> Expression.Arithmetic {
        switch operation {
        case .divide: .divide
        case .multiply: .multiply
        case .remainder: .remainder
        case .bitAnd: .and
        case .bitOr: .or
        case .bitXor: .xor
        default: .add
        }
    }
}
