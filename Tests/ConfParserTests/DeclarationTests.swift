import ConfParser
import Testing
import Wire

@Suite struct DeclarationTests {
    @Test func scopesNest() throws {
        let outcome = parse(
            """
            authoritative;
            shared-network "office" {
              not authoritative;
              interface eth1;
              subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.20 10.0.0.10; }
              pool { allow unknown-clients; deny members of "c"; range dynamic-bootp 10.0.0.30; }
            }
            """ + "class \"c\" { }")
        // The class is declared too late for the pool, which is a complaint but no loss.
        #expect(outcome.complaints == ["no such class: c"])
        #expect(outcome.tree.root.isAuthoritative)
        guard case .sharedNetwork(let network)? = outcome.declarations.first else {
            Issue.record("no network")
            return
        }
        #expect(network.name == bytes("office"))
        #expect(network.interface == bytes("eth1"))
        #expect(!network.scope.isAuthoritative)
        guard case .subnet(let subnet)? = network.scope.declarations.first,
            case .pool(let pool)? = network.scope.declarations.last
        else {
            Issue.record("no subnet or pool")
            return
        }
        #expect(subnet.isInSharedNetwork)
        #expect(subnet.netmask == IPv4Address(255, 255, 255, 0))
        guard case .range(let range)? = subnet.scope.declarations.first else {
            Issue.record("no range")
            return
        }
        #expect(range.low == IPv4Address(10, 0, 0, 10))
        #expect(range.high == IPv4Address(10, 0, 0, 20))
        #expect(
            pool.permits == [
                PoolPermit(isAllowed: true, clients: .unknown),
                PoolPermit(isAllowed: false, clients: .members(of: bytes("c"))),
            ])
        guard case .range(let single)? = pool.scope.declarations.first else {
            Issue.record("no range in the pool")
            return
        }
        #expect(single.allowsDynamicBootp)
        #expect(single.low == single.high)
    }

    @Test func aSubnetInAGroupStandsAlone() {
        let outcome = parse(
            "shared-network s { subnet 10.0.1.0 netmask 255.255.255.0 { } "
                + "group { subnet 10.0.0.0 netmask 255.255.255.0 { } } }")
        guard case .sharedNetwork(let network)? = outcome.declarations.first,
            case .group(let group)? = network.scope.declarations.last,
            case .subnet(let subnet)? = group.scope.declarations.first
        else {
            Issue.record("not as declared")
            return
        }
        #expect(!subnet.isInSharedNetwork)
    }

    @Test func overlapsAreFoundAcrossManyRanges() {
        var text = "subnet 10.0.0.0 netmask 255.0.0.0 {\n"
        for index in stride(from: 0, to: 200, by: 2) {
            text += "range 10.0.\(index).0 10.0.\(index).9;\n"
        }
        text += "range 10.0.51.0; range 10.0.52.9 10.0.53.0; range 10.0.54.9 10.0.56.0; }"
        #expect(
            parse(text).complaints == [
                "lease 10.0.52.9 is declared twice!", "lease 10.0.54.9 is declared twice!",
                "lease 10.0.56.0 is declared twice!",
            ])
    }

    @Test func positionsAreKept() {
        let outcome = parse("\n  host a { }\ngroup { }")
        guard case .host(let host)? = outcome.declarations.first,
            case .group(let group)? = outcome.declarations.last
        else {
            Issue.record("not as declared")
            return
        }
        #expect(host.position.line == 2)
        #expect(group.position.line == 3)
    }

    @Test func prefixesAndRangesOfV6() {
        let outcome = parse(
            """
            subnet6 2001:db8::/32 {
              range6 2001:db8::1 2001:db8::ff;
              range6 2001:db8:1::/64 temporary;
              pool6 { prefix6 2001:db8:100:: 2001:db8:200:: /48; }
            }
            """, family: .v6)
        #expect(outcome.complaints.isEmpty)
        guard case .subnet6(let subnet)? = outcome.declarations.first else {
            Issue.record("no subnet")
            return
        }
        #expect(subnet.prefixLength == 32)
        #expect(subnet.address.description == "2001:db8::")
        #expect(subnet.scope.declarations.count == 3)
        guard case .range6(let temporary) = subnet.scope.declarations[1] else {
            Issue.record("no range")
            return
        }
        #expect(temporary.isTemporary)
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1::", "1::"), ("0:0:1::", "0:0:1::"), ("::10.0.0.1", "::10.0.0.1"),
    ])
    func addressesOfV6AreReadAndWritten(_ text: String, _ expected: String) {
        #expect(IPv6Bytes(text: bytes(text))?.description == expected)
    }

    @Test(arguments: [
        "", ":", ":1", "1:", "1:::2", "1::2::3", "12345::", "1:2:3:4:5:6:7", "g::",
        "1:2:3:4:5:6:7:8:9",
        "::10.0.0", "1:2:3:4:5:6:7:8::",
    ])
    func whatIsNoAddressOfV6IsRefused(_ text: String) {
        #expect(IPv6Bytes(text: bytes(text)) == nil)
    }

    @Test func failoverPeersAreReferredTo() {
        let outcome = parse(
            """
            failover peer "p" { primary; address a.example; port 647; peer address 10.0.0.2;
              peer port 847; mclt 60; split 9; load balance max seconds 3; min-balance 7; }
            subnet 10.0.0.0 netmask 255.255.255.0 {
              pool { failover peer "p"; range 10.0.0.1; }
              pool { range 10.0.0.2; }
            }
            failover peer "p" state { my state normal at epoch 5; partner state recover-wait; }
            """)
        #expect(outcome.complaints.isEmpty)
        let peer = outcome.tree.failoverPeers[0]
        #expect(peer.isReferenced)
        #expect(!peer.isSecondary)
        #expect(peer.own.address == .hostLookup(name: bytes("a.example"), .first))
        #expect(peer.peer.address == .constant([10, 0, 0, 2]))
        #expect(peer.peer.port == 847)
        #expect(peer.maxBalance == nil)
        #expect(peer.hashBuckets == [0xff, 0x01] + [UInt8](repeating: 0, count: 30))
        let state = outcome.tree.failoverStates[0]
        #expect(state.myState == .normal)
        #expect(state.myStateTime == Timestamp(5))
        #expect(state.partnerState == .recoverWait)
        guard case .subnet(let subnet)? = outcome.declarations.first,
            case .pool(let first)? = subnet.scope.declarations.first,
            case .pool(let second)? = subnet.scope.declarations.last
        else {
            Issue.record("no pools")
            return
        }
        #expect(first.failoverPeer == 0)
        #expect(second.failoverPeer == nil)
    }

    @Test func zonesAndKeys() {
        let outcome = parse(
            """
            key k { algorithm hmac-md5; secret "c2VjcmV0"; };
            key big.key { algorithm HMAC-SHA256.; secret ab cd; }
            zone example.org { primary 10.0.0.1, ns.example; secondary6 2001:db8::1; key K; }
            zone EXAMPLE.org. { primary 10.0.0.2; }
            """)
        #expect(outcome.complaints.isEmpty)
        #expect(outcome.tree.keys.map(\.name) == [bytes("k"), bytes("big.key")])
        #expect(outcome.tree.keys[0].secret == bytes("secret"))
        #expect(outcome.tree.keys[0].algorithm == bytes("hmac-md5.SIG-ALG.REG.INT."))
        #expect(outcome.tree.zones.count == 1)
        #expect(outcome.tree.zones[0].primary == [.constant([10, 0, 0, 2])])
    }

    @Test func serverIdentifiersOfV6() {
        #expect(parse("server-duid llt;").tree.serverDUID == .generateLLT)
        #expect(parse("server-duid ll;").tree.serverDUID == .generateLL)
        #expect(
            parse("server-duid en 2495 \"ab\";").tree.serverDUID
                == .bytes([0, 2, 0, 0, 9, 191, 97, 98]))
        #expect(
            parse("server-duid ll ethernet 2:0:0:0:0:1;").tree.serverDUID
                == .bytes([0, 3, 0, 1, 2, 0, 0, 0, 0, 1]))
        #expect(
            parse("server-duid llt ethernet 256 2:1;").tree.serverDUID
                == .bytes([0, 1, 0, 1, 0, 0, 1, 0, 2, 1]))
    }

    @Test func includedFilesAreNamedInPositions() {
        let outcome = parseConfiguration(path: bytes("a"), family: .v4) { path in
            path == bytes("a")
                ? .bytes(bytes("include \"b\"; host two { }")) : .bytes(bytes("\nhost one { }"))
        }
        #expect(outcome.tree.files == [bytes("a"), bytes("b")])
        let positions = outcome.declarations.compactMap { declaration -> SourcePosition? in
            if case .host(let host) = declaration { host.position } else { nil }
        }
        #expect(positions.map(\.file) == [1, 0])
        #expect(positions.map(\.line) == [2, 1])
    }
}
