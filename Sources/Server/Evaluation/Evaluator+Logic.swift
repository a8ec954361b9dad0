import ConfParser
import Leases
public import Wire

extension Evaluator {
    /// A boolean expression; `nil` is null.
    public mutating func boolean(
        _ id: ExpressionID, _ packet: borrowing DHCPv4Message
    ) -> Bool? {
        guard enter() else { return nil }
        defer { depth -= 1 }
        let node = program.nodes[Int(id.index)]
        let (a, b) = (ExpressionID(node.a), ExpressionID(node.b))
        switch node.kind {
        case .exists: return exists(node, packet)
        case .known: return facts.hasPacket ? facts.isKnown : nil
        case .isStatic: return facts.lease?.isStatic ?? false
        case .checkClasses: return checkClasses(packet)
        case .defined: return lookUp(name(node))?.value != nil
        case .not: return boolean(a, packet).map { !$0 }
        case .and:
            // ISC: a false left side makes the whole null, not false.
            guard boolean(a, packet) == true else { return nil }
            return boolean(b, packet)
        case .or:
            let left = boolean(a, packet)
            if left == true { return true }
            let right = boolean(b, packet)
            return left == nil && right == nil ? nil : right ?? false
        case .equal: return areEqual(a, b, packet)
        case .notEqual: return !areEqual(a, b, packet)
        case .matches: return matches(node, packet)
        case .variable, .call:
            guard case .boolean(let flag)? = binding(node, type: .boolean, packet) else {
                return nil
            }
            return flag
        default:
            complain(about: node, in: "evaluate_boolean_expression")
            return nil
        }
    }

    /// Says that an operator does not give what its place needs; the value is null then.
    mutating func complain(about node: Node, in place: String) {
        if let complaint = node.kind.complaint(detail: node.detail, in: place) {
            logError(complaint)
        }
    }

    /// Never null: null equals null, and nothing else; values of different types differ.
    private mutating func areEqual(
        _ left: ExpressionID, _ right: ExpressionID, _ packet: borrowing DHCPv4Message
    ) -> Bool {
        let kinds = (kind(left).type, kind(right).type)
        if case (.data, .data) = kinds {
            let first = data(left, packet)
            let second = data(right, packet)
            guard let first, let second else { return first == nil && second == nil }
            return bytes[first].elementsEqual(bytes[second])
        }
        return value(left, packet) == value(right, packet)
    }

    private func kind(_ id: ExpressionID) -> Node.Kind {
        program.nodes[Int(id.index)].kind
    }

    /// ISC: true if what this gave, being empty, has no address.
    private func isNothing(_ id: ExpressionID) -> Bool {
        let kind = kind(id)
        return kind.isNothingWhenEmpty && !(kind == .substring && emptyHasAddress)
    }

    private mutating func matches(_ node: Node, _ packet: borrowing DHCPv4Message) -> Bool? {
        let subject = data(ExpressionID(node.a), packet)
        let subjectIsNothing = subject?.isEmpty == true && isNothing(ExpressionID(node.a))
        if subjectIsNothing { logError("data_string_new: src cannot be NULL tree.c(811)") }
        let pattern = data(ExpressionID(node.b), packet)
        guard let subject, let pattern, !subjectIsNothing else { return nil }
        if pattern.isEmpty, isNothing(ExpressionID(node.b)) { return false }
        // Both are C strings for the library that ISC uses.
        guard
            let expression = RegularExpression(
                Self.untilNUL(bytes[pattern]), ignoresCase: node.detail == 1)
        else { return false }
        return expression.matches(Self.untilNUL(bytes[subject]))
    }

    private static func untilNUL(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.firstIndex(of: 0).map { text[..<$0] } ?? text
    }

    /// A numeric expression: unsigned machine words; `nil` is null.
    public mutating func number(
        _ id: ExpressionID, _ packet: borrowing DHCPv4Message
    ) -> UInt? {
        guard enter() else { return nil }
        defer { depth -= 1 }
        let node = program.nodes[Int(id.index)]
        switch node.kind {
        case .number:
            // ISC: a signed number of 32 bits, widened with its sign.
            return UInt(bitPattern: Int(Int32(bitPattern: node.a)))
        case .extractInteger:
            let width = Int(node.detail) / 8
            guard let range = data(ExpressionID(node.a), packet), range.count >= width,
                width > 0
            else { return nil }
            return bytes[range.lowerBound..<(range.lowerBound + width)].reduce(0) {
                $0 << 8 | UInt($1)
            }
        case .leaseTime: return leaseTime()
        case .clientState: return nil
        case .arithmetic: return arithmetic(node, packet)
        case .variable, .call:
            guard case .number(let value)? = binding(node, type: .numeric, packet) else {
                return nil
            }
            return value
        default:
            complain(about: node, in: "evaluate_numeric_expression")
            return nil
        }
    }

    private mutating func leaseTime() -> UInt? {
        guard let lease = facts.lease else {
            logError("data: leased_lease: not available")
            return nil
        }
        guard lease.ends >= facts.now else {
            let (ends, now) = (lease.ends.seconds, facts.now.seconds)
            logError("data: lease_time: lease ends at \(ends) when it is now \(now)")
            return nil
        }
        return UInt(lease.ends.seconds(since: facts.now))
    }

    private mutating func arithmetic(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> UInt? {
        let left = number(ExpressionID(node.a), packet)
        let right = number(ExpressionID(node.b), packet)
        guard let left, let right else { return nil }
        switch node.detail {
        case 0: return left &+ right
        case 1: return right == 0 ? nil : left / right
        case 2: return left &* right
        case 3: return right == 0 ? nil : left % right
        case 4: return left & right
        case 5: return left | right
        default: return left ^ right
        }
    }
}
