import ConfParser
public import Leases
public import Wire

extension Relationship {
    /// When ``tick(leases:now:into:)`` has something to do; ends of leases come on top, see
    /// ``nextExpiry(leases:)``.
    public func nextDeadline(now: Now) -> Instant? {
        var earliest = timers.next(now: now)
        for link in links where link.phase != .established {
            earliest = min(earliest ?? link.handshakeLimit, link.handshakeLimit)
        }
        if let overdue = nextOverdueUpdate { earliest = min(earliest ?? overdue, overdue) }
        return earliest
    }

    /// As ``nextDeadline(now:)`` with the ends of leases.
    public func nextDeadline(leases: borrowing LeaseStore, now: Now) -> Instant? {
        let timer = nextDeadline(now: now)
        guard let expiry = nextExpiry(leases: leases)?.instant(now) else { return timer }
        return min(timer ?? expiry, expiry)
    }

    /// Does everything that is due.
    public mutating func tick(leases: inout LeaseStore, now: Now, into effects: inout Effects) {
        tickLinks(&leases, now, &effects)
        tickState(&leases, now, &effects)
        if Timers.take(&timers.acknowledge, now) { flushAcknowledgements(now, &effects) }
        takeBackOverdueUpdates(&leases, now, &effects)
        expireDue(leases: &leases, now: now, into: &effects)
        if state == .normal { announceHeld(&leases, now, &effects) }
        if Timers.take(&timers.refused, now) { retryRefused(&leases, now, &effects) }
        if Timers.take(&timers.rebalance, now) {
            balanceAll(mayAsk: true, &leases, now, &effects)
        }
        if Timers.take(&timers.contact, now) { sendContact(now, &effects) }
    }

    private mutating func tickLinks(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        for link in links where link.phase != .established && link.handshakeLimit <= now.mono {
            effects.log(.info, "failover: link startup timeout")
            drop(link.id, flush: false, &leases, now, &effects)
        }
        if Timers.take(&timers.receive, now), let link = established {
            log(.error, &effects, "timeout waiting for failover peer ")
            drop(link, flush: false, &leases, now, &effects)
        }
        tickDialling(now, &effects)
    }

    private mutating func tickState(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        if Timers.take(&timers.startup, now), state == .startup {
            leaveForLinkLoss(&leases, now, &effects)
        }
        if Timers.take(&timers.autoPartnerDown, now), state == .communicationsInterrupted {
            enter(.partnerDown, &leases, now, &effects)
        }
        if let end = timers.recoverWait, end <= now.wall {
            timers.recoverWait = nil
            if state == .recoverWait { enter(.recoverDone, &leases, now, &effects) }
        }
    }
}
