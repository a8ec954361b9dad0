/// Consecutive IPv4 addresses, both ends included.
public struct AddressRange: Hashable, Sendable {
    public var first: IPv4Address
    public var last: IPv4Address

    /// - Precondition: `first <= last`.
    public init(first: IPv4Address, last: IPv4Address) {
        precondition(first <= last, "an address range ends before it begins")
        self.first = first
        self.last = last
    }

    /// Number of addresses; at least 1.
    public var count: Int { Int(last.rawValue) - Int(first.rawValue) + 1 }

    /// True when the address lies in the range.
    public func contains(_ address: IPv4Address) -> Bool { first <= address && address <= last }
}
