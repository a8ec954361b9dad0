import Leases
import Testing
import Wire

@Suite("Binding states without failover move as ISC moves them")
struct TransitionTests {
    private func store() -> LeaseStore {
        var store = LeaseStore(pools: [[range("10.9.0.100", "10.9.0.119")]], seed: 7)
        store.enlist()
        return store
    }

    private func bind(_ store: inout LeaseStore, _ id: LeaseID, at now: Timestamp) {
        store.bind(
            id,
            LeaseBinding(
                starts: now, ends: now + 600, uid: bytes("\u{1}abc"), hardware: mac(1)))
        store.modifyDetails(id) {
            $0.hostname = bytes("pc1")
            $0.variables = [LeaseVariable(name: bytes("cc"), value: .data(bytes("q")))]
        }
    }

    private static let acked = #"""
        lease 10.9.0.100 {
          starts 6 2026/11/21 02:41:14;
          ends 6 2026/11/21 02:51:14;
          cltt 6 2026/11/21 02:41:14;
          binding state active;
          next binding state free;
          rewind binding state free;
          hardware ethernet 02:00:00:00:00:01;
          uid "\001abc";
          set cc = "q";
          client-hostname "pc1";
        }

        """#

    @Test func acknowledgeAndRelease() {
        var store = store()
        let id = store.id("10.9.0.100")
        store.hold(id, until: start + 120)
        #expect(store.first(PoolID(0), .free) == store.id("10.9.0.101"))
        bind(&store, id, at: start)
        #expect(store.record("10.9.0.100") == Self.acked)
        #expect(store.nextExpiry == start + 600)
        store.release(id, at: start + 5)
        #expect(
            store.record("10.9.0.100") == #"""
                lease 10.9.0.100 {
                  starts 6 2026/11/21 02:41:14;
                  ends 6 2026/11/21 02:41:19;
                  tstp 6 2026/11/21 02:41:19;
                  cltt 6 2026/11/21 02:41:14;
                  binding state free;
                  hardware ethernet 02:00:00:00:00:01;
                  uid "\001abc";
                }

                """#)
        #expect(store.nextExpiry == nil)
        bind(&store, id, at: start)
        #expect(store.record("10.9.0.100") == Self.acked)
        #expect(store.brokenInvariant() == nil)
    }

    /// The rewind line is that of a lease that was active when the file was read.
    @Test func expire() {
        var store = store()
        let id = store.id("10.9.0.100")
        bind(&store, id, at: start)
        store.modify(id) { $0.rewindBindingState = .active }
        let result1 = store.nextDue(at: start + 599)
        #expect(result1 == nil)
        let result2 = store.nextDue(at: start + 600)
        #expect(result2 == id)
        #expect(store.isBound(id) == true)
        let result3 = store.moveOn(id)
        #expect(result3)
        #expect(
            store.record("10.9.0.100") == #"""
                lease 10.9.0.100 {
                  starts 6 2026/11/21 02:41:14;
                  ends 6 2026/11/21 02:51:14;
                  tstp 6 2026/11/21 02:51:14;
                  cltt 6 2026/11/21 02:41:14;
                  binding state free;
                  rewind binding state active;
                  hardware ethernet 02:00:00:00:00:01;
                  uid "\001abc";
                  set cc = "q";
                }

                """#)
        let result4 = store.nextDue(at: .latest)
        #expect(result4 == nil)
    }

    @Test func abandonAndComeBack() {
        var store = store()
        let id = store.id("10.9.0.100")
        bind(&store, id, at: start)
        store.abandon(id, until: start + 86_400)
        #expect(
            store.record("10.9.0.100") == """
                lease 10.9.0.100 {
                  starts 6 2026/11/21 02:41:14;
                  ends 0 2026/11/22 02:41:14;
                  tstp 0 2026/11/22 02:41:14;
                  cltt 6 2026/11/21 02:41:14;
                  binding state abandoned;
                  next binding state free;
                  rewind binding state free;
                }

                """)
        #expect(store.leases(uid: bytes("\u{1}abc")).isEmpty)
        let result5 = store.nextDue(at: start + 86_399)
        #expect(result5 == nil)
        let result6 = store.nextDue(at: start + 86_400)
        #expect(result6 == id)
        let result7 = store.moveOn(id)
        #expect(!result7)
        #expect(store[id].bindingState == .free && store[id].nextBindingState == .free)
        #expect(!store[id].tsfp.isSet && store.nextExpiry == nil)
    }

    @Test func bootpNeverEnds() {
        var store = store()
        let id = store.id("10.9.0.100")
        store.bind(
            id,
            LeaseBinding(
                starts: start, ends: .never, uid: [], hardware: mac(3), isBOOTP: true))
        let result8 = store.nextDue(at: .latest)
        #expect(store.nextExpiry == nil && result8 == nil)
        #expect(store.record("10.9.0.100").contains("  ends never;\n"))
        #expect(store.record("10.9.0.100").contains("  dynamic-bootp;\n"))
    }

    /// A lease file may name a year that a signed 32-bit clock does not reach.
    @Test func whatNeverEndsStandsBehindTheYear2040() {
        var store = store()
        let distant = Timestamp(2_208_988_800)
        bind(&store, store.id("10.9.0.100"), at: start)
        bind(&store, store.id("10.9.0.101"), at: start)
        store.modify(store.id("10.9.0.100")) { $0.ends = .never }
        store.modify(store.id("10.9.0.101")) { $0.ends = distant }
        #expect(store.nextExpiry == distant)
        #expect(store.brokenInvariant() == nil)
    }

    @Test func dueLeasesComeInOrder() {
        var store = store()
        for last in 0..<20 {
            let id = store.id("10.9.0.\(100 + last)")
            bind(&store, id, at: start + UInt32(last * 7 % 20))
        }
        var order: [UInt32] = []
        while let id = store.nextDue(at: start + 610) {
            order.append(store[id].ends.seconds)
            store.moveOn(id)
        }
        #expect(order == order.sorted() && order.count == 11)
        #expect(store.nextExpiry == start + 611)
        #expect(store.brokenInvariant() == nil)
    }

    @Test func parkedLeasesWait() {
        var store = LeaseStore(
            pools: [
                PoolDescription(
                    ranges: [range("10.9.0.1", "10.9.0.9")], relationship: RelationshipID(3))
            ], seed: 1)
        store.enlist()
        let id = store.id("10.9.0.1")
        bind(&store, id, at: start)
        #expect(store[id].nextBindingState == .expired)
        let result9 = store.nextDue(at: start + 600)
        #expect(result9 == id)
        store.park(id)
        let result10 = store.nextDue(at: start + 600)
        #expect(result10 == nil && store.nextExpiry == nil)
        #expect(store.inOrder(PoolID(0), .active) == [id] && store.brokenInvariant() == nil)
        store.unpark(PoolID(0))
        let result11 = store.nextDue(at: start + 600)
        #expect(result11 == id)
        store.park(id)
        store.modify(id) { $0.ends = start + 700 }
        let result12 = store.nextDue(at: start + 699)
        let result13 = store.nextDue(at: start + 700)
        #expect(result12 == nil && result13 == id)
    }
}
