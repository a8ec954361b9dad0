import Wire

/// What is still to happen, ordered by time and, at the same time, by the order of scheduling.
struct EventQueue {
    typealias Act = (World) -> Void

    /// Acts stand apart from the heap, so that moving about in it moves plain numbers only.
    private struct Entry {
        var time: Instant
        var order: UInt64
        var slot: Int

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var heap: [Entry] = []
    private var acts: [Act?] = []
    private var freeSlots: [Int] = []
    private var nextOrder: UInt64 = 0

    var firstTime: Instant? { heap.first?.time }

    mutating func add(at time: Instant, _ act: @escaping Act) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            acts[slot] = act
        } else {
            slot = acts.count
            acts.append(act)
        }
        heap.append(Entry(time: time, order: nextOrder, slot: slot))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> (time: Instant, act: Act)? {
        guard let first = heap.first, let last = heap.popLast(), let act = acts[first.slot] else {
            return nil
        }
        acts[first.slot] = nil
        freeSlots.append(first.slot)
        guard !heap.isEmpty else { return (first.time, act) }
        heap[0] = last
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { break }
            if least + 1 < heap.count, heap[least + 1].isBefore(heap[least]) { least += 1 }
            guard heap[least].isBefore(heap[parent]) else { break }
            heap.swapAt(least, parent)
            parent = least
        }
        return (first.time, act)
    }
}
