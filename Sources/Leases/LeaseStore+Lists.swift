public import Wire

// The six lists of each pool: their order, and the leases whose time has come.

extension LeaseStore {
    /// Head of a list: the lease with the earliest due time.
    public func first(_ pool: PoolID, _ list: PoolList) -> LeaseID? {
        pools[Int(pool.index)].queues[Int(list.rawValue)].first(rows).map { LeaseID($0) }
    }

    /// The first lease of a list that may be given away: none that the two servers dispute.
    public func firstToGive(_ pool: PoolID, _ list: PoolList) -> LeaseID? {
        let head = first(pool, list)
        guard let head, rows[head.row].flags.contains(.disputed) else { return head }
        return pools[Int(pool.index)].queues[Int(list.rawValue)].firstUndisputed(rows).map {
            LeaseID($0)
        }
    }

    /// A whole list in order; O(n log n), never on a packet's path.
    public func inOrder(_ pool: PoolID, _ list: PoolList) -> [LeaseID] {
        pools[Int(pool.index)].queues[Int(list.rawValue)].inOrder(rows).map { LeaseID($0) }
    }

    /// The moment by which a row is sorted in its list: `ends`, but max(`tsfp`, `ends`) in the
    /// expired list of a pool whose relationship is in partner-down (failover.md §6.1).
    public func due(_ id: LeaseID) -> Timestamp {
        let ends = rows[id.row].ends
        let isHeld =
            pools[Int(rows[id.row].pool.index)].isPartnerDown
            && rows[id.row].properList == .expired
        return isHeld ? max(rows[id.row].tsfp, ends) : ends
    }

    /// Sorts the expired list of a pool by the rule of partner-down, or back again.
    public mutating func setPartnerDown(_ pool: PoolID, _ isDown: Bool) {
        let number = Int(pool.index)
        guard pools[number].isPartnerDown != isDown else { return }
        let expired = inOrder(pool, .expired)
        pools[number].isPartnerDown = isDown
        var queue = LeaseQueue()
        queue.isHeld = isDown
        pools[number].queues[Int(PoolList.expired.rawValue)] = queue
        for id in expired { insert(id.index) }
        noteDue(number)
    }

    /// Puts all rows into their lists, in the order that ISC has after start-up (server-v4.md §6):
    /// by address modulo 100003; rows that follow each other into one list with the same due time
    /// stay in that order, a later run stands before an earlier one. A `backup` lease of a pool
    /// without a relationship becomes free.
    public mutating func enlist() {
        for pool in pools.indices where pools[pool].relationship == nil { freeBackups(pool) }
        rankAsAtStart(Array(rows.indices), from: Self.firstRank)
        lastRank = Self.firstRank
        fillLists()
    }

    /// Gives some rows the ranks that they have after start-up, beginning with this one.
    mutating func rankAsAtStart(_ chosen: [Int], from first: UInt32) {
        // Rows by address modulo 100003, the newest first among equals; the row is the low half.
        var keys: [UInt64] = []
        keys.reserveCapacity(chosen.count)
        for row in chosen {
            let residue = UInt64(rows[row].address.rawValue % 100_003)
            keys.append(residue << 32 | UInt64(~UInt32(truncatingIfNeeded: row)))
        }
        keys.sort()
        let row = { (place: Int) in Int(~UInt32(truncatingIfNeeded: keys[place])) }
        // The last run stands first in its list: ranks are given from the end.
        var rank = first
        var end = keys.count
        while end > 0 {
            var start = end - 1
            while start > 0, isSamePlace(row(start - 1), row(start)) { start -= 1 }
            for place in start..<end {
                rows[row(place)].rank = rank
                rank += 1
            }
            end = start
        }
    }

    /// Makes the lists anew from the rows, whose ranks stay.
    mutating func fillLists() {
        for pool in pools.indices {
            for list in PoolList.allCases {
                var queue = LeaseQueue()
                queue.isHeld = pools[pool].isPartnerDown && list == .expired
                pools[pool].queues[Int(list.rawValue)] = queue
            }
        }
        reserveLists()
        for row in rows.indices {
            rows[row].list = rows[row].properList
            pools[Int(rows[row].pool.index)].queues[Int(rows[row].list.rawValue)]
                .appendUnordered(UInt32(row))
        }
        for pool in pools.indices {
            for list in pools[pool].queues.indices { pools[pool].queues[list].heapify(&rows) }
            noteDue(pool)
        }
    }

    mutating func freeBackups(_ pool: Int) {
        for row in pools[pool].rows where rows[row].bindingState == .backup {
            rows[row].bindingState = .free
            rows[row].nextBindingState = .free
            rows[row].rewindBindingState = .free
            rows[row].desiredBindingState = .free
        }
    }

    /// Gives each list the memory that it is going to need at first.
    private mutating func reserveLists() {
        for pool in pools.indices {
            var counts: [6 of Int] = .init(repeating: 0)
            for row in pools[pool].rows { counts[Int(rows[row].properList.rawValue)] += 1 }
            for list in pools[pool].queues.indices {
                pools[pool].queues[list].reserveCapacity(counts[list])
            }
        }
    }

    /// True when two rows belong into one list with the same due time.
    private func isSamePlace(_ left: Int, _ right: Int) -> Bool {
        rows[left].pool == rows[right].pool && rows[left].properList == rows[right].properList
            && due(LeaseID(UInt32(left))) == due(LeaseID(UInt32(right)))
    }

    /// Puts a row that stands in no list into its proper one, before those of the same due time.
    mutating func insert(_ index: UInt32) {
        if lastRank == 0 { renumber() }
        lastRank -= 1
        let row = Int(index)
        rows[row].rank = lastRank
        rows[row].list = rows[row].properList
        let pool = Int(rows[row].pool.index)
        pools[pool].queues[Int(rows[row].list.rawValue)].insert(index, &rows)
        noteDue(pool)
    }

    /// Gives all rows new ranks in the same order; once in 2^31 insertions.
    mutating func renumber() {
        var keys: [UInt64] = []
        keys.reserveCapacity(rows.count)
        for row in rows.indices { keys.append(UInt64(rows[row].rank) << 32 | UInt64(row)) }
        keys.sort()
        for (place, key) in keys.enumerated() {
            rows[Int(UInt32(truncatingIfNeeded: key))].rank = Self.firstRank + UInt32(place)
        }
        lastRank = Self.firstRank
    }
}

// MARK: - Leases whose time has come

extension LeaseStore {
    /// Lists whose leases move on by time. What is free or backup waits for a client.
    private static var timedLists: [3 of PoolList] { [.active, .expired, .abandoned] }

    /// The earliest moment at which a lease of any pool moves on; `nil` when none will.
    public var nextExpiry: Timestamp? {
        dueTree.earliest == .max ? nil : Timestamp(dueTree.earliest)
    }

    /// The lease that has been due longest, or `nil` when none is due at `now`.
    ///
    /// The caller must move it on (``moveOn(_:)`` or what its failover relationship says) or
    /// ``park(_:)`` it, and then ask again. A lease that has no other state to go to is passed
    /// over, as with ISC.
    public mutating func nextDue(at now: Timestamp) -> LeaseID? {
        while dueTree.earliest <= now.seconds, let pool = dueTree.winner {
            guard let index = earliestRow(pool) else { return nil }
            let row = Int(index)
            if rows[row].nextBindingState != rows[row].bindingState { return LeaseID(index) }
            park(LeaseID(index))
        }
        return nil
    }

    /// As ``nextDue(at:)`` for one pool.
    public mutating func nextDue(at now: Timestamp, in pool: PoolID) -> LeaseID? {
        while let index = earliestRow(Int(pool.index)), due(LeaseID(index)) <= now {
            let row = Int(index)
            if rows[row].nextBindingState != rows[row].bindingState { return LeaseID(index) }
            park(LeaseID(index))
        }
        return nil
    }

    /// As ``nextExpiry`` for one pool.
    public func nextExpiry(in pool: PoolID) -> Timestamp? {
        let due = dueTree[Int(pool.index)]
        return due == .max ? nil : Timestamp(due)
    }

    /// Leaves a lease that is due where it is, until it is changed or ``unpark(_:)`` is called.
    public mutating func park(_ id: LeaseID) {
        let pool = Int(rows[id.row].pool.index)
        guard rows[id.row].heapPosition != .max else { return }
        pools[pool].queues[Int(rows[id.row].list.rawValue)].park(id.index, &rows)
        noteDue(pool)
    }

    /// Makes the parked leases of a pool due again, after its relationship changed its state.
    public mutating func unpark(_ pool: PoolID) {
        let number = Int(pool.index)
        for list in pools[number].queues.indices { pools[number].queues[list].unparkAll(&rows) }
        noteDue(number)
    }

    private func earliestRow(_ pool: Int) -> UInt32? {
        var best: (key: UInt64, row: UInt32)?
        for place in 0..<Self.timedLists.count {
            let queue = Int(Self.timedLists[place].rawValue)
            guard let row = pools[pool].queues[queue].next else { continue }
            let key = pools[pool].queues[queue].key(rows, row)
            guard let present = best else {
                best = (key, row)
                continue
            }
            if key >> 32 < present.key >> 32 { best = (key, row) }
        }
        return best?.row
    }

    private func earliestDue(_ pool: Int) -> UInt32 {
        guard let row = earliestRow(pool) else { return .max }
        let due = due(LeaseID(row))
        return due == .never ? .max : due.seconds
    }

    /// Keeps ``dueTree`` right after a change of a pool's lists.
    mutating func noteDue(_ pool: Int) { dueTree[pool] = earliestDue(pool) }
}
