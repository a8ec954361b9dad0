public import ConfParser
public import Failover
public import Leases
public import Wire

/// What operators do, by OMAPI now and by other ways later. Every change puts its records and its
/// lines into the effects, as if it had come by a packet.
extension ServerCore {
    /// The failover relationships in order of declaration.
    public var relationships: [Relationship] { failover.relationships }

    /// The interfaces that are served.
    public var servedInterfaces: [Interface] { interfaces.map(\.interface) }

    /// Puts a relationship into a state, whatever the table of transitions says
    /// (failover.md §10.2).
    public mutating func setFailoverState(
        of relationship: RelationshipID, to state: FailoverState, now: Now,
        into effects: inout Effects
    ) {
        failover[relationship].enterOperatorState(
            state, leases: &leases, now: now, into: &effects)
    }

    /// Ends a binding as if its client had released it, or puts the address out of use; what a
    /// lease has no way to become is refused.
    /// - Returns: false when it cannot take that state.
    public mutating func setBindingState(
        of lease: LeaseID, to state: BindingState, now: Now, into effects: inout Effects
    ) -> Bool {
        let old = leases[lease].bindingState
        guard old != state else { return true }
        switch state {
        case .free, .released, .expired, .backup, .reset:
            guard old == .active || old == .abandoned else { return false }
            guard relationship(of: lease) == nil else {
                release(lease, by: nil, now: now, into: &effects)
                break
            }
            if state == .released {
                runReleaseBody(lease, nil, now: now, into: &effects)
            } else if leases.isBound(lease) {
                readyEvents()
                events.willEnd(lease, in: &leases, now: now.wall, into: &effects)
            }
            // ISC: its end stays what it was, and so do variables.
            leases.free(lease)
            commit(lease, into: &effects)
        case .abandoned:
            abandonLease(lease, now: now, into: &effects)
        case .active:
            return false
        }
        return leases[lease].bindingState != old
    }
}
