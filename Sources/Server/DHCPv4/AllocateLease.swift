import Leases
import Wire

extension ServerCore {
    /// Chooses an address for a client that has none (server-v4.md §6): of each permitted pool the
    /// head of its list, of these the best. Nothing here depends on the size of a pool.
    func allocateLease(
        _ exchange: Exchange, in network: NetworkID, peerHasLeases: inout Bool,
        into effects: inout Effects
    ) -> LeaseID? {
        var best: LeaseID?
        for pool in configuration.networks[Int(network.index)].pools {
            guard isPermitted(pool, exchange) else { continue }
            if let list = peerList(pool), leases.first(pool, list) != nil { peerHasLeases = true }
            guard let candidate = candidate(pool, now: exchange.now) else { continue }
            if let other = best {
                if precedes(candidate, other) { best = candidate }
            } else {
                best = candidate
            }
        }
        if let best, leases[best].bindingState == .abandoned {
            effects.log(.error) {
                $0.append(text: "Reclaiming abandoned lease ")
                $0.append(leases[best].address)
                $0.append(UInt8(ascii: "."))
            }
        }
        return best
    }

    /// The one address that a pool has to give now. A head that is on offer to somebody hides all
    /// behind it: they end later still.
    private func candidate(_ pool: PoolID, now: Now) -> LeaseID? {
        var candidate = leases.firstToGive(pool, ownList(pool))
        if let list = peerList(pool), let other = leases.first(pool, list),
            mayAllocate(other, now: now)
        {
            // Only in partner-down: the partner's addresses, the one that ended earlier.
            if let own = candidate {
                if leases[other].ends < leases[own].ends { candidate = other }
            } else {
                candidate = other
            }
        }
        guard let candidate else {
            guard let last = leases.first(pool, .abandoned), mayReclaim(last, now: now) else {
                return nil
            }
            return last
        }
        return leases[candidate].ends > now.wall ? nil : candidate
    }

    /// True if `left` is to be given before `right`.
    private func precedes(_ left: LeaseID, _ right: LeaseID) -> Bool {
        let (a, b) = (leases[left], leases[right])
        if (a.bindingState == .abandoned) != (b.bindingState == .abandoned) {
            return b.bindingState == .abandoned
        }
        let isUnused = a.hardware.isNone && leases.uid(left).isEmpty
        let isOtherUnused = b.hardware.isNone && leases.uid(right).isEmpty
        if isUnused != isOtherUnused { return isUnused }
        return a.ends < b.ends
    }
}
