public import Wire

/// What the ``LeaseStore`` has to know of a pool.
public struct PoolDescription: Sendable {
    public var ranges: [AddressRange]
    /// The failover relationship that the pool belongs to.
    public var relationship: RelationshipID?

    /// A pool of some ranges; no two pools may have an address in common.
    public init(ranges: [AddressRange], relationship: RelationshipID? = nil) {
        self.ranges = ranges
        self.relationship = relationship
    }
}

/// All leases of the server: rows, the lists of each pool, and the indices by address, uid and
/// hardware.
///
/// Rows are changed only through ``modify(_:_:)`` and ``setClient(_:uid:hardware:)``, which keep
/// lists, counts and chains right.
public struct LeaseStore: ~Copyable, Sendable {
    var rows: [LeaseRow] = []
    var pools: [PoolLeases] = []
    var segments: [Segment] = []
    /// Client identifiers, host names and agent options.
    var arena = ByteArena()
    /// What is too rare for the arena; slot 0 is never used.
    var extras: [LeaseExtras] = [LeaseExtras()]
    var freeExtras: [UInt32] = []
    var uidIndex = ClientIndex()
    var hardwareIndex = ClientIndex()
    /// Earliest moment at which a lease of each pool moves on.
    var dueTree: DueTree
    let seed: UInt64
    /// Rank of the last insertion; the next one is smaller.
    var lastRank: UInt32 = Self.firstRank
    /// How records are written.
    public var format = LeaseFileFormat()
    /// Hosts, groups and classes that the lease file keeps beside the leases.
    public var declarations = RunTimeDeclarations()

    /// Bindings of failover pools that have ended with bodies of `on` still to be run, by
    /// ``takeEndings()``.
    var endings: [LeaseEnding] = []

    static let firstRank: UInt32 = 0x8000_0000

    /// A run of consecutive addresses of one pool.
    struct Segment: Sendable, Equatable {
        var first: IPv4Address
        var last: IPv4Address
        var row: UInt32
    }

    /// The lists of one pool.
    struct PoolLeases: Sendable {
        var queues: [LeaseQueue] = Array(repeating: LeaseQueue(), count: PoolList.allCases.count)
        var rows: Range<Int> = 0..<0
        var relationship: RelationshipID?
        var isPartnerDown = false
    }

    /// Makes one free row per address. Rows stand in no list until ``enlist()`` was called, so that
    /// records of a lease file can be applied first.
    /// - Parameter pools: in order of declaration.
    /// - Parameter seed: key of the client indices.
    public init(pools: [PoolDescription], seed: UInt64) {
        self.seed = seed
        dueTree = DueTree(count: pools.count)
        rows.reserveCapacity(pools.reduce(0) { $0 + $1.ranges.reduce(0) { $0 + $1.count } })
        for (number, description) in pools.enumerated() {
            var pool = PoolLeases()
            pool.relationship = description.relationship
            let start = rows.count
            for range in description.ranges.sorted(by: { $0.first < $1.first }) {
                segments.append(
                    Segment(first: range.first, last: range.last, row: UInt32(rows.count)))
                for value in range.first.rawValue...range.last.rawValue {
                    rows.append(
                        LeaseRow(address: IPv4Address(value), pool: PoolID(UInt32(number))))
                }
            }
            pool.rows = start..<rows.count
            self.pools.append(pool)
        }
        segments.sort { $0.first < $1.first }
    }

    /// Pools without failover.
    /// - Parameter pools: ranges per pool, in order of declaration.
    /// - Parameter seed: key of the client indices.
    public init(pools: [[AddressRange]], seed: UInt64) {
        self.init(pools: pools.map { PoolDescription(ranges: $0) }, seed: seed)
    }

    // MARK: - Looking

    /// Number of leases.
    public var count: Int { rows.count }
    /// Number of pools.
    public var poolCount: Int { pools.count }

    /// A copy of a row.
    public subscript(id: LeaseID) -> LeaseRow { rows[id.row] }

    /// The lease of an address, or `nil` when the address is in no pool.
    public func lease(at address: IPv4Address) -> LeaseID? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].last < address { low = middle + 1 } else { high = middle }
        }
        guard low < segments.count, segments[low].first <= address else { return nil }
        let offset = address.rawValue - segments[low].first.rawValue
        return LeaseID(segments[low].row + offset)
    }

    /// The failover relationship of a pool.
    public func relationship(_ pool: PoolID) -> RelationshipID? {
        pools[Int(pool.index)].relationship
    }

    /// Number of leases in a list. Counts of `free` and `backup` exclude reserved leases.
    public func count(_ pool: PoolID, _ list: PoolList) -> Int {
        pools[Int(pool.index)].queues[Int(list.rawValue)].count
    }

    /// Number of all leases of a pool.
    public func count(_ pool: PoolID) -> Int { pools[Int(pool.index)].rows.count }

    /// All leases of a pool by address.
    public func leases(_ pool: PoolID) -> some RandomAccessCollection<LeaseID> {
        pools[Int(pool.index)].rows.lazy.map { LeaseID(UInt32($0)) }
    }

    // MARK: - Changing

    /// Changes fields of a row and moves it to the list that its new state demands. A row whose
    /// list and due time do not change keeps its place.
    public mutating func modify(_ id: LeaseID, _ change: (inout LeaseRow) -> Void) {
        let due = due(id)
        let isEnlisted = rows[id.row].heapPosition != .max
        let (pool, list) = (Int(rows[id.row].pool.index), Int(rows[id.row].list.rawValue))
        let (place, uid) = (rows[id.row].heapPosition, rows[id.row].uidHandle)
        change(&rows[id.row])
        assert(
            rows[id.row].heapPosition == place && rows[id.row].uidHandle == uid,
            "a row may not be replaced as a whole")
        guard isEnlisted else { return }
        guard rows[id.row].properList != rows[id.row].list || self.due(id) != due else { return }
        pools[pool].queues[list].remove(id.index, &rows)
        insert(id.index)
    }
}
