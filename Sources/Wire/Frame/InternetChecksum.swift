/// The one's complement sum of RFC 1071, taken over any number of pieces of even length (only the
/// last may be odd).
@frozen
public struct InternetChecksum: Sendable {
    @usableFromInline var sum: UInt64 = 0

    /// Nothing summed yet.
    @inlinable
    public init() {}

    /// Adds a 16-bit word.
    @inlinable
    public mutating func add(_ word: UInt16) { sum &+= UInt64(word) }

    /// Adds both halves of a 32-bit word.
    @inlinable
    public mutating func add(_ word: UInt32) {
        sum &+= UInt64(word >> 16) &+ UInt64(word & 0xffff)
    }

    /// Adds bytes; an odd last byte counts as the upper half of a word.
    @inlinable
    public mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        var index = range.lowerBound
        while index &+ 1 < range.upperBound {
            sum &+= UInt64(bytes[index]) << 8 | UInt64(bytes[index &+ 1])
            index &+= 2
        }
        if index < range.upperBound { sum &+= UInt64(bytes[index]) << 8 }
    }

    /// The complement of the folded sum: what a header carries. Over data that holds a right
    /// checksum it is 0.
    @inlinable
    public var value: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = (folded & 0xffff) &+ (folded >> 16) }
        return ~UInt16(truncatingIfNeeded: folded)
    }
}
