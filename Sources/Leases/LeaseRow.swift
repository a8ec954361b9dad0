public import Wire

/// One address of a pool and who holds it. Flat: variable parts live in side tables of the
/// ``LeaseStore``.
///
/// Glossary (failover.md §6.2): `tstp` potential expiration last told to the partner, `tsfp`
/// potential expiration the partner is known to hold, `atsfp` copy of `tsfp` at the last
/// acknowledgement (0 after a local change: "needs announcing" is `tstp > atsfp`), `cltt` last
/// client contact with this server.
public struct LeaseRow: Sendable {
    public let address: IPv4Address
    public internal(set) var pool: PoolID
    public var starts = Timestamp.none
    public var ends = Timestamp.none
    public var tstp = Timestamp.none
    public var tsfp = Timestamp.none
    public var atsfp = Timestamp.none
    public var cltt = Timestamp.none
    /// xid of the BNDUPD in flight; 0 if none.
    public var lastXid: UInt32 = 0
    /// Among rows of a list with the same due time the smaller rank stands first.
    var rank: UInt32 = 0
    /// Place in its list; `.max` before it was enlisted.
    var heapPosition: UInt32 = .max
    /// Handles of the ``LeaseStore``'s byte arena; 0 is "none".
    var uidHandle: UInt32 = 0
    var detailsHandle: UInt32 = 0
    /// Neighbours in the chains by uid and by hardware; `.max` ends a chain. Only the chain by
    /// hardware can be made long by one client, so it alone is linked both ways.
    var nextByUID: UInt32 = .max
    var nextByHardware: UInt32 = .max
    var previousByHardware: UInt32 = .max
    public var bindingState: BindingState = .free
    /// State it takes when its time has come.
    public var nextBindingState: BindingState = .free
    /// The most conservative guess of what the partner believes.
    public var rewindBindingState: BindingState = .free
    /// State last announced, or to be announced, to the partner.
    public var desiredBindingState: BindingState = .free
    public var flags: LeaseFlags = []
    /// The list it stands in.
    var list: PoolList = .free
    /// Hardware address of the present or last client; set through
    /// ``LeaseStore/setClient(_:uid:hardware:)``.
    public internal(set) var hardware = HardwareAddress.none

    init(address: IPv4Address, pool: PoolID) {
        self.address = address
        self.pool = pool
    }

    /// The latest moment that the partner can have counted from when it promised this lease to a
    /// client: whatever was exchanged about it before the partner went down. What it was never
    /// told, since the lease returns to a free one at any time, does not count.
    public func lastPromise(before down: Timestamp) -> Timestamp {
        if isGivenBackWithoutEnd { return max(down, ends) }
        let isOurs = rewindBindingState == .free || rewindBindingState == .backup
        return isOurs ? max(down, tsfp) : max(down, ends, tstp, tsfp)
    }

    /// A client gave back, at `ends`, what both servers had promised it for ever. No time that
    /// passes would end that promise; what does is that the client wants it no more.
    public var isGivenBackWithoutEnd: Bool {
        (bindingState == .released || bindingState == .reset)
            && (max(tsfp, tstp) == .never || max(tsfp, tstp) == .latest)
    }

    /// The list that the present state belongs to (failover.md §6.1).
    var properList: PoolList {
        switch bindingState {
        case .free: flags.contains(.reserved) ? .reserved : .free
        case .backup: flags.contains(.reserved) ? .reserved : .backup
        case .active: .active
        case .expired, .released, .reset: .expired
        case .abandoned: .abandoned
        }
    }
}

/// The six lists of a pool, in the order in which leases are written and update requests are
/// answered.
public enum PoolList: UInt8, CaseIterable, Sendable {
    case free, active, expired, abandoned, backup, reserved
}
