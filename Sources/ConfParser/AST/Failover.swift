public import Wire

/// `failover peer NAME { }`. What was not written is `nil`; the defaults are in failover.md §3.2.
public struct FailoverPeerDeclaration: Hashable, Sendable {
    public var name: [UInt8]
    /// `secondary` was the last role given; primary otherwise.
    public var isSecondary: Bool
    public var own: Side
    public var peer: Side
    public var mclt: UInt32?
    /// `split` or `hba`, whichever came last, as 32 bytes: bucket n is bit n & 7 of byte n / 8.
    public var hashBuckets: [UInt8]?
    public var loadBalanceMaxSeconds: UInt32?
    public var autoPartnerDown: UInt32?
    public var maxLeaseMisbalance: UInt32?
    public var maxLeaseOwnership: UInt32?
    public var maxBalance: UInt32?
    public var minBalance: UInt32?
    /// True if a `pool` names this peer; a peer for which this is false ends the start.
    public var isReferenced: Bool
    public var position: SourcePosition

    public init(name: [UInt8], position: SourcePosition) {
        self.name = name
        self.position = position
        isSecondary = false
        own = Side()
        peer = Side()
        isReferenced = false
    }

    /// The parameters that exist for both sides.
    public struct Side: Hashable, Sendable {
        /// A constant of 4 bytes or a name to look up.
        public var address: Expression?
        public var port: UInt32?
        public var maxResponseDelay: UInt32?
        public var maxUnackedUpdates: UInt32?

        public init() {}
    }
}

/// The states of a failover endpoint, with their numbers on the wire.
public enum FailoverStateName: UInt8, Sendable {
    case unknown = 0
    case startup = 1
    case normal = 2
    case communicationsInterrupted = 3
    case partnerDown = 4
    case potentialConflict = 5
    case recover = 6
    case paused = 7
    case shutdown = 8
    case recoverDone = 9
    case resolutionInterrupted = 10
    case conflictDone = 11
    case recoverWait = 254

    /// The word of log lines and of the lease file.
    public var word: StaticString {
        switch self {
        case .unknown: "unknown-state"
        case .startup: "startup"
        case .normal: "normal"
        case .communicationsInterrupted: "communications-interrupted"
        case .partnerDown: "partner-down"
        case .potentialConflict: "potential-conflict"
        case .recover: "recover"
        case .paused: "paused"
        case .shutdown: "shutdown"
        case .recoverDone: "recover-done"
        case .resolutionInterrupted: "resolution-interrupted"
        case .conflictDone: "conflict-done"
        case .recoverWait: "recover-wait"
        }
    }
}

/// `failover peer NAME state { }`, in the lease file or the configuration.
public struct FailoverStateRecord: Hashable, Sendable {
    public var peerName: [UInt8]
    public var myState: FailoverStateName?
    public var myStateTime: Timestamp?
    public var partnerState: FailoverStateName?
    public var partnerStateTime: Timestamp?
    public var mclt: UInt32?

    public init(peerName: [UInt8]) { self.peerName = peerName }
}
