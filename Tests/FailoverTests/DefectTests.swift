import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// What ISC's server does wrong on the wire, and what we do instead (failover.md §11).
@Suite struct DefectTests {
    private func states(_ server: Lone, _ link: LinkID) -> [UInt8] {
        (server.said[link] ?? []).compactMap(\.serverState)
    }

    /// D14: an acknowledgement that was queued when the link broke has a stale xid on the next one.
    @Test func acknowledgementsEndWithTheirLink() {
        let server = Lone(isPrimary: false)
        let first = server.join()
        server.send(first, .bindingUpdate) {
            $0.assignedAddress = IPv4Address(10, 77, 0, 101)
            $0.bindingStatus = 7
        }
        server.on { $0.closed(first, leases: &$1, now: $2, into: &$3) }
        let second = server.join()
        server.run(seconds: 4)
        let acknowledged = (server.said[first] ?? []) + (server.said[second] ?? [])
        #expect(!acknowledged.contains { $0.type == .bindingAcknowledgement })
    }

    /// D29: a partner that waits is not told that we are normal before it can follow.
    @Test func aPartnerThatRecoversIsLetInWhenItIsDone() {
        let server = Lone(isPrimary: false)
        let link = server.join(.recover)
        #expect(server.relationship.state == .partnerDown)
        server.sendState(link, .recoverWait)
        #expect(!states(server, link).contains(2) || server.relationship.state == .partnerDown)
        let before = states(server, link).count { $0 == 2 }
        server.sendState(link, .recoverDone)
        #expect(server.relationship.state == .normal)
        #expect(states(server, link).count { $0 == 2 } == before + 1)
    }

    /// D25: a refusal is not the last word.
    @Test func refusedUpdatesAreTriedAgain() throws {
        let server = Lone(isPrimary: true)
        server.leases.modify(LeaseID(0)) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.rewindBindingState = .active
            $0.ends = Pair.began - 1
        }
        let link = server.accept()
        server.sendConnectAcknowledgement(link) { $0.maxUnacked = 100 }
        server.sendState(link, .normal)
        server.run(seconds: 1)
        let update = try #require(server.said[link]?.first { $0.bindingStatus == 3 })
        server.send(link, .bindingAcknowledgement) {
            $0.xid = update.xid
            $0.assignedAddress = update.assignedAddress
            $0.rejectReason = 2
        }
        func tries() -> Int {
            server.said[link]?.count { $0.assignedAddress == update.assignedAddress } ?? 0
        }
        #expect(tries() == 1)
        for _ in 0..<31 {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
        #expect(tries() == 2)
    }

    /// ISC's primary would say expired all the same, and a secondary that is not in normal may then
    /// end the lease of another client.
    @Test func anEndThatThePartnerSaidFirstIsNotSaidAgain() throws {
        let server = Lone(isPrimary: true)
        for number in 0..<2 {
            server.leases.modify(LeaseID(UInt32(number))) {
                $0.bindingState = .active
                $0.desiredBindingState = .active
                $0.rewindBindingState = .active
                $0.ends = Pair.began - 1
            }
        }
        let link = server.accept()
        server.sendConnectAcknowledgement(link) { $0.maxUnacked = 1 }
        server.sendState(link, .normal)
        server.run(seconds: 1)
        func updates() -> [FailoverMessage] {
            (server.said[link] ?? []).filter { $0.type == .bindingUpdate }
        }
        var answered = 0
        func answer(until isEnough: () -> Bool) {
            while answered < updates().count, !isEnough() {
                let update = updates()[answered]
                answered += 1
                server.send(link, .bindingAcknowledgement) {
                    $0.xid = update.xid
                    $0.assignedAddress = update.assignedAddress
                }
            }
        }
        answer { updates().last?.bindingStatus == 3 }
        let first = try #require(updates().last { $0.bindingStatus == 3 })
        let other = try #require(
            (0..<2).map { server.leases[LeaseID($0)].address }
                .first { $0 != first.assignedAddress })
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = other
            $0.bindingStatus = 3
            $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, 1]
        }
        answer { false }
        let said = updates().filter { $0.assignedAddress == other }.map(\.bindingStatus)
        #expect(!said.isEmpty && !said.contains(3))
    }

    /// D11: what was promised just before the end counts, not how long the state lasted.
    @Test func recoverWaitCountsFromTheLastPromise() {
        let server = Lone(isPrimary: false)
        server.leases.modify(LeaseID(3)) { $0.cltt = Pair.began - 2 }
        _ = server.join(.partnerDown)
        #expect(server.relationship.state == .recover)
        #expect(server.relationship.startOfState == Pair.began - 2)
    }

    /// D13: what an operator set for the process that is gone.
    @Test(arguments: [
        (FailoverState.paused, FailoverState.normal), (.shutdown, .recover),
    ]) func operatorsStatesEndWithTheProcess(_ pair: (FailoverState, FailoverState)) {
        let server = Lone(isPrimary: true, remembered: pair.0)
        #expect(server.relationship.remembered == pair.1)
    }

    /// Found by the simulation: a partner that has forgotten its promises ends no lease.
    @Test func aRecoveringPartnerEndsNoLease() {
        let server = Lone(isPrimary: true)
        server.leases.modify(LeaseID(0)) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.ends = Pair.began - 1
        }
        let link = server.join(.recover)
        let address = server.leases[LeaseID(0)].address
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = address
            $0.bindingStatus = 3
            $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, 1]
        }
        let answer = server.said[link]?.last { $0.type == .bindingAcknowledgement }
        #expect(answer?.rejectReason == 16)
        #expect(server.leases[LeaseID(0)].bindingState == .active)
    }

    /// D6: a BNDACK that repeats the client and says no time.
    @Test func anAcknowledgementThatNamesAClientCostsNoTime() throws {
        let server = Lone(isPrimary: true)
        let link = server.join()
        let update = try #require(server.said[link]?.first { $0.type == .bindingUpdate })
        let address = try #require(update.assignedAddress)
        let found = server.leases.lease(at: address)
        let lease = try #require(found)
        #expect(update.potentialExpiration?.isSet == true)
        server.send(link, .bindingAcknowledgement) {
            $0.xid = update.xid
            $0.assignedAddress = address
            $0.clientIdentifier = [1, 2, 3]
        }
        #expect(server.leases[lease].tsfp == update.potentialExpiration)
        #expect(server.leases[lease].atsfp == update.potentialExpiration)
    }

    /// D7: whatever is said, a stock partner keeps the link.
    @Test(arguments: [true, false]) func everyMessageIsBearableForAStockPartner(_ isPrimary: Bool) {
        let server = Lone(isPrimary: isPrimary)
        let link = server.join()
        server.send(link, .updateRequestAll)
        server.send(link, .poolRequest)
        server.run(seconds: 5)
        let said = server.said[link] ?? []
        #expect(said.contains { $0.type == .state })
        for message in said {
            var bytes: [UInt8] = []
            message.append(to: &bytes)
            #expect(bytes.count <= 2048 && bytes[2] <= 12 && bytes[3] == 12)
            var (place, codes) = (12, [Int]())
            while place + 4 <= bytes.count {
                codes.append(Int(bytes[place]) << 8 | Int(bytes[place + 1]))
                place += 4 + (Int(bytes[place + 2]) << 8 | Int(bytes[place + 3]))
            }
            #expect(place == bytes.count && Set(codes).count == codes.count)
            #expect(!codes.contains(9) && codes.allSatisfy { (1...28).contains($0) })
        }
    }

    /// D16: who is answered in which state.
    @Test(arguments: FailoverState.all) func whatIsServedInWhichState(_ state: FailoverState) {
        let service = Service(own: state, partner: .unknown)
        let serving: [FailoverState] = [
            .normal, .communicationsInterrupted, .partnerDown, .conflictDone,
        ]
        let extending: [FailoverState] = [.resolutionInterrupted, .recoverDone]
        #expect(service.isServing == serving.contains(state))
        #expect(service.isExtending == (serving + extending).contains(state))
    }

    /// Found by the simulation (seed 111294): the partner refused our renewal for its own.
    @Test func aRenewalByThePartnerIsTakenWhereOursWasRefused() {
        let server = Lone(isPrimary: false)
        let lease = LeaseID(0)
        server.leases.setClient(
            lease, uid: [], hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? .none)
        server.leases.modify(lease) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.ends = Pair.began + 30
            $0.tstp = Pair.began + 60
            $0.cltt = Pair.began - 1
        }
        let address = server.leases[lease].address
        let link = server.join()
        func renew(_ client: UInt8) -> UInt8? {
            server.send(link, .bindingUpdate) {
                $0.assignedAddress = address
                $0.bindingStatus = 2
                $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, client]
                $0.leaseExpiration = Pair.began + 50
                $0.potentialExpiration = Pair.began + 80
                $0.clientLastTransaction = Pair.began - 5
            }
            server.run(seconds: 3)
            return server.said[link]?.last { $0.type == .bindingAcknowledgement }?.rejectReason
        }
        let update = server.said[link]?.last { $0.assignedAddress == address }
        server.send(link, .bindingAcknowledgement) {
            $0.xid = update?.xid ?? 0
            $0.assignedAddress = address
            $0.rejectReason = 16
        }
        #expect(renew(2) == 16)
        #expect(renew(1) == nil)
        #expect(server.leases[lease].ends == Pair.began + 50)
    }

    /// Found by the simulation (seeds 324 and 2862): what was granted before a restart is not yet
    /// queued, and the partner says that the lease has ended.
    @Test(arguments: [3, 4] as [UInt8])
    func aBindingThatThePartnerNeverHeardOfIsKept(_ status: UInt8) {
        let server = Lone(isPrimary: true, remembered: .communicationsInterrupted)
        let lease = LeaseID(0)
        server.leases.modify(lease) {
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.ends = Pair.began + 30
            $0.tstp = Pair.began + 60
            $0.cltt = Pair.began - 30
        }
        let link = server.join(.partnerDown)
        #expect(server.relationship.state == .potentialConflict)
        let address = server.leases[lease].address
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = address
            $0.bindingStatus = status
            $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, 1]
            $0.clientLastTransaction = Pair.began - 100
        }
        #expect(server.said[link]?.last { $0.type == .bindingAcknowledgement }?.rejectReason == 16)
        #expect(server.leases[lease].bindingState == .active)
    }

    /// Found by the simulation (seeds 660, 1649 and 1717): how long a lease was held back in
    /// partner-down is nothing that the partner knows, also after a restart.
    @Test(arguments: [FailoverState.partnerDown, .normal])
    func aHoldIsNoPromise(_ remembered: FailoverState) {
        let server = Lone(isPrimary: true, remembered: remembered) { _ in }
        server.leases.modify(LeaseID(0)) {
            $0.bindingState = .expired
            $0.tsfp = Pair.began + 500
        }
        server.on { endpoint, leases, _, _ in endpoint.relationships[0].recallHolds(&leases) }
        #expect(server.relationship.knownExpiration(server.leases[LeaseID(0)]) == .none)
    }
}
