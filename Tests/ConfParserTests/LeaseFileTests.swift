import ConfParser
import Testing
import Wire

@Suite struct LeaseFileTests {
    private func read(
        _ text: String, family: ProtocolFamily = .v4, configuration: String = "",
        recovery: LeaseFileReader.Recovery = .asISC
    ) -> [LeaseFileItem] {
        var reader = LeaseFileReader(
            bytes: bytes(text), path: bytes("l"), family: family,
            tree: parse(configuration).tree, recovery: recovery)
        var items: [LeaseFileItem] = []
        while let item = reader.next() { items.append(item) }
        return items
    }

    private func leases(_ items: [LeaseFileItem]) -> [LeaseRecord] {
        items.compactMap { if case .lease(let lease) = $0 { lease } else { nil } }
    }

    @Test func everythingAboutALease() throws {
        let text = """
            authoring-byte-order little-endian;
            lease 10.0.0.1 {
              starts 4 2020/01/02 03:04:05;
              ends never;
              tstp epoch 7;
              cltt 4 2020/01/02 03:04:05 -5;
              binding state active;
              next binding state expired;
              rewind binding state free;
              reserved;
              hardware ethernet 02:00:00:00:00:01;
              uid "\\001\\002";
              set ddns-fwd-name = "pc";
              set n = %42;
              set b = true;
              option agent.circuit-id "p1";
              option agent.remote-id 1:2;
              client-hostname "pc";
              billing class "c";
              on expiry or release { set n = "x"; }
            }
            """
        let items = read(text, configuration: "class \"c\" { }")
        let lease = try #require(leases(items).first)
        #expect(lease.address == IPv4Address(10, 0, 0, 1))
        #expect(lease.starts == Timestamp(1_577_934_245))
        #expect(lease.ends == .never)
        #expect(lease.tstp == Timestamp(7))
        #expect(lease.cltt == Timestamp(1_577_934_240))
        #expect(!lease.fields.contains(.tsfp))
        #expect((lease.bindingState, lease.nextBindingState) == (2, 3))
        #expect(lease.rewindBindingState == 1)
        #expect(lease.flags == 1)
        #expect(lease.hardware.typedBytes == [1, 2, 0, 0, 0, 0, 1])
        #expect(lease.uid == [1, 2])
        let rare = try #require(lease.rare)
        #expect(rare.hostname == bytes("pc"))
        #expect(rare.agentOptions == [1, 2, 112, 49, 2, 2, 1, 2])
        #expect(rare.variables.map(\.name) == [bytes("ddns-fwd-name"), bytes("n"), bytes("b")])
        #expect(rare.variables[1].value == .number(42))
        #expect(rare.billing?.className == bytes("c"))
        #expect(rare.bodies.first?.events == [.expiry, .release])
    }

    @Test func datesReadTheSameWithAndWithoutTokens() {
        let plain = leases(read("lease 10.0.0.1 { ends 3 2024/02/29 23:59:59; }"))
        let spaced = leases(read("lease 10.0.0.1 { ends 3 2024 / 02/29  23:59:59 ; }"))
        #expect(plain == spaced)
        #expect(plain.first?.ends == Timestamp(1_709_251_199))
        #expect(
            leases(read("lease 10.0.0.1 { ends 3 2038/01/01 00:00:00; }")).first?.ends == .never)
    }

    /// Words in capitals are left to the tokens: records, complaints and their places are the same.
    @Test(arguments: [
        "}", "  ends 5 2024/03/01 00:00:00;\n}", "  uid \"a\";\n}", "  binding state sleeping;\n}",
        "  hardware ethernet 02:00:00:00:00;\n}", "  hardware ethernet 2:0:0:0:0:1 x;\n}",
        "  next binding state free\n}", "  ends 5 2024/03/01 00:00;\n}", " ends never;\n}", "x", "",
    ])
    func itemsReadTheSameByBytesAndByTokens(tail: String) {
        let items = """
            lease 10.0.0.1 {
              starts 4 2024/02/29 23:59:59;
              ends 5 2024/03/01 00:00:00;
              tstp 5 2024/03/01 00:00:01;
              tsfp 5 2024/03/01 00:00:02;
              atsfp 5 2024/03/01 00:00:03;
              cltt 4 2024/02/29 23:59:58;
              binding state active;
              next binding state expired;
              rewind binding state backup;
              hardware ethernet 02:0a:00:ff:00:01;

            """
        let plain = read(items + tail)
        let tokens = read(items.uppercased() + tail)
        #expect(leases(plain) == leases(tokens))
        #expect(said(plain) == said(tokens))
        if tail == "}" { #expect(leases(plain).first?.tstp == Timestamp(1_709_251_201)) }
    }

    private func said(_ items: [LeaseFileItem]) -> [String] {
        items.flatMap { item -> [String] in
            guard case .message(let message) = item else { return [] }
            return message.lines.map { String(decoding: $0, as: UTF8.self).lowercased() }
        }
    }

    private let damaged = """
        lease 10.0.0.1 {
          binding state sleeping;
          uid "a";
        }
        lease 10.0.0.2 {
          binding state free;
        }
        lease 10.0.0.3 {
          binding state free;
        }
        """

    /// ISC loses the record after a bad one; the messages of `-T` speak of that.
    @Test func oneBadRecordCostsAnotherInISC() {
        #expect(leases(read(damaged)).map(\.address) == [IPv4Address(10, 0, 0, 3)])
    }

    @Test func oneBadRecordCostsNoOther() {
        let items = read(damaged, recovery: .atNextRecord)
        #expect(
            leases(items).map(\.address) == [IPv4Address(10, 0, 0, 2), IPv4Address(10, 0, 0, 3)])
        let garbage = read("bogus { a\nlease 10.0.0.4 { ends never; }", recovery: .atNextRecord)
        #expect(leases(garbage).map(\.address) == [IPv4Address(10, 0, 0, 4)])
    }

    /// ISC ends with an internal error.
    @Test func aTimestampIsPassedOver() {
        let text = "lease 10.0.0.5 { timestamp 4 2020/01/02 03:04:05; ends never; }"
        let read = leases(read(text, recovery: .atNextRecord))
        #expect(read.map(\.address) == [IPv4Address(10, 0, 0, 5)])
        #expect(read.first?.ends == .never)
    }

    /// ISC writes such groups and cannot read them.
    @Test func anEmptyGroupIsRead() {
        let text = "group g { dynamic; }\nhost h { dynamic; group \"g\"; }\n"
        let items = read(text, recovery: .atNextRecord)
        #expect(items.count == 2)
        guard case .host(let host)? = items.last else {
            Issue.record("no host")
            return
        }
        #expect(host.group == bytes("g"))
    }

    @Test func associationsOfV6() throws {
        let items = read(
            """
            authoring-byte-order little-endian;
            server-duid "\\000\\001\\000\\001";
            ia-na "\\001\\000\\000\\000\\000\\001" {
              cltt never;
              iaaddr 2001:db8::1 { binding state active; preferred-life 5; max-life 6; ends never; }
            }
            ia-pd 1:0:0:0:0:1 { iaprefix 2001:db8::/48 { binding state free; ends never; } }
            """, family: .v6)
        let records = items.compactMap { item -> IdentityAssociationRecord? in
            if case .identityAssociation(let record) = item { record } else { nil }
        }
        #expect(records.map(\.kind) == [.na, .pd])
        #expect(records.first?.bindings.first?.maxLife == 6)
        #expect(records.last?.bindings.first?.length == 48)
        #expect(records.first?.key == [1, 0, 0, 0, 0, 1])
        #expect(items.count == 6)
    }

    /// The file of a secondary serves a primary: ISC complains of the MCLT and takes the states.
    @Test func statesOfAFormerSecondaryAreTaken() throws {
        let peer = """
            failover peer "lab" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60;
                split 128; max-response-delay 30; max-unacked-updates 10; }
            """
        let text = """
            failover peer "lab" state {
              my state partner-down at 4 2020/01/02 03:04:05;
              partner state normal at 4 2020/01/02 03:04:06;
              mclt 60;
            }
            """
        for recovery in [LeaseFileReader.Recovery.asISC, .atNextRecord] {
            let items = read(text, configuration: peer, recovery: recovery)
            var states: [FailoverStateRecord] = []
            for case .failoverState(let state) in items { states.append(state) }
            let state = try #require(states.first)
            #expect((state.myState, state.partnerState) == (.partnerDown, .normal))
            #expect(state.mclt == nil)
        }
    }
}
