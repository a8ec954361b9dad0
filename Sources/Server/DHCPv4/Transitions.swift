import Failover
import Leases
import Wire

// Changes of a lease, handed to the relationship of its pool if there is one, else made by the
// plain rules (server-v4.md §10.1).

extension ServerCore {
    /// Keeps an offered address for a client, in memory only.
    mutating func offer(
        _ id: LeaseID, _ client: ClientDetails, _ answer: Answer, _ now: Now
    ) {
        let hold = answer.hold ?? now.wall
        leases.setClient(id, uid: client.uid.span, hardware: client.hardware)
        setDetails(id, client, isOffer: true)
        // ISC holds an active lease beyond its end as well. With failover the partner's news that
        // it has ended would then be refused, and never told again.
        let isPartners = leases[id].bindingState == .active && relationship(of: id) != nil
        if !isPartners { leases.hold(id, until: hold) }
        // ISC notes the offer as a start and a contact in every pool; a partner would take it for
        // news, and for the last word about an address that it has given to the client meanwhile.
        guard relationship(of: id) == nil else { return }
        leases.modify(id) {
            // Not earlier than the record says, should the clock have been set back.
            $0.cltt = max($0.cltt, now.wall)
            $0.starts = now.wall
            $0.tstp = .none
            // ISC: the mark is there from the offer on.
            if answer.isReserved { $0.flags.insert(.reserved) }
        }
    }

    /// Gives a lease to a client and writes its record.
    mutating func bind(
        _ id: LeaseID, _ client: ClientDetails, _ answer: Answer, _ now: Now,
        into effects: inout Effects
    ) {
        setDetails(id, client, isOffer: false)
        if answer.isReserved { leases.modify(id) { $0.flags.insert(.reserved) } }
        let isBootp = answer.kind == .bootReply
        guard let relationship = relationship(of: id) else {
            leases.bind(
                id,
                LeaseBinding(
                    starts: now.wall, ends: answer.ends, uid: client.uid,
                    hardware: client.hardware, isBOOTP: isBootp))
            commit(id, into: &effects)
            return
        }
        leases.setClient(id, uid: client.uid.span, hardware: client.hardware)
        leases.modify(id) {
            $0.starts = now.wall
            $0.ends = answer.ends
            $0.cltt = now.wall
            // ISC: the mark stays when the client turns to DHCP.
            if isBootp { $0.flags.insert(.bootp) }
        }
        if isBootp {
            failover[relationship].boundByBOOTP(id, leases: &leases, now: now, into: &effects)
        } else {
            failover[relationship].bound(
                id, desired: answer.desired, granted: answer.granted, leases: &leases, now: now,
                into: &effects)
        }
    }

    private mutating func setDetails(
        _ id: LeaseID, _ client: ClientDetails, isOffer: Bool
    ) {
        leases.modifyDetails(id) {
            $0.hostname = client.hostname
            $0.agentOptions = client.agentOptions
            $0.variables = client.variables
            $0.bodies = client.bodies
            if !isOffer { $0.billing = client.billing }
        }
    }

    /// Takes a lease back (RELEASE, one lease per client, a client that may not have it).
    mutating func release(
        _ id: LeaseID, by exchange: Exchange?, now: Now, into effects: inout Effects
    ) {
        runReleaseBody(id, exchange, now: now, into: &effects)
        // ISC: what was only offered stays held for its client, unless it had been abandoned.
        let state = leases[id].bindingState
        guard state == .active || (state == .abandoned && relationship(of: id) == nil) else {
            return
        }
        // ISC: the offer of an abandoned address has left no trace of the relay.
        if state == .abandoned { leases.modifyDetails(id) { $0.agentOptions = [] } }
        if let relationship = relationship(of: id) {
            failover[relationship].released(id, leases: &leases, now: now, into: &effects)
            return
        }
        leases.release(id, at: now.wall)
        commit(id, into: &effects)
    }

    /// Moves a lease of a pool without relationship on, because its time has come.
    mutating func moveOn(_ id: LeaseID, now: Now, into effects: inout Effects) {
        if leases.isBound(id) {
            readyEvents()
            events.willEnd(id, in: &leases, now: now.wall, into: &effects)
        }
        leases.moveOn(id)
        commit(id, into: &effects)
    }

    /// Declined or found in use.
    mutating func abandonLease(_ id: LeaseID, now: Now, into effects: inout Effects) {
        let end = now.wall + settings.abandonSeconds
        if let relationship = relationship(of: id) {
            failover[relationship].declined(
                id, until: end, leases: &leases, now: now, into: &effects)
            return
        }
        let variables = runDeclinedBody(id, now: now, into: &effects)
        leases.abandon(id, until: end)
        if !variables.isEmpty { leases.modifyDetails(id) { $0.variables = variables } }
        commit(id, into: &effects)
    }

    /// Appends the lease's record to the lease file.
    mutating func commit(_ id: LeaseID, into effects: inout Effects) {
        effects.commit { leases.appendRecord(of: id, to: &$0) }
    }
}
