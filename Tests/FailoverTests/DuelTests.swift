import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// Updates of both servers about one lease that cross (failover.md §6.7). Found by the simulation.
@Suite struct DuelTests {
    private let lease = LeaseID(0)
    private let client: [UInt8] = [1, 2, 0, 0, 0, 0, 1]

    /// A client has a lease of this server, and the partner has not heard of it.
    private func bind(_ server: Lone, contact: Timestamp) {
        let hardware = HardwareAddress(type: 1, bytes: client.dropFirst()) ?? .none
        server.leases.setClient(lease, uid: [], hardware: hardware)
        server.leases.modify(lease) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.rewindBindingState = .active
            $0.ends = Pair.began + 60
            $0.tstp = Pair.began + 90
            $0.cltt = contact
        }
    }

    private func say(
        _ server: Lone, _ link: LinkID, _ status: BindingState, contact: Timestamp
    ) -> UInt8? {
        let address = server.leases[lease].address
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = address
            $0.bindingStatus = status.rawValue
            $0.clientHardwareAddress = client
            $0.leaseExpiration = Pair.began + 50
            $0.potentialExpiration = Pair.began + 80
            $0.clientLastTransaction = contact
        }
        server.run(seconds: 3)
        return server.said[link]?.last { $0.type == .bindingAcknowledgement }?.rejectReason
    }

    private func updates(_ server: Lone, _ link: LinkID) -> [FailoverMessage] {
        let address = server.leases[lease].address
        return server.said[link]?.filter {
            $0.type == .bindingUpdate && $0.assignedAddress == address
        } ?? []
    }

    /// Seed 154417: an answer is repeated while the update is under way, and both would refuse.
    @Test func twoRenewalsAreComparedByWhatWasSent() {
        let server = Lone(isPrimary: false)
        bind(server, contact: Pair.began - 8)
        let link = server.join()
        #expect(updates(server, link).last?.clientLastTransaction == Pair.began - 8)
        server.leases.modify(lease) { $0.cltt = Pair.began - 5 }
        #expect(say(server, link, .active, contact: Pair.began - 6) == nil)
        // The later end holds, and the partner hears of it.
        #expect(server.leases[lease].ends == Pair.began + 60)
        #expect(updates(server, link).count == 2)
    }

    /// The client was here after it was there, said or not.
    @Test func anEndIsComparedByTheLastContact() {
        let server = Lone(isPrimary: false)
        bind(server, contact: Pair.began - 8)
        let link = server.join()
        server.leases.modify(lease) { $0.cltt = Pair.began - 5 }
        #expect(say(server, link, .released, contact: Pair.began - 6) == 16)
        #expect(server.leases[lease].bindingState == .active)
    }

    /// Seed 154417: by ISC's rules both may have refused. The partner then ends the lease.
    @Test func aLeaseThatThePartnerRefusedIsToldAgainWhenItWouldEnd() {
        let server = Lone(isPrimary: false)
        bind(server, contact: Pair.began - 5)
        let link = server.join()
        let update = updates(server, link).last
        server.send(link, .bindingAcknowledgement) {
            $0.xid = update?.xid ?? 0
            $0.assignedAddress = server.leases[lease].address
            $0.rejectReason = 16
        }
        #expect(say(server, link, .expired, contact: Pair.began - 8) == 16)
        for _ in 0..<30 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        #expect(updates(server, link).count == 2)
        #expect(updates(server, link).last?.bindingStatus == BindingState.active.rawValue)
    }

    /// Seed 188817: the client was there last, and got less there.
    @Test func aLeaseThatThePartnerLetsExpireLastsUntilTheLaterEnd() {
        let server = Lone(isPrimary: false)
        bind(server, contact: Pair.began - 8)
        let link = server.join()
        #expect(say(server, link, .expired, contact: Pair.began - 6) == 16)
        #expect(server.leases[lease].bindingState == .active)
        for _ in 0..<60 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        #expect(say(server, link, .expired, contact: Pair.began - 6) == nil)
        #expect(server.leases[lease].bindingState == .free)
    }

    /// The partner knows our end: its clock is ahead of ours.
    @Test func anEndThatThePartnerKnowsMayComeEarly() {
        let server = Lone(isPrimary: false)
        bind(server, contact: Pair.began - 8)
        server.leases.modify(lease) { $0.atsfp = $0.tstp }
        let link = server.join()
        #expect(say(server, link, .expired, contact: Pair.began - 6) == nil)
        #expect(server.leases[lease].bindingState == .free)
    }

    /// Seed 211136: it was freed while the partner was down, and the partner, in recover-done,
    /// takes it for a client's.
    @Test func aFreeLeaseThatThePartnerRefusesIsGivenToNobody() {
        let server = Lone(isPrimary: false)
        server.leases.modify(lease) {
            $0.bindingState = .backup
            $0.desiredBindingState = .backup
            $0.rewindBindingState = .backup
            ($0.ends, $0.tstp) = (Pair.began - 60, Pair.began - 60)
        }
        let link = server.join()
        func mayAllocate() -> Bool {
            server.relationship.mayAllocate(server.leases[lease], now: server.now.wall)
        }
        func answer(_ reason: UInt8?) {
            let update = updates(server, link).last
            server.send(link, .bindingAcknowledgement) {
                $0.xid = update?.xid ?? 0
                $0.assignedAddress = server.leases[lease].address
                $0.rejectReason = reason
            }
        }
        #expect(mayAllocate())
        answer(2)
        #expect(!mayAllocate())
        for _ in 0..<31 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        #expect(updates(server, link).count == 2)
        answer(nil)
        #expect(mayAllocate())
    }

    @Test(arguments: [(0, 0, true), (5, 0, false), (0, 5, false)] as [(UInt32, UInt32, Bool)])
    func inRecoverDoneALeaseThatIsOverIsFreed(_ row: (ends: UInt32, potential: UInt32, Bool)) {
        var change = UpdateAcceptance.Case(
            isPrimary: false, isNormal: false, isRecovered: true, from: .active, to: .free,
            ends: Pair.began + row.ends, potential: Pair.began + row.potential, now: Pair.began)
        #expect(UpdateAcceptance.isTransitionAllowed(change) == row.2)
        change.isRecovered = false
        #expect(!UpdateAcceptance.isTransitionAllowed(change))
    }
}
