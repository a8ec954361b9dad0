/// An IPv4 address as a number, most significant octet first: `10.0.0.1` is `0x0a000001`.
@frozen
public struct IPv4Address: Hashable, Comparable, Sendable {
    /// The number.
    public var rawValue: UInt32

    /// The address that is this number.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The address `a.b.c.d`.
    @inlinable
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// `0.0.0.0`, which in packets means "none".
    public static let any = IPv4Address(0)
    /// `255.255.255.255`.
    public static let broadcast = IPv4Address(0xffff_ffff)
    /// `127.0.0.1`.
    public static let loopback = IPv4Address(0x7f00_0001)

    /// True for ``any``.
    @inlinable
    public var isZero: Bool { rawValue == 0 }

    /// The four octets in network order.
    @inlinable
    public var octets: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - 8 * $0)) }
    }

    @inlinable
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads exactly four decimal octets separated by dots; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                (octet, digits) = (0, 0)
                dots += 1
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 3 else {
                    return nil
                }
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard octet <= 255 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        self.init(value << 8 | octet)
    }
}

extension IPv4Address: CustomStringConvertible {
    public var description: String {
        var text: [UInt8] = []
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Array where Element == UInt8 {
    /// Appends the dotted decimal form.
    public mutating func append(_ address: IPv4Address) {
        append(decimal: UInt8(truncatingIfNeeded: address.rawValue >> 24))
        append(UInt8(ascii: "."))
        append(decimal: UInt8(truncatingIfNeeded: address.rawValue >> 16))
        append(UInt8(ascii: "."))
        append(decimal: UInt8(truncatingIfNeeded: address.rawValue >> 8))
        append(UInt8(ascii: "."))
        append(decimal: UInt8(truncatingIfNeeded: address.rawValue))
    }
}
