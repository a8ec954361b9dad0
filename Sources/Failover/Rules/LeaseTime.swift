public import Wire

/// How long a lease may be, given what the partner knows: the MCLT rule (failover.md §6.5).
public enum LeaseTime {
    /// An end that never comes, as a client asks for it.
    public static let infinite: UInt32 = 0xffff_ffff

    /// Seconds that a client gets of the `desired` ones: never beyond the potential expiration that
    /// the partner has acknowledged plus MCLT.
    /// - Parameter lasting: the end of the lease that the client has already. It stays within the
    ///   limit, for it did so when it was granted; and a client that misses the answer goes on with
    ///   it, so it must not become free before.
    /// - Parameter isDown: the partner takes this server for down. It gives leases to others when
    ///   MCLT has passed since what it knows, whatever is promised here: that time has to suffice.
    public static func granted(
        desired: UInt32, mclt: UInt32, tsfp: Timestamp, lasting: Timestamp = .none,
        isDown: Bool = false, now: Timestamp
    ) -> UInt32 {
        guard desired > mclt || isDown else { return desired }
        let ahead = UInt64(tsfp.seconds(since: now)) + UInt64(mclt)
        let past = isDown ? UInt64(now.seconds(since: tsfp)) : 0
        let limit = max(ahead - min(ahead, past), UInt64(lasting.seconds(since: now)))
        return UInt64(desired) > limit ? UInt32(clamping: limit) : desired
    }

    /// When a lease of so many seconds ends.
    public static func end(granted: UInt32, now: Timestamp) -> Timestamp {
        granted == infinite ? .never : now + granted
    }

    /// The potential expiration that the partner will be told: desired time plus half of the
    /// granted time, so that the next renewal can have the desired time in full.
    public static func potentialExpiration(
        desired: UInt32, granted: UInt32, now: Timestamp
    ) -> Timestamp {
        if desired == infinite { return .never }
        let sum = UInt64(now.seconds) + UInt64(desired) + UInt64(granted / 2)
        return sum > UInt64(Timestamp.latest.seconds) ? .latest : Timestamp(UInt32(sum))
    }
}
