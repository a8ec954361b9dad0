import Wire

/// What is still to happen, ordered by time and, at the same time, by the order of scheduling.
struct EventQueue {
    typealias Act = (World) -> Void

    private struct Entry {
        var time: Instant
        var order: UInt64
        var act: Act

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    var firstTime: Instant? { heap.first?.time }

    mutating func add(at time: Instant, _ act: @escaping Act) {
        heap.append(Entry(time: time, order: nextOrder, act: act))
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
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.time, first.act) }
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
        return (first.time, first.act)
    }
}
