public import Leases
public import Wire

/// What `failover peer NAME { }` says, with defaults filled in (failover.md §3.2).
public struct RelationshipConfiguration: Sendable {
    public var name: [UInt8]
    public var isPrimary: Bool
    /// Where this server listens and dials from.
    public var address: IPv4Address?
    public var port: UInt16 = 647
    /// All addresses of the partner, in the order in which they are tried.
    public var peerAddresses: [IPv4Address]
    public var peerPort: UInt16 = 647
    /// Seconds of silence after which a link is given up; announced as receive-timer.
    public var maxResponseDelay: UInt32 = 20
    /// Binding updates that the partner may have in flight; announced.
    public var maxUnackedUpdates: UInt32 = 100
    /// `peer max-response-delay` and `peer max-unacked-updates`: until the partner announces.
    public var peerMaxResponseDelay: UInt32 = 0
    public var peerMaxUnackedUpdates: UInt32 = 0
    /// Seconds; a secondary learns it from CONNECT.
    public var mclt: UInt32 = 0
    /// `split` or `hba` as 32 bytes; only a primary has it from the start.
    public var hba: [UInt8]?
    /// Seconds; 0 is "no load balancing".
    public var loadBalanceMaxSeconds: UInt32 = 0
    /// Seconds; 0 is "never".
    public var autoPartnerDown: UInt32 = 0
    /// Percent.
    public var maxLeaseMisbalance: UInt32 = 15
    public var maxLeaseOwnership: UInt32 = 10
    /// Seconds.
    public var minBalance: UInt32 = 60
    public var maxBalance: UInt32 = 3600
    /// The pools of the relationship, and the name of the shared network of each.
    public var pools: [PoolID]
    public var poolNetworkNames: [[UInt8]]

    /// A relationship with ISC's defaults.
    public init(
        name: [UInt8], isPrimary: Bool, address: IPv4Address?, peerAddresses: [IPv4Address],
        pools: [PoolID], poolNetworkNames: [[UInt8]]
    ) {
        self.name = name
        self.isPrimary = isPrimary
        self.address = address
        self.peerAddresses = peerAddresses
        self.pools = pools
        self.poolNetworkNames = poolNetworkNames
    }
}
