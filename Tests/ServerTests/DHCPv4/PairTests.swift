import ConfParser
import Leases
import Server
import Testing
import Wire

/// What is different in a pool of a failover pair.
struct PairTests {
    private let first = IPv4Address(10, 0, 0, 100)
    private let second = IPv4Address(10, 0, 0, 105)
    private let partner = """
        failover peer "lab" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 600;
            split 255; max-response-delay 30; max-unacked-updates 10; }
        """

    private func server(isPair: Bool, _ global: String = "", pool: String = "") -> TestServer {
        let text = isPair ? partner : ""
        let server = TestServer(
            TestText.simple(
                text + global, pool: isPair ? "failover peer \"lab\"; " + pool : pool))
        if isPair {
            server.step(.command(.setFailoverState(RelationshipID(0), .partnerDown)))
        }
        return server
    }

    @discardableResult
    private func ask(
        _ server: TestServer, _ address: IPv4Address, user: [UInt8] = []
    ) -> DHCPv4MessageType? {
        server.pass(seconds: 2)
        var message = ClientMessage.request(address).with(61, [7, 7])
        if !user.isEmpty { message = message.with(77, user) }
        return server.receive(message.bytes).first?.message.type
    }

    /// Seed 161488: the request may be older than what the partner has given to the client since.
    @Test(arguments: [false, true])
    func inAPairARequestForAnotherAddressEndsNoLease(_ isPair: Bool) {
        let server = server(isPair: isPair)
        #expect(ask(server, first) == .ack)
        _ = server.takeLines()
        #expect(ask(server, second) == .ack)
        #expect(
            server.lines.contains(
                "uid lease 10.0.0.100 for client 02:00:00:00:01:01 is duplicate on 10.0.0.0/24"))
        #expect(server.state(10, 0, 0, 105) == .active)
        #expect((server.state(10, 0, 0, 100) == .active) == isPair)
    }

    @Test func inAPairAClientMayHaveTwoLeases() {
        let server = server(isPair: true)
        ask(server, first)
        ask(server, second)
        _ = server.takeLines()
        #expect(ask(server, second) == .ack)
        #expect(ask(server, first) == .ack)
        #expect(
            server.lines.contains(
                "client 02:00:00:00:01:01 has duplicate leases on 10.0.0.0/24"))
        #expect(server.state(10, 0, 0, 100) == .active)
        #expect(server.state(10, 0, 0, 105) == .active)
    }

    @Test(arguments: [false, true]) func inAPairAForbiddenPoolEndsNoLease(_ isPair: Bool) {
        let server = server(
            isPair: isPair, "class \"x\" { match if exists user-class; }",
            pool: "deny members of \"x\";")
        #expect(ask(server, first) == .ack)
        ask(server, first, user: [1])
        #expect((server.state(10, 0, 0, 100) == .active) == isPair)
    }

    /// The administrator has asked for it.
    @Test func inAPairTooAClientHasOneLeaseWhereThatIsConfigured() {
        let server = server(isPair: true, "one-lease-per-client on;")
        ask(server, first)
        ask(server, second)
        // ISC looks at the client that the lease had before.
        server.pass(seconds: 2)
        server.receive(ClientMessage.renew(second).with(61, [7, 7]).bytes)
        #expect(server.state(10, 0, 0, 105) == .active)
        #expect(server.state(10, 0, 0, 100) == .released)
    }
}
