import Leases
import Testing
import Wire

/// A generator that gives the same numbers in every run.
struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: (state >> 33) % UInt64(bound))
    }
}

@Suite("Lists and chains of the store")
struct StoreTests {
    /// server-v4.md §6.
    @Test func startUpOrderOfTheReference() {
        var store = LeaseStore(pools: [[range("10.9.0.100", "10.9.0.109")]], seed: 1)
        for address in ["10.9.0.103", "10.9.0.106"] {
            store.modify(store.id(address)) {
                ($0.bindingState, $0.ends) = (.active, start + 60)
            }
        }
        store.enlist()
        let order = store.inOrder(PoolID(0), .free).map { store[$0].address.rawValue & 255 }
        #expect(order == [107, 108, 109, 104, 105, 100, 101, 102])
        #expect(store.first(PoolID(0), .free) == store.id("10.9.0.107"))
        #expect(store.brokenInvariant() == nil)
    }

    /// ISC's list: insertion walks from the head to the first entry that is not earlier.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func queueIsISCsSortedList(seed: UInt64) {
        var chance = Chance(state: seed)
        var store = LeaseStore(pools: [[range("10.9.0.0", "10.9.0.59")]], seed: seed)
        store.enlist()
        var lists = [[LeaseID]](repeating: [], count: 6)
        lists[0] = store.inOrder(PoolID(0), .free)
        let states: [BindingState] = [.free, .active, .expired, .abandoned, .backup, .released]
        for step in 0..<3000 {
            let id = store.id("10.9.0.\(chance.below(60))")
            let (state, ends) = (states[chance.below(6)], Timestamp(UInt32(chance.below(12))))
            let (old, new) = (Self.list(store[id].bindingState), Self.list(state))
            if old != new || store[id].ends != ends {
                lists[old].removeAll { $0 == id }
                let place = lists[new].firstIndex { store[$0].ends >= ends } ?? lists[new].count
                lists[new].insert(id, at: place)
            }
            store.modify(id) { ($0.bindingState, $0.ends) = (state, ends) }
            if chance.below(8) == 0 { store.park(store.id("10.9.0.\(chance.below(60))")) }
            if chance.below(99) == 0 { store.unpark(PoolID(0)) }
            let isDisputed = chance.below(2) == 0
            store.modify(store.id("10.9.0.\(chance.below(60))")) {
                if isDisputed { $0.flags.insert(.disputed) } else { $0.flags.remove(.disputed) }
            }
            guard step % 100 == 0 else { continue }
            for list in PoolList.allCases {
                #expect(store.inOrder(PoolID(0), list) == lists[Int(list.rawValue)])
                #expect(store.first(PoolID(0), list) == lists[Int(list.rawValue)].first)
                let toGive = lists[Int(list.rawValue)].first {
                    !store[$0].flags.contains(.disputed)
                }
                #expect(store.firstToGive(PoolID(0), list) == toGive)
                #expect(store.count(PoolID(0), list) == lists[Int(list.rawValue)].count)
            }
            #expect(store.brokenInvariant() == nil)
        }
    }

    private static func list(_ state: BindingState) -> Int {
        switch state {
        case .free: 0
        case .active: 1
        case .expired, .released, .reset: 2
        case .abandoned: 3
        case .backup: 4
        }
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func chainsFollowTheirClients(seed: UInt64) {
        var chance = Chance(state: seed)
        var store = LeaseStore(
            pools: [[range("10.9.0.0", "10.9.0.29")], [range("10.9.1.0", "10.9.1.29")]], seed: seed)
        store.enlist()
        for step in 0..<4000 {
            let id = store.id("10.9.\(chance.below(2)).\(chance.below(30))")
            let state = BindingState.allCases[chance.below(7)]
            let times = (Timestamp(UInt32(chance.below(9))), Timestamp(UInt32(chance.below(9))))
            let client = UInt8(chance.below(4))
            switch chance.below(4) {
            case 0:
                let uid = [UInt8](
                    repeating: client, count: client == 0 ? 0 : 300 * Int(client) - 299)
                store.setClient(id, uid: uid, hardware: client == 3 ? .none : mac(client))
            case 1:
                store.modifyDetails(id) {
                    $0.hostname = [UInt8](repeating: 65, count: chance.below(3) * 254)
                    $0.agentOptions = [UInt8](repeating: 66, count: chance.below(3) * 13)
                    $0.variables =
                        chance.below(3) == 0
                        ? [LeaseVariable(name: [65], value: .number(UInt32(step)))] : []
                }
            default:
                store.modify(id) { ($0.bindingState, $0.ends, $0.cltt) = (state, times.0, times.1) }
            }
            guard step % 50 == 0 else { continue }
            #expect(store.brokenInvariant() == nil)
            let byHardware = store.leases(hardware: mac(1))
            let wanted = (0..<store.count).filter {
                store[LeaseID(UInt32($0))].hardware == mac(1)
            }
            #expect(Set(byHardware) == Set(wanted.map { LeaseID(UInt32($0)) }))
            for id in store.leases(uid: [1]) { #expect(store.uid(id) == [1]) }
        }
    }

    @Test func detailsAreKeptAsGiven() {
        var store = LeaseStore(pools: [[range("10.9.0.0", "10.9.0.9")]], seed: 1)
        store.enlist()
        for (first, second) in [(0, 0), (1, 0), (0, 1), (254, 3), (255, 255), (300, 65_535)] {
            let id = store.id("10.9.0.\(first % 10)")
            var details = LeaseDetails()
            details.hostname = [UInt8](repeating: 1, count: first)
            details.agentOptions = [UInt8](repeating: 2, count: second)
            details.billing = second == 3 ? LeaseBilling(className: [9], subclassData: [8]) : nil
            store.setDetails(id, details)
            let kept = store.details(id)
            #expect(kept.hostname == details.hostname)
            #expect(kept.agentOptions == details.agentOptions)
            #expect(kept.billing == details.billing)
        }
    }

    /// The best lease of a client: active by latest end, then lapsed ones by last contact.
    @Test func chainOrder() {
        var store = LeaseStore(pools: [[range("10.9.0.0", "10.9.0.9")]], seed: 1)
        store.enlist()
        let rows: [(BindingState, UInt32, UInt32)] = [
            (.abandoned, 0, 9), (.free, 0, 3), (.released, 0, 1), (.active, 5, 0), (.backup, 0, 4),
            (.active, 7, 0), (.expired, 0, 2),
        ]
        for (number, row) in rows.enumerated() {
            let id = store.id("10.9.0.\(number)")
            store.modify(id) {
                ($0.bindingState, $0.ends) = (row.0, Timestamp(row.1))
                $0.cltt = Timestamp(row.2)
            }
            store.setClient(id, uid: [1, 2], hardware: mac(1))
        }
        let wanted = [5, 3, 6, 2, 4, 1, 0].map { store.id("10.9.0.\($0)") }
        #expect(store.leases(uid: [1, 2]) == wanted)
        #expect(store.leases(hardware: mac(1)) == wanted)
        #expect(store.leases(uid: [1]).isEmpty && store.leases(uid: []).isEmpty)
        let lapsed = store.firstLease(uid: [1, 2].span) { $1.bindingState == .released }
        #expect(lapsed == store.id("10.9.0.2"))
    }

    @Test func partnerDownSortsByTsfp() {
        let relationship = RelationshipID(0)
        var store = LeaseStore(
            pools: [
                PoolDescription(ranges: [range("10.9.0.0", "10.9.0.9")], relationship: relationship)
            ], seed: 1)
        for (number, times) in [(10, 50), (20, 5), (30, 0)].enumerated()
            as any Sequence<
                (offset: Int, element: (Int, Int))
            >
        {
            store.modify(store.id("10.9.0.\(number)")) {
                $0.bindingState = .expired
                ($0.ends, $0.tsfp) = (Timestamp(UInt32(times.0)), Timestamp(UInt32(times.1)))
            }
        }
        store.enlist()
        let order = { (store: borrowing LeaseStore) in
            store.inOrder(PoolID(0), .expired).map { $0.index }
        }
        #expect(order(store) == [0, 1, 2])
        store.setPartnerDown(PoolID(0), true)
        #expect(order(store) == [1, 2, 0])
        #expect(store.due(store.id("10.9.0.0")) == Timestamp(50))
        #expect(store.nextExpiry == Timestamp(20))
        #expect(store.brokenInvariant() == nil)
        store.setPartnerDown(PoolID(0), false)
        #expect(order(store) == [0, 1, 2])
    }
}
