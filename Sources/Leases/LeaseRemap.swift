public import Wire

/// What became of the rows of a ``LeaseStore`` when it got other pools.
public struct LeaseRemap: Sendable {
    /// By old row; `.max` is "gone". Empty when every row has its old number.
    var rows: [UInt32] = []
    /// Addresses that are in no range any more and of which something was known, in the order of
    /// the rows.
    public internal(set) var lost: [IPv4Address] = []
    /// Leases whose pool belongs to another failover relationship now, or to none.
    public internal(set) var unsettled: [LeaseID] = []
    /// Pools with addresses that were in no range before.
    public internal(set) var grown: Set<PoolID> = []

    /// Nothing has moved.
    public init() {}

    /// True when every row has its old number.
    public var isIdentity: Bool { rows.isEmpty }

    /// The new number of a lease; `nil` when its address is in no range any more.
    public subscript(old: LeaseID) -> LeaseID? {
        if rows.isEmpty { return old }
        let new = rows[old.row]
        return new == .max ? nil : LeaseID(new)
    }
}
