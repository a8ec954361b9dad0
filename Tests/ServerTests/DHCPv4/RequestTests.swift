import Leases
import Server
import Testing
import Wire

struct RequestTests {
    private let first = IPv4Address(10, 0, 0, 100)

    @Test func initRebootOfAnUnknownAddressIsIgnored() {
        let server = TestServer(TestText.simple())
        let address = IPv4Address(10, 0, 0, 200)
        let replies = server.receive(ClientMessage.request(address).bytes).count
        #expect(replies == 0)
        #expect(
            server.takeLines() == [
                "DHCPREQUEST for 10.0.0.200 from 02:00:00:00:01:01 via eth0: "
                    + "unknown lease 10.0.0.200."
            ])
    }

    @Test func anAddressOfAnotherNetworkIsRefused() throws {
        let server = TestServer(TestText.simple())
        let nak = try #require(
            server.receive(ClientMessage.request(IPv4Address(192, 168, 5, 5)).bytes).first)
        #expect(nak.message.type == .nak)
        #expect(nak.message.flags == 0x8000)
        #expect(nak.message.clientAddress == .any)
        #expect(nak.message.codes == [53, 54])
        #expect(
            nak.route
                == .raw(
                    interface: InterfaceID(0), source: IPv4Address(10, 0, 0, 1),
                    destination: .broadcast, port: 68, hardware: .none))
        #expect(
            server.takeLines() == [
                "DHCPREQUEST for 192.168.5.5 from 02:00:00:00:01:01 via eth0: wrong network.",
                "DHCPNAK on 192.168.5.5 to 02:00:00:00:01:01 via eth0",
            ])
    }

    @Test func withoutAuthorityAWrongAddressIsIgnored() {
        let server = TestServer(TestText.simple(subnet: "not authoritative;"))
        #expect(
            server.receive(ClientMessage.request(IPv4Address(192, 168, 5, 5)).bytes).isEmpty)
        #expect(
            server.takeLines() == [
                "DHCPREQUEST for 192.168.5.5 from 02:00:00:00:01:01 via eth0: "
                    + "ignored (not authoritative)."
            ])
    }

    @Test func theLeaseOfAnotherIsRefused() throws {
        let server = TestServer(TestText.simple())
        server.receive(ClientMessage.request(first).bytes)
        _ = server.takeLines()
        let nak = try #require(
            server.receive(ClientMessage.request(first, client: 2).bytes).first)
        #expect(nak.message.type == .nak)
        #expect(nak.message.value(56) == Array("requested address not available".utf8))
        #expect(
            server.takeLines() == [
                "DHCPREQUEST for 10.0.0.100 from 02:00:00:00:01:02 via eth0: "
                    + "lease 10.0.0.100 unavailable.",
                "DHCPNAK on 10.0.0.100 to 02:00:00:00:01:02 via eth0",
            ])
    }

    @Test func anEarlyRenewalWritesNothing() throws {
        let server = TestServer(TestText.simple("default-lease-time 1000;"))
        server.receive(ClientMessage.request(first).bytes)
        server.pass(seconds: 200)
        (server.file, server.lines) = ([], [])
        let ack = try #require(server.receive(ClientMessage.renew(first).bytes).first)
        #expect(ack.message.uint32(51) == 800)
        #expect(server.file.isEmpty)
        #expect(
            server.takeLines() == [
                "reuse_lease: lease age 200 (secs) under 25% threshold, "
                    + "reply with unaltered, existing lease for 10.0.0.100",
                "DHCPREQUEST for 10.0.0.100 from 02:00:00:00:01:01 via eth0",
                "DHCPACK on 10.0.0.100 to 02:00:00:00:01:01 via eth0",
            ])
        server.pass(seconds: 100)
        let later = try #require(server.receive(ClientMessage.renew(first).bytes).first)
        #expect(later.message.uint32(51) == 1000)
        #expect(!server.file.isEmpty)
    }

    @Test func leaseTimesFollowTheRules() throws {
        func time(_ settings: String, asked: UInt32?) -> UInt32? {
            let server = TestServer(TestText.simple(settings))
            var message = ClientMessage.discover()
            if let asked { message = message.with(51, IPv4Address(asked).octets) }
            return server.receive(message.bytes).first?.message.uint32(51)
        }
        #expect(time("", asked: nil) == 43_200)
        #expect(time("", asked: 100_000) == 86_400)
        #expect(time("default-lease-time 100; max-lease-time 200;", asked: nil) == 200)
        #expect(time("default-lease-time 100; max-lease-time 7200;", asked: nil) == 300)
        #expect(time("min-lease-time 50;", asked: 10) == 50)
        #expect(time("min-lease-time 900; max-lease-time 600;", asked: 10) == 900)
    }
}

struct EndingTests {
    private let first = IPv4Address(10, 0, 0, 100)

    private func release(_ address: IPv4Address, client: UInt8 = 1) -> ClientMessage {
        var message = ClientMessage(.release)
        message.hardware[5] = client
        message.clientAddress = address
        return message
    }

    @Test func aReleasedAddressIsFreeAndKeptForItsClient() throws {
        let server = TestServer(TestText.simple())
        server.receive(ClientMessage.request(first).bytes)
        _ = server.takeLines()
        server.receive(release(first).bytes)
        #expect(
            server.takeLines() == [
                "DHCPRELEASE of 10.0.0.100 from 02:00:00:00:01:01 via eth0 (found)"
            ])
        #expect(server.state(10, 0, 0, 100) == .free)
        let other = server.receive(ClientMessage.discover(client: 2).bytes).first
        #expect(other?.message.yourAddress == IPv4Address(10, 0, 0, 101))
        let again = server.receive(ClientMessage.discover().bytes).first
        #expect(again?.message.yourAddress == first)
    }

    @Test func aReleaseByAnotherIsNotFound() {
        let server = TestServer(TestText.simple())
        server.receive(ClientMessage.request(first).bytes)
        _ = server.takeLines()
        server.receive(release(first, client: 2).bytes)
        #expect(
            server.takeLines() == [
                "DHCPRELEASE of 10.0.0.100 from 02:00:00:00:01:02 via eth0 (not found)"
            ])
        #expect(server.state(10, 0, 0, 100) == .active)
    }

    @Test func aDeclinedAddressIsAbandoned() {
        let server = TestServer(TestText.simple())
        server.receive(ClientMessage.request(first).bytes)
        _ = server.takeLines()
        server.receive(ClientMessage(.decline).with(50, first.octets).bytes)
        #expect(
            server.takeLines() == [
                "Abandoning IP address 10.0.0.100: declined.",
                "DHCPDECLINE of 10.0.0.100 from 02:00:00:00:01:01 via eth0: abandoned",
            ])
        #expect(server.state(10, 0, 0, 100) == .abandoned)
        server.pass(seconds: 86_400)
        #expect(server.state(10, 0, 0, 100) == .free)
    }

    @Test func anExhaustedPoolSaysSo() {
        let server = TestServer(TestText.simple())
        for client in 0..<10 {
            let offer = server.receive(ClientMessage.discover(client: UInt8(client)).bytes).first
            #expect(offer?.message.yourAddress == IPv4Address(10, 0, 0, UInt8(100 + client)))
        }
        _ = server.takeLines()
        #expect(server.receive(ClientMessage.discover(client: 99).bytes).isEmpty)
        #expect(
            server.takeLines() == [
                "DHCPDISCOVER from 02:00:00:00:01:63 via eth0: "
                    + "network 10.0.0.0/24: no free leases"
            ])
        server.pass(seconds: 121)
        #expect(server.receive(ClientMessage.discover(client: 99).bytes).count == 1)
    }

    @Test func aPingedAddressIsNotOffered() throws {
        let server = TestServer(
            TestText.simple().replacing("ping-check false;", with: "ping-check true;"))
        #expect(server.receive(ClientMessage.discover().bytes).isEmpty)
        #expect(server.probed == [first])
        #expect(server.receive(ClientMessage.discover().bytes).isEmpty)
        #expect(server.receive(ClientMessage.discover(client: 2).bytes).isEmpty)
        _ = server.takeLines()
        server.step(.pingReply(first))
        #expect(
            server.takeLines() == ["Abandoning IP address 10.0.0.100: pinged before offer"])
        server.sent = []
        server.pass(seconds: 1)
        #expect(server.sent.map(\.message.yourAddress) == [IPv4Address(10, 0, 0, 101)])
        #expect(
            server.takeLines() == ["DHCPOFFER on 10.0.0.101 to 02:00:00:00:01:02 via eth0"])
    }
}

struct RelayTests {
    @Test func aRelayedClientGetsItsAnswerThroughTheRelay() throws {
        let server = TestServer(
            TestText.simple()
                + "subnet 10.9.0.0 netmask 255.255.0.0 { range 10.9.0.10 10.9.0.20; }")
        var discover = ClientMessage.discover().with(82, [1, 3, 1, 2, 3, 2, 1, 9])
        discover.relayAddress = IPv4Address(10, 9, 0, 1)
        let offer = try #require(server.receive(discover.bytes).first)
        #expect(offer.message.yourAddress == IPv4Address(10, 9, 0, 10))
        #expect(offer.route == .routed(destination: IPv4Address(10, 9, 0, 1), port: 67))
        #expect(offer.message.codes.last == 82)
        #expect(offer.message.value(82) == [1, 3, 1, 2, 3, 2, 1, 9])
        #expect(
            server.takeLines() == [
                "DHCPDISCOVER from 02:00:00:00:01:01 via 10.9.0.1",
                "DHCPOFFER on 10.9.0.10 to 02:00:00:00:01:01 via 10.9.0.1",
            ])
    }

    @Test func anUnknownRelayIsNotAnswered() {
        let server = TestServer(TestText.simple())
        var discover = ClientMessage.discover()
        discover.relayAddress = IPv4Address(10, 77, 0, 1)
        #expect(server.receive(discover.bytes).isEmpty)
        #expect(
            server.takeLines() == [
                "DHCPDISCOVER from 02:00:00:00:01:01 via 10.77.0.1: unknown network segment"
            ])
    }

    @Test func informIsAnsweredWithParameters() throws {
        let server = TestServer(TestText.simple())
        var inform = ClientMessage(.inform)
        inform.clientAddress = IPv4Address(10, 0, 0, 200)
        let ack = try #require(server.receive(inform.bytes).first)
        #expect(ack.message.type == .ack)
        #expect(ack.message.yourAddress == .any)
        #expect(ack.message.uint32(51) == nil)
        #expect(ack.message.address(1) == IPv4Address(255, 255, 255, 0))
        #expect(ack.route == .routed(destination: IPv4Address(10, 0, 0, 200), port: 68))
        #expect(
            server.takeLines() == [
                "DHCPINFORM from 10.0.0.200 via eth0",
                "DHCPACK to 10.0.0.200 (02:00:00:00:01:01) via eth0",
            ])
    }

    @Test func aHostGetsItsFixedAddress() throws {
        let server = TestServer(
            TestText.simple(
                """
                host printer { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.7;
                  option host-name "lp"; }
                """))
        let offer = try #require(server.receive(ClientMessage.discover().bytes).first)
        #expect(offer.message.yourAddress == IPv4Address(10, 0, 0, 7))
        #expect(offer.message.value(12) == Array("lp".utf8))
        let ack = try #require(
            server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 7)).bytes).first)
        #expect(ack.message.type == .ack)
        #expect(ack.after == 0)
        #expect(server.file.isEmpty)
        let nak = try #require(
            server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 100)).bytes).first)
        #expect(nak.message.value(56) == Array("requested address is incorrect".utf8))
    }

    /// `add` in the scopes around makes a class count for what follows; classes that matched win.
    @Test func addedClassesRunBehindTheOthers() throws {
        let server = TestServer(
            TestText.simple(
                """
                class "late" { option merit-dump "l"; }
                class "matched" { match if exists dhcp-message-type; option root-path "/m"; }
                class "added" { option root-path "/a"; option nis-domain "a"; add "late"; }
                """, subnet: "if exists host-name { add \"added\"; }"))
        let plain = try #require(server.receive(ClientMessage.discover().bytes).last)
        #expect(plain.message.value(17) == Array("/m".utf8))
        #expect(plain.message.value(40) == nil)
        let named = ClientMessage.discover().with(12, [0x61]).bytes
        let added = try #require(server.receive(named).last)
        #expect(added.message.value(17) == Array("/m".utf8))
        #expect(added.message.value(40) == Array("a".utf8))
        #expect(added.message.value(14) == nil)
    }

    /// ISC: a NAK runs the outermost scope again with each class, and each `add` counts.
    @Test func aClassAddedAgainCountsAgain() {
        let server = TestServer(
            TestText.simple(
                """
                class "added" { option nis-domain "a"; }
                class "one" { match if exists dhcp-message-type; }
                class "two" { match if exists dhcp-message-type; }
                if exists host-name { add "added"; }
                """))
        let request = ClientMessage.request(IPv4Address(10, 9, 9, 9)).with(12, [0x61])
        server.receive(request.bytes)
        #expect(
            server.takeLines().filter { $0.hasPrefix("too many classes match") }.count == 1)
    }

    @Test func aLeaseCountsForAnAddedClass() {
        let server = TestServer(
            TestText.simple(
                """
                class "added" { lease limit 1; }
                """, subnet: "add \"added\";"))
        server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 100)).bytes)
        let file = String(decoding: server.file, as: UTF8.self)
        #expect(file.contains("  billing class \"added\";"))
    }
}
