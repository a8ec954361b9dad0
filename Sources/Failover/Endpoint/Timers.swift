import Wire

/// The deadlines of a relationship (failover.md §5.1). Each exists once; arming replaces it.
struct Timers: Sendable {
    /// Nothing was heard on the established link.
    var receive: Instant?
    /// Something must be said on the established link.
    var contact: Instant?
    /// Startup lasts too long.
    var startup: Instant?
    /// Dial again.
    var dial: Instant?
    /// A dial is not answered.
    var dialLimit: Instant?
    /// Listen again.
    var listen: Instant?
    /// Send the queued BNDACKs.
    var acknowledge: Instant?
    /// Enter partner-down by ourselves.
    var autoPartnerDown: Instant?
    /// Balance all pools.
    var rebalance: Instant?
    /// An ended lease that was held back in partner-down may be announced.
    var held: Timestamp?
    /// Refused updates are tried again.
    var refused: Instant?
    /// The end of recover-wait, by the wall clock since the state's start is on disk.
    var recoverWait: Timestamp?

    static let startupSeconds: UInt32 = 15
    static let handshakeSeconds: UInt32 = 15
    static let retrySeconds: UInt32 = 5
    static let longRetrySeconds: UInt32 = 90
    static let acknowledgeSeconds: UInt32 = 2
    /// First and longest pause before refused updates are sent again.
    static let refusedSeconds: UInt32 = 30
    static let refusedSecondsMax: UInt32 = 3600
    /// ISC leaves this to the system, which waits for minutes (failover.md §11 D31).
    static let dialSeconds: UInt32 = 10

    /// The earliest of them.
    func next(now: Now) -> Instant? {
        var earliest: Instant?
        for deadline in [
            receive, contact, startup, dial, dialLimit, listen, acknowledge, autoPartnerDown,
            rebalance, refused, held.map { $0.instant(now) }, recoverWait.map { $0.instant(now) },
        ] {
            guard let deadline else { continue }
            earliest = min(earliest ?? deadline, deadline)
        }
        return earliest
    }

    /// True, once, when a deadline has come.
    static func take(_ deadline: inout Instant?, _ now: Now) -> Bool {
        guard let due = deadline, due <= now.mono else { return false }
        deadline = nil
        return true
    }
}

extension Timestamp {
    /// The monotonic reading by which this moment of the wall clock has come, if that is not
    /// stepped.
    func instant(_ now: Now) -> Instant {
        now.instant(of: self)
    }
}

/// A small generator for the 0 to 4 seconds by which balancing is spread (failover.md §7.3).
struct Chance: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 0 ..< `bound`
    mutating func next(below bound: UInt32) -> UInt32 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return UInt32((value ^ value >> 31) % UInt64(max(bound, 1)))
    }
}
