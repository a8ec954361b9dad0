import Leases
import Wire

/// Which of the partner's binding updates are believed (failover.md §6.6, §6.7).
enum UpdateAcceptance {
    /// Seconds by which the partner's clock may be ahead when it says that a lease has expired.
    static let skewMax: UInt32 = 65

    /// What the check of a transition looks at.
    struct Case: Sendable {
        var isPrimary: Bool
        /// Own endpoint state.
        var isNormal: Bool
        /// Own endpoint state recover-done.
        var isRecovered = false
        /// Own binding state and what the partner says.
        var from: BindingState
        var to: BindingState
        /// Own `ends`, and the potential expiration in the message.
        var ends: Timestamp
        var potential: Timestamp
        var now: Timestamp
    }

    /// Step 12 of §6.6.
    static func isTransitionAllowed(_ change: Case) -> Bool {
        if change.from == change.to { return true }
        return change.isNormal ? isAllowedInNormal(change) : isAllowedElsewhere(change)
    }

    private static func isAllowedInNormal(_ change: Case) -> Bool {
        let isOver = change.potential <= change.now
        switch change.from {
        case .free, .abandoned, .backup, .released: return true
        case .expired, .reset:
            return change.to == .free || change.to == .backup ? isOver : true
        case .active:
            switch change.to {
            case .active, .released, .abandoned: return true
            case .reset: return !change.isPrimary
            case .free, .backup: return !change.isPrimary && isOver
            case .expired: return !change.isPrimary && hasEnded(change)
            }
        }
    }

    private static func isAllowedElsewhere(_ change: Case) -> Bool {
        guard change.from == .active else { return true }
        switch change.to {
        case .active, .released, .reset, .abandoned: return true
        case .free, .backup:
            // A partner that was alone says what it has freed before it lets us into normal. ISC
            // refuses, and gives to the old client what the partner gives to another one.
            return change.isRecovered && max(change.ends, change.potential) <= change.now
        case .expired: return hasEnded(change)
        }
    }

    private static func hasEnded(_ change: Case) -> Bool {
        change.ends - skewMax <= change.now
    }

    /// An update of ours is not acknowledged and one of the partner's about the same lease comes in
    /// (§6.7): true when ours is kept.
    ///
    /// ISC prefers an expiry of the partner's to an active lease, and the primary's word to any
    /// other end. A client that has renewed since would lose its address to another one; so the
    /// later contact wins here whenever ours is active. A stock partner agrees: it gives way to an
    /// active lease when its own update is none.
    static func oursWins(
        isPrimary: Bool, ours: BindingState, ourContact: Timestamp, theirs: BindingState,
        theirContact: Timestamp
    ) -> Bool {
        if ours == .active, ourContact > theirContact { return true }
        return switch (ours == .active, theirs) {
        case (true, .active):
            ourContact == theirContact ? isPrimary : ourContact > theirContact
        case (true, .expired): false
        case (false, .active): false
        case (true, _), (false, _): isPrimary
        }
    }
}
