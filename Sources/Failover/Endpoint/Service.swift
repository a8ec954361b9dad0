import ConfParser

/// What a server does for clients of a relationship's pools (failover.md §4.8).
public enum Service: Sendable {
    /// Normal: all renewals; new clients by load balancing, from the own half.
    case cooperating
    /// Communications interrupted: everybody, from the own half only.
    case notCooperating
    /// Partner down: everybody; later also from the partner's half.
    case partnerDown
    /// Nothing; the suffix ends the line `not responding`.
    case none(suffix: StaticString)

    /// True when clients are answered at all.
    public var isServing: Bool {
        if case .none = self { return false }
        return true
    }

    init(own: FailoverState, partner: FailoverState) {
        switch own {
        case .normal, .communicationsInterrupted, .partnerDown, .startup:
            if let demand = Self.demand(of: partner) {
                self = .none(suffix: demand)
                return
            }
        default: break
        }
        switch own {
        case .normal: self = .cooperating
        case .communicationsInterrupted: self = .notCooperating
        case .partnerDown: self = .partnerDown
        case .startup: self = .none(suffix: " (startup)")
        case .recover: self = .none(suffix: " (recovering)")
        case .recoverWait: self = .none(suffix: " (recover wait)")
        case .recoverDone: self = .none(suffix: " (recover done)")
        case .potentialConflict, .resolutionInterrupted, .conflictDone:
            self = .none(suffix: " (resolving conflicts)")
        case .shutdown: self = .none(suffix: " (shut down)")
        case .paused: self = .none(suffix: " (paused)")
        case .unknown: self = .none(suffix: " (my state unknown)")
        }
    }

    /// What the recorded state of the partner forces upon us, even while the link is down.
    static func demand(of partner: FailoverState) -> StaticString? {
        switch partner {
        case .partnerDown: " (peer demands: recovering)"
        case .potentialConflict, .conflictDone, .resolutionInterrupted:
            " (peer demands: resolving conflicts)"
        case .unknown, .startup, .normal, .communicationsInterrupted, .recover, .paused,
            .shutdown, .recoverDone, .recoverWait:
            nil
        }
    }
}
