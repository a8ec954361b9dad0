import ConfParser
import Leases
import Testing
import Wire

@Suite("Other pools while the server runs")
struct ReloadTests {
    /// A pool of ten, .103 and .106 active, the latter's client with a history on .108.
    private static func store() -> LeaseStore {
        var store = LeaseStore(pools: [[range("10.9.0.100", "10.9.0.109")]], seed: 1)
        store.enlist()
        for (address, client) in [("10.9.0.103", 3), ("10.9.0.108", 6), ("10.9.0.106", 6)] {
            let number = UInt8(client)
            store.bind(
                store.id(address),
                LeaseBinding(
                    starts: start, ends: start + UInt32(client), uid: [1, number],
                    hardware: mac(number)))
            store.modifyDetails(store.id(address)) {
                $0.hostname = bytes("client \(client)")
                $0.billing = LeaseBilling(className: [number])
            }
        }
        store.release(store.id("10.9.0.108"), at: start)
        return store
    }

    @Test func samePoolsAreRecognised() {
        let store = Self.store()
        let same = PoolDescription(ranges: [range("10.9.0.100", "10.9.0.109")])
        #expect(store.hasPools([same]) == true)
        #expect(store.hasPools([]) == false)
        #expect(store.hasPools([same, same]) == false)
        let longer = PoolDescription(ranges: [range("10.9.0.100", "10.9.0.110")])
        let later = PoolDescription(ranges: [range("10.9.0.101", "10.9.0.110")])
        let shared = PoolDescription(ranges: same.ranges, relationship: RelationshipID(0))
        for other in [longer, later, shared] { #expect(store.hasPools([other]) == false) }
    }

    @Test func aGrownPoolKeepsItsLeases() {
        var store = Self.store()
        let before = ["10.9.0.103", "10.9.0.106", "10.9.0.108"].map { store.record($0) }
        let order = store.inOrder(PoolID(0), .free).map { store[$0].address }
        let chain = store.leases(uid: [1, 6]).map { store[$0].address }
        let remap = store.adopt([
            PoolDescription(ranges: [range("10.8.0.1", "10.8.0.5")]),
            PoolDescription(
                ranges: [range("10.9.0.90", "10.9.0.109"), range("10.9.0.200", "10.9.0.201")]),
        ])
        #expect(store.brokenInvariant() == nil)
        #expect(remap.lost.isEmpty && remap.unsettled.isEmpty && !remap.isIdentity)
        #expect(remap.grown == [PoolID(0), PoolID(1)])
        #expect(store.count == 27)
        #expect(["10.9.0.103", "10.9.0.106", "10.9.0.108"].map { store.record($0) } == before)
        #expect(store.leases(uid: [1, 6]).map { store[$0].address } == chain)
        #expect(chain.count == 2)
        #expect(store.leases(hardware: mac(3)) == [store.id("10.9.0.103")])
        #expect(store.nextExpiry == start + 3)
        // The old ones in their order, then the new ones; all that were never used come first.
        let after = store.inOrder(PoolID(1), .free).map { store[$0].address }
        #expect(after.filter { order.contains($0) } == order)
        #expect(after.prefix(order.count - 1) == order.prefix(order.count - 1))
    }

    @Test func aShrunkenPoolLosesWhatIsOutside() {
        var store = Self.store()
        let old = (store.id("10.9.0.103"), store.id("10.9.0.106"), store.id("10.9.0.100"))
        let remap = store.adopt([PoolDescription(ranges: [range("10.9.0.104", "10.9.0.107")])])
        #expect(store.brokenInvariant() == nil)
        #expect(remap.lost.map(\.description) == ["10.9.0.103", "10.9.0.108"])
        #expect(remap[old.0] == nil)
        #expect(remap[old.2] == nil)
        #expect(remap[old.1] == store.id("10.9.0.106"))
        #expect(store.leases(uid: [1, 3]).isEmpty)
        #expect(store.leases(uid: [1, 6]) == [store.id("10.9.0.106")])
        #expect(store.nextExpiry == start + 6)
        #expect(store.lease(at: IPv4Address(10, 9, 0, 103)) == nil)
        // What comes back later is nobody's.
        _ = store.adopt([PoolDescription(ranges: [range("10.9.0.100", "10.9.0.109")])])
        #expect(store.brokenInvariant() == nil)
        #expect(store[store.id("10.9.0.103")].bindingState == .free)
        #expect(store.leases(hardware: mac(6)) == [store.id("10.9.0.106")])
    }

    @Test func anotherRelationshipBeginsWithoutQueues() {
        var store = LeaseStore(
            pools: [
                PoolDescription(
                    ranges: [range("10.9.0.1", "10.9.0.4")], relationship: RelationshipID(0)),
                PoolDescription(
                    ranges: [range("10.9.0.5", "10.9.0.8")], relationship: RelationshipID(1)),
            ], seed: 1)
        store.enlist()
        for number in 1...8 {
            store.modify(store.id("10.9.0.\(number)")) {
                $0.bindingState = number % 2 == 0 ? .backup : .free
                $0.flags = [.onUpdateQueue, .reserved]
            }
        }
        // The second relationship is the only one that stays, and is the first now.
        let remap = store.adopt([
            PoolDescription(ranges: [range("10.9.0.1", "10.9.0.4")]),
            PoolDescription(
                ranges: [range("10.9.0.5", "10.9.0.8")], relationship: RelationshipID(0)),
        ]) { $0 == RelationshipID(1) ? RelationshipID(0) : nil }
        #expect(store.brokenInvariant() == nil)
        #expect(remap.unsettled == (1...4).map { store.id("10.9.0.\($0)") })
        #expect(store[store.id("10.9.0.2")].bindingState == .free)
        #expect(store[store.id("10.9.0.2")].flags == [.reserved])
        #expect(store[store.id("10.9.0.6")].bindingState == .backup)
        #expect(store[store.id("10.9.0.6")].flags == [.onUpdateQueue, .reserved])
    }

    /// Many random changes of the ranges: the store stays whole, and every address that stays in a
    /// range keeps its record.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomRangesKeepWhatStays(seed: UInt64) {
        var chance = Chance(state: seed)
        var store = LeaseStore(pools: [[range("10.9.0.0", "10.9.0.59")]], seed: seed)
        store.enlist()
        for _ in 0..<60 {
            for _ in 0..<40 where store.count > 0 {
                let id = LeaseID(UInt32(chance.below(store.count)))
                let client = UInt8(chance.below(20))
                let binding = LeaseBinding(
                    starts: start, ends: start + UInt32(chance.below(50)), uid: [client],
                    hardware: mac(client))
                store.bind(id, binding)
                if chance.below(3) == 0 { store.release(id, at: start) }
                if chance.below(9) == 0 { store.park(id) }
            }
            var pools: [PoolDescription] = []
            var first = 0
            while first < 60 {
                let last = first + chance.below(20)
                if chance.below(4) > 0 {
                    let ends = range("10.9.0.\(first)", "10.9.0.\(last)")
                    if chance.below(2) == 0 || pools.isEmpty {
                        pools.append(PoolDescription(ranges: [ends]))
                    } else {
                        pools[chance.below(pools.count)].ranges.append(ends)
                    }
                }
                first = last + 1
            }
            var records: [IPv4Address: String] = [:]
            for row in 0..<store.count {
                let address = store[LeaseID(UInt32(row))].address
                records[address] = store.record(address.description)
            }
            _ = store.adopt(pools)
            #expect(store.hasPools(pools) == true)
            #expect(store.brokenInvariant() == nil)
            for row in 0..<store.count {
                let address = store[LeaseID(UInt32(row))].address
                if let record = records[address] {
                    #expect(store.record(address.description) == record)
                }
            }
        }
    }
}
