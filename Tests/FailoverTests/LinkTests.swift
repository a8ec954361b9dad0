import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

@Suite struct LinkTests {
    @Test func aGoodConnectIsAnswered() throws {
        let server = Lone(isPrimary: false)
        let link = server.accept()
        #expect(server.said[link] == nil, "the secondary speaks first")
        let connect = server.sendConnect(link)
        let answers = try #require(server.said[link])
        #expect(answers.map(\.type) == [.connectAcknowledgement, .state])
        #expect(answers[0].xid == connect.xid)
        #expect(answers[0].tlsReply == 0 && answers[0].rejectReason == nil)
        #expect(answers[1].serverState == 2 && answers[1].serverFlags == 1)
        #expect(answers[1].xid == 0)
        #expect(server.relationship.mclt == 8)
        server.sendState(link, .normal)
        #expect(server.relationship.state == .normal)
    }

    @Test func badConnectsAreRefused() throws {
        let far = Timestamp(Pair.began.seconds - 400)
        let cases: [(String, UInt8, String, (inout FailoverMessage) -> Void)] = [
            (
                "other", 8, "unknown failover relationship name",
                { $0.relationshipName = Array("other".utf8) }
            ),
            ("unknown", 8, "missing relationship-name", { $0.relationshipName = nil }),
            ("lab", 4, "time offset too large", { $0.time = far }),
            ("lab", 18, "invalid HBA", { $0.hashBuckets = nil }),
            ("lab", 18, "invalid HBA", { $0.hashBuckets = Array(repeating: 255, count: 31) }),
        ]
        let server = Lone(isPrimary: false)
        for (name, reason, text, change) in cases {
            let link = server.accept()
            server.sendConnect(link, change)
            let answer = try #require(server.said[link]?.last)
            #expect(answer.rejectReason == reason)
            #expect(answer.message == Array(text.utf8))
            #expect((answer.maxUnacked == nil) == (name != "lab"))
            #expect(server.closed.last == link)
            #expect(
                server.lines.suffix(2) == [
                    "Failover CONNECT from \(name): \(text)", "failover: disconnect: \(text)",
                ])
        }
        let count = server.lines.count
        let link = server.accept()
        server.sendConnect(link) { $0.mclt = nil }
        #expect(server.said[link]?.last?.rejectReason == 5)
        #expect(server.closed.last == link && server.lines.count == count)
        #expect(server.relationship.state == .startup)
    }

    @Test func badAnswersToConnectAreRefused() {
        let server = Lone(isPrimary: true)
        let cases: [(String, (inout FailoverMessage) -> Void)] = [
            (
                "Failover CONNECT to lab rejected: Connection rejected, invalid failover partner.",
                { $0.rejectReason = 8 }
            ),
            (
                "Failover CONNECTACK from lab: "
                    + "remote failover relationship name other does not match",
                { $0.relationshipName = Array("other".utf8) }
            ),
            (
                "Failover CONNECTACK from lab: missing relationship-name",
                { $0.relationshipName = nil }
            ),
            (
                "Failover CONNECTACK from lab: time offset too large",
                { $0.time = $0.time + 400 }
            ),
        ]
        for (line, change) in cases {
            let link = server.connect()
            #expect(server.said[link]?.map(\.type) == [.connect])
            server.sendConnectAcknowledgement(link, change)
            #expect(server.lines.last == line)
            #expect(server.closed.last == link)
        }
        let dials = server.dials.count
        server.run(seconds: 5)
        #expect(server.dials.count == dials + 1)
    }

    @Test func aSecondConnectionIsTurnedAway() {
        let server = Lone(isPrimary: false)
        let first = server.join()
        let second = server.accept()
        server.sendConnect(second)
        #expect(server.said[second]?.last?.rejectReason == 7)
        #expect(server.closed == [second])
        let third = server.connect()
        server.sendConnect(third)
        #expect(server.said[third] == nil && server.closed.last == third)
        #expect(server.relationship.established == first)
        // A link on which nothing comes makes room.
        server.run(seconds: 4)
        let fourth = server.accept()
        server.sendConnect(fourth)
        #expect(server.relationship.established == fourth)
        #expect(server.closed.contains(first))
    }

    @Test func nothingCountsBeforeConnect() {
        let server = Lone(isPrimary: false)
        let lease = LeaseID(10)
        for type in [MessageType.bindingUpdate, .state, .updateRequestAll, .poolRequest] {
            let link = server.accept()
            server.send(link, type) {
                $0.assignedAddress = IPv4Address(10, 77, 0, 110)
                $0.bindingStatus = 5
                $0.serverState = 8
            }
            #expect(server.said[link] == nil)
        }
        let flood = server.accept()
        for _ in 0..<PeerLink.strayMax { server.send(flood, .updateRequestAll) }
        #expect(server.closed.last == flood)
        #expect(server.leases[lease].bindingState == .free)
        #expect(server.relationship.state == .startup)
    }

    @Test func strangersAreRefused() {
        let server = Lone(isPrimary: false)
        let link = server.accept(from: IPv4Address(10, 79, 0, 1))
        #expect(server.closed == [link])
        #expect(server.lines.last == "failover: listener: no matching state")
    }

    @Test func silentLinksAreGivenUp() {
        let server = Lone(isPrimary: false)
        let link = server.accept()
        server.run(seconds: 14)
        #expect(server.closed.isEmpty)
        server.run(seconds: 1)
        #expect(server.closed == [link])
        #expect(server.lines.contains("failover: link startup timeout"))
        let good = server.join()
        server.run(seconds: 5)
        #expect(server.relationship.established == good)
        server.run(seconds: 1)
        #expect(server.lines.contains("timeout waiting for failover peer lab"))
        #expect(server.relationship.state == .communicationsInterrupted)
    }

    @Test func aFloodOfLinksIsBounded() {
        let server = Lone(isPrimary: false)
        for _ in 0..<200 { _ = server.accept() }
        #expect(server.relationship.links.count == PeerLink.halfOpenMax)
        #expect(server.closed.count == 200 - PeerLink.halfOpenMax)
        _ = server.join()
        #expect(server.relationship.state == .normal)
    }

    @Test func twoPrimariesDoNotJoin() {
        let server = Lone(isPrimary: true)
        let link = server.accept()
        server.sendConnect(link)
        #expect(server.said[link]?.last?.rejectReason == 8)
        #expect(server.closed == [link])
    }

    @Test func dialsAreRetried() {
        let server = Lone(isPrimary: true) { $0.peerAddresses.append(IPv4Address(10, 78, 0, 9)) }
        func fail(_ isImmediate: Bool) {
            server.on {
                $0.dialFailed(
                    RelationshipID(0), reason: "host unreachable", isImmediate: isImmediate,
                    leases: &$1, now: $2, into: &$3)
            }
        }
        fail(true)
        #expect(server.dials.map(\.1) == [Pair.secondaryAddress, IPv4Address(10, 78, 0, 9)])
        fail(true)
        #expect(server.lines.last == "failover peer lab: host unreachable")
        server.run(seconds: 89)
        #expect(server.dials.count == 2)
        server.run(seconds: 1)
        #expect(server.dials.count == 3)
        fail(false)
        fail(false)
        server.run(seconds: 5)
        #expect(server.dials.count == 5)
        // Nobody answers: not even a refusal.
        server.run(seconds: 15)
        #expect(server.dials.count == 6)
    }

    @Test func aPartnerThatAnnouncesNoTimeIsNotFlooded() {
        let server = Lone(isPrimary: false)
        let link = server.accept()
        server.sendConnect(link) { $0.receiveTimer = 0 }
        server.sendState(link, .normal)
        let before = server.said[link]?.count ?? 0
        server.run(seconds: 5)
        #expect((server.said[link]?.count ?? 0) - before <= 5)
    }

    @Test func oneUpdateAtATimeIsAnsweredAtOnce() {
        let server = Lone(isPrimary: false)
        let link = server.accept()
        server.sendConnect(link) { $0.maxUnacked = 1 }
        server.sendState(link, .normal)
        let update = server.send(link, .bindingUpdate) {
            $0.assignedAddress = IPv4Address(10, 77, 0, 101)
            $0.bindingStatus = 7
        }
        #expect(server.said[link]?.last?.type == .bindingAcknowledgement)
        #expect(server.said[link]?.last?.xid == update.xid)
    }
}

@Suite struct SeveralRelationshipTests {
    private func configurations() -> [RelationshipConfiguration] {
        ["one", "two"].enumerated().map { index, name in
            Pair.configuration(isPrimary: false) {
                $0.name = Array(name.utf8)
                $0.pools = index == 0 ? [PoolID(0)] : []
            }
        }
    }

    @Test func aLinkGoesToTheRelationshipThatItNames() {
        for name in ["one", "two"] {
            let server = Lone(configurations())
            let link = server.accept()
            server.sendConnect(link) { $0.relationshipName = Array(name.utf8) }
            #expect(server.said[link]?.first?.rejectReason == nil)
            #expect(
                server.endpoint.relationships.filter(\.isConnected).map(\.configuration.name)
                    == [Array(name.utf8)])
        }
    }

    @Test func anUnknownNameIsRefused() {
        let server = Lone(configurations())
        let link = server.accept()
        server.sendConnect(link) { $0.relationshipName = Array("three".utf8) }
        #expect(server.said[link]?.first?.rejectReason == 8)
        #expect(server.closed == [link])
    }

    @Test func aPrimarySpeaksWhenThePartnerIsSilent() {
        var both = configurations()
        both[0].isPrimary = true
        both[0].hba = HashBuckets(split: 128).bytes
        both[0].address = Pair.secondaryAddress
        let server = Lone(both)
        let link = LinkID(77)
        server.on {
            $0.accepted(
                link, from: Pair.primaryAddress, at: Pair.secondaryAddress, port: 647,
                leases: &$1, now: $2, into: &$3)
        }
        #expect(server.said[link] == nil)
        server.run(seconds: 2)
        #expect(server.said[link]?.map(\.type) == [.connect])
        #expect(server.said[link]?.first?.relationshipName == Array("one".utf8))
    }
}

@Suite struct StuckPartnerTests {
    /// A stock partner in partner-down keeps what was in flight when the last link broke, and
    /// leaves it out of later requests (failover.md §11 D15).
    @Test func aRecoveryThatWasInterruptedFreesWhatThePartnerStillWaitsFor() {
        let server = Lone(isPrimary: false, remembered: .recover)
        let first = server.join(.partnerDown)
        #expect(server.said[first]?.contains { $0.type == .bindingAcknowledgement } == false)
        server.on { $0.closed(first, leases: &$1, now: $2, into: &$3) }
        let second = server.join(.partnerDown)
        let said = server.said[second] ?? []
        let refusals = said.filter { $0.type == .bindingAcknowledgement }
        #expect(refusals.count == 20)
        #expect(refusals.allSatisfy { $0.rejectReason == 15 && $0.xid == 0 })
        #expect(said.last?.type == .updateRequestAll)
    }
}
