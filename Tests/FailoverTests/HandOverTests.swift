import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// Free leases that the primary gives to the secondary, when the answer is lost. ISC's secondary
/// would forget a client of its own for what it has heard before (lab: soak, seed 62).
@Suite struct HandOverTests {
    private func gifts(_ server: Lone, _ link: LinkID) -> [FailoverMessage] {
        (server.said[link] ?? []).filter { $0.bindingStatus == BindingState.backup.rawValue }
    }

    private func keepAlive(_ server: Lone, _ link: LinkID, seconds: Int) {
        for _ in 0..<seconds {
            server.run(seconds: 1)
            server.send(link, .contact)
        }
    }

    /// A primary that has given ten leases away and got no answer, and the link is gone.
    private func primaryWithoutAnswers() -> (Lone, LinkID) {
        let server = Lone(isPrimary: true) { $0.maxUnackedUpdates = 4 }
        let link = server.accept()
        server.sendConnectAcknowledgement(link) { $0.maxUnacked = 4 }
        server.sendState(link, .normal)
        return (server, link)
    }

    @Test func unansweredGiftsAreRepeatedBeforeTheFirstState() {
        let (server, first) = primaryWithoutAnswers()
        #expect(gifts(server, first).count == 4)
        server.on { $0.closed(first, leases: &$1, now: $2, into: &$3) }
        let second = server.accept()
        // The window has shrunk meanwhile.
        server.sendConnectAcknowledgement(second) { $0.maxUnacked = 1 }
        let said = (server.said[second] ?? []).map(\.type)
        #expect(said == [.connect] + Array(repeating: .bindingUpdate, count: 4) + [.state])
        #expect(
            gifts(server, second).map(\.assignedAddress)
                == gifts(server, first).map(\.assignedAddress))
        server.sendState(second, .communicationsInterrupted)
        keepAlive(server, second, seconds: 90)
        #expect(server.relationship.state == .normal)
        #expect(gifts(server, second).count == 4)
    }

    @Test func theyAreNotRepeatedOnTheSameLink() {
        let (server, link) = primaryWithoutAnswers()
        keepAlive(server, link, seconds: 120)
        server.sendState(link, .paused)
        server.sendState(link, .normal)
        #expect(server.relationship.state == .normal)
        #expect(gifts(server, link).count == 4)
    }

    /// The process ended before the answer came.
    @Test func aRestartedPrimaryRepeatsThemFirst() {
        let server = Lone(isPrimary: true)
        for number in 0..<3 {
            server.leases.modify(LeaseID(UInt32(number))) {
                $0.bindingState = .backup
                $0.desiredBindingState = .backup
                // The last one was never sent.
                $0.rewindBindingState = number < 2 ? .backup : .free
                $0.tstp = Pair.began - 10
            }
        }
        let link = server.accept()
        server.sendConnectAcknowledgement(link)
        #expect(gifts(server, link).count == 2)
        #expect(server.said[link]?.last?.type == .state)
        server.sendState(link, .communicationsInterrupted)
        let addresses = gifts(server, link).map(\.assignedAddress)
        #expect(addresses.count > 2 && Set(addresses).count == addresses.count)
    }

    /// A second link of a primary whose partner refused the first gift there.
    private func primaryWithARefusal() throws -> (Lone, LinkID, FailoverMessage) {
        let (server, first) = primaryWithoutAnswers()
        server.on { $0.closed(first, leases: &$1, now: $2, into: &$3) }
        let second = server.accept()
        server.sendConnectAcknowledgement(second)
        let gift = try #require(gifts(server, second).first)
        server.send(second, .bindingAcknowledgement) {
            $0.xid = gift.xid
            $0.assignedAddress = gift.assignedAddress
            $0.rejectReason = 2
        }
        server.sendState(second, .communicationsInterrupted)
        return (server, second, gift)
    }

    @Test func aRefusedGiftWaitsForTheNextLink() throws {
        let (server, second, gift) = try primaryWithARefusal()
        keepAlive(server, second, seconds: 90)
        #expect(gifts(server, second).count { $0.assignedAddress == gift.assignedAddress } == 1)
        server.on { $0.closed(second, leases: &$1, now: $2, into: &$3) }
        let third = server.accept()
        server.sendConnectAcknowledgement(third)
        #expect(gifts(server, third).contains { $0.assignedAddress == gift.assignedAddress })
    }

    /// The secondary's clock is behind and it has not forgotten the lease's last client: the gift
    /// seems to come before its time, and the secondary's own word crossed with it (seed 21681).
    @Test func whoRefusesAGiftIsAskedWhatItKnows() throws {
        let (server, link, gift) = try primaryWithARefusal()
        func requests() -> Int { server.said[link]?.count { $0.type == .updateRequest } ?? 0 }
        #expect(requests() == 0)
        keepAlive(server, link, seconds: 31)
        #expect(requests() == 1)
        let update = server.send(link, .bindingUpdate) {
            $0.assignedAddress = gift.assignedAddress
            $0.bindingStatus = BindingState.expired.rawValue
            $0.clientHardwareAddress = [1, 2, 0, 0, 0, 0, 9]
            $0.leaseExpiration = server.now.wall - 40
            $0.potentialExpiration = server.now.wall - 40
        }
        server.send(link, .updateDone)
        keepAlive(server, link, seconds: 3)
        let answer = server.said[link]?.first {
            $0.type == .bindingAcknowledgement && $0.xid == update.xid
        }
        #expect(answer != nil && answer?.rejectReason == nil)
        // Now it is an ordinary free lease again, and may be given once more.
        let row = try #require(
            server.leases.lease(at: gift.assignedAddress ?? .any).map { server.leases[$0] })
        #expect(row.bindingState == .free || gifts(server, link).last?.xid == row.lastXid)
        keepAlive(server, link, seconds: 120)
        #expect(requests() == 1)
    }

    /// It knows nothing: only the clocks were apart (seed 57920).
    @Test func aPartnerWithoutAWordIsGivenItOnceMore() throws {
        let (server, link, gift) = try primaryWithARefusal()
        keepAlive(server, link, seconds: 31)
        func count() -> Int {
            gifts(server, link).count { $0.assignedAddress == gift.assignedAddress }
        }
        #expect(count() == 1)
        server.send(link, .updateDone)
        #expect(count() == 2)
    }

    /// The other side of it: ISC's primary has refused the end and does not ask.
    @Test func aSecondaryThatRefusesAGiftSaysWhy() throws {
        let server = Lone(isPrimary: false)
        let lease = LeaseID(3)
        server.leases.setClient(
            lease, uid: [], hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 9]) ?? .none)
        server.leases.modify(lease) {
            $0.bindingState = .expired
            $0.desiredBindingState = .expired
            $0.ends = Pair.began - 40
            $0.tstp = Pair.began - 40
        }
        let link = server.connect()
        server.sendConnect(link)
        server.sendState(link, .communicationsInterrupted)
        server.sendState(link, .normal)
        func ends() -> [FailoverMessage] {
            (server.said[link] ?? []).filter {
                $0.bindingStatus == BindingState.expired.rawValue
            }
        }
        let end = try #require(ends().first)
        server.send(link, .bindingAcknowledgement) {
            $0.xid = end.xid
            $0.assignedAddress = end.assignedAddress
            $0.rejectReason = 16
        }
        keepAlive(server, link, seconds: 60)
        #expect(ends().count == 1)
        server.send(link, .bindingUpdate) {
            $0.assignedAddress = end.assignedAddress
            $0.bindingStatus = BindingState.backup.rawValue
            $0.leaseExpiration = Pair.began - 40
            $0.potentialExpiration = server.now.wall + 2
        }
        #expect(server.said[link]?.last?.rejectReason == 2)
        keepAlive(server, link, seconds: 31)
        #expect(ends().count == 2)
    }

    /// A client declines here what it had from the secondary, which has not heard it (seed 34331).
    @Test func theSecondarysLeaseIsNotGivenWhenItWasDeclinedHere() throws {
        let server = Lone(isPrimary: true)
        let lease = LeaseID(3)
        server.leases.modify(lease) {
            $0.bindingState = .backup
            $0.desiredBindingState = .backup
            $0.rewindBindingState = .backup
            ($0.tstp, $0.tsfp, $0.atsfp) = (Pair.began - 9, Pair.began - 9, Pair.began - 9)
        }
        server.run(seconds: 20)
        #expect(server.relationship.state == .communicationsInterrupted)
        // One of its own it may give, when nothing else is left.
        for (declined, isAllowed) in [(lease, false), (LeaseID(4), true)] {
            server.on {
                $0[RelationshipID(0)].declined(
                    declined, until: $2.wall + 86400, leases: &$1, now: $2, into: &$3)
            }
            let row = server.leases[declined]
            #expect(server.relationship.mayAllocate(row, now: server.now.wall) == isAllowed)
        }
    }
}
