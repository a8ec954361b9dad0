import ConfParser
public import Leases
public import Wire

// Changes of leases of failover pools (failover.md §6.4). All writes of binding states in this
// module go through `place`.

extension Relationship {
    /// The list of the leases that this server may give out, and that of the partner.
    public var ownList: PoolList { configuration.isPrimary ? .free : .backup }
    public var peerList: PoolList { configuration.isPrimary ? .backup : .free }
    /// The binding states of those.
    public var ownFreeState: BindingState { configuration.isPrimary ? .free : .backup }
    public var peerFreeState: BindingState { configuration.isPrimary ? .backup : .free }

    /// True for the pools of this relationship.
    public func owns(_ pool: PoolID) -> Bool { poolSet.contains(pool) }

    /// True when a lease may be given to a client that does not hold it (failover.md §6.9).
    public func mayAllocate(_ row: LeaseRow, now: Timestamp) -> Bool {
        !row.flags.contains(.disputed) && Allocation.isAllowed(row, rights, now: now)
    }

    /// True when an ended lease may be given back to its own client at once (failover.md §6.4).
    public func mayReturn(_ row: LeaseRow) -> Bool {
        (row.bindingState == .expired || row.bindingState == .released)
            && row.rewindBindingState == .active
    }

    private var rights: Allocation.Rights {
        var isPartnerDown = false
        if case .partnerDown = service { isPartnerDown = true }
        return Allocation.Rights(
            isPrimary: configuration.isPrimary, isPartnerDown: isPartnerDown,
            startOfState: startOfState, mclt: mclt)
    }

    /// How much of the desired time a client gets, and when the lease ends (failover.md §6.5).
    public func grant(
        desired: UInt32, tsfp: Timestamp, lasting: Timestamp = .none, now: Timestamp
    ) -> (granted: UInt32, ends: Timestamp) {
        let granted = LeaseTime.granted(
            desired: desired, mclt: mclt, tsfp: tsfp, lasting: lasting,
            isDown: state == .recoverDone, now: now)
        return (granted, LeaseTime.end(granted: granted, now: now))
    }

    /// The potential expiration that the partner knows. In partner-down, and as long as it lasts
    /// afterwards, `tsfp` of an ended lease is how long it is held back, which the partner does not
    /// know; nor does the lease file tell the one from the other.
    public func knownExpiration(_ row: LeaseRow) -> Timestamp {
        let isHeld = state == .partnerDown || !row.flags.isDisjoint(with: [.held, .doubtful])
        return isHeld && row.isEnded ? .none : row.tsfp
    }

    /// The state that a lease takes when its time has come.
    static func successor(of state: BindingState) -> BindingState {
        switch state {
        case .active: .expired
        case .expired, .released, .reset, .abandoned, .free: .free
        case .backup: .backup
        }
    }

    /// Gives a lease a binding state. When a client's lease becomes free, what belonged to the
    /// client goes, whoever decided it.
    mutating func place(
        _ lease: LeaseID, _ next: BindingState, _ leases: inout LeaseStore, _ now: Now,
        change: (inout LeaseRow) -> Void = { _ in }
    ) {
        let old = leases[lease].bindingState
        let wasHeld = old == .active || old == .expired || old == .released
        let isFree = next == .free || next == .backup
        leases.modify(lease) {
            $0.flags.remove([.held, .doubtful, .unheard])
            $0.bindingState = next
            $0.nextBindingState = Self.successor(of: next)
            $0.desiredBindingState = next
            change(&$0)
        }
        if wasHeld, isFree {
            leases.noteEnding(lease, old == .released ? .release : .expiry)
            leases.endBinding(lease, keepsVariables: old != .released)
        }
        if old == .free || old == .backup || isFree {
            scheduleBalance(leases[lease].pool, leases, now)
        }
    }

    /// Writes the record of a lease and queues it for the partner.
    mutating func announce(
        _ lease: LeaseID, _ leases: inout LeaseStore, _ effects: inout Effects
    ) {
        leases.modify(lease) { $0.atsfp = .none }
        effects.commit { leases.appendRecord(of: lease, to: &$0) }
        enqueue(lease, &leases)
    }
}

// MARK: - Events of clients

extension Relationship {
    /// After an ACK has changed a lease (client, `starts`, `ends` and `cltt` are set): tells the
    /// partner. Writes the record; a reply to the client waits for `effects.sequence`.
    /// - Parameter desired: the lease time before MCLT cut it, as given to
    ///   ``grant(desired:tsfp:lasting:now:)``.
    /// - Parameter granted: what the client was given.
    public mutating func bound(
        _ lease: LeaseID, desired: UInt32, granted: UInt32, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        let tstp = LeaseTime.potentialExpiration(
            desired: desired, granted: granted, now: now.wall)
        becomeActive(lease, tstp: tstp, &leases, now, &effects)
    }

    /// After a BOOTP reply: such a lease has no potential expiration (failover.md §6.3).
    public mutating func boundByBOOTP(
        _ lease: LeaseID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        becomeActive(lease, tstp: .none, &leases, now, &effects)
    }

    private mutating func becomeActive(
        _ lease: LeaseID, tstp: Timestamp, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        let rewind = leases[lease].rewindBindingState
        let wasFree = leases[lease].bindingState == ownFreeState
        let known = min(knownExpiration(leases[lease]), tstp)
        place(lease, .active, &leases, now) {
            $0.tstp = tstp
            $0.tsfp = known
        }
        if rewind == .free || rewind == .backup {
            scheduleBalance(leases[lease].pool, leases, now)
        }
        announce(lease, &leases, &effects)
        if wasFree { watchSupply(leases[lease].pool, leases, now, &effects) }
        sendUpdates(&leases, now, &effects)
    }

    /// A client gives its lease back. Writes the record.
    public mutating func released(
        _ lease: LeaseID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        guard leases[lease].bindingState == .active else { return }
        let next = endedState(leases[lease], otherwise: .released)
        place(lease, next, &leases, now) {
            // ISC forgets here what the partner was told last, and may have acted upon.
            if next == .released, $0.rewindBindingState == .active, $0.tstp > $0.tsfp {
                $0.tsfp = $0.tstp
                $0.flags.insert(.doubtful)
            }
            $0.ends = now.wall
            $0.tstp = now.wall
        }
        leases.modifyDetails(lease) { $0.variables = [] }
        holdIfUnheard(lease, &leases, now)
        announce(lease, &leases, &effects)
        sendUpdates(&leases, now, &effects)
    }

    /// A client refused an address, or it answered a ping. Drops the client; writes the record.
    public mutating func declined(
        _ lease: LeaseID, until ends: Timestamp, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        leases.setClient(lease, uid: [], hardware: .none)
        place(lease, .abandoned, &leases, now) { $0.ends = ends }
        leases.modifyDetails(lease) { $0 = LeaseDetails() }
        announce(lease, &leases, &effects)
        sendUpdates(&leases, now, &effects)
    }

    /// An administrator takes a lease back. Writes the record.
    public mutating func reset(
        _ lease: LeaseID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        place(lease, .reset, &leases, now) { $0.ends = now.wall }
        holdIfUnheard(lease, &leases, now)
        announce(lease, &leases, &effects)
        sendUpdates(&leases, now, &effects)
    }

    /// The due time of a lease may have come: active leases expire, abandoned ones become free, and
    /// while the partner is down ended ones become free as well. Nothing happens when it is not due
    /// or when it is the partner's to decide.
    /// - Returns: true when the lease changed.
    @discardableResult
    public mutating func expired(
        _ lease: LeaseID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) -> Bool {
        guard expire(lease, &leases, now, &effects) else { return false }
        sendUpdates(&leases, now, &effects)
        return true
    }

    mutating func expire(
        _ lease: LeaseID, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) -> Bool {
        let row = leases[lease]
        guard leases.due(lease) <= now.wall else { return false }
        switch row.bindingState {
        case .active:
            // In normal the primary expires leases and tells the secondary.
            guard configuration.isPrimary || state != .normal, !state.isRecovering else {
                return false
            }
            place(lease, endedState(row, otherwise: .expired), &leases, now)
            holdIfPartnerDown(lease, &leases, now)
        case .abandoned:
            // ISC lets it go at once, also when the partner still renews the client's lease.
            guard state == .partnerDown || row.isKnownToPartner(owned: ownFreeState) else {
                return false
            }
            place(lease, .free, &leases, now)
        case .expired, .released, .reset:
            guard state == .partnerDown else { return false }
            place(lease, .free, &leases, now)
        case .free, .backup: return false
        }
        announce(lease, &leases, &effects)
        return true
    }

    /// A lease that the partner has never heard of returns to where it came from.
    private func endedState(_ row: LeaseRow, otherwise: BindingState) -> BindingState {
        state == .communicationsInterrupted && row.rewindBindingState == ownFreeState
            ? ownFreeState : otherwise
    }
}

// MARK: - Due times

extension Relationship {
    /// Leases of this relationship that one tick may expire; the next one goes on.
    static let expiriesPerTurnMax = 16384

    /// When ``expireDue(leases:now:into:)`` has something to do next, by the wall clock.
    public func nextExpiry(leases: borrowing LeaseStore) -> Timestamp? {
        var earliest: Timestamp?
        for pool in configuration.pools {
            guard let due = leases.nextExpiry(in: pool) else { continue }
            earliest = min(earliest ?? due, due)
        }
        return earliest
    }

    /// Changes the leases whose time has come; called by `tick`. Those that must wait for something
    /// else than time are parked until the state changes.
    public mutating func expireDue(
        leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        var left = Self.expiriesPerTurnMax
        for pool in configuration.pools {
            while left > 0, let lease = leases.nextDue(at: now.wall, in: pool) {
                left -= 1
                if !expire(lease, &leases, now, &effects) { leases.park(lease) }
            }
        }
        if left < Self.expiriesPerTurnMax { sendUpdates(&leases, now, &effects) }
    }

    /// Another state has other rules for the ends of leases.
    func unparkLeases(_ leases: inout LeaseStore) {
        for pool in configuration.pools { leases.unpark(pool) }
    }

    /// Sorts ended leases by when they may be reused while the partner is down.
    func markPartnerDown(_ isDown: Bool, _ leases: inout LeaseStore) {
        for pool in configuration.pools { leases.setPartnerDown(pool, isDown) }
    }

    /// What the lease file says of ended leases is read with care: `tsfp` is how long they are held
    /// back if that was in partner-down, and may be so in another state that followed.
    mutating func recallHolds(_ leases: inout LeaseStore) {
        let mark: LeaseFlags = remembered == .partnerDown ? .held : .doubtful
        for pool in configuration.pools {
            for lease in leases.inOrder(pool, .expired) {
                leases.modify(lease) { $0.flags.insert(mark) }
            }
        }
        if remembered != .partnerDown { holdUnheard(&leases) }
    }

    /// On entry into partner-down all ended leases are held until the partner's promises are over.
    func holdEndedLeases(_ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects) {
        for pool in configuration.pools {
            for lease in leases.inOrder(pool, .expired) {
                holdIfPartnerDown(lease, &leases, now)
                effects.commit { leases.appendRecord(of: lease, to: &$0) }
            }
        }
    }

    /// The partner may have renewed a lease up to MCLT beyond the latest potential expiration that
    /// was ever exchanged about it. ISC forgets that and takes its own state's start
    /// (failover.md §11 D10).
    private func holdIfPartnerDown(_ lease: LeaseID, _ leases: inout LeaseStore, _ now: Now) {
        guard state == .partnerDown, leases[lease].isEnded else { return }
        let (start, mclt) = (startOfState, mclt)
        leases.modify(lease) {
            let promised =
                $0.flags.contains(.held)
                ? max($0.tsfp, start + mclt) : $0.lastPromise(before: start) + mclt
            $0.tsfp = promised
            if promised > now.wall { $0.flags.insert(.held) } else { $0.flags.remove(.held) }
        }
    }

    private mutating func holdIfUnheard(
        _ lease: LeaseID, _ leases: inout LeaseStore, _ now: Now
    ) {
        holdIfPartnerDown(lease, &leases, now)
        guard !isConnected, state != .partnerDown, leases[lease].isGivenBack else { return }
        leases.modify(lease) { $0.flags.insert(.unheard) }
    }

    /// A client wants back what it gave back, and this server cannot give it before the partner has
    /// agreed to the end. The partner may not have heard of that yet and answer the client, without
    /// a record as below (seed 53785).
    public mutating func claimedAgain(
        _ lease: LeaseID, leases: inout LeaseStore, now: Now
    ) {
        guard state == .normal, leases[lease].isGivenBack,
            !leases[lease].flags.contains(.unheard)
        else { return }
        leases.modify(lease) { $0.flags.insert(.unheard) }
        timers.held = min(timers.held ?? .never, endOfHold(leases[lease]))
    }

    /// The link is gone, or this process has just begun: whatever was given back and is not
    /// acknowledged, the partner may not have heard of. A client that comes to it then gets its
    /// lease for the rest of its time, of which ISC's server makes no record when less than a
    /// quarter is over (`dhcp-cache-threshold`): so it does not say so later, and agrees to the end
    /// as soon as it is told (lab: soak). It is told when that time is over.
    mutating func holdUnheard(_ leases: inout LeaseStore) {
        for pool in configuration.pools {
            for lease in leases.inOrder(pool, .expired) where leases[lease].isGivenBack {
                leases.modify(lease) {
                    $0.flags.remove(.onUpdateQueue)
                    $0.flags.insert(.unheard)
                }
            }
        }
        updates.removeWaiting { leases[$0].flags.contains(.unheard) }
    }

    /// How long an ended lease is held back. One that was given back may have been promised for as
    /// long as the partner knew, or MCLT from its start if that is later; and if that has no end,
    /// the partner has had MCLT to say that the client came to it.
    private func endOfHold(_ row: LeaseRow) -> Timestamp {
        if row.flags.contains(.held) { return row.tsfp }
        return (row.isGivenBackWithoutEnd ? row.ends : max(row.tsfp, row.tstp, row.starts)) + mclt
    }

    /// Lets go of the ended leases that were held back and whose time has come, and notes when the
    /// next one's comes. Those whose time has not come are not announced: a partner that has
    /// forgotten everything would agree to any end at once.
    ///
    /// What the partner may have missed ends when it has said, besides, what it did meanwhile: a
    /// stock one whose clients' renewals still wait for our window takes the end for the last word,
    /// and forgets them (seed 198449).
    mutating func unholdLeases(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        timers.held = nil
        for pool in configuration.pools {
            for lease in leases.inOrder(pool, .expired) where leases[lease].isHeldBack {
                let end = endOfHold(leases[lease])
                if end > now.wall {
                    timers.held = min(timers.held ?? .never, end)
                } else if leases[lease].flags.contains(.unheard), !hasHeardAll {
                    askAboutUnheard(now, &effects)
                } else {
                    leases.modify(lease) { $0.flags.remove([.held, .unheard]) }
                }
            }
        }
    }

    private mutating func askAboutUnheard(_ now: Now, _ effects: inout Effects) {
        // An operator may have said normal without a link.
        timers.held = min(timers.held ?? .never, now.wall + Timers.refusedSeconds)
        guard isConnected, !isAskingAboutUnheard else { return }
        isAskingAboutUnheard = true
        requestUpdates(all: false, now, &effects)
    }

    /// The partner has said what it knew, on this link.
    mutating func heardAll(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        hasHeardAll = true
        guard isAskingAboutUnheard, state == .normal else { return }
        isAskingAboutUnheard = false
        announceUnheld(&leases, now, &effects)
    }

    /// Announces those whose time has come.
    mutating func announceHeld(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard let due = timers.held, due <= now.wall else { return }
        announceUnheld(&leases, now, &effects)
    }

    private mutating func announceUnheld(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        unholdLeases(&leases, now, &effects)
        announcePending(&leases)
        sendUpdates(&leases, now, &effects)
    }
}

extension LeaseRow {
    /// The partner cannot take the lease for a client's: it has acknowledged the present state, or
    /// never heard of another one than that it is this server's to give. What was the partner's to
    /// give, a client may have had from there when it declined it here.
    /// - Parameter owned: the binding state of what this server may give.
    func isKnownToPartner(owned: BindingState) -> Bool {
        if rewindBindingState == owned { return true }
        return tstp <= atsfp && flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue])
    }

    /// Ended, and not to be announced before a certain time.
    var isHeldBack: Bool { isEnded && !flags.isDisjoint(with: [.held, .unheard]) }

    /// Released or reset, and the partner has heard that a client had it.
    var isGivenBack: Bool {
        (bindingState == .released || bindingState == .reset)
            && rewindBindingState != .free && rewindBindingState != .backup
    }

    /// Expired, released or reset.
    var isEnded: Bool {
        bindingState == .expired || bindingState == .released || bindingState == .reset
    }
}
