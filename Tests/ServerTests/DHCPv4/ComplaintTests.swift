import Testing

@testable import Server

@Suite struct ComplaintTests {
    @Test func rubbishIsLoggedAtABoundedRate() {
        let server = TestServer(TestText.simple())
        var packet = [UInt8](repeating: 0, count: 240)
        packet.replaceSubrange(0..<3, with: [1, 1, 17])
        for _ in 0..<1000 { server.receive(packet) }
        #expect(server.takeLines().count == Complaints.linesPerSecondMax)
        server.pass(seconds: 1)
        server.receive(packet)
        #expect(server.takeLines() == ["Discarding packet with bogus hlen."])
        #expect(server.core.complaints.count == 1001)
    }

    @Test func unknownNetworksAreLoggedAtABoundedRate() {
        let server = TestServer(TestText.simple())
        var packet = [UInt8](repeating: 0, count: 240)
        packet.replaceSubrange(0..<3, with: [1, 1, 6])
        packet.replaceSubrange(24..<28, with: [198, 51, 100, 1])
        for _ in 0..<1000 { server.receive(packet) }
        let lines = server.takeLines()
        #expect(lines.count == Complaints.linesPerSecondMax)
        #expect(lines.first?.hasSuffix(" via 198.51.100.1: network unknown") == true)
    }

    @Test func queriesWithoutARelayAreLoggedAtABoundedRate() {
        let server = TestServer(TestText.simple())
        var packet = [UInt8](repeating: 0, count: 240)
        packet.replaceSubrange(0..<3, with: [1, 1, 6])
        packet.replaceSubrange(236..<240, with: [0x63, 0x82, 0x53, 0x63])
        packet += [53, 1, 10, 255]
        for _ in 0..<1000 { server.receive(packet) }
        let lines = server.takeLines()
        #expect(lines.count == Complaints.linesPerSecondMax)
        #expect(lines.first?.hasPrefix("DHCPLEASEQUERY from 0.0.0.0: missing giaddr") == true)
    }
}
