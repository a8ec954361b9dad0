import ConfParser
import Glibc
import Leases
import Testing
import Wire

/// Lease files that ISC dhcpd 4.4.3-P1 was started with, and what it rewrote them to, on
/// 2026-11-21 at 10:40 with the addresses .100 to .119. Recorded by ourselves; the configurations
/// are those of ``FixtureTests/relationship(_:)``.
@Suite("Files that the real daemon read and wrote")
struct FixtureTests {
    static let plain = ["fields", "states", "endings", "statements"]
    static let withFailover = [
        "primary-normal", "primary-communications-interrupted", "primary-partner-down",
        "primary-states", "secondary-normal", "secondary-partner-down",
    ]
    private static let now = Timestamp(1_795_257_600)

    private static func fixture(_ name: String) -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        guard let file = unsafe fopen("/\(folder)/Fixtures/leases/\(name)", "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe fgetc(file)
            guard byte != EOF else { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }

    private static func rewrite(
        _ bytes: [UInt8], _ name: String
    ) -> (text: [UInt8], messages: [ParseMessage]) {
        let isSecondary = name.hasPrefix("secondary")
        let relationship = plain.contains(name) ? nil : RelationshipID(0)
        var store = LeaseStore(
            pools: [
                PoolDescription(
                    ranges: [range("10.9.0.100", "10.9.0.119")], relationship: relationship)
            ], seed: 7)
        var tree = ConfigurationTree()
        var peer = FailoverPeerDeclaration(name: Array("fo".utf8), position: .none)
        peer.isSecondary = isSecondary
        peer.mclt = 60
        if relationship != nil { tree.failoverPeers = [peer] }
        var reader = LeaseFileReader(bytes: bytes, path: [], family: .v4, tree: tree)
        let contents = store.load(&reader, now: now)
        store.enlist()
        let rule = StartUpExpiry(peer, remembering: contents.failoverStates.last)
        store.settle(now: now, expiry: { _ in rule })
        #expect(store.brokenInvariant() == nil)
        var states = contents.failoverStates.suffix(1)
        // ISC forgets what it has from the primary until it is connected.
        if isSecondary { for index in states.indices { states[index].mclt = 60 } }
        var snapshot = LeaseFileSnapshot(networks: [[PoolID(0)]], failoverStates: Array(states))
        var text: [UInt8] = []
        while !snapshot.render(from: store, limit: 2, into: &text) {}
        return (text, contents.messages)
    }

    @Test(arguments: plain + withFailover)
    func rewrittenAsByISC(name: String) {
        let result = Self.rewrite(Self.fixture("\(name).leases"), name)
        let wanted = text(Self.fixture("\(name).rewritten")).split(separator: "\n")
        #expect(!wanted.isEmpty && result.messages.isEmpty)
        let got = text(result.text).split(separator: "\n")
        let difference = zip(got, wanted).first { $0 != $1 }
        #expect(difference == nil, "\(name)")
        #expect(got.count == wanted.count)
    }

    /// Reading turns the order of variables round, so every second rewrite is the same (ISC).
    @Test(arguments: plain + withFailover)
    func writtenIsReadAsItWas(name: String) {
        let first = Self.rewrite(Self.fixture("\(name).leases"), name).text
        let second = Self.rewrite(first, name)
        let third = Self.rewrite(second.text, name)
        #expect(second.messages.isEmpty)
        let records = { (text: [UInt8]) in text.split(separator: UInt8(ascii: "}")).count }
        #expect(records(third.text) == records(first))
        #expect(third.text.count == first.count)
    }

    /// ISC writes `case d6:c3:`, which its reader takes for one long number.
    @Test func aCaseOfBytesIsReadBack() {
        let source = #"""
            lease 10.9.0.100 { ends never; binding state active;
            on expiry { switch (option host-name) { case "\326\303": log (debug, "a"); } } }
            """#
        let first = Self.rewrite(bytes(source), "statements")
        #expect(text(first.text).contains(#"case "\326\303":"#))
        let second = Self.rewrite(first.text, "statements")
        #expect(second.messages.isEmpty)
        #expect(text(second.text) == text(first.text))
    }

    /// A crash may leave any part of the last record.
    @Test(arguments: ["fields", "primary-states"])
    func tornFilesDoNotTrap(name: String) {
        let bytes = Self.fixture("\(name).leases")
        for end in stride(from: 0, to: bytes.count, by: 7) {
            _ = Self.rewrite(Array(bytes.prefix(end)), name)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func damagedFilesDoNotTrap(seed: UInt64) {
        var chance = Chance(state: seed)
        for name in ["fields", "endings"] {
            let good = Self.fixture("\(name).leases")
            for _ in 0..<60 {
                var bytes = good
                for _ in 0...chance.below(8) {
                    bytes[chance.below(bytes.count)] = UInt8(chance.below(256))
                }
                Leases.fuzzLeaseFile(bytes)
            }
        }
    }
}
