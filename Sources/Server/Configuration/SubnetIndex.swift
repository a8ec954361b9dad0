import Wire

/// Finds the subnet of an address by binary search.
///
/// ISC: walks a list in which every new subnet stands first, so that of several matching subnets
/// the last declared one is found. The same answer is laid out here as disjoint intervals.
struct SubnetIndex: Sendable {
    private var starts: [UInt32] = []
    /// Subnet of the interval that begins at the same place in `starts`; maximum for none.
    private var owners: [UInt32] = []
    /// Subnets whose mask has holes, last declared first.
    private var irregular: [UInt32] = []

    init() {}

    init(_ subnets: [SubnetRow]) {
        var edges: [(at: UInt64, subnet: UInt32, opens: Bool)] = []
        for (number, subnet) in subnets.enumerated() {
            let wildcard = ~subnet.netmask.rawValue
            guard wildcard & (wildcard &+ 1) == 0 else {
                irregular.insert(UInt32(number), at: 0)
                continue
            }
            let first = UInt64(subnet.address.rawValue)
            edges.append((first, UInt32(number), true))
            edges.append((first + UInt64(wildcard) + 1, UInt32(number), false))
        }
        edges.sort { $0.at < $1.at }
        var open = OpenSubnets()
        var index = 0
        while index < edges.count {
            let at = edges[index].at
            while index < edges.count, edges[index].at == at {
                if edges[index].opens {
                    open.insert(edges[index].subnet)
                } else {
                    open.remove(edges[index].subnet)
                }
                index += 1
            }
            guard at <= UInt64(UInt32.max) else { break }
            starts.append(UInt32(at))
            owners.append(open.last ?? .max)
        }
    }

    /// The last declared subnet that has the address.
    func find(_ address: IPv4Address, in subnets: [SubnetRow]) -> SubnetID? {
        var best: UInt32?
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= address.rawValue { low = middle + 1 } else { high = middle }
        }
        if low > 0, owners[low - 1] != .max { best = owners[low - 1] }
        for candidate in irregular where subnets[Int(candidate)].contains(address) {
            best = max(best ?? 0, candidate)
            break
        }
        return best.map { SubnetID($0) }
    }

    /// The subnets around one place of the address line; a heap by number, removal by mark.
    private struct OpenSubnets {
        private var heap: [UInt32] = []
        private var closed: Set<UInt32> = []

        var last: UInt32? { heap.first }

        mutating func insert(_ subnet: UInt32) {
            heap.append(subnet)
            var place = heap.count - 1
            while place > 0, heap[(place - 1) / 2] < heap[place] {
                heap.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
            drop()
        }

        mutating func remove(_ subnet: UInt32) {
            closed.insert(subnet)
            drop()
        }

        private mutating func drop() {
            while let top = heap.first, closed.contains(top) {
                closed.remove(top)
                let tail = heap.removeLast()
                guard !heap.isEmpty else { return }
                heap[0] = tail
                siftDown()
            }
        }

        private mutating func siftDown() {
            var place = 0
            while true {
                var largest = place
                for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                    if heap[child] > heap[largest] { largest = child }
                }
                guard largest != place else { return }
                heap.swapAt(place, largest)
                place = largest
            }
        }
    }
}
