import ConfParser
import Leases
import Testing
import Wire

@Suite("A rewrite has ISC's order, whole or in pieces")
struct RewriteTests {
    /// Pools 0 and 1 in the first shared network, pool 2 in the second.
    private func store() -> LeaseStore {
        var store = LeaseStore(
            pools: [
                PoolDescription(
                    ranges: [range("10.1.0.1", "10.1.0.9")], relationship: RelationshipID(0)),
                PoolDescription(ranges: [range("10.1.1.1", "10.1.1.9")]),
                PoolDescription(ranges: [range("10.2.0.1", "10.2.0.9")]),
            ], seed: 7)
        let used: [(String, BindingState, UInt32)] = [
            ("10.1.0.1", .active, 900), ("10.1.0.2", .active, 600), ("10.1.0.3", .free, 1),
            ("10.1.0.4", .abandoned, 5), ("10.1.0.5", .backup, 5), ("10.1.0.6", .released, 9),
            ("10.1.0.7", .expired, 8), ("10.1.1.1", .active, 1), ("10.2.0.1", .active, 1),
        ]
        for (address, state, ends) in used {
            store.modify(store.id(address)) {
                ($0.bindingState, $0.nextBindingState, $0.ends) = (state, state, start + ends)
                $0.rewindBindingState = state
            }
            if state == .free { store.setClient(store.id(address), uid: [], hardware: mac(1)) }
        }
        store.modify(store.id("10.1.0.8")) { $0.flags = .reserved }
        store.setClient(store.id("10.1.0.8"), uid: [9], hardware: .none)
        store.enlist()
        return store
    }

    @Test(arguments: [1, 2, 1000])
    func order(limit: Int) {
        let store = store()
        let state = FailoverStateRecord(peerName: bytes("foo"))
        var snapshot = LeaseFileSnapshot(
            networks: [[PoolID(0), PoolID(1)], [PoolID(2)]], failoverStates: [state])
        var file: [UInt8] = []
        while !snapshot.render(from: store, limit: limit, into: &file) {}
        let heads = text(file).split(separator: "\n").filter {
            $0.hasPrefix("lease") || $0.hasPrefix("failover") || $0.hasPrefix("authoring")
        }
        #expect(
            heads.map { $0.split(separator: " ")[1] } == [
                "little-endian;", "peer", "10.2.0.1", "10.1.0.3", "10.1.0.2", "10.1.0.1",
                "10.1.0.7", "10.1.0.6", "10.1.0.4", "10.1.0.5", "10.1.0.8", "10.1.1.1",
            ])
        #expect(snapshot.written == 10)
    }

    /// Found by the simulation: an address that the secondary had given back, and nobody ever had.
    @Test func whatIsOnItsWayToThePartnerIsWritten() {
        var store = store()
        let (given, unused) = (store.id("10.1.0.9"), store.id("10.1.1.9"))
        store.modify(given) { $0.tstp = start }
        let isWritten = (store.isWorthWriting(given), store.isWorthWriting(unused))
        #expect(isWritten.0 && !isWritten.1)
    }
}
