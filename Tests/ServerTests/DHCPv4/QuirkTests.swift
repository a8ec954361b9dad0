import Leases
import Server
import Testing
import Wire

/// What ISC's server does that is in no RFC; each was seen by Tests/Differential/differ.
struct QuirkTests {
    private let address = IPv4Address(10, 0, 0, 100)

    private func reply(_ server: TestServer, _ message: ClientMessage) throws -> DHCPv4Message {
        try #require(server.receive(message.bytes).first?.message)
    }

    @Test func anOfferIsHeldWhenItsClientMayNoLongerHaveIt() {
        let server = TestServer(
            TestText.simple(
                "class \"x\" { match if exists user-class; }",
                subnet: "on release { log(info, \"gone\"); }", pool: "deny members of \"x\";"))
        server.receive(ClientMessage.discover().bytes)
        let written = server.file
        _ = server.takeLines()
        server.receive(ClientMessage.discover().with(77, [1]).bytes)
        #expect(server.takeLines().first == "gone")
        #expect(server.file == written)
        server.receive(ClientMessage.discover(client: 2).bytes)
        #expect(server.sent.first?.message.yourAddress == IPv4Address(10, 0, 0, 101))
    }

    @Test func inBootpTheProtocolsOptionsAreSentAsTheyAreConfigured() throws {
        let server = TestServer(
            TestText.simple(
                """
                option dhcp-renewal-time 700; option dhcp-rebinding-time 600;
                option dhcp-server-identifier 10.0.0.9; option dhcp-message-type 3;
                host h { hardware ethernet 02:00:00:00:01:02; fixed-address 10.0.0.20; }
                """))
        var message = ClientMessage(nil).with(55, [51])
        #expect(try reply(server, message).codes == [53, 54, 58, 59])
        guard case .raw(_, let source, _, _, _)? = server.sent.first?.route else {
            Issue.record("not sent to the client")
            return
        }
        #expect(source == IPv4Address(10, 0, 0, 1))
        message.hardware[5] = 2
        // The parameter request list of a client with a fixed address is not looked at.
        #expect(try reply(server, message).codes == [53, 54, 58, 59, 1, 3])
    }

    @Test func theHardwareFieldIsCopiedWhole() throws {
        let server = TestServer(TestText.simple())
        var bytes = ClientMessage.discover().bytes
        bytes[43] = 0xee
        let sent = try #require(server.receive(bytes).first)
        #expect(sent.bytes[28..<44] == bytes[28..<44])
    }

    @Test func aClientThatStopsGivingItsIdentifierIsNoConflict() {
        let server = TestServer(TestText.simple(subnet: "range dynamic-bootp 10.0.0.20;"))
        server.receive(ClientMessage(nil).bytes)
        server.receive(ClientMessage(nil).with(61, [1, 2]).bytes)
        server.receive(ClientMessage(nil).bytes)
        #expect(!server.lines.contains { $0.hasPrefix("Lease conflict") })
    }

    @Test func ofALongRequestedAddressTheBeginningCounts() throws {
        let server = TestServer(TestText.simple())
        let message = ClientMessage.discover().with(50, address.octets + [1, 2, 3, 4])
        #expect(try reply(server, message).yourAddress == address)
        #expect(
            try reply(
                server, ClientMessage(.request).with(50, address.octets + [9]).with(12, [97])
            ).type == .ack)
    }

    @Test func aRenewedLeaseStandsBehindTheClientsOtherOnes() throws {
        let server = TestServer(TestText.simple("dhcp-cache-threshold 0;"))
        let other = IPv4Address(10, 0, 0, 105)
        func ask(_ message: ClientMessage) throws -> DHCPv4Message {
            server.pass(seconds: 2)
            return try reply(server, message.with(61, [7, 7]))
        }
        _ = try ask(.discover())
        _ = try ask(.request(address))
        _ = try ask(.renew(other))
        #expect(try ask(.discover()).yourAddress == address)
        _ = try ask(.renew(other))
        _ = try ask(.renew(address))
        #expect(try ask(.discover()).yourAddress == other)
    }

    @Test func aThresholdOfAHundredIsNone() throws {
        let server = TestServer(TestText.simple("dhcp-cache-threshold 100;"))
        _ = try reply(server, .request(address))
        _ = server.takeLines()
        _ = try reply(server, .renew(address))
        #expect(server.takeLines().first?.contains("under 25% threshold") == true)
    }

    @Test func anInfiniteWishReservesFromTheOfferOn() throws {
        let server = TestServer(TestText.simple("infinite-is-reserved on;"))
        _ = try reply(server, ClientMessage.discover().with(51, [255, 255, 255, 255]))
        #expect(server.takeLines().contains("Cannot reuse: lease is changing to RESERVED"))
        _ = try reply(server, .request(address))
        #expect(!server.takeLines().contains("Cannot reuse: lease is changing to RESERVED"))
        let id = try #require(server.lease(address))
        #expect(server.core.leases[id].flags.contains(.reserved))
        _ = try reply(server, ClientMessage.renew(address).with(51, [255, 255, 255, 255]))
        #expect(server.takeLines().contains { $0.hasPrefix("reuse_lease") })
    }

    @Test func namesThatFillTheirFieldAreComplainedOf() throws {
        let name = String(repeating: "s", count: 64)
        let server = TestServer(TestText.simple("server-name \"\(name)\"; filename \"short\";"))
        let line = "server name longer than packet field truncated - field: 64 name: 64 \(name)"
        _ = try reply(server, .discover())
        #expect(server.takeLines().dropFirst().first == line)
        var inform = ClientMessage(.inform)
        inform.clientAddress = IPv4Address(10, 0, 0, 50)
        _ = try reply(server, inform)
        #expect(server.takeLines().first == line)
    }

    @Test func theMaskTakesThePlaceOfTheRouters() throws {
        let server = TestServer(
            TestText.simple(subnet: "option ntp-servers 10.0.0.1; option domain-name \"d\";")
                .replacing("option routers 10.0.0.1;", with: ""))
        let message = ClientMessage.discover().with(55, [42, 3, 15])
        #expect(try reply(server, message).codes == [53, 54, 51, 42, 1, 15])
    }

    @Test func theConfiguredIdentifierIsSentToAClientWithoutOne() throws {
        let server = TestServer(
            TestText.simple("echo-client-id on; option dhcp-client-identifier \"id\";"))
        let codes = ClientMessage.discover().with(55, [3])
        #expect(try reply(server, codes).codes == [53, 54, 51, 61, 1, 3])
        #expect(try reply(server, codes.with(61, [1, 2])).value(61) == [1, 2])
    }

    @Test func theClientsMessageSizeWinsOverTheConfiguredOne() throws {
        let long = String(repeating: "x", count: 200)
        let server = TestServer(
            TestText.simple(
                """
                option dhcp-max-message-size 600;
                option merit-dump "\(long)"; option root-path "\(long)";
                option nis-domain "\(long)";
                """))
        let large = ClientMessage.discover().with(57, [5, 220])
        _ = try reply(server, large)
        #expect((server.sent.first?.bytes.count ?? 0) > 800)
        _ = try reply(server, .discover())
        #expect((server.sent.first?.bytes.count ?? 0) <= 572)
        // In BOOTP it makes the room larger.
        _ = try reply(server, ClientMessage(nil))
        #expect((server.sent.first?.bytes.count ?? 0) > 450)
    }

    @Test func aThresholdIsResetWithTheCountOfThePool() {
        let server = TestServer(
            TestText.simple("log-threshold-high 10;").replacing("10.0.0.109", with: "10.0.0.101"))
        server.receive(ClientMessage.request(address).bytes)
        server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 101), client: 2).bytes)
        for client in 1...2 as ClosedRange<UInt8> {
            var release = ClientMessage(.release)
            release.hardware[5] = client
            release.clientAddress = IPv4Address(10, 0, 0, 99 + client)
            server.receive(release.bytes)
        }
        _ = server.takeLines()
        server.receive(ClientMessage.request(address).bytes)
        #expect(server.takeLines().first?.hasSuffix("low threshold 0/2.") == true)
    }

    @Test func anOfferedAddressThatIsDeclinedKeepsTheName() throws {
        let server = TestServer(TestText.simple(subnet: "on release { log(info, \"r\"); }"))
        _ = try reply(server, ClientMessage.discover().with(12, Array("pc".utf8)))
        server.receive(ClientMessage(.decline).with(50, address.octets).bytes)
        let file = String(decoding: server.file, as: UTF8.self)
        #expect(file.contains("binding state abandoned"))
        #expect(file.contains("client-hostname \"pc\""))
        #expect(file.contains("on release"))
    }

    @Test func ofSeveralPartsOfANameEachLosesItsNULs() throws {
        let server = TestServer(TestText.simple())
        let message = ClientMessage.discover().with(12, [97, 0, 0]).with(12, [98, 0])
        _ = try reply(server, message)
        #expect(server.takeLines().last?.contains(" (ab) via ") == true)
    }

    @Test func theRelaysSelectionComesBackAsAnotherOptionOfAnInform() throws {
        let server = TestServer(TestText.simple())
        var inform = ClientMessage(.inform).with(82, [5, 4, 10, 0, 0, 0])
        inform.relayAddress = IPv4Address(10, 0, 0, 1)
        inform.clientAddress = IPv4Address(10, 0, 0, 50)
        #expect(try reply(server, inform).value(5) == [10, 0, 0, 0])
    }

    @Test func aQueryIsLoggedWithTheIdentifierAsText() {
        let server = TestServer(TestText.simple("allow leasequery;"))
        for (uid, shown) in [(Array("one".utf8), "\"one\""), ([1, 2, 3], "01:02:03")] {
            var query = ClientMessage(.leaseQuery).with(61, uid)
            query.relayAddress = IPv4Address(10, 0, 0, 1)
            server.receive(query.bytes)
            #expect(server.takeLines().first?.hasSuffix("for client-id \(shown)") == true)
        }
    }

    @Test func whatIsNotAnsweredLeavesItsStatementsOnTheLease() throws {
        let server = TestServer(
            TestText.simple(
                subnet: """
                    if exists host-name { on expiry { log(info, "x"); } deny booting; }
                    """))
        server.receive(ClientMessage.discover().with(12, [97]).bytes)
        _ = try reply(server, .discover())
        _ = try reply(server, .request(address))
        #expect(String(decoding: server.file, as: UTF8.self).contains("on expiry"))
    }

    @Test func aHostIsFoundBesideAConditionalIdentifier() throws {
        let server = TestServer(
            TestText.simple(
                """
                host h {
                  option dhcp-client-identifier "one"; fixed-address 10.0.0.20;
                  if exists host-name { option dhcp-client-identifier "two"; }
                }
                """))
        let message = ClientMessage.discover().with(61, Array("one".utf8))
        #expect(try reply(server, message).yourAddress == IPv4Address(10, 0, 0, 20))
    }

    @Test func otherLeasesAreKeptWithoutAHostOfTheHardware() throws {
        let text = TestText.simple("one-lease-per-client on; deny duplicates;")
        let server = TestServer(text)
        _ = try reply(server, .request(address))
        let second = IPv4Address(10, 0, 0, 101)
        _ = try reply(server, ClientMessage.request(second).with(61, [1, 2]))
        #expect(server.state(10, 0, 0, 100) == .active)
        #expect(server.state(10, 0, 0, 101) == .active)
    }

    @Test func aClientWithoutHardwareAddressLeavesAnEmptyOne() throws {
        let server = TestServer(TestText.simple())
        var message = ClientMessage(nil)
        message.hardware = []
        _ = try reply(server, message)
        #expect(String(decoding: server.file, as: UTF8.self).contains("  hardware ethernet ;\n"))
    }

    @Test func aQueryForNoLeaseIsToldTheConfiguredTimes() throws {
        let server = TestServer(
            TestText.simple("allow leasequery; option dhcp-rebinding-time 40;"))
        var query = ClientMessage(.leaseQuery)
        query.relayAddress = IPv4Address(10, 0, 0, 1)
        query.clientAddress = address
        #expect(try reply(server, query).codes == [53, 54, 59, 3])
    }
}
