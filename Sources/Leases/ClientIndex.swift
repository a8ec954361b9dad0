/// Finds the first lease of a client: open addressing over keyed hashes.
///
/// The key itself stays with the lease. Two different clients whose hashes are equal share a
/// chain; readers of a chain therefore compare the client. The seed comes from the shell, so that
/// a stranger cannot choose colliding identifiers (style.md §3.2, hash flooding).
struct ClientIndex: Sendable {
    /// An empty slot has no head.
    private struct Slot {
        var hash: UInt32 = 0
        var head: UInt32 = .max
    }

    private var slots = [Slot](repeating: Slot(), count: 16)
    private(set) var count = 0

    /// First row of the chain; `.max` if there is none.
    func head(_ hash: UInt32) -> UInt32 { slots[find(hash)].head }

    /// Makes `head` the first row of the chain; `.max` removes the chain.
    mutating func setHead(_ hash: UInt32, _ head: UInt32) {
        let slot = find(hash)
        let wasEmpty = slots[slot].head == .max
        guard head != .max else {
            if !wasEmpty { remove(slot) }
            return
        }
        slots[slot] = Slot(hash: hash, head: head)
        guard wasEmpty else { return }
        count += 1
        if count * 5 > slots.count * 4 { grow() }
    }

    /// All heads; the order means nothing.
    func forEachHead(_ body: (_ hash: UInt32, _ head: UInt32) -> Void) {
        for slot in slots where slot.head != .max { body(slot.hash, slot.head) }
    }

    /// The rows of the store have new numbers.
    mutating func renumberHeads(_ number: (UInt32) -> UInt32) {
        for slot in slots.indices where slots[slot].head != .max {
            slots[slot].head = number(slots[slot].head)
        }
    }

    private func find(_ hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot].head != .max, slots[slot].hash != hash { slot = (slot + 1) & mask }
        return slot
    }

    /// Removes by shifting later entries of the run back, so that no tombstones pile up.
    private mutating func remove(_ slot: Int) {
        let mask = slots.count - 1
        var hole = slot
        var next = (slot + 1) & mask
        while slots[next].head != .max {
            let home = Int(slots[next].hash) & mask
            if (next - home) & mask >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = Slot()
        count -= 1
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.head != .max { slots[find(slot.hash)] = slot }
    }
}
