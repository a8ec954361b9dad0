import ConfParser
import Leases
import Wire

extension Evaluator {
    /// Expressions that make new data of data.
    mutating func transformed(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        switch node.kind {
        case .substring: return substring(node, packet)
        case .suffix: return suffix(node, packet)
        case .lowercase: return changed(node, packet, \.asciiLowercased)
        case .uppercase: return changed(node, packet, \.asciiUppercased)
        case .reverse: return reverse(node, packet)
        case .binaryToASCII: return binaryToASCII(node, packet)
        default: return nil
        }
    }

    private mutating func substring(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        let value = data(ExpressionID(node.a), packet)
        let offset = number(ExpressionID(node.b), packet)
        let length = number(ExpressionID(node.c), packet)
        guard let value, let offset, let length else { return nil }
        emptyHasAddress = offset < UInt(value.count)
        guard emptyHasAddress else { return value.upperBound..<value.upperBound }
        let start = value.lowerBound + Int(offset)
        return start..<(start + Int(min(length, UInt(value.upperBound - start))))
    }

    private mutating func suffix(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        let value = data(ExpressionID(node.a), packet)
        let length = number(ExpressionID(node.b), packet)
        guard let value, let length else { return nil }
        return (value.upperBound - Int(min(length, UInt(value.count))))..<value.upperBound
    }

    private mutating func changed(
        _ node: Node, _ packet: borrowing DHCPv4Message, _ body: (UInt8) -> UInt8
    ) -> Range<Int>? {
        guard let value = data(ExpressionID(node.a), packet) else { return nil }
        change(value, body)
        return value
    }

    private mutating func reverse(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        let width = number(ExpressionID(node.a), packet)
        let value = data(ExpressionID(node.b), packet)
        guard let width, let value else { return nil }
        // ISC: divides by a width of 0; null here.
        guard width > 0 else { return nil }
        guard UInt(value.count) % width == 0 else {
            logError(
                "reverse: length of buffer \(value.count) not a multiple of width "
                    + "\(Int(bitPattern: width))!")
            return nil
        }
        let group = Int(clamping: width)
        let start = bytes.count
        var end = value.upperBound
        while end > value.lowerBound {
            pushAgain((end - group)..<end)
            end -= group
        }
        return start..<bytes.count
    }

    private mutating func binaryToASCII(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        let arguments = (0..<4).map { program.arguments[Int(node.a) + $0] }
        let base = number(arguments[0], packet)
        let width = number(arguments[1], packet)
        let separator = data(arguments[2], packet)
        let value = data(arguments[3], packet)
        guard let base, let width, let separator, let value else { return nil }
        guard [8, 16, 32].contains(width) else {
            logError("binary_to_ascii: invalid width \(Int(bitPattern: width))!")
            return nil
        }
        let group = Int(width) / 8
        guard value.count % group == 0 else {
            logError(
                "binary-to-ascii: length of buffer \(value.count) not a multiple of width "
                    + "\(group)!")
            return nil
        }
        // ISC: divides by a base of 0; null here.
        guard base > 0 else { return nil }
        let start = bytes.count
        for first in stride(from: value.lowerBound, to: value.upperBound, by: group) {
            if first != value.lowerBound { pushAgain(separator) }
            let number = bytes[first..<(first + group)].reduce(UInt32(0)) {
                $0 << 8 | UInt32($1)
            }
            pushDigits(number, base: base)
        }
        return start..<bytes.count
    }

    /// Digits without padding.
    ///
    /// ISC: the count of digits is sought with 32-bit powers of the base that may wrap around, so
    /// that base 10 gives a leading zero from 1410065408 up, and base 1 two digits.
    private mutating func pushDigits(_ number: UInt32, base: UInt) {
        guard base <= 16 else { return }
        let base = UInt32(base)
        var digits = 1
        var power = base
        while number >= power {
            digits += 1
            let next = power &* base
            guard next > power else { break }
            power = next
        }
        let start = bytes.count
        var rest = number
        for _ in 0..<digits {
            pushByte(hexDigit(UInt8(rest % base)))
            rest /= base
        }
        var (low, high) = (start, bytes.count - 1)
        while low < high {
            swapBytes(low, high)
            (low, high) = (low + 1, high - 1)
        }
    }

    /// Joins compressed lists of domain names (RFC 1035 §4.1.4): the names of later lists are
    /// compressed against all that stands before them. Null, with a word about it, if a list is
    /// malformed.
    /// - Parameter ages: the order in which the lists were set, in which ISC joins them.
    mutating func joinDomainLists(_ parts: [Range<Int>], ages: [UInt32]) -> Range<Int>? {
        var list = DomainList()
        var isSound: [Bool] = []
        for part in parts {
            isSound.append(list.append(compressed: Array(bytes[part])))
        }
        guard isSound.contains(false), parts.count == ages.count else { return push(list.bytes) }
        let order = parts.indices.sorted { ages[$0] < ages[$1] }
        guard let first = order.first, let bad = order.first(where: { !isSound[$0] }) else {
            return nil
        }
        let isLeft = bad == first ? bad < order[1] : bad < first
        logError("concat_dclists: error decompressing domain list \(isLeft ? 1 : 2)")
        logError("data: concat_dclist failed")
        return nil
    }
}
