import ConfParser
import Failover
import Leases
import Testing
import Wire

@testable import Server

/// What operators do to leases.
@Suite("Commands of operators")
struct OperatorCommandTests {
    private let address = IPv4Address(10, 0, 0, 100)

    private func server(_ peer: String, _ pool: String) -> TestServer {
        TestServer(
            """
            omapi-port 7911; ping-check false; authoritative; \(peer)
            subnet 10.0.0.0 netmask 255.255.255.0 { pool { \(pool) range 10.0.0.100 10.0.0.109; } }
            """)
    }

    @Test func aLeaseThatIsGivenBackIsFree() throws {
        let server = server("", "")
        #expect(server.receive(ClientMessage.request(address).bytes).first?.message.type == .ack)
        server.step(.command(.changeLease(address, .state(.free))))
        #expect(server.state(10, 0, 0, 100) == .free)
        // Nothing makes it active but a client.
        server.step(.command(.changeLease(address, .state(.active))))
        #expect(server.state(10, 0, 0, 100) == .free)
        #expect(server.receive(ClientMessage.request(address).bytes).first?.message.type == .ack)
    }

    /// ISC calls it free at once, and may give it to somebody whom the partner does not know of.
    @Test func inAPairItIsReleasedUntilThePartnerAgrees() throws {
        let server = server(
            """
            failover peer "lab" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60;
                split 255; max-response-delay 30; max-unacked-updates 10; }
            """, "failover peer \"lab\";")
        server.step(.command(.setFailoverState(RelationshipID(0), .partnerDown)))
        #expect(server.receive(ClientMessage.request(address).bytes).first?.message.type == .ack)
        let before = server.file.count
        server.step(.command(.changeLease(address, .state(.free))))
        #expect(server.state(10, 0, 0, 100) == .released)
        let lease = try #require(server.lease(address))
        #expect(server.core.leases[lease].ends == Timestamp(server.seconds))
        let record = String(decoding: server.file[before...], as: UTF8.self)
        #expect(record.contains("  binding state released;\n  next binding state free;\n"))
    }
}
