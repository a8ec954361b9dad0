import Wire

/// One list of a pool, ordered as ISC orders it: by due time, then latest insertion first.
///
/// A binary heap of row numbers; each row remembers its place, so that insertion and removal cost
/// O(log n) where ISC walks a linked list (performance.md: that walk is 90 % of its time with 64 k
/// addresses). Rows that are due but cannot move are parked: they stay in the list, but no timer
/// looks at them again until they are put back.
struct LeaseQueue: Sendable {
    private(set) var heap: [UInt32] = []
    private(set) var parked: [UInt32] = []
    /// Sort by the later of `tsfp` and `ends`: the expired list in partner-down.
    var isHeld = false

    /// Set in the place of a row that is parked.
    private static let parkedBit: UInt32 = 0x8000_0000

    var count: Int { heap.count + parked.count }
    /// The earliest row that is not parked.
    var next: UInt32? { heap.first }

    func first(_ rows: borrowing [LeaseRow]) -> UInt32? {
        var best = heap.first
        for row in parked {
            guard let present = best else {
                best = row
                continue
            }
            if key(rows, row) < key(rows, present) { best = row }
        }
        return best
    }

    /// The first row that is not disputed. Only those that are, and stand before it, are passed by.
    func firstUndisputed(_ rows: borrowing [LeaseRow]) -> UInt32? {
        var best: UInt32?
        for row in parked where !rows[Int(row)].flags.contains(.disputed) {
            if let present = best, key(rows, row) >= key(rows, present) { continue }
            best = row
        }
        var places = [0]
        while let place = places.popLast() {
            guard place < heap.count else { continue }
            let row = heap[place]
            if let present = best, key(rows, row) >= key(rows, present) { continue }
            if rows[Int(row)].flags.contains(.disputed) {
                places.append(2 * place + 1)
                places.append(2 * place + 2)
            } else {
                best = row
            }
        }
        return best
    }

    /// Due time and rank of a row as one number. What never ends stands behind the dates that a
    /// lease file may have after 2038.
    @inline(__always)
    func key(_ rows: borrowing [LeaseRow], _ row: UInt32) -> UInt64 {
        let index = Int(row)
        let ends = rows[index].ends
        let due = isHeld ? max(ends, rows[index].tsfp) : ends
        return UInt64(due == .never ? .max : due.seconds) << 32 | UInt64(rows[index].rank)
    }

    mutating func insert(_ row: UInt32, _ rows: inout [LeaseRow]) {
        heap.append(row)
        siftUp(heap.count - 1, &rows)
    }

    /// Adds a row without regard to order; ``heapify(_:)`` must follow.
    mutating func appendUnordered(_ row: UInt32) { heap.append(row) }

    mutating func heapify(_ rows: inout [LeaseRow]) {
        for index in heap.indices { rows[Int(heap[index])].heapPosition = UInt32(index) }
        var index = heap.count / 2
        while index > 0 {
            index -= 1
            siftDown(index, &rows)
        }
    }

    mutating func remove(_ row: UInt32, _ rows: inout [LeaseRow]) {
        let place = rows[Int(row)].heapPosition
        rows[Int(row)].heapPosition = .max
        if place & Self.parkedBit != 0 {
            removeParked(row, place & ~Self.parkedBit, &rows)
            return
        }
        let position = Int(place)
        precondition(position < heap.count && heap[position] == row, "a lease is not on its list")
        let last = heap.removeLast()
        if position < heap.count {
            heap[position] = last
            rows[Int(last)].heapPosition = UInt32(position)
            if !siftUp(position, &rows) { siftDown(position, &rows) }
        }
        if heap.capacity > 1024, heap.count * 4 < heap.capacity { shrink() }
    }

    private mutating func removeParked(
        _ row: UInt32, _ place: UInt32, _ rows: inout [LeaseRow]
    ) {
        let position = Int(place)
        precondition(position < parked.count && parked[position] == row, "a lease is not parked")
        let last = parked.removeLast()
        guard position < parked.count else { return }
        parked[position] = last
        rows[Int(last)].heapPosition = UInt32(position) | Self.parkedBit
    }

    /// Takes a row of the list out of the sight of ``next``.
    mutating func park(_ row: UInt32, _ rows: inout [LeaseRow]) {
        guard rows[Int(row)].heapPosition & Self.parkedBit == 0 else { return }
        remove(row, &rows)
        rows[Int(row)].heapPosition = UInt32(parked.count) | Self.parkedBit
        parked.append(row)
    }

    mutating func unparkAll(_ rows: inout [LeaseRow]) {
        while let row = parked.popLast() { insert(row, &rows) }
    }

    /// All rows in list order; O(n log n), for balancing and update requests.
    func inOrder(_ rows: borrowing [LeaseRow]) -> [UInt32] {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for row in heap { entries.append(Entry(key: key(rows, row), row: row)) }
        for row in parked { entries.append(Entry(key: key(rows, row), row: row)) }
        entries.sort { $0.key < $1.key }
        return entries.map(\.row)
    }

    mutating func reserveCapacity(_ count: Int) { heap.reserveCapacity(count) }

    /// A row and its key, for sorting away from the rows.
    struct Entry: Sendable {
        var key: UInt64
        var row: UInt32
    }

    /// Some rows in list order, sorted no further than they are taken: a heap of its own.
    struct Drain: Sendable {
        private var entries: [Entry] = []

        init() {}

        var isEmpty: Bool { entries.isEmpty }

        fileprivate init(_ entries: [Entry]) {
            self.entries = entries
            for place in (0..<(entries.count / 2)).reversed() { siftDown(place) }
        }

        mutating func popFirst() -> UInt32? {
            guard let first = entries.first, let last = entries.popLast() else { return nil }
            if !entries.isEmpty {
                entries[0] = last
                siftDown(0)
            }
            return first.row
        }

        private mutating func siftDown(_ start: Int) {
            var position = start
            let entry = entries[start]
            while 2 * position + 1 < entries.count {
                var child = 2 * position + 1
                if child + 1 < entries.count, entries[child + 1].key < entries[child].key {
                    child += 1
                }
                guard entries[child].key < entry.key else { break }
                entries[position] = entries[child]
                position = child
            }
            entries[position] = entry
        }
    }

    /// The rows that pass a test, to be taken in order later, whatever happens to the list.
    func drain(_ rows: borrowing [LeaseRow], where isWanted: (UInt32) -> Bool) -> Drain {
        var entries: [Entry] = []
        for row in heap where isWanted(row) { entries.append(Entry(key: key(rows, row), row: row)) }
        for row in parked where isWanted(row) {
            entries.append(Entry(key: key(rows, row), row: row))
        }
        return Drain(entries)
    }

    /// Gives memory back when most leases have moved to another list.
    private mutating func shrink() {
        var smaller: [UInt32] = []
        smaller.reserveCapacity(heap.count * 2)
        smaller.append(contentsOf: heap)
        heap = smaller
    }

    /// Moves a row towards the head and notes its place; tells whether it moved.
    @discardableResult
    private mutating func siftUp(_ start: Int, _ rows: inout [LeaseRow]) -> Bool {
        var position = start
        let row = heap[start]
        let key = key(rows, row)
        while position > 0 {
            let parent = (position - 1) / 2
            let other = heap[parent]
            guard key < self.key(rows, other) else { break }
            heap[position] = other
            rows[Int(other)].heapPosition = UInt32(position)
            position = parent
        }
        heap[position] = row
        rows[Int(row)].heapPosition = UInt32(position)
        return position != start
    }

    private mutating func siftDown(_ start: Int, _ rows: inout [LeaseRow]) {
        var position = start
        let row = heap[start]
        let key = key(rows, row)
        while 2 * position + 1 < heap.count {
            var child = 2 * position + 1
            var least = self.key(rows, heap[child])
            if child + 1 < heap.count {
                let right = self.key(rows, heap[child + 1])
                if right < least { (child, least) = (child + 1, right) }
            }
            guard least < key else { break }
            heap[position] = heap[child]
            rows[Int(heap[child])].heapPosition = UInt32(position)
            position = child
        }
        heap[position] = row
        rows[Int(row)].heapPosition = UInt32(position)
    }
}
