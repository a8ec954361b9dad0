import ConfParser
import Testing

@Suite struct OptionTests {
    /// The value of the last option statement.
    private func value(_ text: String, family: ProtocolFamily = .v4) -> Expression? {
        guard case .option(_, _, let value)? = parse(text, family: family).statements.last else {
            return nil
        }
        return value
    }

    private func data(_ text: String, family: ProtocolFamily = .v4) -> [UInt8]? {
        guard case .constant(let bytes)? = value(text, family: family) else { return nil }
        return bytes
    }

    @Test(arguments: [
        ("option routers 10.0.0.1, 10.0.0.2;", [10, 0, 0, 1, 10, 0, 0, 2]),
        ("option time-offset -1;", [255, 255, 255, 255]),
        ("option boot-size 0x102;", [1, 2]),
        ("option default-ip-ttl 010;", [8]),
        ("option dhcp-lease-time 4294967296;", [0, 0, 0, 0]),
        ("option host-name \"a\\000b\";", [97, 0, 98]),
        ("option host-name word;", Array(bytes("word").map { Int($0) })),
        ("option ip-forwarding ON;", [1]),
        ("option dhcp-client-identifier 1:2:a;", [1, 2, 10]),
        ("option dhcp-client-identifier \"ab\";", [97, 98]),
        ("option domain-search \"a.b\", \"c.b\";", [1, 97, 1, 98, 0, 1, 99, 192, 2]),
        ("option v4-lost a.b;", [1, 97, 1, 98, 0]),
        (
            "option static-routes 10.0.0.0 10.0.0.1, 10.1.0.0 10.0.0.2;",
            [10, 0, 0, 0, 10, 0, 0, 1, 10, 1, 0, 0, 10, 0, 0, 2]
        ),
        ("option slp-directory-agent true 10.0.0.1, 10.0.0.2;", [1, 10, 0, 0, 1, 10, 0, 0, 2]),
        ("option vendor-encapsulated-options 1:1:2;", [1, 1, 2]),
        ("default-lease-time infinite;", [255, 255, 255, 255]),
        ("ddns-update-style interim;", [2]),
        ("log-facility local7;", [184]),
        ("omapi-key \"a b\";", Array(bytes("a b").map { Int($0) })),
        ("vendor-option-space Acme;", Array(bytes("Acme").map { Int($0) })),
        ("allow bootp;", [1]), ("deny booting;", [0]), ("ignore client-updates;", [2]),
        ("option unknown-200 1:2;", [1, 2]),
    ])
    func valuesAreInWireForm(_ text: String, _ expected: [Int]) {
        #expect(data(text).map { $0.map { Int($0) } } == expected)
    }

    @Test func valuesOfV6() {
        #expect(
            data("option dhcp6.name-servers 2001:db8::1;", family: .v6)?.count == 16)
        #expect(data("option dhcp6.rapid-commit;", family: .v6) == [])
        #expect(
            data("option dhcp6.status-code NoBinding \"x\";", family: .v6) == [0, 3, 120])
    }

    @Test func hostNamesAreNotLookedUp() {
        #expect(
            value("option routers a.example, 10.0.0.1;")
                == .concat([
                    .hostLookup(name: bytes("a.example"), .all), .constant([10, 0, 0, 1]),
                ]))
        #expect(
            value("option swap-server a.example;")
                == .hostLookup(name: bytes("a.example"), .first))
    }

    @Test func wordsOfModifiers() {
        let outcome = parse(
            """
            supersede host-name "a"; send host-name "b"; default host-name "c";
            append domain-name "d"; prepend domain-name "e"; server-identifier 10.0.0.1;
            option domain-name = concat ("a", "b"); filename = "f";
            """)
        #expect(outcome.complaints.isEmpty)
        let operations = outcome.statements.compactMap { statement -> OptionOperation? in
            if case .option(let operation, _, _) = statement { operation } else { nil }
        }
        #expect(
            operations == [
                .supersede, .send, .setDefault, .append, .prepend, .supersede, .supersede,
                .supersede,
            ])
        #expect(
            outcome.statements[5]
                == .option(.supersede, OptionReference(.dhcp, 54), .constant([10, 0, 0, 1])))
    }

    @Test func definitionsMakeFormats() {
        let outcome = parse(
            """
            option space inner;
            option space acme code width 2 length width 2;
            option acme.flags code 1 = array of { boolean, unsigned integer 16 };
            option acme.mix code 2 = { integer 8, array of ip-address, text };
            option acme.inner code 3 = encapsulate inner;
            option acme.names code 4 = domain-list compressed;
            option carrier code 224 = encapsulate acme;
            """)
        #expect(outcome.complaints.isEmpty)
        let options = outcome.tree.options
        let space = options.space(named: bytes("ACME"))
        #expect(space == OptionSpaceID(OptionSpaceID.firstUserDefined.rawValue + 1))
        guard let space else { return }
        #expect(options[space].codeWidth == 2)
        #expect(options[space].parent == OptionReference(.dhcp, 224))
        let formats = (1...4).map {
            String(decoding: options.format(OptionReference(space, UInt32($0))), as: UTF8.self)
        }
        #expect(formats == ["fSA", "bIat", "Einner.", "Dc"])
        #expect(options.encapsulatedSpace(OptionReference(.dhcp, 224)) == space)
    }

    @Test func definingAgainDropsTheOldCode() {
        let outcome = parse("option a code 200 = text; option A code 201 = text;")
        #expect(outcome.tree.options.definition(OptionReference(.dhcp, 200)) == nil)
        #expect(outcome.tree.options.option(named: bytes("a"), in: .dhcp)?.reference.code == 201)
    }

    @Test func theBuiltInTableIsComplete() {
        let options = OptionTable()
        #expect(options.spaces.count == 12)
        #expect(options.definitions.count > 280)
        #expect(options[.dhcp].endCode == 255)
        #expect(options[.vendorClass].codeWidth == 4)
        #expect(options[.nwip].parent == OptionReference(.dhcp, 63))
        #expect(
            options.definition(OptionReference(.server, 1))?.name == bytes("default-lease-time"))
        #expect(options.definition(OptionReference(.dhcp6, 23))?.name == bytes("name-servers"))
    }
}
