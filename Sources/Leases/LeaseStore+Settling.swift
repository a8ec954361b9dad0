public import ConfParser
public import Wire

// After reading the lease file: time has passed since it was written (leases.md §3).

/// What a relationship does at the start with active leases whose time has passed.
public enum StartUpExpiry: Sendable {
    /// They expire, and wait for the partner's acknowledgement.
    case expires
    /// Their end is the partner's affair: a secondary whose remembered state is `normal`
    /// (failover.md §6.4).
    case isPartners
    /// They expire and become free once nothing promised can still hold: the remembered state is
    /// `partner-down`, since `stos`.
    case partnerDown(stos: Timestamp, mclt: UInt32)

    /// What the remembered state of a relationship says.
    public init(_ peer: FailoverPeerDeclaration, remembering last: FailoverStateRecord?) {
        if let last, last.myState == .partnerDown {
            let mclt = peer.isSecondary ? last.mclt : peer.mclt
            self = .partnerDown(stos: last.myStateTime ?? .none, mclt: mclt ?? 0)
        } else {
            self = peer.isSecondary && last?.myState == .normal ? .isPartners : .expires
        }
    }
}

extension LeaseStore {
    /// As ``settle(now:expiry:willEnd:)`` with nobody in partner-down.
    public mutating func settle(
        now: Timestamp, isExpiryHeld: (RelationshipID) -> Bool = { _ in false },
        willEnd: (inout LeaseStore, LeaseID) -> Void = { _, _ in }
    ) {
        settle(now: now, expiry: { isExpiryHeld($0) ? .isPartners : .expires }, willEnd: willEnd)
    }

    /// Moves on every lease whose time has passed; to be called once after ``enlist()``.
    ///
    /// - Parameter expiry: the rule of a relationship, from its remembered state.
    /// - Parameter willEnd: runs `on expiry` of a lease that is about to end.
    public mutating func settle(
        now: Timestamp, expiry: (RelationshipID) -> StartUpExpiry,
        willEnd: (inout LeaseStore, LeaseID) -> Void = { _, _ in }
    ) {
        for pool in pools.indices {
            if let relationship = pools[pool].relationship,
                case .partnerDown = expiry(relationship)
            {
                setPartnerDown(PoolID(UInt32(pool)), true)
            }
        }
        for pool in pools.indices {
            let relationship = pools[pool].relationship
            // ISC: one list after the other, so that a lease may move on twice.
            for list in [PoolList.active, .expired, .abandoned] {
                while let id = nextDue(pool, list, now) {
                    if let relationship {
                        settle(id, now, expiry(relationship), willEnd)
                    } else {
                        settleAlone(id, willEnd)
                    }
                }
            }
        }
        for pool in pools.indices {
            if pools[pool].relationship != nil { settleBackups(pool, now) }
            unpark(PoolID(UInt32(pool)))
        }
    }

    private func nextDue(_ pool: Int, _ list: PoolList, _ now: Timestamp) -> LeaseID? {
        guard let row = pools[pool].queues[Int(list.rawValue)].next else { return nil }
        return due(LeaseID(row)) <= now ? LeaseID(row) : nil
    }

    /// Without failover.
    private mutating func settleAlone(
        _ id: LeaseID, _ willEnd: (inout LeaseStore, LeaseID) -> Void
    ) {
        let (state, next) = (rows[id.row].bindingState, rows[id.row].nextBindingState)
        guard state != next else {
            park(id)
            return
        }
        if isBound(id) { willEnd(&self, id) }
        guard state == .active, next != .free, next != .backup else {
            moveOn(id)
            return
        }
        modify(id) {
            Self.moveOn(&$0, to: next)
            $0.nextBindingState = .free
        }
        endBinding(id)
    }

    /// ISC, before the link is up: active leases become what they become next; what waits for the
    /// partner's acknowledgement goes on waiting; abandoned ones become free.
    private mutating func settle(
        _ id: LeaseID, _ now: Timestamp, _ expiry: StartUpExpiry,
        _ willEnd: (inout LeaseStore, LeaseID) -> Void
    ) {
        let next = rows[id.row].nextBindingState
        guard next != rows[id.row].bindingState else {
            park(id)
            return
        }
        switch (rows[id.row].bindingState, expiry) {
        case (.active, .isPartners): park(id)
        case (.active, _): settleActive(id, now, expiry, willEnd)
        case (.expired, .partnerDown), (.released, .partnerDown), (.reset, .partnerDown):
            end(id, .free, willEnd)
        case (.expired, _), (.released, _), (.reset, _): park(id)
        default: settle(id, into: next)
        }
    }

    private mutating func settleActive(
        _ id: LeaseID, _ now: Timestamp, _ expiry: StartUpExpiry,
        _ willEnd: (inout LeaseStore, LeaseID) -> Void
    ) {
        let next = rows[id.row].nextBindingState
        if next == .free || next == .backup {
            end(id, next, willEnd)
            return
        }
        settle(id, into: next == .abandoned ? .free : next)
        guard next != .abandoned else { return }
        modify(id) {
            $0.nextBindingState = .free
            guard case .partnerDown(let stos, let mclt) = expiry else { return }
            // ISC looks at the start of partner-down alone, which is too soon while the partner may
            // still have given the lease away for longer.
            let promised = $0.lastPromise(before: stos) + mclt
            $0.tsfp = promised <= now ? stos + mclt : promised
        }
    }

    private mutating func end(
        _ id: LeaseID, _ state: BindingState, _ willEnd: (inout LeaseStore, LeaseID) -> Void
    ) {
        willEnd(&self, id)
        settle(id, into: state)
        endBinding(id)
    }

    /// A change that the partner is to be told of.
    private mutating func settle(_ id: LeaseID, into state: BindingState) {
        modify(id) {
            Self.moveOn(&$0, to: state)
            $0.atsfp = .none
        }
    }

    /// A backup lease that is to become free by time does so.
    private mutating func settleBackups(_ pool: Int, _ now: Timestamp) {
        for id in inOrder(PoolID(UInt32(pool)), .backup) {
            guard rows[id.row].nextBindingState == .free, rows[id.row].ends <= now else { continue }
            settle(id, into: .free)
        }
    }
}
