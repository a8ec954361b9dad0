/// The binding states of an address; raw values are those of failover option 3 (draft-failover-12
/// §5, failover.md §6.1).
public enum BindingState: UInt8, CaseIterable, Sendable {
    /// Nobody's; with failover, the primary's to give.
    case free = 1
    /// A client's until `ends`.
    case active = 2
    /// Past its end; with failover nobody may give it until the partner has acknowledged.
    case expired = 3
    /// Given back by the client; otherwise as ``expired``.
    case released = 4
    /// Declined or found in use; a last resort.
    case abandoned = 5
    /// Taken back by an administrator; otherwise as ``expired``.
    case reset = 6
    /// Nobody's, the secondary's to give.
    case backup = 7

    /// The word of the lease file and of log lines.
    public var name: StaticString {
        switch self {
        case .free: "free"
        case .active: "active"
        case .expired: "expired"
        case .released: "released"
        case .abandoned: "abandoned"
        case .reset: "reset"
        case .backup: "backup"
        }
    }
}

/// Marks of a lease beside its state. The low two bits are those of failover option 12 (IP-flags).
public struct LeaseFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Kept for its client for ever (`reserved;`).
    public static let reserved = LeaseFlags(rawValue: 0x01)
    /// Given to a BOOTP client (`dynamic-bootp;`).
    public static let bootp = LeaseFlags(rawValue: 0x02)
    /// Waits in its relationship's update queue.
    public static let onUpdateQueue = LeaseFlags(rawValue: 0x10)
    /// Announced to the partner and not yet acknowledged.
    public static let onAckQueue = LeaseFlags(rawValue: 0x20)
    /// Held back until `tsfp`, since the partner may have promised it for so long.
    public static let held = LeaseFlags(rawValue: 0x80)
    /// Ended before this process began, or given back: `tsfp` may be from a hold, or what the
    /// partner was told, and not what it knows.
    public static let doubtful = LeaseFlags(rawValue: 0x08)
    /// Given back when the partner could not hear of it: held back until what the partner may have
    /// repeated to the client is over.
    public static let unheard = LeaseFlags(rawValue: 0x04)
    /// The partner may still take an older update of ours for the last word.
    public static let disputed = LeaseFlags(rawValue: 0x40)
}
