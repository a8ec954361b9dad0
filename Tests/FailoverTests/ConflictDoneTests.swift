import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// ISC's primary ends when it hears in conflict-done of an unfitting state, and again whenever it
/// is restarted (failover.md §11 D2).
@Suite struct ConflictDoneTests {
    private func states(_ server: Lone, _ link: LinkID) -> [UInt8] {
        (server.said[link] ?? []).compactMap(\.serverState)
    }

    private let bearable: Set<UInt8> = [
        FailoverState.normal.rawValue, FailoverState.potentialConflict.rawValue,
        FailoverState.resolutionInterrupted.rawValue,
    ]

    /// A secondary whose primary is in conflict-done and sends what it still has to tell.
    private func resolving() -> (Lone, LinkID) {
        let server = Lone(isPrimary: false)
        let link = server.connect()
        server.sendConnect(link)
        server.sendState(link, .partnerDown)
        server.sendState(link, .potentialConflict)
        server.sendState(link, .conflictDone)
        return (server, link)
    }

    /// A secondary that is normal, and whose primary has not heard that.
    private func ahead() -> (Lone, LinkID) {
        let (server, link) = resolving()
        server.send(link, .updateDone)
        return (server, link)
    }

    private func again(_ server: Lone, after link: LinkID) -> LinkID {
        server.on { $0.closed(link, leases: &$1, now: $2, into: &$3) }
        let next = server.connect()
        server.sendConnect(next)
        return next
    }

    /// Hears of conflict-done on a link and comes to a resolution there.
    private func settle(_ server: Lone, _ link: LinkID) {
        server.sendState(link, .conflictDone)
        #expect(server.relationship.state == .potentialConflict)
        let requests: [MessageType] = [.updateRequest, .updateRequestAll]
        #expect(server.said[link]?.contains { requests.contains($0.type) } == true)
        server.send(link, .updateDone)
        #expect(server.relationship.state == .normal)
        #expect(bearable.isSuperset(of: states(server, link)))
    }

    @Test func aPrimaryThatIsBehindIsNotToldOfTheInterruption() {
        let (server, first) = ahead()
        let second = again(server, after: first)
        #expect(server.relationship.state == .communicationsInterrupted)
        #expect(server.said[second]?.last?.type == .connectAcknowledgement)
        settle(server, second)
    }

    @Test(arguments: [FailoverState.normal, .communicationsInterrupted, .partnerDown])
    func whatItIsNowWasWaitedFor(_ partner: FailoverState) {
        let (server, first) = ahead()
        let second = again(server, after: first)
        #expect(states(server, second) == [])
        server.sendState(second, partner)
        #expect(
            states(server, second) == [
                FailoverState.communicationsInterrupted.rawValue,
                partner == .partnerDown
                    ? FailoverState.potentialConflict.rawValue : FailoverState.normal.rawValue,
            ])
    }

    /// The secondary has lost its leases, or an operator has said that the primary is down.
    @Test(arguments: [
        (FailoverState.recover, FailoverState.unknown), (.partnerDown, .potentialConflict),
    ])
    func whoMayFindItThereWaits(_ own: FailoverState, _ partner: FailoverState) {
        let server = Lone(isPrimary: false, remembered: own, partner: partner)
        let link = server.connect()
        server.sendConnect(link)
        #expect(server.said[link]?.last?.type == .connectAcknowledgement)
        server.sendState(link, .conflictDone)
        #expect(server.relationship.state == .potentialConflict)
        #expect(bearable.isSuperset(of: states(server, link)))
    }

    @Test func anOperatorsWordIsNotForItsEars() {
        let (server, link) = resolving()
        server.on {
            $0[RelationshipID(0)].enterOperatorState(
                .partnerDown, leases: &$1, now: $2, into: &$3)
        }
        #expect(!states(server, link).contains(FailoverState.partnerDown.rawValue))
        #expect(server.closed == [link] && server.relationship.state == .partnerDown)
        let second = server.connect()
        server.sendConnect(second)
        settle(server, second)
    }

    /// Seed 114416: the primary was in recover a moment ago, and goes to conflict-done.
    @Test func nobodyIsFollowedIntoRecover() {
        let server = Lone(isPrimary: false)
        let link = server.connect()
        server.sendConnect(link)
        server.sendState(link, .partnerDown)
        server.sendState(link, .potentialConflict)
        #expect(server.relationship.state == .potentialConflict)
        server.sendState(link, .recover)
        #expect(server.closed == [link])
        #expect(server.relationship.state == .resolutionInterrupted)
    }

    /// ISC's secondary, restarted in communications-interrupted, knows the primary's state already.
    @Test func aPrimaryLeftBehindByAStockSecondaryResolvesAnew() {
        let server = Lone(isPrimary: true, remembered: .conflictDone, partner: .potentialConflict)
        let link = server.join(.communicationsInterrupted)
        #expect(server.relationship.state == .potentialConflict)
        #expect(states(server, link).last == FailoverState.potentialConflict.rawValue)
        #expect(server.said[link]?.contains { $0.type == .updateRequest } == true)
    }
}
