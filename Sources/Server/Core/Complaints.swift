public import Wire

/// Bounds what strangers can make the server log: so many lines about malformed packets in a
/// second, and no more. ISC has no such limit, and a flood of rubbish fills its disk.
public struct Complaints: Sendable {
    static let linesPerSecondMax = 20

    /// The moment of the packet in hand.
    public var now = Instant(nanoseconds: 0)
    /// Malformed packets since the start, logged or not.
    public private(set) var count: UInt64 = 0
    private var second: UInt64 = 0
    private var linesInSecond = 0

    /// None so far.
    public init() {}

    /// Counts one more; true when there is room for its line.
    public mutating func isAllowed() -> Bool {
        count &+= 1
        let current = now.nanoseconds / 1_000_000_000
        if current != second { (second, linesInSecond) = (current, 0) }
        guard linesInSecond < Self.linesPerSecondMax else { return false }
        linesInSecond += 1
        return true
    }
}
