import ConfParser
import Leases
import Server
import Wire

/// A lease file: read into rows, settled, and written; what was written is read again without a
/// word.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let outcome = parsed(
        Array(
            """
            failover peer "dhcp-failover" {
                primary; address 10.77.0.1; peer address 10.77.0.2; mclt 3600; split 128;
            }
            class "c" { lease limit 4; }
            shared-network both {
                subnet 10.77.0.0 netmask 255.255.255.0 {
                    pool { failover peer "dhcp-failover"; range 10.77.0.100 10.77.0.119; }
                }
                subnet 192.168.1.0 netmask 255.255.255.0 { range 192.168.1.100 192.168.1.130; }
                subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100 10.9.0.109; }
            }
            """.utf8))
    let configuration = Configuration(outcome.tree)
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let (first, _) = rewritten(bytes, outcome.tree, configuration)
    // A `tstp` that was not written is the end when it is read: the second file may say more.
    let (written, complaints) = rewritten(first, outcome.tree, configuration)
    // ISC: variables are written newest first and read in this order, so they turn round each time.
    let (turned, _) = rewritten(written, outcome.tree, configuration)
    let (again, _) = rewritten(turned, outcome.tree, configuration)
    precondition(complaints == 0, "it complains of a file that it wrote itself")
    // Leases of one list with the same end may change places: where they stood is not in the file.
    precondition(again.sorted() == written.sorted(), "a file changes by being read and written")
    return 0
}

private func rewritten(
    _ bytes: [UInt8], _ tree: ConfigurationTree, _ configuration: Configuration
) -> (text: [UInt8], complaints: Int) {
    var store = LeaseStore(pools: configuration.leaseRanges, seed: 1)
    let now = Timestamp(FuzzedServer.noon)
    var reader = LeaseFileReader(
        bytes: bytes, path: Array("dhcpd.leases".utf8), family: .v4, tree: tree)
    let contents = store.load(&reader, now: now)
    for message in contents.messages { _ = message.lines }
    store.enlist()
    store.settle(now: now, isExpiryHeld: { _ in false })
    if let wrong = store.brokenInvariant() { preconditionFailure(wrong) }
    let states = contents.failoverStates.last { $0.peerName.elementsEqual("dhcp-failover".utf8) }
    var snapshot = LeaseFileSnapshot(
        networks: configuration.networks.map(\.pools), failoverStates: states.map { [$0] } ?? [])
    var text: [UInt8] = []
    while !snapshot.render(from: store, limit: 64, into: &text) {}
    return (text, contents.messages.count)
}
