import ConfParser
import Leases
import Server
import Testing
import Wire

struct ExchangeTests {
    @Test func aClientGetsAnAddressAndRenewsIt() throws {
        let server = TestServer(TestText.simple())
        let offer = try #require(server.receive(ClientMessage.discover().bytes).first)
        #expect(offer.message.type == .offer)
        let address = offer.message.yourAddress
        #expect(address == IPv4Address(10, 0, 0, 100))
        #expect(offer.bytes.count == 300)
        #expect(
            server.takeLines() == [
                "DHCPDISCOVER from 02:00:00:00:01:01 via eth0",
                "DHCPOFFER on 10.0.0.100 to 02:00:00:00:01:01 via eth0",
            ])
        #expect(server.file.isEmpty)
        let ack = try #require(
            server.receive(
                ClientMessage.request(address, server: IPv4Address(10, 0, 0, 1)).bytes
            ).first)
        #expect(ack.message.type == .ack)
        #expect(ack.after == 1)
        #expect(ack.message.uint32(51) == 43_200)
        #expect(ack.message.address(1) == IPv4Address(255, 255, 255, 0))
        #expect(
            server.takeLines() == [
                "DHCPREQUEST for 10.0.0.100 (10.0.0.1) from 02:00:00:00:01:01 via eth0",
                "DHCPACK on 10.0.0.100 to 02:00:00:00:01:01 via eth0",
            ])
        #expect(String(decoding: server.file, as: UTF8.self).contains("binding state active;"))
        server.pass(seconds: 20_000)
        server.file = []
        let renewal = try #require(server.receive(ClientMessage.renew(address).bytes).first)
        #expect(renewal.message.type == .ack)
        #expect(renewal.route == .routed(destination: address, port: 68))
        #expect(!server.file.isEmpty)
    }

    @Test func anEndedLeaseBecomesFree() throws {
        let server = TestServer(TestText.simple())
        server.receive(ClientMessage.discover().bytes)
        server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 100)).bytes)
        #expect(server.state(10, 0, 0, 100) == .active)
        server.pass(seconds: 43_199)
        #expect(server.state(10, 0, 0, 100) == .active)
        server.pass(seconds: 1)
        #expect(server.state(10, 0, 0, 100) == .free)
    }
}
