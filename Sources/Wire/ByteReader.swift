/// Reads big-endian values from the front of borrowed bytes. Every read is checked: past the end it
/// gives `nil` and moves nothing.
@frozen
public struct ByteReader: ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    /// Position of the next byte.
    public private(set) var offset = 0

    /// A reader at the first byte.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// Bytes not yet read.
    @inlinable
    public var remaining: Int { bytes.count - offset }

    /// One byte.
    @_lifetime(self: copy self)
    public mutating func readUInt8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Two bytes, the more significant first.
    @_lifetime(self: copy self)
    public mutating func readUInt16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    /// Four bytes, the most significant first.
    @_lifetime(self: copy self)
    public mutating func readUInt32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        defer { offset += 4 }
        return UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16
            | UInt32(bytes[offset + 2]) << 8 | UInt32(bytes[offset + 3])
    }

    /// Four bytes as an address.
    @_lifetime(self: copy self)
    public mutating func readAddress() -> IPv4Address? { readUInt32().map { IPv4Address($0) } }

    /// The positions of the next `count` bytes, which are skipped.
    @_lifetime(self: copy self)
    public mutating func readRange(_ count: Int) -> Range<Int>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return offset..<(offset + count)
    }
}

extension Array where Element == UInt8 {
    /// Appends in network order.
    @inlinable
    public mutating func append(bigEndian value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends in network order.
    @inlinable
    public mutating func append(bigEndian value: UInt32) {
        append(bigEndian: UInt16(truncatingIfNeeded: value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    /// Appends the bytes of a span.
    @inlinable
    public mutating func append(span: Span<UInt8>) {
        // The buffer lives as long as the closure, and append copies out of it.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a part of a span; `range` must lie inside it.
    @inlinable
    public mutating func append(span: Span<UInt8>, _ range: Range<Int>) {
        for index in range { append(span[index]) }
    }
}
