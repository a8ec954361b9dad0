import ConfParser
import Leases
import Testing
import Wire

@Suite("Lease file records are ISC's, byte for byte")
struct RecordTests {
    private func store() -> LeaseStore {
        var store = LeaseStore(pools: [[range("10.9.0.100", "10.9.0.119")]], seed: 7)
        store.enlist()
        return store
    }

    /// What ISC dhcpd 4.4.3-P1 wrote for this lease.
    @Test func everyFieldInOrder() {
        var store = store()
        let id = store.id("10.9.0.100")
        store.modify(id) {
            ($0.starts, $0.ends, $0.cltt) = (start, start + 600, start)
            ($0.tstp, $0.tsfp, $0.atsfp) = (start + 600, start + 600, start + 600)
            ($0.bindingState, $0.nextBindingState, $0.rewindBindingState) =
                (.active, .free, .free)
            $0.flags = [.reserved, .bootp]
        }
        store.setClient(
            id, uid: [1, 2, 0, 0, 0, 0, 2] + bytes("a\"b\\c$`") + [0x7f, 0xff], hardware: mac(2))
        store.modifyDetails(id) {
            $0.hostname = bytes("pc1")
            $0.agentOptions =
                [1, 4] + bytes("eth0") + [2, 3, 0, 1, 0x72, 5, 4, 10, 9, 0, 0]
                + [4, 4, 0, 0, 0, 77, 200, 3, 1, 2, 10, 201, 3] + bytes("abc")
            $0.billing = LeaseBilling(className: bytes("c"))
            $0.variables = [
                LeaseVariable(name: bytes("d"), value: .data(bytes("a\"b\\c\u{1}$x`'"))),
                LeaseVariable(name: bytes("b"), value: .boolean(true)),
                LeaseVariable(name: bytes("n"), value: .number(42)),
            ]
        }
        #expect(
            store.record("10.9.0.100") == #"""
                lease 10.9.0.100 {
                  starts 6 2026/11/21 02:41:14;
                  ends 6 2026/11/21 02:51:14;
                  tstp 6 2026/11/21 02:51:14;
                  tsfp 6 2026/11/21 02:51:14;
                  atsfp 6 2026/11/21 02:51:14;
                  cltt 6 2026/11/21 02:41:14;
                  binding state active;
                  next binding state free;
                  rewind binding state free;
                  reserved;
                  dynamic-bootp;
                  billing class "c";
                  hardware ethernet 02:00:00:00:00:02;
                  uid "\001\002\000\000\000\000\002a\"b\\c$`\177\377";
                  set d = "a\"b\\c\001$x`'";
                  set b = true;
                  set n = %42;
                  option agent.circuit-id "eth0";
                  option agent.remote-id 0:1:72;
                  option agent.link-selection 10.9.0.0;
                  option agent.DOCSIS-device-class 77;
                  option agent.unknown-200 1:2:a;
                  option agent.unknown-201 "abc";
                  client-hostname "pc1";
                }

                """#)
    }

    @Test func hexAndLocalTime() {
        var store = store()
        store.format.idFormat = .hex
        store.format.timeFormat = .local(
            LocalTimeZone([
                .init(from: Timestamp(1_700_000_000), offsetSeconds: -4 * 3600),
                .init(from: Timestamp(1_790_000_000), offsetSeconds: -5 * 3600),
            ]))
        let id = store.id("10.9.0.101")
        store.modify(id) {
            ($0.starts, $0.ends) = (Timestamp(1_793_673_664), .never)
            ($0.bindingState, $0.nextBindingState) = (.active, .active)
            $0.rewindBindingState = .active
        }
        store.setClient(id, uid: [1, 2, 3], hardware: mac(2, type: 77))
        store.modifyDetails(id) {
            $0.billing = LeaseBilling(className: bytes("s"), subclassData: [1, 2, 3])
            $0.agentOptions =
                [1, 7] + bytes("a\"b\\c$`") + [2, 3] + bytes("ab\0") + [19, 0, 3, 2, 1, 2]
            $0.hostname = bytes("p\"c1")
        }
        #expect(
            store.record("10.9.0.101") == #"""
                lease 10.9.0.101 {
                  starts epoch 1793673664; # Mon Nov 02 21:41:04 2026
                  ends never;
                  binding state active;
                  billing subclass "s" 01:02:03;
                  hardware unknown-77 02:00:00:00:00:02;
                  uid 01:02:03;
                  option agent.circuit-id "a\"b\\c\$\`";
                  option agent.remote-id "ab";
                  option agent.agent-id 1:2;
                }

                """#)
    }

    @Test(
        arguments: [(1, "ethernet"), (6, "token-ring"), (8, "fddi"), (32, "infiniband")]
            as [(UInt8, String)])
    func hardwareNames(type: UInt8, name: String) {
        var store = store()
        store.setClient(store.id("10.9.0.102"), uid: [], hardware: mac(9, type: type))
        #expect(store.record("10.9.0.102").contains("  hardware \(name) 02:00:00:00:00:09;\n"))
    }

    @Test func headerAndServerDUID() {
        var file: [UInt8] = []
        file.appendLeaseFileHeader()
        file.append(serverDUID: [0, 1, 65], LeaseFileFormat())
        #expect(
            text(file) == #"""
                # The format of this file is documented in the dhcpd.leases(5) manual page.
                # This lease file was written by isc-dhcp-4.4.3-P1

                # authoring-byte-order entry is generated, DO NOT DELETE
                authoring-byte-order little-endian;

                server-duid "\000\001A";


                """#)
    }

    @Test func failoverState() {
        var file: [UInt8] = []
        var format = LeaseFileFormat()
        var record = FailoverStateRecord(peerName: bytes("foo"))
        (record.myState, record.myStateTime) = (.normal, start)
        (record.partnerState, record.partnerStateTime) = (.communicationsInterrupted, start + 1)
        file.append(failoverState: record, format)
        record.mclt = 60
        (record.myState, record.partnerState) = (.recoverWait, .unknown)
        format.timeFormat = .local(LocalTimeZone([]))
        file.append(failoverState: record, format)
        #expect(
            text(file) == """

                failover peer "foo" state {
                  my state normal at 6 2026/11/21 02:41:14;
                  partner state communications-interrupted at 6 2026/11/21 02:41:15;
                }

                failover peer "foo" state {
                  my state recover-wait at epoch 1795228874; # Sat Nov 21 02:41:14 2026
                  partner state unknown-state at epoch 1795228875; # Sat Nov 21 02:41:15 2026
                  mclt 60;
                }

                """)
    }

    @Test func committedRecordsAreNumbered() {
        let store = store()
        var effects = Effects()
        let first = effects.commit { store.appendRecord(of: store.id("10.9.0.100"), to: &$0) }
        let second = effects.commit { store.appendRecord(of: store.id("10.9.0.101"), to: &$0) }
        #expect((first, second, effects.sequence) == (1, 2, 2))
        #expect(text(effects.journal).hasPrefix("lease 10.9.0.100 {\n  binding state free;\n}\nl"))
        effects.clear()
        #expect(effects.journal.isEmpty && effects.sequence == 2)
    }
}
