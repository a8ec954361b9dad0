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

    @Test func aRefusedGiftWaitsForTheNextLink() throws {
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
        keepAlive(server, second, seconds: 90)
        #expect(gifts(server, second).count { $0.assignedAddress == gift.assignedAddress } == 1)
        server.on { $0.closed(second, leases: &$1, now: $2, into: &$3) }
        let third = server.accept()
        server.sendConnectAcknowledgement(third)
        #expect(gifts(server, third).contains { $0.assignedAddress == gift.assignedAddress })
    }
}
