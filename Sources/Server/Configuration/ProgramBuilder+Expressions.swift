import ConfParser

extension ProgramBuilder {
    mutating func translate(_ expression: Expression) -> Node {
        switch expression {
        case .constant(let bytes): Node(.constant, intern(bytes))
        case .hostLookup(let name, let choice):
            Node(.hostLookup, intern(name), detail: choice == .all ? 1 : 0)
        case .option(let option): Node(.option, option)
        case .configOption(let option): Node(.configOption, option)
        case .exists(let option): Node(.exists, option)
        case .variable(let name): Node(.variable, intern(name))
        case .defined(let name): Node(.defined, intern(name))
        case .hardware: Node(.hardware)
        case .leasedAddress: Node(.leasedAddress)
        case .hostDeclarationName: Node(.hostDeclarationName)
        case .filename: Node(.filename)
        case .serverName: Node(.serverName)
        case .hostname: Node(.hostname)
        case .null: Node(.null)
        case .functionBody: Node(.functionBody)
        case .number(let value): Node(.number, a: value)
        case .leaseTime: Node(.leaseTime)
        case .clientState: Node(.clientState)
        case .known: Node(.known)
        case .isStatic: Node(.isStatic)
        case .checkClasses: Node(.checkClasses)
        default: compound(expression)
        }
    }

    private mutating func compound(_ expression: Expression) -> Node {
        switch expression {
        case .concat(let parts): list(.concat, parts)
        case .pick(let parts): list(.pick, parts)
        case .packet(let offset, let length): pair(.packet, offset, length)
        case .substring(let data, let offset, let length):
            triple(.substring, data, offset, length)
        case .suffix(let data, let length): pair(.suffix, data, length)
        case .lowercase(let data): single(.lowercase, data)
        case .uppercase(let data): single(.uppercase, data)
        case .reverse(let width, let data): pair(.reverse, width, data)
        case .binaryToASCII(let base, let width, let separator, let data):
            list(.binaryToASCII, [base, width, separator, data])
        case .encodeInteger(let value, let bits): single(.encodeInteger, value, detail: bits)
        case .extractInteger(let data, let bits): single(.extractInteger, data, detail: bits)
        case .relay(let hop, let data): pair(.relay, hop, data)
        case .call(let name, let values): call(name, values)
        default: operators(expression)
        }
    }

    private mutating func operators(_ expression: Expression) -> Node {
        switch expression {
        case .arithmetic(let operation, let left, let right):
            pair(.arithmetic, left, right, detail: operation.order)
        case .not(let inner): single(.not, inner)
        case .and(let left, let right): pair(.and, left, right)
        case .or(let left, let right): pair(.or, left, right)
        case .equal(let left, let right): pair(.equal, left, right)
        case .notEqual(let left, let right): pair(.notEqual, left, right)
        case .matches(let data, let pattern, let ignoresCase):
            pair(.matches, data, pattern, detail: ignoresCase ? 1 : 0)
        default: Node(.null)
        }
    }

    private mutating func single(
        _ kind: Node.Kind, _ operand: Expression, detail: UInt8 = 0
    ) -> Node {
        Node(kind, a: self.expression(operand).index, detail: detail)
    }

    private mutating func pair(
        _ kind: Node.Kind, _ left: Expression, _ right: Expression, detail: UInt8 = 0
    ) -> Node {
        let first = self.expression(left).index
        return Node(kind, a: first, b: self.expression(right).index, detail: detail)
    }

    private mutating func triple(
        _ kind: Node.Kind, _ first: Expression, _ second: Expression, _ third: Expression
    ) -> Node {
        let a = self.expression(first).index
        let b = self.expression(second).index
        return Node(kind, a: a, b: b, c: self.expression(third).index)
    }

    private mutating func list(_ kind: Node.Kind, _ parts: [Expression]) -> Node {
        let (first, count) = arguments(parts)
        return Node(kind, a: first, b: count)
    }

    private mutating func call(_ name: [UInt8], _ values: [Expression]) -> Node {
        let (first, count) = arguments(values)
        var node = Node(.call, intern(name))
        node.c = first
        node.space = UInt16(clamping: count)
        return node
    }
}

extension Expression.Arithmetic {
    /// Number in ``Node/detail``.
    var order: UInt8 {
        switch self {
        case .add: 0
        case .divide: 1
        case .multiply: 2
        case .remainder: 3
        case .and: 4
        case .or: 5
        case .xor: 6
        }
    }
}
