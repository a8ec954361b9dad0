import Leases

/// Effects that wait for their records to be on disk, in batches of one turn each.
///
/// A batch is released as a whole and none before the one in front of it, so order among waiting
/// packets and on each link is kept. What waits for nothing does not queue behind it, except on a
/// link that has waiting bytes.
struct HeldEffects {
    /// What one turn left behind; ranges are those of its arena.
    struct Batch {
        var list: [Effects.Effect] = []
        var arena: [UInt8] = []
        /// Released once the record of this number is durable.
        var upTo: Effects.Sequence = 0
    }

    private var batches: [Batch] = []
    /// Batches before this one are gone already.
    private var first = 0
    private var filling = Batch()
    private var spare: [Batch] = []
    /// Number of waiting effects of each link that has any.
    private var waitingOnLinks: [LinkID: Int] = [:]

    var isEmpty: Bool { first == batches.count }

    /// True if something on this link waits, so that whatever follows must wait too.
    func isWaiting(on link: LinkID) -> Bool {
        !waitingOnLinks.isEmpty && waitingOnLinks[link] != nil
    }

    /// Keeps an effect of the present turn.
    mutating func hold(_ effect: Effects.Effect, after: Effects.Sequence) {
        filling.list.append(effect)
        filling.upTo = max(filling.upTo, after)
        if let link = effect.link { waitingOnLinks[link, default: 0] += 1 }
    }

    /// Ends the turn: takes the arena if something was kept, and leaves another one in its place.
    mutating func seal(_ effects: inout Effects) {
        guard !filling.list.isEmpty else { return }
        swap(&filling.arena, &effects.arena)
        batches.append(filling)
        filling = spare.popLast() ?? Batch()
        filling.list.removeAll(keepingCapacity: true)
        filling.arena.removeAll(keepingCapacity: true)
        filling.upTo = 0
    }

    /// The next batch whose records are durable; to be given back with ``recycle(_:)``.
    mutating func next(durable: Effects.Sequence) -> Batch? {
        guard first < batches.count, batches[first].upTo <= durable else { return nil }
        var batch = Batch()
        swap(&batch, &batches[first])
        first += 1
        if first == batches.count {
            batches.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 1024 {
            batches.removeFirst(first)
            first = 0
        }
        for case let link? in batch.list.lazy.map(\.link) {
            guard let count = waitingOnLinks[link] else { continue }
            waitingOnLinks[link] = count > 1 ? count - 1 : nil
        }
        return batch
    }

    /// Keeps the buffers of a batch for later.
    mutating func recycle(_ batch: consuming Batch) {
        if spare.count < 8 { spare.append(batch) }
    }

    /// Drops waiting packets: clients ask again, and answers of long ago would only mislead them.
    /// What partners wait for stays.
    mutating func dropPackets() {
        for index in first..<batches.count {
            batches[index].list.removeAll {
                if case .transmit = $0 { return true }
                return false
            }
        }
    }
}

extension Effects.Effect {
    /// The link whose order the effect is part of.
    fileprivate var link: LinkID? {
        switch self {
        case .peerSend(let link, _, _), .close(let link, _): link
        default: nil
        }
    }
}
