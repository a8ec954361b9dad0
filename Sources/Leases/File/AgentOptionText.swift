import ConfParser
import Wire

// Relay agent information in a lease record: `option agent.NAME VALUE;`.

extension Array where Element == UInt8 {
    /// Appends one line per sub-option of `options` (code, length and value each); stops at a
    /// sub-option that is cut off.
    mutating func append(agentOptions bytes: ArraySlice<UInt8>, _ table: OptionTable) {
        var index = bytes.startIndex
        while index + 2 <= bytes.endIndex {
            let start = index + 2
            let end = start + Int(bytes[index + 1])
            guard end <= bytes.endIndex else { return }
            // ISC: a sub-option without a value is not written.
            if end > start { append(agentOption: bytes[index], bytes[start..<end], table) }
            index = end
        }
    }

    private mutating func append(
        agentOption code: UInt8, _ value: ArraySlice<UInt8>, _ table: OptionTable
    ) {
        let definition = table.definition(OptionReference(.agent, UInt32(code)))
        append(text: "  option agent.")
        if let definition {
            append(contentsOf: definition.name)
        } else {
            append(text: "unknown-")
            append(decimal: UInt64(code))
        }
        append(UInt8(ascii: " "))
        if let definition, append(formatted: value, definition.format) {
            // Written by its format.
        } else {
            append(textOrHex: value)
        }
        append(text: ";\n")
    }

    /// Appends a value whose format is made of letters of fixed width, or of one text; gives back
    /// whether value and format agree (nothing is appended otherwise).
    private mutating func append(formatted value: ArraySlice<UInt8>, _ format: [UInt8]) -> Bool {
        if format == [UInt8(ascii: "t")] {
            append(text: Self.withoutTerminator(value))
            return true
        }
        let start = count
        var rest = value
        var isFirst = true
        repeat {
            for letter in format where letter != UInt8(ascii: "A") {
                if !isFirst { append(UInt8(ascii: " ")) }
                guard append(field: letter, &rest) else {
                    removeSubrange(start...)
                    return false
                }
                isFirst = false
            }
            if !rest.isEmpty, format.last == UInt8(ascii: "A") {
                append(UInt8(ascii: ","))
            }
        } while !rest.isEmpty && format.last == UInt8(ascii: "A") && format.count > 1
        guard rest.isEmpty, !value.isEmpty else {
            removeSubrange(start...)
            return false
        }
        return true
    }

    private mutating func append(field letter: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
        func number(_ width: Int) -> UInt32? {
            guard rest.count >= width else { return nil }
            let value = rest.prefix(width).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest.removeFirst(width)
            return value
        }
        switch letter {
        case UInt8(ascii: "I"):
            guard let value = number(4) else { return false }
            append(IPv4Address(value))
        case UInt8(ascii: "L"), UInt8(ascii: "T"):
            guard let value = number(4) else { return false }
            append(decimal: UInt64(value))
        case UInt8(ascii: "l"):
            guard let value = number(4) else { return false }
            append(decimal: Int(Int32(bitPattern: value)))
        case UInt8(ascii: "S"):
            guard let value = number(2) else { return false }
            append(decimal: UInt64(value))
        case UInt8(ascii: "s"):
            guard let value = number(2) else { return false }
            append(decimal: Int(Int16(truncatingIfNeeded: value)))
        case UInt8(ascii: "B"):
            guard let value = number(1) else { return false }
            append(decimal: UInt64(value))
        case UInt8(ascii: "b"):
            guard let value = number(1) else { return false }
            append(decimal: Int(Int8(truncatingIfNeeded: value)))
        case UInt8(ascii: "f"):
            guard let value = number(1) else { return false }
            append(text: value == 0 ? "false" : "true")
        default:
            return false
        }
        return true
    }

    /// Appends a value without a format: a string if all of it is printable, else hexadecimal
    /// numbers without leading zeros.
    private mutating func append(textOrHex value: ArraySlice<UInt8>) {
        let text = Self.withoutTerminator(value)
        if text.allSatisfy(\.isPrintable) {
            append(text: text)
            return
        }
        var isFirst = true
        for byte in value {
            if !isFirst { append(UInt8(ascii: ":")) }
            if byte > 15 { append(hexDigit(byte >> 4)) }
            append(hexDigit(byte & 15))
            isFirst = false
        }
    }

    /// ISC takes one NUL at the end for the terminator of a text.
    private static func withoutTerminator(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        value.last == 0 ? value.dropLast() : value
    }

    /// Appends a string as option values are printed: also `$`, back quote and apostrophe are
    /// escaped, since the same text goes into scripts (ISC).
    private mutating func append(text value: ArraySlice<UInt8>) {
        append(UInt8(ascii: "\""))
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"),
                UInt8(ascii: "'"):
                append(UInt8(ascii: "\\"))
                append(byte)
            default:
                if byte.isPrintable { append(byte) } else { append(octal: byte) }
            }
        }
        append(UInt8(ascii: "\""))
    }
}
