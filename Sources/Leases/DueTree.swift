import Wire

/// The earliest moment of many pools: a tournament, so that one pool's change costs O(log pools)
/// and the answer O(1).
struct DueTree: Sendable {
    /// The winner at 1, the pools from `leaves` on; `.max` is "never".
    private var nodes: [UInt32]
    private let leaves: Int

    init(count: Int) {
        var size = 1
        while size < count { size *= 2 }
        leaves = size
        nodes = [UInt32](repeating: .max, count: 2 * size)
    }

    var earliest: UInt32 { nodes[1] }

    subscript(pool: Int) -> UInt32 {
        get { nodes[leaves + pool] }
        set {
            var node = leaves + pool
            guard nodes[node] != newValue else { return }
            nodes[node] = newValue
            while node > 1 {
                node /= 2
                let winner = min(nodes[2 * node], nodes[2 * node + 1])
                guard nodes[node] != winner else { return }
                nodes[node] = winner
            }
        }
    }

    /// The first pool that has the earliest moment; `nil` when there is none.
    var winner: Int? {
        guard earliest != .max else { return nil }
        var node = 1
        while node < leaves { node = nodes[2 * node] == earliest ? 2 * node : 2 * node + 1 }
        return node - leaves
    }
}
