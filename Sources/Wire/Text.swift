// Building text as bytes: log lines, lease records and diagnostics never pass through `String`
// on a path that is taken often (style.md §3.1: about four times cheaper).

extension Array where Element == UInt8 {
    /// Appends the bytes of a literal or other string.
    @inlinable
    public mutating func append(text: StaticString) {
        unsafe append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the UTF-8 bytes of a string.
    @inlinable
    public mutating func append(string: some StringProtocol) {
        append(contentsOf: string.utf8)
    }

    /// Appends a number in decimal, without padding.
    public mutating func append(decimal value: UInt64) {
        if value < 10 {
            append(UInt8(truncatingIfNeeded: value) + UInt8(ascii: "0"))
            return
        }
        var digits: [20 of UInt8] = .init(repeating: 0)
        var count = 0
        var rest = value
        while rest > 0 {
            digits[count] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
            rest /= 10
            count += 1
        }
        while count > 0 {
            count -= 1
            append(digits[count])
        }
    }

    /// Appends a signed number in decimal, without padding.
    public mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: UInt64(value.magnitude))
    }

    /// Appends a number in decimal, padded with zeros to `width` digits.
    public mutating func append(decimal value: UInt64, width: Int) {
        var bound: UInt64 = 1
        for _ in 1..<Swift.max(width, 1) { bound &*= 10 }
        while bound > 1, value < bound {
            append(UInt8(ascii: "0"))
            bound /= 10
        }
        append(decimal: value)
    }

    /// Appends an octet in decimal.
    @inlinable
    mutating func append(decimal octet: UInt8) {
        if octet >= 100 { append(UInt8(ascii: "0") + octet / 100) }
        if octet >= 10 { append(UInt8(ascii: "0") + octet / 10 % 10) }
        append(UInt8(ascii: "0") + octet % 10)
    }

    /// Appends two lower-case hexadecimal digits.
    @inlinable
    public mutating func append(hex byte: UInt8) {
        append(hexDigit(byte >> 4))
        append(hexDigit(byte & 15))
    }

    /// Appends bytes as `xx:xx:…`, two lower-case digits each.
    public mutating func append(colonHex bytes: some Sequence<UInt8>) {
        var isFirst = true
        for byte in bytes {
            if !isFirst { append(UInt8(ascii: ":")) }
            append(hex: byte)
            isFirst = false
        }
    }
}

/// The lower-case hexadecimal digit of the low four bits.
@inlinable
public func hexDigit(_ nibble: UInt8) -> UInt8 {
    let value = nibble & 15
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
