import Leases
import Wire

/// May a lease of a failover pool be given to a client that does not hold it? (failover.md §6.9)
enum Allocation {
    /// What the rule needs to know of the relationship.
    struct Rights: Sendable {
        var isPrimary: Bool
        /// Own state partner-down, and the partner demands nothing else.
        var isPartnerDown: Bool
        /// Since when the own state lasts.
        var startOfState: Timestamp
        var mclt: UInt32
    }

    static func isAllowed(_ row: LeaseRow, _ rights: Rights, now: Timestamp) -> Bool {
        switch row.bindingState {
        case .active: false
        case .free: rights.isPrimary || peerLeaseIsOurs(row, rights, now)
        case .abandoned:
            rights.isPrimary && row.isKnownToPartner(owned: .free)
                || peerLeaseIsOurs(row, rights, now)
        case .backup: !rights.isPrimary || peerLeaseIsOurs(row, rights, now)
        case .released, .expired:
            row.rewindBindingState == (rights.isPrimary ? .free : .backup)
                || (rights.isPartnerDown && row.tsfp < now)
        case .reset: rights.isPartnerDown && row.tsfp < now
        }
    }

    /// The partner's free leases become ours when it has been down for MCLT beyond everything it
    /// may have promised. It may also have heard, and not answered, what it was told last: of an
    /// abandoned lease that is what its last client had (seed 172639).
    private static func peerLeaseIsOurs(
        _ row: LeaseRow, _ rights: Rights, _ now: Timestamp
    ) -> Bool {
        guard rights.isPartnerDown else { return false }
        return max(row.tsfp, row.tstp, rights.startOfState) + rights.mclt < now
    }
}
