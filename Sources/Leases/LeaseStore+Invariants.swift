import Wire

// A recount of everything that the store keeps twice; for the simulation and for tests.

extension LeaseStore {
    /// The first thing that is wrong, or `nil`. Looks at every row: never on a packet's path.
    public func brokenInvariant() -> String? {
        brokenList() ?? brokenDueTime() ?? brokenHardwareChain() ?? brokenUIDChain()
    }

    /// Traps, naming what is wrong, unless the store is consistent.
    public func checkInvariants() {
        let broken = brokenInvariant()
        precondition(broken == nil, broken ?? "")
    }

    private func brokenList() -> String? {
        var seen = 0
        for pool in pools.indices {
            for list in PoolList.allCases {
                let queue = pools[pool].queues[Int(list.rawValue)]
                seen += queue.count
                for (place, row) in queue.heap.enumerated() {
                    let isPlaced = rows[Int(row)].heapPosition == UInt32(place)
                    let isOrdered =
                        place == 0
                        || queue.key(rows, queue.heap[(place - 1) / 2]) < queue.key(rows, row)
                    if !isPlaced || !isOrdered { return "\(list) of pool \(pool): row \(row)" }
                    if let broken = misplaced(row, pool, list) { return broken }
                }
                for (place, row) in queue.parked.enumerated() {
                    if rows[Int(row)].heapPosition != UInt32(place) | 0x8000_0000 {
                        return "\(list) of pool \(pool): parked row \(row)"
                    }
                    if let broken = misplaced(row, pool, list) { return broken }
                }
            }
        }
        let enlisted = rows.reduce(0) { $0 + ($1.heapPosition == .max ? 0 : 1) }
        return enlisted == seen ? nil : "\(enlisted) rows say that they are listed, \(seen) are"
    }

    private func misplaced(_ index: UInt32, _ pool: Int, _ list: PoolList) -> String? {
        let row = rows[Int(index)]
        if Int(row.pool.index) == pool, row.list == list, row.properList == list { return nil }
        return "row \(index) stands in \(list) of pool \(pool)"
    }

    private func brokenDueTime() -> String? {
        for pool in pools.indices {
            var earliest = UInt32.max
            for list in [PoolList.active, .expired, .abandoned] {
                for row in pools[pool].queues[Int(list.rawValue)].heap {
                    let due = due(LeaseID(row))
                    if due != .never { earliest = min(earliest, due.seconds) }
                }
            }
            if dueTree[pool] != earliest { return "due time of pool \(pool)" }
        }
        return nil
    }

    private func brokenHardwareChain() -> String? {
        var broken: String?
        var seen = 0
        hardwareIndex.forEachHead { hash, head in
            var previous = UInt32.max
            var index = head
            while index != .max, broken == nil, seen <= rows.count {
                let row = rows[Int(index)]
                if row.hardware.isNone || self.hash(row.hardware) != hash
                    || row.previousByHardware != previous
                {
                    broken = "chain by hardware at row \(index)"
                }
                (previous, index) = (index, row.nextByHardware)
                seen += 1
            }
        }
        let wanted = rows.reduce(0) { $0 + ($1.hardware.isNone ? 0 : 1) }
        return broken ?? (seen == wanted ? nil : "\(seen) rows in chains by hardware of \(wanted)")
    }

    private func brokenUIDChain() -> String? {
        var broken: String?
        var seen = 0
        uidIndex.forEachHead { hash, head in
            var index = head
            while index != .max, broken == nil, seen <= rows.count {
                let row = rows[Int(index)]
                if row.uidHandle == 0 || self.hash(uidBytes(LeaseID(index)).span) != hash {
                    broken = "chain by uid at row \(index)"
                }
                index = row.nextByUID
                seen += 1
            }
        }
        let wanted = rows.reduce(0) { $0 + ($1.uidHandle == 0 ? 0 : 1) }
        return broken ?? (seen == wanted ? nil : "\(seen) rows in chains by uid of \(wanted)")
    }
}
