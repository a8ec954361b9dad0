import Leases
import Server
import Testing
import Wire

struct RobustnessTests {
    /// Messages of every kind, as a real client or relay sends them.
    private static var seeds: [[UInt8]] {
        var relayed = ClientMessage.discover().with(82, [1, 3, 1, 2, 3, 5, 4, 10, 0, 0, 0])
        relayed.relayAddress = IPv4Address(10, 0, 0, 1)
        let address = IPv4Address(10, 0, 0, 100)
        return [
            ClientMessage.discover().with(55, [1, 3, 6, 43, 82]).with(61, [1, 2]).bytes,
            ClientMessage.request(address).with(12, [97, 0]).with(57, [2, 64]).bytes,
            ClientMessage.renew(address).with(60, [97, 98, 99]).bytes, relayed.bytes,
            ClientMessage(.inform).with(118, [10, 0, 0, 0]).bytes,
            ClientMessage(.leaseQuery).with(61, [105]).bytes,
            ClientMessage(.decline).with(50, address.octets).bytes,
            ClientMessage(nil).with(52, [3]).bytes,
        ]
    }

    @Test func truncatedAndDamagedMessagesDoNoHarm() {
        var chance: UInt64 = 88
        func next(_ limit: Int) -> Int {
            chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: chance >> 33) % limit
        }
        let server = TestServer(
            TestText.simple("allow leasequery;", subnet: "range dynamic-bootp 10.0.0.20 10.0.0.30;")
        )
        for seed in Self.seeds {
            for count in 230...seed.count { server.receive(Array(seed[0..<count])) }
            for _ in 0..<200 {
                var damaged = seed
                for _ in 0...next(4) { damaged[next(damaged.count)] = UInt8(next(256)) }
                server.receive(damaged)
            }
        }
        server.core.leases.checkInvariants()
        server.pass(seconds: 100_000)
        server.core.leases.checkInvariants()
    }

    @Test func theFuzzersEntryTakesAnything() {
        fuzzPacket([])
        for seed in Self.seeds { fuzzPacket(seed) }
    }
}
