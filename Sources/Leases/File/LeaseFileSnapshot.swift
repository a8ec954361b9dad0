public import ConfParser
import Wire

/// A rewrite of the lease file in pieces, so that serving never waits for a million records.
///
/// It fixes the order when it is made and renders each lease as it is when its turn comes. A record
/// that is committed while a rewrite is under way is appended behind the finished file as well: the
/// last record of an address wins, so the file is right whichever came first.
///
/// Order (leases.md §1): shared networks last declared first, in each its pools, in each pool the
/// lists free, active, expired, abandoned, backup and reserved.
public struct LeaseFileSnapshot: Sendable {
    /// Leases rendered so far: the number in `Wrote %d leases to leases file.`
    public private(set) var written = 0
    private var pools: [PoolID]
    private var states: [FailoverStateRecord]
    private var hasHeader = false
    private var list = 0
    private var pending = LeaseQueue.Drain()

    /// - Parameter networks: the pools of each shared network, in order of declaration.
    /// - Parameter failoverStates: of all relationships, in order of declaration.
    public init(networks: [[PoolID]], failoverStates: [FailoverStateRecord] = []) {
        pools = networks.reversed().flatMap { $0 }
        pools.reverse()
        states = failoverStates
    }

    /// Appends the next `limit` leases at most; the header and the failover states come with the
    /// first ones.
    /// - Returns: true when nothing is left.
    public mutating func render(
        from store: borrowing LeaseStore, limit: Int, into text: inout [UInt8]
    ) -> Bool {
        if !hasHeader {
            hasHeader = true
            text.appendLeaseFileHeader()
            store.declarations.append(to: &text, store.format)
            for state in states { text.append(failoverState: state, store.format) }
        }
        var left = limit
        while left > 0 {
            guard let index = pending.popFirst() else {
                guard nextList(store) else { return true }
                continue
            }
            let id = LeaseID(index)
            guard store.isWorthWriting(id) else { continue }
            store.appendRecord(of: id, to: &text)
            written += 1
            left -= 1
        }
        return false
    }

    /// Takes the next list of the present pool, or the first of the next pool.
    private mutating func nextList(_ store: borrowing LeaseStore) -> Bool {
        while let pool = pools.last {
            guard let kind = PoolList(rawValue: UInt8(truncatingIfNeeded: list)) else {
                pools.removeLast()
                list = 0
                continue
            }
            list += 1
            pending = store.drain(pool, kind)
            if !pending.isEmpty { return true }
        }
        return false
    }
}

extension LeaseStore {
    /// The leases of a list that are worth writing, to be taken in order.
    func drain(_ pool: PoolID, _ list: PoolList) -> LeaseQueue.Drain {
        pools[Int(pool.index)].queues[Int(list.rawValue)].drain(rows) {
            isWorthWriting(LeaseID($0))
        }
    }

    /// False for an address that nobody ever had: the file does without it. One that was given to
    /// the partner and not yet acknowledged is not forgotten, as ISC does it: it would be nobody's.
    public func isWorthWriting(_ id: LeaseID) -> Bool {
        let row = rows[id.row]
        return row.bindingState != .free || !row.hardware.isNone || row.uidHandle != 0
            || row.tsfp.isSet || row.tstp > row.ends
    }
}
