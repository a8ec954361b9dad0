import ConfParser
import Leases
import Testing
import Wire

/// Each case is a record that ISC dhcpd 4.4.3-P1 was given at 2026-11-21 09:30 and what it made of
/// it in its rewrite.
@Suite("Records that were read become ISC's rows")
struct ReadingTests {
    private let now = Timestamp(1_795_253_400)
    private let past = start + 600
    private let future = Timestamp(2_110_848_674)

    private func read(
        _ relationship: RelationshipID? = nil, isExpiryHeld: Bool = false,
        _ fill: (inout LeaseRecord) -> Void
    ) -> String {
        var store = LeaseStore(
            pools: [
                PoolDescription(
                    ranges: [range("10.9.0.100", "10.9.0.119")], relationship: relationship)
            ], seed: 7)
        var record = LeaseRecord(address: IPv4Address(10, 9, 0, 100))
        fill(&record)
        let isKnown = store.apply(record, now: now)
        #expect(isKnown)
        store.enlist()
        store.settle(now: now, isExpiryHeld: { _ in isExpiryHeld })
        #expect(store.brokenInvariant() == nil)
        let lines = store.record("10.9.0.100").split(separator: "\n").dropFirst().dropLast()
        return lines.map { $0.dropFirst(2).dropLast() }.joined(separator: "|")
    }

    @Test func withoutAState() {
        #expect(
            read { $0.ends = future }
                == "ends 5 2036/11/21 02:51:14|tstp 5 2036/11/21 02:51:14|binding state active"
                + "|next binding state free")
        #expect(
            read { $0.ends = past }
                == "ends 6 2026/11/21 02:51:14|tstp 6 2026/11/21 02:51:14|binding state free")
    }

    @Test func withoutANextStateItStays() {
        for (state, name) in [(2, "active"), (3, "expired"), (5, "abandoned"), (6, "reset")]
            as [(UInt8, String)]
        {
            let text = read { ($0.ends, $0.bindingState) = (past, state) }
            #expect(text.hasSuffix("|binding state \(name)"))
        }
    }

    @Test func activeOnesEnd() {
        for next in [1, 3, 4, 5] as [UInt8] {
            let text = read {
                ($0.ends, $0.bindingState, $0.nextBindingState) = (past, 2, next)
                $0.rewindBindingState = 1
                var rare = LeaseRecord.Rare()
                rare.hostname = bytes("pc1")
                rare.agentOptions = [1, 1, 65]
                rare.variables = [.init(name: bytes("x"), value: .data(bytes("y")))]
                $0.rare = rare
            }
            #expect(
                text == "ends 6 2026/11/21 02:51:14|tstp 6 2026/11/21 02:51:14"
                    + "|binding state free|set x = \"y\"")
        }
    }

    @Test func whatWasNotActiveKeepsItsData() {
        let text = read {
            ($0.ends, $0.bindingState, $0.nextBindingState) = (past, 3, 1)
            ($0.tstp, $0.fields) = (past - 4, .tstp)
            var rare = LeaseRecord.Rare()
            rare.hostname = bytes("pc1")
            $0.rare = rare
        }
        #expect(
            text == "ends 6 2026/11/21 02:51:14|tstp 6 2026/11/21 02:51:10|binding state free"
                + "|rewind binding state expired|client-hostname \"pc1\"")
    }

    @Test func backupWithoutRelationshipIsFree() {
        let text = read {
            ($0.ends, $0.bindingState, $0.rewindBindingState) = (past, 7, 2)
        }
        #expect(text.hasSuffix("|binding state free"))
    }

    @Test func withFailoverActiveOnesExpire() {
        let times =
            "ends 6 2026/11/21 02:51:14|tstp 6 2026/11/21 02:51:54|tsfp 6 2026/11/21 02:50:54"
        let fill: (inout LeaseRecord) -> Void = {
            ($0.ends, $0.bindingState, $0.nextBindingState) = (past, 2, 3)
            ($0.tstp, $0.tsfp, $0.atsfp) = (past + 40, past - 20, past - 20)
            ($0.fields, $0.rewindBindingState) = (.tstp, 1)
        }
        #expect(
            read(RelationshipID(0), fill)
                == times + "|binding state expired|next binding state free"
                + "|rewind binding state free")
        #expect(
            read(RelationshipID(0), isExpiryHeld: true, fill)
                == times + "|atsfp 6 2026/11/21 02:50:54|binding state active"
                + "|next binding state expired|rewind binding state free")
        let abandoned = read(RelationshipID(0)) {
            fill(&$0)
            ($0.bindingState, $0.nextBindingState) = (5, 1)
        }
        #expect(abandoned == times + "|binding state free")
    }

    @Test func lastRecordWinsEntirely() {
        var store = LeaseStore(pools: [[range("10.9.0.100", "10.9.0.119")]], seed: 7)
        var record = LeaseRecord(address: IPv4Address(10, 9, 0, 100))
        record.bindingState = 2
        (record.ends, record.uid, record.hardware) = (future, [1], mac(1))
        var rare = LeaseRecord.Rare()
        rare.variables = ["a", "b"].map { .init(name: bytes($0), value: .number(1)) }
        record.rare = rare
        var isKnown = store.apply(record, now: now)
        #expect(isKnown)
        #expect(store.details(store.id("10.9.0.100")).variables.map(\.name) == [[98], [97]])
        isKnown = store.apply(LeaseRecord(address: record.address), now: now)
        #expect(isKnown)
        #expect(store.record("10.9.0.100") == "lease 10.9.0.100 {\n  binding state free;\n}\n")
        record.address = IPv4Address(10, 9, 0, 99)
        isKnown = store.apply(record, now: now)
        #expect(!isKnown)
    }
}
