import Leases
import Server
import Testing
import Wire

/// More of what ISC's server does that is in no RFC, found by random sequences and by reading; each
/// has its sequence in Tests/Differential/oddities.py.
struct OddityTests {
    private let address = IPv4Address(10, 0, 0, 100)

    private func reply(_ server: TestServer, _ message: ClientMessage) throws -> DHCPv4Message {
        try #require(server.receive(message.bytes).first?.message)
    }

    private func query(_ address: IPv4Address) -> ClientMessage {
        var query = ClientMessage(.leaseQuery)
        query.relayAddress = IPv4Address(10, 0, 0, 1)
        query.clientAddress = address
        return query
    }

    // MARK: - Replies

    @Test(arguments: [("min-lease-time 0;", 300), ("", 300), ("max-lease-time 100;", 100)])
    func aFullPoolShortensLeasesToTheLeastTime(text: String, least: UInt32) throws {
        let server = TestServer(
            TestText.simple("adaptive-lease-time-threshold 1; \(text)"))
        _ = try reply(server, .request(address, client: 2))
        #expect(try reply(server, .discover()).uint32(51) == least)
    }

    @Test func aLongTimeIsLoggedAsANegativeOne() throws {
        let server = TestServer(
            TestText.simple("adaptive-lease-time-threshold 1; max-lease-time infinite;"))
        _ = try reply(server, .request(address, client: 2))
        _ = server.takeLines()
        _ = try reply(server, ClientMessage.discover().with(51, [255, 255, 255, 255]))
        #expect(
            server.takeLines().contains {
                $0.hasPrefix("Pool over threshold") && $0.hasSuffix("reduced from -1 to 300.")
            })
    }

    @Test func anOfferForgetsTheEndBefore() throws {
        let server = TestServer(TestText.simple())
        _ = try reply(server, .request(address))
        server.receive(ClientMessage(.decline).with(50, address.octets).bytes)
        server.file = []
        var release = ClientMessage(.release)
        release.clientAddress = IPv4Address(10, 0, 0, 101)
        _ = try reply(server, .request(release.clientAddress))
        server.receive(release.bytes)
        _ = try reply(server, .discover())
        server.file = []
        server.receive(ClientMessage(.decline).with(50, [10, 0, 0, 101]).bytes)
        #expect(!String(decoding: server.file, as: UTF8.self).contains("tstp"))
    }

    @Test func anEmptyListOfOptionsIsNone() throws {
        let server = TestServer(TestText.simple(subnet: "option ntp-servers 10.0.0.9;"))
        let codes = try reply(server, ClientMessage.discover().with(55, [])).codes
        #expect(codes == [53, 54, 51, 1, 3, 42])
    }

    @Test func aConfiguredListWithoutValueHidesTheClients() throws {
        let server = TestServer(
            TestText.simple(
                subnet: """
                    option ntp-servers 10.0.0.9;
                    option dhcp-parameter-request-list = option user-class;
                    """))
        #expect(
            try reply(server, ClientMessage.discover().with(55, [3])).codes
                == [53, 54, 51, 1, 3, 42])
    }

    @Test func anEmptyValueIsNotSent() throws {
        let server = TestServer(TestText.simple(subnet: "option nis-domain = concat(\"\", \"\");"))
        #expect(try reply(server, .discover()).value(40) == nil)
    }

    @Test func spacesStandBehindOptionsAndTheVendorsLast() throws {
        let server = TestServer(
            TestText.simple(
                """
                option space V; option V.a code 1 = text; vendor-option-space V;
                option space W; option W.b code 2 = text;
                option w code 200 = encapsulate W;
                option V.a "a"; option W.b "b"; option domain-name "d";
                """))
        #expect(try reply(server, .discover()).codes == [53, 54, 51, 1, 3, 15, 200, 43])
    }

    @Test func theSizeThatIsConfiguredDoesNotCountForAnInform() throws {
        let long = String(repeating: "x", count: 200)
        let server = TestServer(
            TestText.simple(
                """
                option dhcp-max-message-size 1000; option merit-dump "\(long)";
                option root-path "\(long)";
                """))
        var inform = ClientMessage(.inform)
        inform.clientAddress = IPv4Address(10, 0, 0, 50)
        _ = try reply(server, inform)
        #expect((server.sent.first?.bytes.count ?? 0) <= 548)
    }

    @Test func noTextOfANAKEndsWithNUL() throws {
        let server = TestServer(TestText.simple())
        let wrong = ClientMessage.request(IPv4Address(10, 9, 9, 9)).with(12, [97, 0])
        server.receive(ClientMessage.discover().with(50, [10, 0, 0, 100]).bytes)
        let refusal = try reply(server, wrong)
        #expect(refusal.type == .nak)
        #expect(refusal.value(56)?.last != 0)
    }

    @Test func inBootpAFixedAddressHasNoDefaultRoute() throws {
        let text = TestText.simple(
            """
            host h { hardware ethernet 02:00:00:00:01:01; fixed-address 10.0.0.20; filename ""; }
            use-lease-addr-for-default-route on; echo-client-id on;
            """)
        let server = TestServer(text.replacing("option routers 10.0.0.1;", with: ""))
        let message = ClientMessage(nil).with(61, [1, 2]).with(118, [10, 0, 0, 0])
        #expect(try reply(server, message).codes == [1])
        var bytes = message.bytes
        bytes[108] = 65
        // A name that is empty is one.
        #expect(server.receive(bytes).first?.bytes[108] == 0)
        bytes.replaceSubrange(236..<240, with: [1, 2, 3, 4])
        bytes += [UInt8](repeating: 7, count: 300)
        #expect(server.receive(bytes).first?.bytes.count == bytes.count)
    }

    // MARK: - Whose lease

    @Test func aFixedAddressEndsTheLeaseThatTheClientNames() throws {
        let server = TestServer(
            TestText.simple(
                "host h { host-identifier option host-name \"h\"; fixed-address 10.0.0.20; }"))
        _ = try reply(server, .request(address))
        let message = ClientMessage.discover().with(50, address.octets).with(12, [104])
        #expect(try reply(server, message).yourAddress == IPv4Address(10, 0, 0, 20))
        #expect(server.state(10, 0, 0, 100) == .free)
    }

    @Test func inBootpAnotherIdentifierIsAnotherClient() throws {
        let server = TestServer(TestText.simple())
        _ = try reply(server, ClientMessage(nil).with(61, [1, 1]))
        #expect(try reply(server, ClientMessage(nil).with(61, [2, 2])).yourAddress != address)
        #expect(try reply(server, ClientMessage(nil)).yourAddress != .any)
    }

    @Test func whatIsNotDHCPIsInNoClass() throws {
        let server = TestServer(
            TestText.simple("class \"all\" { match if 1 = 1; option domain-name \"d\"; }"))
        #expect(try reply(server, .discover()).value(15) != nil)
        #expect(try reply(server, ClientMessage(nil)).value(15) == nil)
    }

    @Test func ofSeveralIdentifiersOfAHostTheFirstCounts() throws {
        let server = TestServer(
            TestText.simple(
                """
                host h {
                  option dhcp-client-identifier "one"; fixed-address 10.0.0.20;
                  option dhcp-client-identifier "two";
                }
                """))
        let message = ClientMessage.discover().with(61, Array("one".utf8))
        #expect(try reply(server, message).yourAddress == IPv4Address(10, 0, 0, 20))
    }

    @Test func anOfferOfAnAbandonedAddressMakesItFree() throws {
        let server = TestServer(
            TestText.simple().replacing("10.0.0.109", with: "10.0.0.100"))
        server.receive(ClientMessage(.decline).with(50, address.octets).bytes)
        let client = Array("uid".utf8)
        _ = try reply(server, ClientMessage.discover().with(61, client))
        _ = server.takeLines()
        _ = try reply(server, ClientMessage.request(address).with(61, client))
        #expect(!server.takeLines().contains { $0.hasPrefix("Reclaiming") })
        #expect(server.state(10, 0, 0, 100) == .active)
    }

    @Test func aReservationOfAnActiveLeaseBeginsWithTheOffer() throws {
        let server = TestServer(
            TestText.simple("infinite-is-reserved on; dhcp-cache-threshold 0;"))
        _ = try reply(server, .request(address))
        _ = try reply(server, ClientMessage.discover().with(51, [255, 255, 255, 255]))
        _ = try reply(server, .renew(address))
        #expect(String(decoding: server.file, as: UTF8.self).contains("  reserved;\n"))
    }

    // MARK: - Statements

    @Test func whatIsRefusedIsRememberedWithALeaseOnOffer() throws {
        let server = TestServer(
            TestText.simple(
                subnet: "if exists host-name { set noted = option host-name; deny booting; }"))
        _ = try reply(server, .discover())
        server.receive(ClientMessage.discover().with(12, [97]).bytes)
        _ = try reply(server, .request(address))
        #expect(String(decoding: server.file, as: UTF8.self).contains("set noted = \"a\""))
    }

    @Test func theNameOfAHostIsKnownOnceTheLeaseHasIt() throws {
        let server = TestServer(
            TestText.simple(
                "host h { hardware ethernet 02:00:00:00:01:01; }",
                subnet: "filename = host-decl-name; option root-path = host-decl-name;"))
        let offer = try reply(server, .discover())
        #expect(offer.bytes[108] == 0)
        #expect(offer.value(17) == [104])
        let failure = "data: host_decl_name: not available"
        #expect(server.takeLines().filter { $0 == failure }.count == 1)
        _ = try reply(server, .request(address))
        #expect(try reply(server, .renew(address)).bytes[108] == 104)
    }

    @Test func linesOfValuesStandBeforeTheReplys() throws {
        let server = TestServer(TestText.simple(subnet: "option root-path = host-decl-name;"))
        _ = try reply(server, .discover())
        let lines = server.takeLines()
        #expect(lines.map { $0.prefix(5) } == ["DHCPD", "data:", "DHCPO"])
    }

    @Test func anInformAboutAnotherSubnetHasOnlyThePoolOfItsLease() throws {
        let server = TestServer(
            TestText.simple(pool: "option root-path \"pool\";") + """
                shared-network far {
                  option domain-name "far";
                  subnet 10.9.0.0 netmask 255.255.0.0 {
                    option nis-domain "n"; option ien116-name-servers 10.0.0.5;
                  }
                }
                """)
        _ = try reply(server, .request(address))
        var inform = ClientMessage(.inform).with(82, [5, 4, 10, 9, 0, 0])
        inform.clientAddress = address
        let answer = try reply(server, inform)
        #expect(answer.value(17) == Array("pool".utf8))
        #expect(answer.value(15) == Array("far".utf8))
        #expect(answer.value(5) == [10, 0, 0, 5])
    }

    // MARK: - Queries

    @Test func aQueryHeedsClassesAndTheConfiguredList() throws {
        let server = TestServer(
            TestText.simple(
                """
                allow leasequery; option dhcp-parameter-request-list 15,3;
                class "no" { match if exists user-class; deny leasequery; }
                """, subnet: "option domain-name \"d\"; option root-path \"r\";"))
        #expect(try reply(server, query(address)).codes == [53, 54, 15, 3])
        #expect(server.receive(query(address).with(77, [1]).bytes).isEmpty)
    }

    @Test func anActiveLeaseIsToldOfWithoutTheConfiguration() throws {
        let server = TestServer(
            TestText.simple(
                "allow leasequery; option dhcp-server-identifier 10.0.0.9;"
                    + "option dhcp-parameter-request-list 15,3;"))
        _ = try reply(server, .request(address))
        var bytes = query(address).bytes
        bytes[44] = 65
        bytes[108] = 66
        let answer = try #require(server.receive(bytes).first)
        #expect(answer.message.value(54) == [10, 0, 0, 1])
        #expect(answer.message.codes.filter { $0 < 60 } == [53, 54, 51, 58, 59])
        #expect(answer.bytes[44] == 65)
        #expect(answer.bytes[108] == 66)
    }

    @Test func aLongIdentifierIsNotLogged() throws {
        let server = TestServer(TestText.simple("allow leasequery;"))
        let long = [UInt8](repeating: 255, count: 30)
        server.receive(query(.any).with(61, long).bytes)
        #expect(server.takeLines().first == "DHCPLEASEQUERY from 10.0.0.1 for client-id ")
    }
}
