import ConfParser
import Failover
public import Leases
public import Wire

/// The orderly end that an operator asks for: partners are told first, so that they take over
/// without waiting for a time-out (failover.md §10.2 and §11 D12).
struct Shutdown {
    /// Relationships that were told, and the moment after which no answer is waited for.
    var relationships: [RelationshipID]
    var limit: Instant
    /// The process has been told to end.
    var isOver = false
    /// ISC gives its partner about five seconds.
    static let patienceSeconds: UInt32 = 5
}

extension ServerCore {
    /// Moves every relationship that is in normal to shutdown, waits until the partners have taken
    /// over, notes recover for the next start, and ends the process with status 0.
    public mutating func shutDown(now: Now, into effects: inout Effects) {
        guard shutdown == nil else { return }
        let told = relationships.filter { $0.state == .normal }.map(\.id)
        for id in told { setFailoverState(of: id, to: .shutdown, now: now, into: &effects) }
        shutdown = Shutdown(
            relationships: told, limit: now.mono.advanced(seconds: Shutdown.patienceSeconds))
        continueShutdown(now: now, into: &effects)
    }

    /// Ends the process once all partners have taken over, or have had their time.
    mutating func continueShutdown(now: Now, into effects: inout Effects) {
        guard let shutdown, !shutdown.isOver else { return }
        let isAwaited = shutdown.relationships.contains {
            failover[$0].isConnected && failover[$0].partnerState != .partnerDown
        }
        guard !isAwaited || shutdown.limit <= now.mono else { return }
        self.shutdown?.isOver = true
        for id in shutdown.relationships where failover[id].state == .shutdown {
            failover[id].retire(leases: &leases, now: now, into: &effects)
        }
        effects.list.append(.exit(status: 0))
    }
}
