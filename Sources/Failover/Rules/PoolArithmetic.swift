/// The sums of pool balancing (failover.md §7.1). All divisions truncate toward zero.
struct PoolArithmetic: Equatable, Sendable {
    /// Own leases that are too many; negative when the partner has too many.
    var leasesToSend: Int
    /// A misbalance that is worth a warning.
    var threshold: Int
    /// Leases that a server may keep beyond its half for its own former clients.
    var hold: Int
    /// Below this the partner is asked for leases.
    var panic: Int

    init(own: Int, peer: Int, maxMisbalance: UInt32, maxOwnership: UInt32) {
        let total = own + peer
        leasesToSend = (own - peer) / 2
        threshold = (total * Int(maxMisbalance) + 50) / 100
        hold = (total * Int(maxOwnership) + 50) / 100
        panic = threshold == 0 ? -1 : -2 * threshold
    }

    /// Pass 1 stops here: former clients of the partner's are given away even beyond the half.
    var isAffinityDone: Bool { leasesToSend <= -hold }

    /// Pass 2 stops here, depending on whether the lease was ever used.
    func isGiveawayDone(wasUsed: Bool) -> Bool { leasesToSend <= (wasUsed ? hold : 0) }
}
