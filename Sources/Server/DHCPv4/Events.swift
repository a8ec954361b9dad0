import ConfParser
import Leases
import Wire

// Bodies of `on` (config-language.md §3): a packet's statements attach them to its lease, and they
// run when the lease is committed, released or has expired.

extension ServerCore {
    /// The bodies of the lease in hand after all statements of the packet were run.
    ///
    /// ISC: an OFFER changes them as well; an ACK forgets those of a lease that had ended before.
    func pendingBodies(_ answer: Answer, _ now: Timestamp) -> [LeaseRecord.EventBody] {
        var bodies: [LeaseRecord.EventBody] = []
        if let id = answer.lease, answer.kind == .offer || leases[id].ends > now {
            bodies = leases.bodies(id)
        }
        for event in evaluator.events {
            let statements = event.body.flatMap { evaluator.program.eventStatements[$0.index] }
            bodies.attach(event.events, statements ?? [])
        }
        return bodies
    }

    /// Runs the body for a commit; what it sets becomes part of the record, and what it attaches
    /// replaces the others.
    mutating func runCommitBody(
        _ answer: inout Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        if answer.lease != nil { noteVendorClass() }
        let isMarked = answer.lease.map { leases[$0].flags.contains(.reserved) } ?? false
        if answer.isReserved, !isMarked {
            if let id = answer.lease { notReusable.insert(id) }
            effects.log(.debug, "Cannot reuse: lease is changing to RESERVED")
        }
        answer.bodies = pendingBodies(answer, exchange.now.wall)
        guard answer.kind != .offer, let statements = answer.bodies.statements(of: .commit) else {
            return
        }
        evaluator.facts.lease?.ends = answer.ends
        evaluator.events.removeAll(keepingCapacity: true)
        evaluator.run(evaluator.block(of: statements), packet)
        answer.bodies.attach(.commit, [])
        for event in evaluator.events {
            let statements = event.body.flatMap { evaluator.program.eventStatements[$0.index] }
            answer.bodies.attach(event.events, statements ?? [])
        }
        flushEvaluation(into: &effects)
    }

    /// `on release` of a lease that a packet, or an operator, takes back (ISC: `on expiry` is
    /// forgotten, they never run both).
    mutating func runReleaseBody(
        _ id: LeaseID, _ exchange: Exchange?, now: Now, into effects: inout Effects
    ) {
        let bodies = leases.bodies(id)
        guard !bodies.isEmpty else { return }
        if let statements = bodies.statements(of: .release) {
            var surroundings = EventRunner.Surroundings(now: now.wall)
            surroundings.hasPacket = exchange != nil
            surroundings.isKnown = exchange?.isKnown ?? false
            surroundings.host = host(of: id)
            readyEvents()
            let variables = events.run(
                statements, id, leases, leases.details(id).variables, surroundings, packet,
                into: &effects)
            // ISC: of what was only offered they stay.
            if leases[id].bindingState == .free {
                leases.modifyDetails(id) { $0.variables = variables }
            }
        }
        // ISC: `on commit` stays; of an offer that was given back it runs for the next client.
        leases.modifyDetails(id) { $0.bodies.attach([.expiry, .release], []) }
    }

    /// `on expiry` of a lease that its client declined: its variables and its client are gone.
    /// - Returns: the variables that the body has set.
    mutating func runDeclinedBody(
        _ id: LeaseID, now: Now, into effects: inout Effects
    ) -> [LeaseVariable] {
        guard leases[id].bindingState == .active,
            let statements = leases.bodies(id).statements(of: .expiry)
        else { return [] }
        leases.setClient(id, uid: [], hardware: .none)
        readyEvents()
        return events.run(
            statements, id, leases, [], EventRunner.Surroundings(now: now.wall), packet,
            into: &effects)
    }

    /// Operators may have changed the configuration since a body ran.
    mutating func readyEvents() {
        if events.isStale { events.adopt(configuration) }
    }

    /// What relationships have ended since the last look. The record is written once more when a
    /// body has changed variables.
    mutating func runEndings(now: Now, into effects: inout Effects) {
        guard leases.hasEndings else { return }
        readyEvents()
        for ending in leases.takeEndings() {
            let left = events.run(
                ending.statements, ending.lease, leases, ending.variables,
                EventRunner.Surroundings(now: now.wall), packet, into: &effects)
            guard left != ending.variables, leases[ending.lease].bindingState != .active else {
                continue
            }
            leases.modifyDetails(ending.lease) { $0.variables = left }
            commit(ending.lease, into: &effects)
        }
    }

    /// The host declaration of the client that holds a lease.
    private func host(of id: LeaseID) -> HostID? {
        guard !configuration.hosts.isEmpty else { return nil }
        return hostWithoutAddress(in: [
            configuration.host(identifier: leases.uid(id)),
            configuration.host(hardware: leases[id].hardware),
        ])
    }
}
