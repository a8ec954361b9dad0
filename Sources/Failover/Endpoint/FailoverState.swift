public import ConfParser

/// The states of a failover endpoint, with their numbers on the wire.
public typealias FailoverState = FailoverStateName

extension FailoverStateName {
    /// True while a server may have forgotten what it promised: it agrees to everything, and
    /// decides nothing.
    var isRecovering: Bool {
        self == .recover || self == .recoverWait || self == .recoverDone
    }

    /// All states in the order of the table in failover.md §4.4, own states that are not partner
    /// states included.
    public static var all: [FailoverState] {
        [
            .unknown, .startup, .normal, .communicationsInterrupted, .partnerDown,
            .potentialConflict, .recover, .paused, .shutdown, .recoverDone,
            .resolutionInterrupted, .conflictDone, .recoverWait,
        ]
    }
}
