import ConfParser

/// What a server does for clients of a relationship's pools (failover.md §4.8).
public enum Service: Sendable {
    /// Normal: all renewals; new clients by load balancing, from the own half.
    case cooperating
    /// Communications interrupted: everybody, from the own half only.
    case notCooperating
    /// Partner down: everybody; later also from the partner's half.
    case partnerDown
    /// Clients that use an address may go on with it; everybody else gets nothing, and the suffix
    /// ends the line `not responding`.
    case extending(suffix: StaticString)
    /// Nothing; the suffix ends the line `not responding`.
    case none(suffix: StaticString)

    /// True when clients are answered whatever they ask for.
    public var isServing: Bool { refusal == nil }

    /// The end of the line `not responding` for whoever has no address yet, if that is to be said.
    public var refusal: StaticString? {
        switch self {
        case .cooperating, .notCooperating, .partnerDown: nil
        case .extending(let suffix), .none(let suffix): suffix
        }
    }

    /// True when a client may go on with the address that it uses.
    public var isExtending: Bool {
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
        // ISC serves nobody in the next three (failover.md §11 D16). An address that a client uses
        // is nobody else's, as long as no more is promised than the MCLT allows; which ones are
        // free this server does not know yet.
        case .recoverDone: self = .extending(suffix: " (recover done)")
        case .resolutionInterrupted: self = .extending(suffix: " (resolving conflicts)")
        // It has all that the secondary did, and the secondary serves nobody.
        case .conflictDone: self = .notCooperating
        case .potentialConflict: self = .none(suffix: " (resolving conflicts)")
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
