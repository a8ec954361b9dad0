import ConfParser
import Server
import Testing
import Wire

@Suite struct LookupTests {
    // MARK: - Subnets

    private func subnet(_ text: String, _ address: IPv4Address) -> String {
        let configuration = compile(text)
        guard let id = configuration.subnet(of: address) else { return "-" }
        return "\(configuration[id].address)"
    }

    @Test func findsTheSubnetOfAnAddress() {
        let text = """
            subnet 10.0.0.0 netmask 255.255.255.0 { }
            subnet 10.0.2.0 netmask 255.255.254.0 { }
            """
        #expect(subnet(text, IPv4Address(10, 0, 0, 255)) == "10.0.0.0")
        #expect(subnet(text, IPv4Address(10, 0, 3, 1)) == "10.0.2.0")
        #expect(subnet(text, IPv4Address(10, 0, 1, 1)) == "-")
        #expect(subnet(text, IPv4Address(10, 0, 4, 0)) == "-")
        #expect(subnet(text, .any) == "-")
        #expect(subnet(text, .broadcast) == "-")
    }

    /// ISC: every new subnet goes to the head of the list, whatever its width.
    @Test func ofOverlappingSubnetsTheLastDeclaredIsFound() {
        let wide = "subnet 10.0.0.0 netmask 255.0.0.0 { }\n"
        let narrow = "subnet 10.0.1.0 netmask 255.255.255.0 { }\n"
        #expect(subnet(wide + narrow, IPv4Address(10, 0, 1, 1)) == "10.0.1.0")
        #expect(subnet(wide + narrow, IPv4Address(10, 0, 2, 1)) == "10.0.0.0")
        #expect(subnet(narrow + wide, IPv4Address(10, 0, 1, 1)) == "10.0.0.0")
    }

    @Test func masksMayHaveHoles() {
        let text = "subnet 10.0.0.1 netmask 255.0.0.255 { }\nsubnet 0.0.0.0 netmask 0.0.0.0 { }"
        #expect(subnet(text, IPv4Address(10, 7, 8, 1)) == "0.0.0.0")
        let other = "subnet 10.0.0.0 netmask 255.0.0.0 { }\nsubnet 10.0.0.1 netmask 255.0.0.255 { }"
        #expect(subnet(other, IPv4Address(10, 7, 8, 1)) == "10.0.0.1")
        #expect(subnet(other, IPv4Address(10, 7, 8, 2)) == "10.0.0.0")
    }

    /// Every answer is what walking all subnets from the last to the first gives.
    @Test func intervalsAgreeWithAWalk() {
        var text = ""
        for index in 0..<60 {
            let length = [8, 12, 16, 20, 24, 28][(index * 7) % 6]
            let mask = UInt32.max << UInt32(32 - length)
            let address = (0x0a00_0000 | UInt32(index) &* 0x0013_5791 & 0x00ff_ffff) & mask
            text += "subnet \(IPv4Address(address)) netmask \(IPv4Address(mask)) { }\n"
        }
        let configuration = compile(text)
        for index in 0..<5000 {
            let address = IPv4Address(0x09ff_fff0 &+ UInt32(index) &* 3571)
            let walked = configuration.subnets.indices.last {
                configuration.subnets[$0].contains(address)
            }
            #expect(configuration.subnet(of: address).map { Int($0.index) } == walked)
        }
    }

    // MARK: - Interfaces

    @Test func interfacesFindTheirNetwork() {
        let configuration = compile(
            """
            shared-network n {
              subnet 10.0.0.0 netmask 255.255.255.0 { }
              subnet 10.0.1.0 netmask 255.255.255.0 { }
            }
            subnet 10.0.2.0 netmask 255.255.255.0 { }
            """)
        func match(_ addresses: IPv4Address...) -> InterfaceMatch {
            configuration.network(ofInterface: Array("eth0".utf8), addresses: addresses)
        }
        let (first, second) = (IPv4Address(10, 0, 0, 1), IPv4Address(10, 0, 1, 1))
        #expect(match(first, second) == .network(NetworkID(0)))
        #expect(match(IPv4Address(10, 0, 2, 1)) == .network(NetworkID(1)))
        #expect(match(IPv4Address(10, 9, 2, 1)) == .none)
        #expect(match(first, IPv4Address(10, 0, 2, 1)) == .conflict)
        #expect(match() == .none)
    }

    // MARK: - Hosts

    private func names(_ configuration: Configuration, _ first: HostID?) -> [String] {
        var names: [String] = []
        var next = first
        while let host = next {
            names.append(String(decoding: configuration.name(of: host), as: UTF8.self))
            next = configuration[host].next
        }
        return names
    }

    @Test func hostsAreFoundByHardwareInOrder() {
        let configuration = compile(
            """
            host a { hardware ethernet 1:2:3:4:5:6; fixed-address 10.0.0.1, 10.0.1.1; }
            host b { hardware ethernet 1:2:3:4:5:7; }
            host c { hardware ethernet 1:2:3:4:5:6; fixed-address other.example; }
            host d { hardware ethernet 1:2:3:4:5:6; }
            """)
        let hardware = HardwareAddress(type: 1, bytes: [1, 2, 3, 4, 5, 6]) ?? .none
        let first = configuration.host(hardware: hardware)
        #expect(names(configuration, first) == ["a", "c", "d"])
        #expect(
            first.map { Array(configuration.fixedAddresses(of: $0)) } == [
                .address(IPv4Address(10, 0, 0, 1)), .address(IPv4Address(10, 0, 1, 1)),
            ])
        let other = HardwareAddress(type: 6, bytes: [1, 2, 3, 4, 5, 6]) ?? .none
        #expect(configuration.host(hardware: other) == nil)
        #expect(configuration.host(hardware: .none) == nil)
    }

    @Test func hostsAreFoundByIdentifier() {
        let configuration = compile(
            """
            host a { uid "abc"; }
            host b { option dhcp-client-identifier 1:2:3; }
            host c { option dhcp-client-identifier "abc"; }
            """)
        #expect(
            names(configuration, configuration.host(identifier: Array("abc".utf8))) == ["a", "c"])
        #expect(names(configuration, configuration.host(identifier: [1, 2, 3])) == ["b"])
        #expect(configuration.host(identifier: [1, 2]) == nil)
        #expect(configuration.host(identifier: [UInt8]()) == nil)
    }

    @Test func hostsAreFoundByHostIdentifier() {
        let configuration = compile(
            """
            host a { host-identifier option host-name "one"; }
            host b { host-identifier option host-name "two"; }
            host c { host-identifier option agent.circuit-id "one"; }
            """)
        let hostName = OptionReference(.dhcp, 12)
        #expect(configuration.hostIdentifierOptions == [OptionReference(.agent, 1), hostName])
        func found(_ option: OptionReference, _ text: String) -> [String] {
            names(configuration, configuration.host(option: option, value: Array(text.utf8)))
        }
        #expect(found(hostName, "two") == ["b"])
        #expect(found(OptionReference(.agent, 1), "one") == ["c"])
        #expect(found(hostName, "three") == [])
    }

    @Test func namesBecomeAddresses() {
        var configuration = compile(
            """
            failover peer "f" {
              secondary; address me.example; peer address both.example;
            }
            host a { fixed-address both.example, 10.0.0.9; }
            host b { fixed-address none.example; }
            host c { fixed-address 10.0.0.10; }
            option routers me.example;
            """)
        let addresses = [IPv4Address(10, 0, 0, 1), IPv4Address(10, 0, 0, 2)]
        let complaints = configuration.resolveNames { name in
            switch String(decoding: name, as: UTF8.self) {
            case "both.example": .addresses(addresses)
            case "me.example": .addresses([IPv4Address(10, 0, 0, 3)])
            default: .failed(Array("host unknown.".utf8))
            }
        }
        #expect(
            complaints.map { String(decoding: $0, as: UTF8.self) } == [
                "none.example: host unknown."
            ])
        #expect(configuration.relationships[0].own.address == .constant([10, 0, 0, 3]))
        #expect(
            configuration.relationships[0].peer.address == .constant([10, 0, 0, 1, 10, 0, 0, 2]))
        let fixed = (0..<3).map { Array(configuration.fixedAddresses(of: HostID($0))) }
        #expect(
            fixed[0] == [addresses[0], addresses[1], IPv4Address(10, 0, 0, 9)].map { .address($0) })
        #expect(fixed[2] == [.address(IPv4Address(10, 0, 0, 10))])
        var evaluator = Evaluator(configuration)
        evaluator.runStartup()
        let routers = evaluator.value(OptionReference(.dhcp, 3), DHCPv4Message())
        #expect(routers.map { Array(evaluator.bytes[$0]) } == [10, 0, 0, 3])
    }

    /// What grows with the number of hosts is small and flat; ISC needs 578 bytes for each.
    @Test func hostRowsAreSmall() {
        #expect(MemoryLayout<HostRow>.stride <= 88)
        var text = ""
        for number in 0..<2000 {
            let (high, low) = (number >> 8, number & 255)
            text += "host h\(number) { hardware ethernet 2:0:0:0:\(high):\(low); "
            text += "fixed-address 10.0.\(high).\(low); }\n"
        }
        // In colon lists the digits are hexadecimal, so some names are taken twice: that is fine.
        let outcome = parse(text)
        let configuration = Configuration(outcome.tree)
        #expect(configuration.hosts.count == 2000 || outcome.hasErrors)
        #expect(configuration.scopes.count == 1)
    }
}
