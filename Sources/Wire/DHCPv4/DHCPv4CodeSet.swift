/// A set of option codes.
public struct DHCPv4CodeSet: Sendable {
    private var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// An empty set.
    public init() {}

    /// True if the code is in the set.
    public func contains(_ code: UInt8) -> Bool {
        let bit = UInt64(1) << UInt64(code & 63)
        switch code >> 6 {
        case 0: return bits.0 & bit != 0
        case 1: return bits.1 & bit != 0
        case 2: return bits.2 & bit != 0
        default: return bits.3 & bit != 0
        }
    }

    /// Adds a code; false if it was there.
    public mutating func insert(_ code: UInt8) -> Bool {
        guard !contains(code) else { return false }
        let bit = UInt64(1) << UInt64(code & 63)
        switch code >> 6 {
        case 0: bits.0 |= bit
        case 1: bits.1 |= bit
        case 2: bits.2 |= bit
        default: bits.3 |= bit
        }
        return true
    }
}
