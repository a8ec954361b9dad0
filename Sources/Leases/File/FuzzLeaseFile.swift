import ConfParser
import Wire

/// Reads any bytes as a lease file, and writes and reads again what came of it: nothing may trap,
/// and what was written must be read as it was. For fuzzing.
public func fuzzLeaseFile(_ bytes: [UInt8]) {
    // A `tstp` that was not written is the end when it is read: the second file may say more.
    // Reading turns the order of variables round, so only every second file is the same (ISC).
    let first = rewritten(rewritten(bytes))
    let third = rewritten(rewritten(first))
    precondition(third.count == first.count, "a lease file was not read as it was written")
}

private func rewritten(_ bytes: [UInt8]) -> [UInt8] {
    let now = Timestamp(1_795_253_400)
    let pools = [
        PoolDescription(ranges: [range(0x0a00_0000)]),
        PoolDescription(ranges: [range(0x0a00_0100)], relationship: RelationshipID(0)),
    ]
    var tree = ConfigurationTree()
    tree.failoverPeers = [
        FailoverPeerDeclaration(name: Array("foo".utf8), position: .none)
    ]
    var store = LeaseStore(pools: pools, seed: 1)
    var reader = LeaseFileReader(bytes: bytes, path: [], family: .v4, tree: tree)
    let contents = store.load(&reader, now: now)
    store.enlist()
    store.settle(now: now)
    store.checkInvariants()
    var text: [UInt8] = []
    var snapshot = LeaseFileSnapshot(
        networks: [[PoolID(0)], [PoolID(1)]], failoverStates: contents.failoverStates)
    while !snapshot.render(from: store, limit: 7, into: &text) {}
    return text
}

private func range(_ first: UInt32) -> AddressRange {
    AddressRange(first: IPv4Address(first), last: IPv4Address(first + 255))
}
