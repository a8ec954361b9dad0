import ConfParser
public import Leases
public import Wire

// Sharing out free leases (failover.md §7).

extension Relationship {
    /// Counts of a pool as this server sees them.
    func arithmetic(_ pool: PoolID, _ leases: borrowing LeaseStore) -> PoolArithmetic {
        PoolArithmetic(
            own: leases.count(pool, ownList), peer: leases.count(pool, peerList),
            maxMisbalance: configuration.maxLeaseMisbalance,
            maxOwnership: configuration.maxLeaseOwnership)
    }

    /// True when the partner is believed to have a free lease in one of the pools of this
    /// relationship among `pools`: then load balancing may leave a client to it (failover.md §8.1).
    public func peerHasFreeLease(in pools: [PoolID], leases: borrowing LeaseStore) -> Bool {
        for pool in pools where owns(pool) && leases.count(pool, peerList) > 0 { return true }
        return false
    }

    /// Balances all pools; returns how many leases were queued for the partner.
    /// - Parameter mayAsk: a POOLREQ may be sent if the partner keeps too many.
    @discardableResult
    mutating func balanceAll(
        mayAsk: Bool, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) -> Int {
        guard state == .normal else { return 0 }
        timers.rebalance = nil
        lastBalance = now.mono
        var moved = 0
        var asks = false
        for (index, pool) in configuration.pools.enumerated() {
            let network =
                index < configuration.poolNetworkNames.count
                ? configuration.poolNetworkNames[index] : []
            let before = arithmetic(pool, leases)
            let asksHere = mayAsk && before.leasesToSend < before.panic
            asks = asks || asksHere
            logBalancing(pool, network, before, asksHere, leases, &effects)
            var after = before
            moved += give(pool, &after, &leases, now, &effects)
            logBalanced(pool, network, after, leases, &effects)
            scheduleBalance(pool, leases, now)
        }
        guard asks || (mayAsk && moved > 0) else { return moved }
        sendUpdates(&leases, now, &effects)
        if asks { requestPool(now, &effects) }
        return moved
    }

    /// The two passes over the own list.
    private mutating func give(
        _ pool: PoolID, _ sums: inout PoolArithmetic, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) -> Int {
        guard !sums.isAffinityDone else { return 0 }
        var given = 0
        let own = leases.inOrder(pool, ownList)
        for lease in own {
            if sums.isAffinityDone { break }
            let isPeers = Affinity.belongsToPeer(
                uid: leases.uid(lease), hardware: leases[lease].hardware,
                isPrimary: configuration.isPrimary, buckets: buckets)
            guard isPeers else { continue }
            give(lease, &sums, &leases, now, &effects)
            given += 1
        }
        for lease in own where leases[lease].bindingState == ownFreeState {
            if sums.isGiveawayDone(wasUsed: leases[lease].ends.isSet) { break }
            give(lease, &sums, &leases, now, &effects)
            given += 1
        }
        return given
    }

    private mutating func give(
        _ lease: LeaseID, _ sums: inout PoolArithmetic, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        place(lease, peerFreeState, &leases, now) {
            $0.tstp = now.wall
            $0.starts = now.wall
        }
        leases.modifyDetails(lease) { $0.hostname = [] }
        announce(lease, &leases, &effects)
        sums.leasesToSend -= 1
    }

    private mutating func requestPool(_ now: Now, _ effects: inout Effects) {
        guard let link = established else { return }
        let message = FailoverMessage(.poolRequest, time: now.wall, xid: takeXid(link))
        send(message, on: link, after: effects.sequence, now, &effects)
    }

    /// POOLREQ: answered first, then the leases follow (failover.md §7.2).
    mutating func poolRequested(
        xid: UInt32, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let given = balanceAll(mayAsk: false, &leases, now, &effects)
        guard let link = established else { return }
        var answer = FailoverMessage(.poolResponse, time: now.wall, xid: xid)
        answer.addressesTransferred = UInt32(clamping: given)
        send(answer, on: link, after: effects.sequence, now, &effects)
        if given == 0 {
            let name = configuration.name
            effects.log(.info) {
                $0.append(text: "peer ")
                $0.append(contentsOf: name)
                $0.append(text: ": Got POOLREQ, answering negatively!  ")
                $0.append(text: "Peer may be out of leases or database inconsistent.")
            }
        }
        sendUpdates(&leases, now, &effects)
    }
}

// MARK: - When

extension Relationship {
    /// A lease that was free or backup has changed outside of this module: the next balance is
    /// estimated anew (failover.md §7.3).
    public mutating func leasesChanged(
        pool: PoolID, leases: borrowing LeaseStore, now: Now
    ) {
        scheduleBalance(pool, leases, now)
    }

    mutating func scheduleBalance(_ pool: PoolID, _ leases: borrowing LeaseStore, _ now: Now) {
        guard state == .normal else { return }
        let own = 2 * age(of: leases.first(pool, ownList), leases, now)
        let peer = age(of: leases.first(pool, peerList), leases, now)
        let wait = min(own, peer, UInt64(configuration.maxBalance))
        var due = now.mono.advanced(seconds: UInt32(clamping: wait))
        if let last = lastBalance {
            due = max(due, last.advanced(seconds: configuration.minBalance))
        }
        due = due.advanced(seconds: chance.next(below: 5))
        if let earlier = timers.rebalance, earlier <= due { return }
        timers.rebalance = due
    }

    /// How long the head of a list has not been used, scaled by the misbalance that is borne; a
    /// lease that never was has a huge age.
    private func age(
        of head: LeaseID?, _ leases: borrowing LeaseStore, _ now: Now
    ) -> UInt64 {
        guard let head else { return 0 }
        let age = UInt64(now.wall.seconds(since: leases[head].ends))
        return (age * UInt64(configuration.maxLeaseMisbalance) + 50) / 100
    }
}

// MARK: - Log lines

extension Relationship {
    /// ISC prints where the pool lies in memory; we print a number that is as wide and stays.
    private static let poolNumberBase: UInt64 = 0x10_0000

    private func append(
        _ pool: PoolID, _ network: [UInt8], _ leases: borrowing LeaseStore, to text: inout [UInt8]
    ) {
        text.append(hexNumber: Self.poolNumberBase + UInt64(pool.index))
        text.append(text: " ")
        text.append(contentsOf: network)
        text.append(text: "  total ")
        text.append(decimal: leases.count(pool))
        text.append(text: "  free ")
        text.append(decimal: leases.count(pool, .free))
        text.append(text: "  backup ")
        text.append(decimal: leases.count(pool, .backup))
        text.append(text: "  lts ")
    }

    private func logBalancing(
        _ pool: PoolID, _ network: [UInt8], _ sums: PoolArithmetic, _ asks: Bool,
        _ leases: borrowing LeaseStore, _ effects: inout Effects
    ) {
        var text: [UInt8] = []
        text.append(text: "balancing pool ")
        append(pool, network, leases, to: &text)
        text.append(decimal: sums.leasesToSend)
        text.append(text: "  max-own (+/-)")
        text.append(decimal: sums.hold)
        if asks { text.append(text: "  (requesting peer rebalance!)") }
        effects.log(.info) { $0.append(contentsOf: text) }
    }

    private func logBalanced(
        _ pool: PoolID, _ network: [UInt8], _ sums: PoolArithmetic,
        _ leases: borrowing LeaseStore, _ effects: inout Effects
    ) {
        let isBad = sums.leasesToSend > sums.threshold
        var text: [UInt8] = []
        text.append(text: isBad ? "IMBALANCED pool " : "balanced pool ")
        append(pool, network, leases, to: &text)
        text.append(decimal: sums.leasesToSend)
        text.append(text: "  max-misbal ")
        text.append(decimal: sums.threshold)
        effects.log(isBad ? .error : .info) { $0.append(contentsOf: text) }
    }
}
