import Leases
import Server
import Testing
import Wire

/// Parts of replies that few configurations ask for.
struct ReplyFeatureTests {
    private let address = IPv4Address(10, 0, 0, 100)

    private func ack(
        _ configuration: String, _ message: ClientMessage, _ server: inout TestServer?
    ) throws -> DHCPv4Message {
        let new = TestServer(configuration)
        server = new
        return try #require(new.receive(message.bytes).first?.message)
    }

    @Test func theNameOptionIsAnsweredInTheClientsForm() throws {
        let text = TestText.simple("ddns-update-style interim; ddns-domainname \"ex.org\";")
        let plain = ClientMessage.request(address).with(81, [1, 0, 0] + Array("pc".utf8))
        var server: TestServer?
        #expect(
            try ack(text, plain, &server).value(81) == [3, 255, 255] + Array("pc.ex.org".utf8))
        let encoded = ClientMessage.request(address).with(
            81, [5, 0, 0, 2] + Array("pc".utf8) + [0])
        #expect(
            try ack(text, encoded, &server).value(81)
                == [7, 255, 255, 2] + Array("pc".utf8) + [2] + Array("ex".utf8) + [3]
                + Array("org".utf8) + [0])
        // A client that updates its own name is told its name.
        let own = ClientMessage.request(address).with(81, [0, 0, 0] + Array("pc.home.arpa".utf8))
        #expect(
            try ack(text, own, &server).value(81) == [0, 255, 255] + Array("pc.home.arpa".utf8))
    }

    @Test func withoutDynamicDNSTheNameOptionIsNotAnswered() throws {
        let message = ClientMessage.request(address).with(81, [1, 0, 0] + Array("pc".utf8))
        var server: TestServer?
        #expect(try ack(TestText.simple(), message, &server).value(81) == nil)
        let configured = TestText.simple(
            "option fqdn.server-update true; option fqdn.fqdn \"a.b\"; option fqdn.rcode1 255;")
        #expect(
            try ack(configured, message, &server).value(81) == [1, 255, 0] + Array("a.b".utf8))
    }

    @Test func codesOfTheSiteComeFromItsSpace() throws {
        let text = TestText.simple(
            """
            option space S; option S.one code 224 = text; option S.low code 130 = text;
            option S.one "one"; option S.low "low"; option unknown-225 "dhcp";
            site-option-space "S";
            """)
        var server: TestServer?
        let reply = try ack(
            text, ClientMessage.request(address).with(55, [224, 225, 130, 3]), &server)
        #expect(reply.value(224) == Array("one".utf8))
        #expect(reply.value(225) == nil)
        #expect(reply.value(130) == Array("low".utf8))
        #expect(reply.value(3) != nil)
        let lines = server?.takeLines() ?? []
        #expect(lines.filter { $0.hasPrefix("WARNING: site-local option codes") }.count == 1)
    }

    @Test func anUnknownSiteSpaceLeavesTheClientWithoutAnswer() {
        let server = TestServer(TestText.simple("site-option-space \"nowhere\";"))
        #expect(server.receive(ClientMessage.request(address).bytes).isEmpty)
        #expect(server.takeLines() == ["unknown option space nowhere."])
    }

    @Test func namesOfAddressesAreSentOnceTheyAreKnown() throws {
        let server = TestServer(TestText.simple("get-lease-hostnames true;"))
        let first = try #require(server.receive(ClientMessage.discover().bytes).first)
        #expect(first.message.value(12) == nil)
        #expect(server.lookedUp == [address])
        server.step(.nameFound(address, Array("pc.example".utf8)))
        let second = try #require(server.receive(ClientMessage.request(address).bytes).first)
        #expect(second.message.value(12) == Array("pc.example".utf8) + [0])
        #expect(server.lookedUp.count == 1)
        server.step(.nameFound(address, nil))
        _ = server.takeLines()
        server.receive(ClientMessage.renew(address).bytes)
        #expect(server.takeLines().contains("No hostname for 10.0.0.100"))
    }

    @Test func hostNamesOfTheConfigurationAreRenewed() throws {
        let text = TestText.simple(
            """
            host a { hardware ethernet 2:0:0:0:1:1; fixed-address moving.example; }
            host b { hardware ethernet 2:0:0:0:1:2; fixed-address 10.0.0.9; }
            """)
        let server = TestServer(text)
        let name = Array("moving.example".utf8)
        for last in [UInt8(7), 8] {
            let address = IPv4Address(10, 0, 0, last)
            server.step(.addressesFound(name, .addresses([address])))
            let offer = try #require(server.receive(ClientMessage.discover().bytes).first)
            #expect(offer.message.yourAddress == address)
        }
        server.step(.addressesFound(name, .failed(Array("host unknown.".utf8))))
        #expect(server.takeLines().contains("moving.example: host unknown."))
        let other = try #require(server.receive(ClientMessage.discover(client: 2).bytes).first)
        #expect(other.message.yourAddress == IPv4Address(10, 0, 0, 9))
        let kept = try #require(server.receive(ClientMessage.discover().bytes).first)
        #expect(kept.message.yourAddress == IPv4Address(10, 0, 0, 8))
    }

    @Test func agentOptionsOfTheLeaseGoBackWithANak() throws {
        let server = TestServer(
            TestText.simple(
                """
                class "no" { match if option host-name = "no"; echo-client-id true; }
                """, pool: "deny members of \"no\";"))
        var relayed = ClientMessage.request(address).with(82, [1, 2, 65, 66]).with(61, [1, 2])
        relayed.relayAddress = IPv4Address(10, 0, 0, 1)
        server.receive(relayed.bytes)
        let renewal = ClientMessage.renew(address).with(12, Array("no".utf8)).with(61, [1, 2])
        let nak = try #require(server.receive(renewal.bytes).first).message
        #expect(nak.type == .nak)
        #expect(nak.value(82) == [1, 2, 65, 66])
        #expect(nak.value(61) == [1, 2])
    }

    @Test func aLeaseEndsAtItsSecond() {
        let now = Now(
            wall: Timestamp(100), mono: Instant(nanoseconds: 50_000_000_000),
            nanoseconds: 900_000_000)
        #expect(now.instant(of: Timestamp(103)).nanoseconds == 52_100_000_000)
        #expect(now.instant(of: Timestamp(100)) == now.mono)
    }
}
