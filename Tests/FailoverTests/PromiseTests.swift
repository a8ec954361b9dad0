import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// What was promised, by whom, and when it is over. Found by the simulation.
@Suite struct PromiseTests {
    private let lease = LeaseID(3)

    private func hold(
        _ server: Lone, until ends: Timestamp, told: Timestamp, known: Timestamp
    ) {
        server.leases.modify(lease) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.rewindBindingState = .active
            $0.starts = Pair.began - 100
            ($0.ends, $0.tstp, $0.tsfp, $0.atsfp) = (ends, told, known, known)
        }
    }

    private func release(_ server: Lone) {
        server.on {
            $0[RelationshipID(0)].released(lease, leases: &$1, now: $2, into: &$3)
        }
    }

    private func enter(_ server: Lone, _ state: FailoverState) {
        server.on {
            $0[RelationshipID(0)].enterOperatorState(state, leases: &$1, now: $2, into: &$3)
        }
    }

    private func mayAllocate(_ server: Lone) -> Bool {
        server.relationship.mayAllocate(server.leases[lease], now: server.now.wall)
    }

    private func ends(_ server: Lone, _ link: LinkID) -> Int {
        let address = server.leases[lease].address
        return server.said[link]?.count {
            $0.type == .bindingUpdate && $0.assignedAddress == address
                && $0.bindingStatus == BindingState.released.rawValue
        } ?? 0
    }

    /// Seed 1028: what the partner was told, and may have heard, outlasts the client's release.
    @Test func aReleaseDoesNotForgetWhatThePartnerWasTold() {
        let server = Lone(isPrimary: true)
        hold(server, until: Pair.began + 60, told: Pair.began + 90, known: .none)
        server.run(seconds: 20)
        release(server)
        enter(server, .partnerDown)
        server.run(seconds: 77)
        #expect(!mayAllocate(server))
        server.run(seconds: 3)
        #expect(mayAllocate(server))
    }

    /// Seed 172639: the partner has heard it and its answer was lost; it may give the lease away
    /// for as long as that, and MCLT.
    @Test func anAbandonedLeaseIsThePartnersForWhatItWasTold() {
        let server = Lone(isPrimary: true)
        server.leases.modify(lease) {
            $0.bindingState = .abandoned
            $0.desiredBindingState = .abandoned
            $0.rewindBindingState = .abandoned
            $0.ends = Pair.began + 86400
            ($0.tstp, $0.tsfp, $0.atsfp) = (Pair.began + 90, Pair.began, .none)
        }
        server.run(seconds: 20)
        enter(server, .partnerDown)
        server.run(seconds: 78)
        #expect(!mayAllocate(server))
        server.run(seconds: 2)
        #expect(mayAllocate(server))
    }

    /// The client itself has ended what had no end.
    @Test func aLeaseWithoutEndThatWasGivenBackIsHeldForTheMCLT() {
        let server = Lone(isPrimary: true)
        hold(server, until: .never, told: .never, known: .never)
        server.run(seconds: 20)
        release(server)
        let link = server.join(.communicationsInterrupted)
        #expect(server.relationship.state == .normal && ends(server, link) == 0)
        for _ in 0..<9 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        server.send(link, .updateDone)
        #expect(ends(server, link) == 1)
    }

    /// Seed 198449: a stock partner's renewals wait for our window, and an end that is older than
    /// they are would win.
    @Test(arguments: [true, false]) func whatThePartnerMayHaveMissedEndsWhenItHasSaidAll(
        _ isPrimary: Bool
    ) {
        let server = Lone(isPrimary: isPrimary)
        hold(server, until: Pair.began + 60, told: Pair.began + 90, known: Pair.began + 90)
        server.run(seconds: 20)
        release(server)
        server.run(seconds: 100)
        let link = server.join(.communicationsInterrupted)
        func requests() -> Int { server.said[link]?.count { $0.type == .updateRequest } ?? 0 }
        server.sendState(link, .normal)
        #expect(server.relationship.state == .normal)
        #expect(requests() == 1 && ends(server, link) == 0)
        for _ in 0..<40 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        #expect(requests() == 1 && ends(server, link) == 0)
        let address = server.leases[lease].address
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = address
            $0.bindingStatus = BindingState.active.rawValue
            $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, 1]
            $0.leaseExpiration = server.now.wall + 60
            $0.potentialExpiration = server.now.wall + 90
        }
        server.send(link, .updateDone)
        #expect(ends(server, link) == 0)
        #expect(server.leases[lease].bindingState == .active)
    }

    @Test func inPartnerDownItIsHeldForTheMCLTToo() {
        let server = Lone(isPrimary: true)
        hold(server, until: .never, told: .never, known: .never)
        server.run(seconds: 20)
        enter(server, .partnerDown)
        server.run(seconds: 30)
        release(server)
        #expect(!mayAllocate(server))
        server.run(seconds: 10)
        #expect(mayAllocate(server))
    }

    /// Seed 47986: the partner takes a server in recover-done for down, and waits for no more than
    /// what it knows, and MCLT.
    @Test func renewalsInRecoverDoneComeToAnEnd() {
        let server = Lone(isPrimary: true, remembered: .recoverDone)
        server.run(seconds: 20)
        #expect(server.relationship.state == .recoverDone)
        let now = server.now.wall
        func granted(_ known: Timestamp, lasting: Timestamp) -> UInt32 {
            server.relationship.grant(desired: 600, tsfp: known, lasting: lasting, now: now).granted
        }
        #expect(granted(now + 30, lasting: now + 10) == 38)
        #expect(granted(now - 5, lasting: now + 1) == 3)
        #expect(granted(now - 50, lasting: now + 1) == 1)
        let link = server.join(.recoverDone)
        server.sendState(link, .normal)
        #expect(server.relationship.state == .normal)
        #expect(granted(now - 50, lasting: now + 1) == 8)
    }

    /// Seed 61585: the partner is out of service, and knows what was forgotten here.
    @Test func whoHasForgottenEverythingAsksAPartnerThatIsShutDown() {
        let server = Lone(isPrimary: true, remembered: .recover)
        let link = server.join(.shutdown)
        #expect(server.relationship.state == .recover)
        #expect(server.said[link]?.contains { $0.type == .updateRequestAll } == true)
        server.send(link, .updateDone)
        for _ in 0..<9 {
            server.send(link, .contact)
            server.run(seconds: 1)
        }
        #expect(server.relationship.state == .partnerDown)
    }
}
