import ConfParser

/// What a partner's STATE does to the own state (failover.md §4.4), as data.
///
/// Rows are own states, except that a server in startup uses the row of its remembered state.
enum TransitionTable {
    /// One cell.
    enum Cell: Equatable, Sendable {
        /// Nothing.
        case stay
        /// A change of the own state.
        case move(FailoverState)
        /// Normal and the partner reports partner-down: potential-conflict, but recover while in
        /// startup (note 2).
        case conflictOrRecover
        /// Back to normal; queued updates go out before (note 4).
        case resume
        /// Shutdown, for the two can not go together (notes 3 and 5).
        case refuse
        /// Note 10: both have recovered.
        case bothRecovered
        /// Ask for all updates (note 8); with the line of note 9 if `isAnnounced`.
        case requestAll(isAnnounced: Bool)
        /// The partner has resolved its conflicts and wants ours now (note 6).
        case resolve
        /// ISC exits here (note 7); we log its line and stay (§11 D2).
        case impossible
        /// The same, and both resolve their conflicts anew: a stock secondary that is restarted
        /// takes no note of a conflict-done that it knew of before, and stays as it is.
        case resolveAgain
        /// Pool balance timers are looked at again (note 1).
        case rebalance
        /// Normal, once the partner has been sent everything: it serves from then on.
        case admit
    }

    /// The cell of ISC's table, with our deviations named in failover.md §11.
    static func cell(
        own: FailoverState, partner: FailoverState, partnerIsStarting: Bool
    ) -> Cell {
        switch own {
        case .normal: normal(partner)
        case .communicationsInterrupted: interrupted(partner)
        case .partnerDown: partnerIsStarting ? .stay : partnerDown(partner)
        case .potentialConflict: potentialConflict(partner)
        case .resolutionInterrupted: resolutionInterrupted(partner)
        case .conflictDone: conflictDone(partner)
        // A partner that is starting will see that we recover, and take its steps before it serves.
        case .recover: partnerIsStarting && partner == .normal ? .stay : recover(partner)
        case .recoverDone: recoverDone(partner)
        case .recoverWait, .paused, .shutdown, .unknown, .startup: .stay
        }
    }

    private static func normal(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal: .rebalance
        case .partnerDown: .conflictOrRecover
        case .potentialConflict, .resolutionInterrupted, .conflictDone: .refuse
        case .recover, .shutdown: .move(.partnerDown)
        case .paused: .move(.communicationsInterrupted)
        case .unknown, .startup, .communicationsInterrupted, .recoverDone, .recoverWait: .stay
        }
    }

    private static func interrupted(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal, .communicationsInterrupted, .recoverDone: .resume
        case .partnerDown, .potentialConflict, .resolutionInterrupted, .conflictDone:
            .move(.potentialConflict)
        case .recover, .shutdown: .move(.partnerDown)
        // ISC becomes normal when the partner waits, and strands it so (§11 D29).
        case .recoverWait: .stay
        case .unknown, .startup, .paused: .stay
        }
    }

    private static func partnerDown(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal, .communicationsInterrupted, .partnerDown, .potentialConflict,
            .resolutionInterrupted, .conflictDone:
            .move(.potentialConflict)
        case .recoverDone: .admit
        case .unknown, .startup, .recover, .paused, .shutdown, .recoverWait: .stay
        }
    }

    private static func potentialConflict(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal: .refuse
        case .recover: .move(.recover)
        case .shutdown: .move(.partnerDown)
        case .conflictDone: .resolve
        case .unknown, .startup, .communicationsInterrupted, .partnerDown, .potentialConflict,
            .paused, .recoverDone, .resolutionInterrupted, .recoverWait:
            .stay
        }
    }

    private static func resolutionInterrupted(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal, .communicationsInterrupted, .partnerDown, .potentialConflict, .recover,
            .recoverDone, .resolutionInterrupted, .conflictDone, .recoverWait:
            .move(.potentialConflict)
        case .shutdown: .move(.partnerDown)
        case .unknown, .startup, .paused: .stay
        }
    }

    private static func conflictDone(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal: .move(.normal)
        case .shutdown: .move(.shutdown)
        case .potentialConflict, .resolutionInterrupted: .stay
        case .communicationsInterrupted, .partnerDown: .resolveAgain
        case .unknown, .startup, .recover, .paused, .recoverDone, .conflictDone, .recoverWait:
            .impossible
        }
    }

    private static func recover(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal, .potentialConflict, .resolutionInterrupted, .conflictDone:
            .move(.potentialConflict)
        case .communicationsInterrupted, .partnerDown: .requestAll(isAnnounced: false)
        case .recover: .requestAll(isAnnounced: true)
        // ISC asks once, and waits for ever when that link breaks.
        case .recoverDone, .recoverWait: .requestAll(isAnnounced: false)
        // ISC takes over at once, without the leases that it has forgotten and the partner knows.
        case .shutdown: .requestAll(isAnnounced: false)
        case .unknown, .startup, .paused: .stay
        }
    }

    private static func recoverDone(_ partner: FailoverState) -> Cell {
        switch partner {
        case .normal: .move(.normal)
        case .shutdown: .move(.partnerDown)
        case .recoverDone: .bothRecovered
        case .unknown, .startup, .communicationsInterrupted, .partnerDown, .potentialConflict,
            .recover, .paused, .resolutionInterrupted, .conflictDone, .recoverWait:
            .stay
        }
    }

    /// The own state after the link was lost (§4.5); `remembered` counts in startup.
    static func afterLinkLoss(own: FailoverState, remembered: FailoverState) -> FailoverState {
        switch own {
        case .normal: .communicationsInterrupted
        case .potentialConflict, .unknown: .resolutionInterrupted
        case .startup:
            switch remembered {
            case .normal: .communicationsInterrupted
            case .potentialConflict, .unknown: .resolutionInterrupted
            default: remembered
            }
        case .communicationsInterrupted, .partnerDown, .paused, .recover, .recoverDone,
            .recoverWait, .resolutionInterrupted, .shutdown, .conflictDone:
            own
        }
    }
}
