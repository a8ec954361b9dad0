import Wire

extension Lexer {
    mutating func scanString() -> Token {
        let start = offset
        stringStart = start - 1
        // Most strings have no escapes: their text is a part of the source.
        while offset < bytes.count, offset - start < Self.tokenLimit {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\") || byte == 0xff { return scanEscapedString(start) }
            offset += 1
            if byte == UInt8(ascii: "\"") {
                return Token(kind: .string, start: start, end: offset - 1, isInScratch: false)
            }
            if byte == UInt8(ascii: "\n") { startLine() }
        }
        return scanEscapedString(start)
    }

    /// What the bytes after a backslash have made so far.
    private enum Escape {
        case none
        case started
        case octal(value: UInt32, digits: Int)
        case hex(value: UInt32, digits: Int)
    }

    private mutating func scanEscapedString(_ start: Int) -> Token {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[start..<offset])
        var escape = Escape.none
        let end = Token(kind: .string, start: 0, end: 0, isInScratch: true)
        while scratch.count <= Self.tokenLimit {
            guard let byte = read() else {
                report(.endOfFileInString)
                return end
            }
            switch escape {
            case .none:
                if byte == UInt8(ascii: "\"") { return end }
                if byte == UInt8(ascii: "\\") {
                    escape = .started
                } else {
                    scratch.append(byte)
                }
            case .started:
                escape = startEscape(byte)
            case .hex(let value, let digits):
                escape = continueHex(byte, value, digits)
            case .octal(let value, let digits):
                escape = continueOctal(byte, value, digits)
            }
        }
        // The byte that did not fit is lost (ISC).
        scratch.removeLast()
        report(.stringTooLong)
        return end
    }

    private mutating func startEscape(_ byte: UInt8) -> Escape {
        switch byte {
        case UInt8(ascii: "t"): scratch.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): scratch.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "n"): scratch.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "b"): scratch.append(8)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            return .octal(value: UInt32(byte &- UInt8(ascii: "0")), digits: 1)
        case UInt8(ascii: "x"): return .hex(value: 0, digits: 0)
        default: scratch.append(byte)
        }
        return .none
    }

    private mutating func continueHex(_ byte: UInt8, _ value: UInt32, _ digits: Int) -> Escape {
        guard let digit = byte.hexValue else {
            report(.invalidHexDigit, [hexText(byte)])
            appendStaleByte()
            return .none
        }
        let next = value &* 16 &+ UInt32(digit)
        if digits < 1 { return .hex(value: next, digits: 1) }
        scratch.append(UInt8(truncatingIfNeeded: next))
        return .none
    }

    private mutating func continueOctal(_ byte: UInt8, _ value: UInt32, _ digits: Int) -> Escape {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 8 else {
            if value != 0 {
                report(.invalidOctalDigit, [hexText(byte)])
                appendStaleByte()
                return .octal(value: value, digits: digits)
            }
            // ISC: of `\0b` nothing is left, and what follows counts as escaped.
            return .started
        }
        let next = value &* 8 &+ UInt32(digit)
        if digits < 2 { return .octal(value: next, digits: digits + 1) }
        scratch.append(UInt8(truncatingIfNeeded: next))
        return .none
    }

    /// ISC: bytes are signed, and widened with their sign.
    private func hexText(_ byte: UInt8) -> [UInt8] {
        if byte >= 128 {
            return [UInt8](literal: "ffffff") + [hexDigit(byte >> 4), hexDigit(byte)]
        }
        return byte < 16 ? [hexDigit(byte)] : [hexDigit(byte >> 4), hexDigit(byte)]
    }
}
