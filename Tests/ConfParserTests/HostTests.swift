import ConfParser
import Testing
import Wire

@Suite struct HostTests {
    private func host(_ text: String, family: ProtocolFamily = .v4) -> HostDeclaration? {
        for case .host(let host) in parse(text, family: family).declarations.reversed() {
            return host
        }
        return nil
    }

    @Test func everythingAboutAHost() {
        let host = host(
            """
            group "g" { }
            host pc.one { dynamic; hardware ethernet 2:0:0:0:0:A; uid 1:2:3; group g;
              fixed-address 10.0.0.1, pc.example, 10; default-lease-time 600; }
            """)
        #expect(host?.name == bytes("pc.one"))
        #expect(host?.flags == .isDynamic)
        #expect(host?.hardware == HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 10]))
        #expect(host?.identifier == .constant([1, 2, 3]))
        #expect(host?.group == bytes("g"))
        #expect(
            host?.fixedAddresses == [
                .constant([10, 0, 0, 1]), .hostLookup(name: bytes("pc.example"), .all),
                .hostLookup(name: bytes("10"), .all),
            ])
        #expect(host?.scope.statements.count == 1)
    }

    @Test func hardwareTypes() {
        let types = ["ethernet": 1, "token-ring": 6, "fddi": 8, "infiniband": 32, "unknown-33": 33]
        for (name, number) in types.sorted(by: { $0.key < $1.key }) {
            let host = host("host a { hardware \(name) 1:2; }")
            #expect(host?.hardware?.type == UInt8(number))
            #expect(host?.hardware?.bytes == [1, 2])
        }
        #expect(host("host a { hardware ethernet; }")?.hardware?.length == 0)
    }

    @Test func theClientIdentifierMayBeAnOption() {
        #expect(
            host("host a { option dhcp-client-identifier \"x\"; }")?.identifier
                == .constant(bytes("x")))
        #expect(
            host("host a { if known { option dhcp-client-identifier \"x\"; } }")?.identifier == nil)
        let both = parse("host a { uid \"one\"; option dhcp-client-identifier 1:2; }")
        #expect(
            both.lines == [
                "Warning, host declaration 'a' already has uid '\"one\"', "
                    + "ignoring dhcp-client-identifier '01:02'"
            ])
    }

    @Test func hostIdentifiers() {
        let first = host("host a { host-identifier option agent.circuit-id \"p1\"; }")
        #expect(
            first?.hostIdentifier
                == HostIdentifier(
                    option: OptionReference(.agent, 1), value: bytes("p1"), relay: nil))
        let second = host(
            "host a { host-identifier v6relopt 1 dhcp6.interface-id \"e\"; }", family: .v6)
        #expect(second?.hostIdentifier?.relay == 1)
        // ISC crashes when the value is no constant.
        #expect(host("host a { host-identifier option routers a.b; }")?.hostIdentifier == nil)
    }

    @Test func prefixesAndAddressesOfV6() {
        let host = host(
            "host a { fixed-address6 2001:db8::1; fixed-prefix6 2001:db8:1::/48; "
                + "fixed-prefix6 2001:db8:2::/48; }", family: .v6)
        #expect(host?.fixedAddresses.count == 1)
        #expect(host?.fixedPrefixes.map(\.length) == [48, 48])
    }

    @Test func aHostMayComeBackAfterItWasDeleted() {
        #expect(parse("host a { } host a { deleted; } host a { }").complaints.isEmpty)
        #expect(parse("host a { } host a { }").complaints == ["host a: already exists"])
    }

    /// ISC takes 578 bytes for each; what is kept here must not grow.
    @Test func aHostIsSmall() {
        #expect(MemoryLayout<HostDeclaration>.size <= 160)
    }
}
