import ConfParser
import Server
import Testing
import Wire

/// Which statement wins, and which are run at all (config-language.md §8).
@Suite struct ScopeTests {
    private func value(
        _ configuration: Configuration, _ scopes: [(ScopeID, upTo: ScopeID?)]
    ) -> String {
        var evaluator = Evaluator(configuration)
        evaluator.begin(Facts())
        let packet = DHCPv4Message()
        for (scope, limit) in scopes { evaluator.run(scope, upTo: limit, packet) }
        guard let range = evaluator.value(OptionReference(.dhcp, 15), packet) else { return "-" }
        return String(decoding: evaluator.bytes[range], as: UTF8.self)
    }

    static let nested = """
        option domain-name "root";
        class "c" { match if known; option domain-name "class"; }
        shared-network n {
          option domain-name "network";
          subnet 10.0.0.0 netmask 255.255.255.0 {
            option domain-name "subnet";
            pool { range 10.0.0.5 10.0.0.9; option domain-name "pool"; }
            pool { range 10.0.0.15 10.0.0.19; }
            group { option domain-name "group"; host h { hardware ethernet 1:2:3:4:5:6; } }
            host i { hardware ethernet 1:2:3:4:5:7; }
          }
        }
        """

    @Test func innerScopesWin() throws {
        let configuration = compile(Self.nested)
        let network = try #require(configuration.networks.first).scope
        let subnet = try #require(configuration.subnets.first).scope
        let pools = configuration.pools.map(\.scope)
        #expect(value(configuration, [(.root, nil)]) == "root")
        #expect(value(configuration, [(network, nil)]) == "network")
        #expect(value(configuration, [(subnet, nil)]) == "subnet")
        #expect(value(configuration, [(subnet, nil), (pools[0], subnet)]) == "pool")
        // A pool hangs below the network: without statements of its own the subnet's stay.
        #expect(value(configuration, [(subnet, nil), (pools[1], subnet)]) == "subnet")
        #expect(configuration[pools[0]].parent == network)
    }

    @Test func scopesThatWereRunAreNotRunAgain() throws {
        let configuration = compile(Self.nested)
        let pool = configuration.pools[0].scope
        let subnet = configuration.subnets[0].scope
        let reply: [(ScopeID, upTo: ScopeID?)] = [(subnet, nil), (pool, subnet)]
        let classScope = try #require(configuration.classNamed(Array("c".utf8)))
        #expect(value(configuration, reply + [(configuration[classScope].scope, pool)]) == "class")
        // The group lies around the host and is no part of the pool's chain.
        #expect(value(configuration, reply + [(configuration.hosts[0].scope, pool)]) == "group")
        // This one stands in the subnet: run as a host's chain the subnet overrides the pool (ISC).
        #expect(value(configuration, reply + [(configuration.hosts[1].scope, pool)]) == "subnet")
    }

    @Test func implicitNetworkSharesTheScopeOfItsSubnet() throws {
        let configuration = compile(
            """
            option domain-name "root";
            subnet 10.0.0.0 netmask 255.255.255.0 {
              option domain-name "subnet";
              range 10.0.0.5 10.0.0.9;
              pool { range 10.0.0.15; }
            }
            """)
        #expect(configuration.networks[0].isImplicit)
        #expect(configuration.networks[0].name == Array("10.0.0.0/24".utf8))
        #expect(configuration.networks[0].scope == configuration.subnets[0].scope)
        #expect(
            configuration[configuration.pools[0].scope].parent == configuration.subnets[0].scope)
    }

    @Test func namedGroupLiesAroundTheHostsThatNameIt() {
        let configuration = compile(
            """
            group "g" { option domain-name "first"; }
            host a { group "g"; }
            group "g" { option domain-name "second"; }
            host b { group "g"; }
            host c { option domain-name "own"; group "g"; }
            """)
        let values = configuration.hosts.map { value(configuration, [($0.scope, nil)]) }
        #expect(values == ["first", "second", "own"])
        #expect(configuration.namedGroupCount == 1)
    }

    @Test func classesGrowWithEachDeclaration() throws {
        let configuration = compile(
            """
            class "c" { match if known; option domain-name "one"; lease limit 3; }
            class "c" { match hardware; option domain-name "two"; }
            subclass "c" 1:2:3 { option host-name "h"; }
            subclass "c" 1:2:4;
            """)
        #expect(configuration.classOrder.count == 1)
        #expect(configuration.hasBillingClasses)
        let row = configuration[configuration.classOrder[0]]
        #expect(row.matchIf != nil)
        #expect(row.submatch != nil)
        #expect(value(configuration, [(row.scope, nil)]) == "two")
        let id = configuration.classOrder[0]
        let subclass = try #require(configuration.subclass(of: id, data: [1, 2, 3]))
        #expect(configuration[subclass].leaseLimit == 3)
        #expect(value(configuration, [(configuration[subclass].scope, nil)]) == "two")
        let plain = try #require(configuration.subclass(of: id, data: [1, 2, 4]))
        #expect(configuration[plain].scope == row.scope)
        #expect(configuration.subclass(of: id, data: [1, 2, 5]) == nil)
    }

    @Test func authoritativeHoldsInsideOfWhereItStands() {
        let configuration = compile(
            """
            subnet 10.0.0.0 netmask 255.255.255.0 { }
            authoritative;
            subnet 10.0.1.0 netmask 255.255.255.0 { }
            subnet 10.0.2.0 netmask 255.255.255.0 { not authoritative; }
            """)
        let flags = configuration.networks.map { configuration[$0.scope].isAuthoritative }
        #expect(flags == [false, true, false])
    }
}
