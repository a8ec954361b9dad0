import Leases
import Wire

extension ServerCore {
    /// Finds the classes of a packet.
    mutating func classify(_ exchange: Exchange, into effects: inout Effects) {
        guard !configuration.classOrder.isEmpty else { return }
        beginEvaluation(exchange)
        evaluator.classify(packet, spawned: &spawned)
        flushEvaluation(into: &effects)
    }

    /// The scope of a class or subclass.
    func classScope(_ id: ClassID) -> ScopeID { configuration.scope(of: id, spawned) }

    /// The class that a subclass belongs to.
    func parent(of id: ClassID) -> ClassID? { configuration.parent(of: id, spawned) }

    // MARK: - Lease limits

    /// Step 8: chooses the class whose lease limit the lease counts for. False if all are full.
    mutating func bill(
        _ answer: inout Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard configuration.hasBillingClasses, let id = answer.lease else { return true }
        let present = leases.details(id).billing
        let isActive = leases[id].bindingState == .active
        if let present {
            for candidate in evaluator.classes where present == billing(candidate) {
                answer.billing = present
                return true
            }
            // ISC: the slot is given back at once, by an OFFER too.
            if isActive { notReusable.insert(id) }
            leases.modifyDetails(id) { $0.billing = nil }
        }
        let limited = evaluator.classes.filter { configuration.leaseLimit(of: $0, spawned) > 0 }
        guard let last = limited.last else { return true }
        for candidate in limited where hasFreeSlot(candidate, besides: id) {
            answer.billing = billing(candidate)
            answer.isNewlyBilled = true
            guard answer.kind == .offer else { return true }
            guard isActive else {
                answer.billing = nil
                return true
            }
            notReusable.insert(id)
            leases.modifyDetails(id) { $0.billing = answer.billing }
            count(id, for: answer.billing)
            return true
        }
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(
                text: ": no available billing: lease limit reached in all matching classes (last: '"
            )
            $0.append(contentsOf: billing(last).className)
            $0.append(text: "')")
        }
        return false
    }

    /// A class as leases and the lease file name it.
    func billing(_ id: ClassID) -> LeaseBilling {
        guard let parent = parent(of: id) else {
            return LeaseBilling(className: configuration.name(of: id))
        }
        let data =
            id.spawnedNumber.map { spawned.rows[$0].data }
            ?? Array(configuration.program.text(configuration[id].text))
        return LeaseBilling(className: configuration.name(of: parent), subclassData: data)
    }

    /// Counts the leases of a class, forgetting those that no longer count.
    private mutating func hasFreeSlot(_ id: ClassID, besides own: LeaseID) -> Bool {
        let name = billing(id)
        guard var counted = billed[name] else { return true }
        counted.removeAll {
            $0 == own || leases[$0].bindingState != .active || leases.details($0).billing != name
        }
        billed[name] = counted.isEmpty ? nil : counted
        return counted.count < Int(configuration.leaseLimit(of: id, spawned))
    }

    /// Notes that a lease counts for a class from now on.
    mutating func count(_ id: LeaseID, for billing: LeaseBilling?) {
        guard let billing else { return }
        if billed[billing]?.contains(id) == true { return }
        billed[billing, default: []].append(id)
    }

    /// Counts what the lease file says.
    mutating func countBilledLeases() {
        guard configuration.hasBillingClasses else { return }
        for pool in configuration.pools.indices {
            for id in leases.inOrder(PoolID(UInt32(pool)), .active) {
                count(id, for: leases.details(id).billing)
            }
        }
    }
}
