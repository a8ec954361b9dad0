import ConfParser
import Leases
import Testing
import Wire

@testable import Server

/// What operators have made, changed and taken away is so after a reload, too.
@Suite("Declarations of operators across a reload")
struct DeclaredAtRunTimeTests {
    private static let range = "range 10.0.0.100 10.0.0.109;"
    private static let text = """
        omapi-port 7911; ping-check false; authoritative;
        class "plain" { match hardware; }
        subclass "plain" 1:2:0:0:0:3:1 { option domain-name "first"; }
        group printers { option domain-name "printers"; }
        subnet 10.0.0.0 netmask 255.255.255.0 { \(range) }
        host fixed { hardware ethernet 2:0:0:0:2:1; fixed-address 10.0.0.61; }
        host other { hardware ethernet 2:0:0:0:2:2; fixed-address 10.0.0.62; }
        """

    /// Another configuration with the same declarations, and another pool.
    private static let other = text.replacing(range, with: "range 10.0.0.90 10.0.0.109;")

    private func offer(_ server: TestServer, _ hardware: [UInt8]) throws -> DHCPv4Message {
        var message = ClientMessage.discover(client: hardware[5]).with(55, [15])
        message.hardware = hardware
        return try #require(server.receive(message.bytes).first).message
    }

    private func host(_ name: String, _ hardware: [UInt8], _ last: UInt8) -> HostDeclaration {
        var host = HostDeclaration(name: Array(name.utf8), position: .none)
        host.hardware = HardwareAddress(type: 1, bytes: hardware)
        host.fixedAddresses = [.constant([10, 0, 0, last])]
        return host
    }

    /// Both by the reload and by the one after it, which reads what the first has kept.
    private func reloadTwice(_ server: TestServer, _ check: () throws -> Void) throws {
        for text in [Self.other, Self.text] {
            server.reloadWithDeclarations(text)
            try check()
        }
    }

    @Test func aHostThatWasMadeServes() throws {
        let server = TestServer(Self.text)
        let hardware: [UInt8] = [2, 0, 0, 0, 1, 5]
        server.step(.command(.addHost(host("made", hardware, 50))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address == IPv4Address(10, 0, 0, 50))
        }
        server.step(.command(.changeHost(host("made", hardware, 51))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address == IPv4Address(10, 0, 0, 51))
        }
        server.step(.command(.removeHost(Array("made".utf8))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address.octets[3] >= 90)
        }
    }

    @Test func aHostOfTheFileThatWasTakenAwayIsGone() throws {
        let server = TestServer(Self.text)
        let hardware: [UInt8] = [2, 0, 0, 0, 2, 1]
        server.step(.command(.removeHost(Array("fixed".utf8))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address.octets[3] >= 90)
            #expect(server.core.configuration.host(named: Array("fixed".utf8)) == nil)
        }
        // Its name is free.
        server.step(.command(.addHost(host("fixed", hardware, 51))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address == IPv4Address(10, 0, 0, 51))
        }
    }

    @Test func aHostOfTheFileThatWasChangedStaysSo() throws {
        let server = TestServer(Self.text)
        let hardware: [UInt8] = [2, 0, 0, 0, 2, 2]
        server.step(.command(.changeHost(host("other", hardware, 63))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address == IPv4Address(10, 0, 0, 63))
        }
        server.step(.command(.removeHost(Array("other".utf8))))
        try reloadTwice(server) {
            let address = try offer(server, hardware).yourAddress
            #expect(address.octets[3] >= 90)
        }
    }

    @Test func groupsAndClassesStay() throws {
        let server = TestServer(Self.text)
        let (printers, plain) = (Array("printers".utf8), Array("plain".utf8))
        var group = GroupDeclaration(name: Array("made".utf8), position: .none)
        let domain = OptionReference(.dhcp, 15)
        group.scope.statements = [
            .option(.supersede, domain, .constant(Array("made.example".utf8)))
        ]
        server.step(.command(.addGroup(group)))
        server.step(.command(.removeGroup(printers)))
        let member: [UInt8] = [2, 0, 0, 0, 3, 2]
        let one = SubclassDeclaration(className: plain, data: [1] + member, position: .none)
        server.step(.command(.addSubclass(one, group: nil)))
        server.step(.command(.removeSubclass(class: plain, data: [1, 2, 0, 0, 0, 3, 1])))
        server.step(
            .command(
                .addClass(ClassDeclaration(name: Array("c".utf8), position: .none), group: nil)))
        var host = host("member", [2, 0, 0, 0, 3, 3], 70)
        host.group = group.name
        server.step(.command(.addHost(host)))
        try reloadTwice(server) {
            let configuration = server.core.configuration
            #expect(configuration.namedGroups[printers] == nil)
            #expect(configuration.namedGroups.count == 1)
            #expect(configuration.classNamed(Array("c".utf8)) != nil)
            let id = try #require(configuration.classNamed(plain))
            #expect(configuration.subclass(of: id, data: one.data) != nil)
            #expect(configuration.subclass(of: id, data: [1, 2, 0, 0, 0, 3, 1]) == nil)
            let offer = try offer(server, [2, 0, 0, 0, 3, 3])
            #expect(offer.value(15) == Array("made.example".utf8))
        }
    }
}
