// Text kept as bytes: names in the language need not be UTF-8, and are compared byte by byte.

extension Array where Element == UInt8 {
    /// With the letters A to Z made small.
    public var lowercasedASCII: [UInt8] {
        var isLower = true
        for byte in self where UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z") {
            isLower = false
            break
        }
        return isLower ? self : map(\.asciiLowercased)
    }

    /// Equality without regard to the case of A to Z.
    public func equalsIgnoringCase(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index].asciiLowercased != other[index].asciiLowercased {
            return false
        }
        return true
    }

    /// The bytes of a literal.
    public init(literal text: StaticString) {
        self = unsafe Array(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension UInt8 {
    /// The small letter of A to Z; everything else unchanged.
    @inlinable
    public var asciiLowercased: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }

    /// The capital letter of a to z; everything else unchanged.
    @inlinable
    public var asciiUppercased: UInt8 {
        self &- UInt8(ascii: "a") < 26 ? self & 0xdf : self
    }

    var isASCIIDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        let digit = self &- UInt8(ascii: "0")
        if digit < 10 { return digit }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}

extension UInt32 {
    /// A plain decimal number that fits; anything else is `nil`.
    init?(decimal text: some Collection<UInt8>) {
        guard !text.isEmpty else { return nil }
        var value: UInt32 = 0
        for byte in text {
            guard byte.isASCIIDigit else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, past) = product.addingReportingOverflow(
                UInt32(byte &- UInt8(ascii: "0")))
            if overflow || past { return nil }
            value = sum
        }
        self = value
    }
}
