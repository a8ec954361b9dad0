public import ConfParser
public import Leases
public import Wire

// STATE messages and the loss of the link (failover.md §4.3 to §4.5).

extension Relationship {
    /// STATE: the steps of §4.3 in their order.
    mutating func partnerReported(
        _ message: FailoverMessage, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        let code = message.serverState ?? 0
        guard let reported = FailoverState(rawValue: code) else {
            // ISC shuts down for good here, at anybody's word (§11 D2).
            logPeer(.error, &effects) {
                $0.append(text: "Invalid state: ")
                $0.append(decimal: UInt64(code))
            }
            return
        }
        let old = partnerState
        if isFirstReport, reported == old { freeLostUpdates(leases, now, &effects) }
        isFirstReport = false
        partnerState = reported
        if !hasToldState { sendState(now, &effects) }
        if reported == old {
            switch state {
            case .startup:
                let next = remembered == .resolutionInterrupted ? .potentialConflict : remembered
                enter(next, &leases, now, &effects)
                // ISC leaves it at that, and a partner in recover-done waits for ever; so does one
                // in conflict-done that has not heard that the conflicts are settled.
                let isBehind =
                    state == .communicationsInterrupted || state == .partnerDown
                    || state == .recover
                guard reported == .recoverDone || reported == .conflictDone && isBehind else {
                    return
                }
            case .normal, .potentialConflict, .shutdown, .paused, .recoverWait: return
            // A partner that was normal before we were done says so again for our sake (§11 D29).
            case .recoverDone where reported != .normal: return
            case .partnerDown, .communicationsInterrupted, .resolutionInterrupted, .recover,
                .recoverDone, .conflictDone, .unknown:
                break
            }
        }
        if reported.isRecovering { remembersPromises = false }
        partnerTime = now.wall
        logPeer(.info, &effects) {
            $0.append(text: "peer moves from ")
            $0.append(text: old.word)
            $0.append(text: " to ")
            $0.append(text: reported.word)
        }
        logIfBothNormal(&effects)
        commitRecord(&leases, &effects)
        let isStarting = (message.serverFlags ?? 0) & 1 == 1
        let row = state == .startup ? remembered : state
        let cell = TransitionTable.cell(
            own: row, partner: reported, partnerIsStarting: isStarting)
        apply(cell, from: row, previous: old, &leases, now, &effects)
        if state == .startup {
            enter(remembered, &leases, now, &effects)
            if cell == .admit { admit(&leases, now, &effects) }
        }
    }

    /// Moves from potential-conflict back to recover that a link survives.
    private static let relapsesMax = 3

    private mutating func apply(
        _ cell: TransitionTable.Cell, from row: FailoverState, previous: FailoverState,
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        switch cell {
        case .stay: break
        case .move(.recover) where !configuration.isPrimary || relapses >= Self.relapsesMax:
            // Each follows the other's state of a moment ago, for ever. Without a link both stay.
            // And a primary that has meanwhile heard of our potential-conflict, and has all that it
            // asked for, is in conflict-done when it hears of our recover (§11 D2).
            guard let link = established else { return }
            drop(link, flush: false, &leases, now, &effects)
        case .move(let next):
            if next == .recover { relapses += 1 }
            enter(next, &leases, now, &effects)
        case .conflictOrRecover:
            enter(state == .startup ? .recover : .potentialConflict, &leases, now, &effects)
        case .resume:
            sendUpdates(&leases, now, &effects)
            enter(.normal, &leases, now, &effects)
        case .refuse:
            logRefusal(row, &effects)
            enter(.shutdown, &leases, now, &effects)
        case .bothRecovered:
            effects.log(.error, "Both servers have entered recover-done!")
            enter(.normal, &leases, now, &effects)
        case .requestAll(let isAnnounced):
            if isAnnounced {
                logPeer(.info, &effects) { $0.append(text: "requesting full update from peer") }
            }
            if state != .startup { requestUpdates(all: true, now, &effects) }
        case .resolve:
            if previous == .potentialConflict {
                requestUpdates(all: false, now, &effects)
            } else {
                log(.error, &effects, "Peer ", ": Unexpected move to conflict-done.")
            }
        case .impossible: logImpossible(previous, &effects)
        case .resolveAgain:
            logImpossible(previous, &effects)
            enter(.potentialConflict, &leases, now, &effects)
        case .rebalance:
            for pool in configuration.pools { scheduleBalance(pool, leases, now) }
        case .admit: admit(&leases, now, &effects)
        }
    }

    private mutating func admit(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        isAdmitting = true
        // After a restart nothing is queued yet.
        announcePending(&leases)
        sendUpdates(&leases, now, &effects)
        admitIfReady(&leases, now, &effects)
    }

    /// The partner begins to serve when it hears that we are normal: what it does not know of our
    /// time alone, addresses that we took from it above all, must be on the link before.
    mutating func admitIfReady(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard isAdmitting, isConnected || state == .startup, updates.waitingCount == 0 else {
            return
        }
        isAdmitting = false
        enter(.normal, &leases, now, &effects)
    }

    /// A stock partner that stayed in its state when the last link broke still waits for answers to
    /// the updates that were under way: it leaves those leases out of all later requests, and when
    /// they fill its window it sends nothing more (§11 D15). It takes a lease off that queue when
    /// an update is refused, whichever one that was; so we refuse once what we may have missed.
    private mutating func freeLostUpdates(
        _ leases: borrowing LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let own = state == .startup ? remembered : state
        let isStuck = partnerState == .partnerDown || partnerState == .recover
        guard own == .recover, isStuck, let link = established else { return }
        var message = FailoverMessage(
            .bindingAcknowledgement, time: now.wall, xid: FailoverMessage.noUpdateXid)
        message.rejectReason = RejectReason.outdated.rawValue
        message.message = Array("not received".utf8)
        for pool in configuration.pools {
            for list in PoolList.allCases {
                for lease in leases.inOrder(pool, list) {
                    message.assignedAddress = leases[lease].address
                    send(message, on: link, after: 0, now, &effects)
                }
            }
        }
    }

    private func logRefusal(_ row: FailoverState, _ effects: inout Effects) {
        if row == .potentialConflict {
            log(
                .error, &effects, "Peer ",
                " moves to normal during conflict resolution - panic, shutting down.")
            return
        }
        let (name, partner) = (configuration.name, partnerState)
        effects.log(.error) {
            $0.append(text: "Peer ")
            $0.append(contentsOf: name)
            $0.append(text: ": Invalid state transition ")
            $0.append(text: row.word)
            $0.append(text: " to ")
            $0.append(text: partner.word)
            $0.append(text: ".")
        }
    }

    private func logImpossible(_ previous: FailoverState, _ effects: inout Effects) {
        let (name, partner) = (configuration.name, partnerState)
        effects.log(.error) {
            $0.append(text: "Peer ")
            $0.append(contentsOf: name)
            $0.append(text: ": Invalid attempt to move from ")
            $0.append(text: previous.word)
            $0.append(text: " to ")
            $0.append(text: partner.word)
            $0.append(text: " while local state is conflict-done.")
        }
    }

    /// The established link is gone.
    mutating func lost(_ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects) {
        log(.info, &effects, "peer ", ": disconnected")
        established = nil
        timers.receive = nil
        timers.contact = nil
        timers.acknowledge = nil
        isFirstReport = true
        hasToldState = false
        isAdmitting = false
        relapses = 0
        refused = []
        isAskingAboutRefused = false
        isAskingAboutUnheard = false
        hasHeardAll = false
        retrySeconds = Timers.refusedSeconds
        // Their xids mean nothing on the next link (§11 D14).
        acknowledgements.removeAll()
        // ISC leaves them in flight unless its state changes, and is stuck then (§11 D15).
        takeBackUpdates(&leases, now)
        forgetSurrendered(&leases, &effects)
        updates.cancelRequest()
        if state != .partnerDown { holdUnheard(&leases) }
        leaveForLinkLoss(&leases, now, &effects)
    }

    /// What a lost link, or a startup that lasts too long, does to the state.
    mutating func leaveForLinkLoss(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let next = TransitionTable.afterLinkLoss(own: state, remembered: remembered)
        if next != state { enter(next, &leases, now, &effects) }
    }

    /// The process ends after the partner has taken over: recover is noted for the next start.
    ///
    /// The links go first. A stock partner would begin to send what it is asked for in recover, and
    /// what is in flight when the link breaks blocks it until it is restarted (§11 D15).
    public mutating func retire(
        leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        flushAcknowledgements(now, &effects)
        for link in links { drop(link.id, flush: true, &leases, now, &effects) }
        enter(.recover, &leases, now, &effects)
        timers = Timers()
    }

    /// An operator demands a state, whatever the table says (failover.md §10.2).
    public mutating func enterOperatorState(
        _ next: FailoverState, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        enter(next, &leases, now, &effects)
        // What could not be said is settled on the next link.
        if isFatalForPartner, let link = established {
            drop(link, flush: true, &leases, now, &effects)
        }
    }
}
