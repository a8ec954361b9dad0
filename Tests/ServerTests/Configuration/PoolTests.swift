import ConfParser
import Leases
import Server
import Testing
import Wire

/// Implicit pools and pools that become one (config-language.md §2).
@Suite struct PoolTests {
    private func ranges(_ text: String) -> [[String]] {
        compile(text).pools.map { pool in pool.ranges.map { "\($0.first)-\($0.last)" } }
    }

    @Test func rangesOfASubnetMakeAPoolThatDeniesBootp() {
        let configuration = compile(
            "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.9 10.0.0.5; range 10.0.0.20; }")
        #expect(configuration.pools.count == 1)
        #expect(configuration.pools[0].prohibits == [.dynamicBootp])
        #expect(configuration.pools[0].permits.isEmpty)
        #expect(
            configuration.pools[0].ranges == [
                AddressRange(first: IPv4Address(10, 0, 0, 5), last: IPv4Address(10, 0, 0, 9)),
                AddressRange(first: IPv4Address(10, 0, 0, 20), last: IPv4Address(10, 0, 0, 20)),
            ])
    }

    @Test func dynamicBootpRangesAreAPoolOfTheirOwn() {
        let configuration = compile(
            """
            subnet 10.0.0.0 netmask 255.255.255.0 {
              range dynamic-bootp 10.0.0.5; range 10.0.0.6;
            }
            """)
        #expect(configuration.pools.map(\.permits) == [[.all], []])
        #expect(configuration.pools.map(\.prohibits) == [[], [.dynamicBootp]])
    }

    /// ISC: a later range joins the pool before the implicit one, whatever that is.
    @Test func laterRangesJoinThePoolBeforeTheImplicitOne() {
        let text = """
            subnet 10.0.0.0 netmask 255.255.255.0 {
              pool { allow known clients; range 10.0.0.5; }
              range 10.0.0.6;
              range 10.0.0.7;
            }
            """
        #expect(
            ranges(text) == [["10.0.0.5-10.0.0.5", "10.0.0.7-10.0.0.7"], ["10.0.0.6-10.0.0.6"]])
    }

    @Test func equalPoolsBecomeOne() {
        let text = """
            shared-network n {
              subnet 10.0.0.0 netmask 255.255.255.0 { }
              pool { allow known clients; deny members of "c"; range 10.0.0.5; }
              pool { deny members of "c"; allow known clients; range 10.0.0.6; }
              pool { allow known clients; range 10.0.0.7; }
              pool { allow known clients; option domain-name "x"; range 10.0.0.8; }
              pool { allow known clients; range 10.0.0.9; }
            }
            """
        #expect(
            ranges("class \"c\" { match if known; }\n" + text) == [
                ["10.0.0.5-10.0.0.5", "10.0.0.6-10.0.0.6"],
                ["10.0.0.7-10.0.0.7", "10.0.0.9-10.0.0.9"], ["10.0.0.8-10.0.0.8"],
            ])
    }

    @Test func poolsOfDifferentNetworksStayApart() {
        let text = """
            subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.5; } }
            subnet 10.0.1.0 netmask 255.255.255.0 { pool { range 10.0.1.5; } }
            """
        #expect(ranges(text).count == 2)
        #expect(compile(text).networks.map(\.pools) == [[PoolID(0)], [PoolID(1)]])
    }

    @Test func failoverPeersAndTimesAreThePools() {
        let configuration = compile(
            """
            failover peer "f" {
              primary; address 127.0.0.1; peer address 127.0.0.2; mclt 1; split 9;
            }
            subnet 10.0.0.0 netmask 255.255.255.0 {
              pool { failover peer "f"; allow after epoch 100; range 10.0.0.5; }
              pool { deny after epoch 200; range 10.0.0.6; }
            }
            """)
        #expect(configuration.pools.map(\.relationship) == [RelationshipID(0), nil])
        #expect(configuration.pools.map(\.validFrom) == [Timestamp(100), nil])
        #expect(configuration.pools.map(\.validUntil) == [nil, Timestamp(200)])
    }

    /// ISC: of dates only that there is one is compared.
    @Test func poolsWithOtherDatesBecomeOneToo() {
        let text = """
            subnet 10.0.0.0 netmask 255.255.255.0 {
              pool { deny after 2 2037/01/06 00:00:00; range 10.0.0.5; }
              pool { deny after 4 2020/01/02 00:00:00; range 10.0.0.6; }
              pool { allow after 4 2020/01/02 00:00:00; range 10.0.0.7; }
            }
            """
        #expect(ranges(text).map(\.count) == [2, 1])
    }
}
