import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

@Suite struct StartTests {
    private static let common = [
        "failover peer lab: I move from recover to startup",
        "failover peer lab: peer moves from unknown-state to recover",
        "failover peer lab: requesting full update from peer",
        "failover peer lab: I move from startup to recover",
        "Sent update request all message to lab",
        "failover peer lab: peer moves from recover to recover",
        "failover peer lab: requesting full update from peer",
        "Sent update request all message to lab",
        "Update request all from lab: sending update",
        "Received update request while old update still flying!  "
            + "Silently discarding old request.",
        "Sent update done message to lab",
        "failover peer lab: peer update completed.",
        "failover peer lab: I move from recover to recover-done",
        "failover peer lab: peer moves from recover to recover-done",
        "Both servers have entered recover-done!",
        "failover peer lab: I move from recover-done to normal",
        "failover peer lab: Both servers normal",
    ]

    @Test func bothNew() {
        let pair = Pair(remembered: nil)
        pair.startToNormal()
        for side in pair.sides {
            #expect(side.moves == ["startup", "recover", "recover-done", "normal"], "\(side.name)")
            for line in Self.common where !line.hasPrefix("Both servers have") {
                #expect(side.lines.contains(line), "\(side.name) never says: \(line)")
            }
        }
        #expect(
            pair.primary.lines.contains {
                $0.hasSuffix("10.77.0.0/24  total 40  free 20  backup 20  lts 0  max-misbal 6")
            })
        #expect(pair.primary.lines.contains("Sending updates to lab."))
        #expect(
            pair.secondary.lines.contains(
                "bind update on 10.77.0.100 from lab rejected: "
                    + "incoming update is less critical than outgoing update"))
        for side in pair.sides {
            #expect(
                side.count(BindingState.free) == 20 && side.count(BindingState.backup) == 20,
                "\(side.name)")
        }
        #expect(pair.wire.first?.message.type == .connect)
        #expect(
            pair.wire.dropFirst().first { $0.side == 1 }?.message.type == .connectAcknowledgement)
        for index in [0, 1] {
            let first = pair.said(index, .state).first
            #expect(first?.serverState == 6 && first?.serverFlags == 1)
        }
    }

    @Test func bothRememberNormal() {
        let pair = Pair()
        pair.startToNormal()
        for side in pair.sides { #expect(side.moves == ["startup", "normal"]) }
        #expect(pair.said(0, .updateRequest).isEmpty && pair.said(1, .updateRequestAll).isEmpty)
        #expect(pair.secondary.count(BindingState.backup) == 20)
        #expect(pair.secondary.relationship.mclt == 8)
    }

    @Test func aloneItIsInterruptedAfterFifteenSeconds() {
        let pair = Pair()
        pair.start([0])
        pair.run(seconds: 14)
        #expect(pair.primary.relationship.state == .startup)
        if case .none(let suffix) = pair.primary.relationship.service {
            #expect("\(suffix)" == " (startup)")
        } else {
            Issue.record("it serves in startup")
        }
        pair.run(seconds: 2)
        #expect(pair.primary.relationship.state == .communicationsInterrupted)
        pair.start([1])
        pair.run(seconds: 10)
        #expect(pair.primary.relationship.state == .normal)
        #expect(pair.secondary.relationship.state == .normal)
    }

    @Test func aNewServerAloneStaysInRecover() {
        let pair = Pair(remembered: nil)
        pair.start([0])
        pair.run(seconds: 60)
        #expect(pair.primary.moves == ["startup", "recover"])
    }

    @Test func contactKeepsAnIdleLink() {
        let pair = Pair()
        pair.startToNormal()
        let since = pair.wire.count
        pair.run(seconds: 120)
        for index in [0, 1] {
            #expect((55...62).contains(pair.said(index, .contact, since: since).count))
            #expect(pair.sides[index].relationship.state == .normal)
        }
    }
}

@Suite struct SharingTests {
    @Test func aLeaseReachesThePartner() throws {
        let pair = Pair()
        pair.startToNormal()
        let lease = try #require(pair.primary.first(.free))
        let since = pair.wire.count
        #expect(pair.bind(0, lease, client: 1) == 8)
        pair.run(seconds: 1)
        let update = try #require(pair.said(0, .bindingUpdate, since: since).first)
        #expect(update.bindingStatus == 2)
        #expect(update.potentialExpiration == Pair.began + 20 + 300 + 4)
        #expect(pair.secondary.row(lease).bindingState == .active)
        #expect(pair.secondary.row(lease).tsfp == update.potentialExpiration)
        pair.run(seconds: 2)
        #expect(pair.primary.row(lease).tsfp == update.potentialExpiration)
        #expect(pair.primary.row(lease).rewindBindingState == .active)
        // Once acknowledged, a renewal has the whole time.
        #expect(pair.bind(0, lease, client: 1) == 300)
    }

    @Test func expiryIsThePrimarysInNormal() throws {
        let pair = Pair()
        pair.startToNormal()
        let lease = try #require(pair.secondary.first(.backup))
        pair.bind(1, lease, client: 1)
        let since = pair.wire.count
        pair.run(seconds: 14)
        let said = pair.said(0, .bindingUpdate, since: since).map(\.bindingStatus)
        #expect(said.contains(BindingState.expired.rawValue))
        #expect(!pair.said(1, .bindingUpdate, since: since).contains { $0.bindingStatus == 3 })
        for side in pair.sides {
            #expect([.free, .backup].contains(side.row(lease).bindingState))
            #expect(side.row(lease).bindingState == pair.primary.row(lease).bindingState)
        }
    }

    @Test func releaseAndDeclineAreShared() throws {
        let pair = Pair()
        pair.startToNormal()
        for index in [0, 1] {
            let list = pair.sides[index].relationship.ownList
            let gone = try #require(pair.sides[index].first(list))
            pair.bind(index, gone, client: 1)
            let refused = try #require(pair.sides[index].first(list))
            pair.bind(index, refused, client: 2)
            pair.run(seconds: 3)
            pair.on(index) {
                $0[RelationshipID(0)].released(gone, leases: &$1, now: $2, into: &$3)
                $0[RelationshipID(0)].declined(
                    refused, until: $2.wall + 86400, leases: &$1, now: $2, into: &$3)
            }
            pair.run(seconds: 5)
            for side in pair.sides {
                #expect([.free, .backup].contains(side.row(gone).bindingState))
                #expect(side.row(refused).bindingState == .abandoned)
                #expect(side.row(refused).hardware.isNone)
            }
        }
    }

    @Test func theWindowOfThePartnerIsKept() {
        let pair = Pair(remembered: nil)
        pair.startToNormal()
        var inFlight: Set<UInt32> = []
        var most = 0
        for (side, message) in pair.wire {
            if side == 0, message.type == .bindingUpdate { inFlight.insert(message.xid) }
            if side == 1, message.type == .bindingAcknowledgement { inFlight.remove(message.xid) }
            most = max(most, inFlight.count)
        }
        #expect(most == 10)
    }

    @Test func anExhaustedSideIsRefilled() throws {
        let pair = Pair {
            $0.minBalance = 6
            $0.maxBalance = 12
            if $0.isPrimary { $0.mclt = 60 }
        }
        pair.startToNormal()
        for client in 0..<UInt8(20) {
            let lease = try #require(pair.secondary.first(.backup))
            pair.bind(1, lease, client: client)
            pair.settle()
        }
        #expect(pair.secondary.count(PoolList.backup) == 0)
        pair.run(seconds: 25)
        #expect(pair.secondary.count(PoolList.backup) > 5)
    }
}

@Suite struct OutageTests {
    @Test func aSilentCutHeals() throws {
        let pair = Pair()
        pair.startToNormal()
        pair.isCut = true
        pair.run(seconds: 8)
        for side in pair.sides {
            #expect(side.relationship.state == .communicationsInterrupted)
            #expect(side.lines.contains("timeout waiting for failover peer lab"))
            #expect(side.lines.contains("peer lab: disconnected"))
        }
        let mine = try #require(pair.primary.first(.free))
        let theirs = try #require(pair.secondary.first(.backup))
        let ended = try #require(
            pair.secondary.last(.backup))
        pair.bind(0, mine, client: 1)
        pair.bind(1, theirs, client: 2)
        pair.bind(1, ended, client: 3, desired: 2)
        pair.run(seconds: 3)
        // It was never announced, so it can go back where it came from.
        #expect(pair.secondary.row(ended).bindingState == .backup)
        pair.isCut = false
        for _ in 0..<20 where pair.primary.relationship.state != .normal { pair.run(seconds: 1) }
        pair.run(seconds: 1)
        for side in pair.sides {
            #expect(side.relationship.state == .normal, "\(side.name): \(side.lines.suffix(5))")
            #expect(side.row(ended).bindingState != .active)
            #expect(!side.moves.contains("potential-conflict"))
        }
        #expect(pair.secondary.row(mine).hardware.bytes.last == 1)
        #expect(pair.primary.row(theirs).hardware.bytes.last == 2)
    }

    @Test func aRestartLosesNothing() throws {
        let pair = Pair()
        pair.startToNormal()
        let lease = try #require(pair.secondary.first(.backup))
        pair.restart(0)
        pair.bind(1, lease, client: 1)
        pair.run(seconds: 7)
        #expect(pair.primary.moves == ["startup", "normal"])
        #expect(pair.secondary.relationship.state == .normal)
        #expect(pair.primary.row(lease).bindingState == .active)
    }

    @Test func aLostLeaseFileIsRecoveredAfterMCLT() throws {
        let pair = Pair()
        pair.startToNormal()
        let lease = try #require(pair.secondary.first(.backup))
        pair.bind(1, lease, client: 1)
        pair.run(seconds: 3)
        pair.bind(1, lease, client: 1)
        pair.run(seconds: 3)
        pair.restart(0, forgetting: true)
        pair.run(seconds: 7)
        #expect(pair.primary.moves == ["startup", "recover", "recover-wait"])
        #expect(pair.secondary.relationship.state == .partnerDown)
        #expect(pair.primary.row(lease).bindingState == .active)
        pair.run(seconds: 8)
        #expect(
            pair.primary.moves == ["startup", "recover", "recover-wait", "recover-done", "normal"])
        #expect(pair.secondary.relationship.state == .normal)
    }

    @Test func twoPartnerDownServersResolveTheirConflict() throws {
        let pair = Pair()
        pair.startToNormal()
        pair.isCut = true
        pair.run(seconds: 8)
        for index in [0, 1] {
            pair.on(index) {
                $0[RelationshipID(0)].enterOperatorState(
                    .partnerDown, leases: &$1, now: $2, into: &$3)
            }
        }
        let mine = try #require(pair.primary.first(.free))
        pair.bind(0, mine, client: 1)
        pair.bind(1, try #require(pair.secondary.first(.backup)), client: 2)
        pair.isCut = false
        let since = pair.wire.count
        pair.run(seconds: 30)
        // Each says what it has when it is asked, and not at the other's first update.
        for (asking, answering) in [(0, 1), (1, 0)] {
            let asked = pair.wire[since...].firstIndex {
                $0.side == asking && $0.message.type == .updateRequest
            }
            let answered = pair.wire[since...].firstIndex {
                $0.side == answering && $0.message.type == .bindingUpdate
            }
            #expect(try #require(asked) < #require(answered))
        }
        #expect(
            pair.primary.moves.suffix(3) == ["potential-conflict", "conflict-done", "normal"])
        #expect(pair.secondary.moves.suffix(2) == ["potential-conflict", "normal"])
        #expect(pair.secondary.row(mine).hardware.bytes.last == 1)
    }

    @Test func partnerDownTakesThePartnersLeasesAfterMCLT() throws {
        let pair = Pair()
        pair.startToNormal()
        pair.isCut = true
        pair.run(seconds: 8)
        pair.on(1) {
            $0[RelationshipID(0)].enterOperatorState(.partnerDown, leases: &$1, now: $2, into: &$3)
        }
        let free = try #require(pair.secondary.first(.free))
        func may() -> Bool {
            pair.secondary.relationship.mayAllocate(
                pair.secondary.row(free), now: pair.now.wall)
        }
        #expect(!may())
        pair.run(seconds: 8)
        #expect(!may())
        pair.run(seconds: 1)
        #expect(may())
    }

    @Test func unansweredUpdatesAreSentAgain() throws {
        let pair = Pair()
        pair.startToNormal()
        let lease = try #require(pair.primary.first(.free))
        pair.bind(0, lease, client: 1)
        // The update is lost with the process that got it, the link lives.
        let since = pair.wire.count
        pair.on(0) { endpoint, leases, now, _ in
            leases.modify(lease) { $0.lastXid = 99_999 }
        }
        pair.run(seconds: 24)
        #expect(
            pair.said(0, .bindingUpdate, since: since).contains {
                $0.assignedAddress == IPv4Address(10, 77, 0, 100) || $0.xid != 99_999
            })
        #expect(pair.primary.row(lease).flags.isEmpty)
    }
}
