public import ConfParser
import Wire

// Other pools while the server runs: what holds after a restart holds here, except that nothing is
// forgotten that the lease file does not keep.

extension LeaseStore {
    /// True when the pools are those of `descriptions`, in this order.
    public func hasPools(_ descriptions: [PoolDescription]) -> Bool {
        guard descriptions.count == pools.count else { return false }
        var wanted: [Segment] = []
        var row = 0
        for (number, description) in descriptions.enumerated() {
            let start = row
            for range in description.ranges.sorted(by: { $0.first < $1.first }) {
                wanted.append(Segment(first: range.first, last: range.last, row: UInt32(row)))
                row += range.count
            }
            guard pools[number].relationship == description.relationship,
                pools[number].rows == start..<row
            else { return false }
        }
        wanted.sort { $0.first < $1.first }
        return wanted == segments
    }

    /// Takes other pools. Leases whose address is still in a range keep everything; new addresses
    /// are free, and stand in their lists as after a start; the rest is dropped.
    ///
    /// A lease whose relationship is another one now, or begins anew, forgets what was under way
    /// with the partner, as at a restart, and without a relationship `backup` becomes `free`.
    /// - Parameter successor: the number that a relationship goes on with; `nil` when it ends here
    ///   or begins anew.
    public mutating func adopt(
        _ descriptions: [PoolDescription],
        successor: (RelationshipID) -> RelationshipID? = { $0 }
    ) -> LeaseRemap {
        var fresh = LeaseStore(pools: descriptions, seed: seed)
        var remap = LeaseRemap()
        remap.rows = [UInt32](repeating: .max, count: rows.count)
        for row in rows.indices {
            guard let new = fresh.lease(at: rows[row].address) else {
                drop(LeaseID(UInt32(row)), &remap)
                continue
            }
            remap.rows[row] = new.index
        }
        let isNew = moveRows(into: &fresh, &remap, successor)
        (rows, pools, segments, dueTree) = (
            fresh.rows, fresh.pools, fresh.segments, fresh.dueTree
        )
        uidIndex.renumberHeads { remap.rows[Int($0)] }
        hardwareIndex.renumberHeads { remap.rows[Int($0)] }
        for pool in pools.indices where pools[pool].relationship == nil { freeBackups(pool) }
        rankNewRows(isNew, &remap)
        fillLists()
        return remap
    }

    /// The address is in no range any more.
    private mutating func drop(_ id: LeaseID, _ remap: inout LeaseRemap) {
        if isWorthWriting(id) { remap.lost.append(rows[id.row].address) }
        setClient(id, uid: [], hardware: .none)
        setDetails(id, LeaseDetails())
    }

    /// Statements of `on` bodies name option spaces by number, and other declarations may number
    /// them otherwise: they are written as ever and read again with the names of `tree`.
    public mutating func rereadBodies(_ tree: ConfigurationTree) {
        var known: [[LeaseRecord.EventBody]: [LeaseRecord.EventBody]] = [:]
        for row in rows.indices {
            let id = LeaseID(UInt32(row))
            guard let layout = layout(id), !extras[layout.extras].bodies.isEmpty else { continue }
            let old = extras[layout.extras].bodies
            let bodies = known[old] ?? reread(id, tree)
            known[old] = bodies
            modifyDetails(id) { $0.bodies = bodies }
        }
    }

    private func reread(_ id: LeaseID, _ tree: ConfigurationTree) -> [LeaseRecord.EventBody] {
        var text: [UInt8] = []
        appendRecord(of: id, to: &text)
        var reader = LeaseFileReader(bytes: text, path: [], family: .v4, tree: tree)
        while let item = reader.next() {
            if case .lease(let record) = item { return record.rare?.bodies ?? [] }
        }
        return []
    }

    /// Fills the rows of `fresh` that had a predecessor; the others are true in the result.
    private func moveRows(
        into fresh: inout LeaseStore, _ remap: inout LeaseRemap,
        _ successor: (RelationshipID) -> RelationshipID?
    ) -> [Bool] {
        var isNew = [Bool](repeating: true, count: fresh.rows.count)
        let successors = pools.map { pool in
            pool.relationship.map { successor($0)?.index ?? .max }
        }
        let relationships = fresh.pools.map { $0.relationship?.index }
        func number(_ old: UInt32) -> UInt32 { old == .max ? .max : remap.rows[Int(old)] }
        for old in rows.indices where remap.rows[old] != .max {
            let new = Int(remap.rows[old])
            let pool = fresh.rows[new].pool
            var row = rows[old]
            let formerPool = Int(row.pool.index)
            row.pool = pool
            row.heapPosition = .max
            row.nextByUID = number(row.nextByUID)
            row.nextByHardware = number(row.nextByHardware)
            row.previousByHardware = number(row.previousByHardware)
            if successors[formerPool] != relationships[Int(pool.index)] {
                row.flags.formIntersection([.reserved, .bootp])
                row.lastXid = 0
                remap.unsettled.append(LeaseID(UInt32(new)))
            }
            fresh.rows[new] = row
            isNew[new] = false
        }
        return isNew
    }

    /// New addresses stand behind those that were there, among themselves as after a start.
    private mutating func rankNewRows(_ isNew: [Bool], _ remap: inout LeaseRemap) {
        let chosen = rows.indices.filter { isNew[$0] }
        guard !chosen.isEmpty else { return }
        for row in chosen { remap.grown.insert(rows[row].pool) }
        var last = Self.firstRank
        for row in rows.indices where !isNew[row] { last = max(last, rows[row].rank) }
        if UInt64(last) + UInt64(chosen.count) >= UInt64(UInt32.max) {
            renumber()
            last = Self.firstRank + UInt32(rows.count)
        }
        rankAsAtStart(chosen, from: last + 1)
    }
}
