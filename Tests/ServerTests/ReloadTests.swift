import ConfParser
import Leases
import Testing
import Wire

@testable import Server

@Suite("Another configuration while the server runs")
struct ReloadTests {
    private let first = IPv4Address(10, 0, 0, 100)
    private let fifth = IPv4Address(10, 0, 0, 104)

    private static func text(_ range: String, _ rest: String = "") -> String {
        """
        ping-check false; authoritative; \(rest)
        subnet 10.0.0.0 netmask 255.255.255.0 {
            option routers 10.0.0.1;
            pool { range \(range); }
        }
        """
    }

    /// A client holds .100, another one .104.
    private func server(_ text: String) -> TestServer {
        let server = TestServer(text)
        server.receive(ClientMessage.request(first).bytes)
        server.receive(ClientMessage.request(fifth, client: 2).bytes)
        _ = server.takeLines()
        return server
    }

    @Test func leasesAndTheirCachedRepliesStay() throws {
        let text = Self.text("10.0.0.100 10.0.0.109")
        let server = server(text)
        server.pass(seconds: 60)
        let outcome = try #require(server.reload(text))
        #expect(!outcome.needsRewrite)
        #expect(server.takeLines() == [])
        let ack = try #require(server.receive(ClientMessage.renew(first).bytes).first)
        #expect(ack.message.type == .ack)
        #expect(server.lines.first?.hasPrefix("reuse_lease: lease age 60 (secs)") == true)
    }

    @Test func theNewConfigurationAnswers() throws {
        let server = server(Self.text("10.0.0.100 10.0.0.109"))
        server.reload(
            Self.text("10.0.0.100 10.0.0.109", "option domain-name \"new.example\";"))
        let discover = ClientMessage.discover(client: 3).with(55, [15])
        let offer = try #require(server.receive(discover.bytes).first)
        #expect(offer.message.value(15) == Array("new.example".utf8))
    }

    @Test func aGrownPoolServesItsNewAddresses() throws {
        let server = server(Self.text("10.0.0.100 10.0.0.109"))
        let outcome = try #require(server.reload(Self.text("10.0.0.100 10.0.0.120")))
        #expect(outcome.needsRewrite)
        #expect(server.core.leases.brokenInvariant() == nil)
        #expect(server.takeLines() == [])
        let new = IPv4Address(10, 0, 0, 120)
        let ack = try #require(
            server.receive(ClientMessage.request(new, client: 3).bytes).first)
        #expect(ack.message.type == .ack)
        let renewed = try #require(
            server.receive(ClientMessage.renew(fifth, client: 2).bytes).first)
        #expect(renewed.message.type == .ack)
    }

    /// ISC drops at the start what is in no range, with a line, and rewrites the file without it.
    @Test func aShrunkenPoolForgetsActiveLeases() throws {
        let server = server(Self.text("10.0.0.100 10.0.0.109"))
        let old = try #require(server.lease(fifth))
        let outcome = try #require(server.reload(Self.text("10.0.0.103 10.0.0.109")))
        #expect(server.core.leases.brokenInvariant() == nil)
        #expect(server.takeLines() == ["lease 10.0.0.100: no subnet."])
        #expect(outcome.leases[old] == server.lease(fifth))
        #expect(server.receive(ClientMessage.renew(first).bytes).isEmpty)
        let ack = try #require(
            server.receive(ClientMessage.renew(fifth, client: 2).bytes).first)
        #expect(ack.message.type == .ack)
        // Its timer came along.
        server.pass(seconds: 43_201)
        #expect(server.state(10, 0, 0, 104) == .free)
    }

    @Test func anOfferThatWaitsForAPingLeaves() throws {
        let text = """
            authoritative;
            subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.101; }
            """
        let server = TestServer(text)
        #expect(server.receive(ClientMessage.discover().bytes).isEmpty)
        let probed = try #require(server.probed.first)
        server.reload(text.replacing("10.0.0.101", with: "10.0.0.150"))
        server.pass(seconds: 2)
        #expect(server.sent.map(\.message.yourAddress) == [probed])
        // And one whose address is gone does not.
        server.sent = []
        server.receive(ClientMessage.discover(client: 2).bytes)
        server.reload(text.replacing("10.0.0.100 10.0.0.101", with: "10.0.0.200 10.0.0.201"))
        server.pass(seconds: 2)
        #expect(server.sent.isEmpty)
    }

    @Test func leaseLimitsGoOnCounting() {
        let limit = """
            class "few" { match if option host-name = "few"; lease limit 1; }
            """
        let server = TestServer(Self.text("10.0.0.100 10.0.0.109", limit))
        let name = Array("few".utf8)
        let one = ClientMessage.request(first).with(12, name).bytes
        let two = ClientMessage.request(fifth, client: 2).with(12, name).bytes
        #expect(server.receive(one).first?.message.type == .ack)
        server.reload(Self.text("10.0.0.100 10.0.0.109", limit))
        #expect(server.receive(two).isEmpty)
        server.reload(Self.text("10.0.0.90 10.0.0.109", limit))
        #expect(server.receive(two).isEmpty)
        server.reload(Self.text("10.0.0.104 10.0.0.109", limit))
        #expect(server.receive(two).first?.message.type == .ack)
    }

    /// What OMAPI declared comes from the lease file, and is part of every configuration.
    @Test func declarationsOfTheLeaseFileStay() throws {
        let record = """
            host dyn {
              dynamic;
              hardware ethernet 02:00:00:00:01:05;
              fixed-address 10.0.0.50;
            }

            """
        func declare(_ replacement: inout Replacement, _ tree: ConfigurationTree) {
            let declarations = RunTimeDeclarations(
                rendered: Array(record.utf8), over: tree, now: .none)
            replacement.declarations = declarations
            replacement.configuration = Configuration(declarations.applied(to: tree))
        }
        let server = server(Self.text("10.0.0.100 10.0.0.109"))
        server.reload(Self.text("10.0.0.100 10.0.0.109"), declare)
        var message = ClientMessage.discover()
        message.hardware = [2, 0, 0, 0, 1, 5]
        let offer = try #require(server.receive(message.bytes).first)
        #expect(offer.message.yourAddress == IPv4Address(10, 0, 0, 50))
        let format = server.core.leases.format
        let kept = String(decoding: server.core.leases.declarations.rendered(format), as: UTF8.self)
        #expect(kept.split(separator: " ") == record.split(separator: " "))
    }

    /// Option spaces are numbered in the order of their declaration: what a lease remembers must
    /// name the same ones afterwards.
    @Test func bodiesOfLeasesKeepTheirOptionSpaces() throws {
        let space = "option space S; option S.x code 1 = text; "
        let server = server(Self.text("10.0.0.100 10.0.0.109", space))
        let record = """
            lease 10.0.0.105 {
              starts 1 2023/11/13 00:00:00;
              ends 2 2033/11/15 00:00:00;
              binding state active;
              next binding state free;
              rewind binding state free;
              hardware ethernet 02:00:00:00:01:07;
              on expiry {
                set v = option S.x;
              }
            }

            """
        let tree = TestServer.tree(Self.text("10.0.0.100 10.0.0.109", space))
        var reader = LeaseFileReader(
            bytes: Array(record.utf8), path: [], family: .v4, tree: tree)
        guard case .lease(let lease)? = reader.next() else {
            Issue.record("the record cannot be read")
            return
        }
        server.core.leases.apply(lease, now: server.now.wall)
        let other = "option space A; option space B; " + space
        server.reload(Self.text("10.0.0.100 10.0.0.109", other))
        server.reload(Self.text("10.0.0.90 10.0.0.109", "option space C; " + other))
        let id = try #require(server.lease(lease.address))
        var text: [UInt8] = []
        server.core.leases.appendRecord(of: id, to: &text)
        #expect(String(decoding: text, as: UTF8.self).contains("option S.x"))
    }

    @Test func nothingChangesWhileTheServerEnds() {
        let server = server(Self.text("10.0.0.100 10.0.0.109"))
        server.core.shutDown(now: server.now, into: &server.effects)
        #expect(server.reload(Self.text("10.0.0.100 10.0.0.120")) == nil)
    }
}
