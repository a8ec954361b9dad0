import ConfParser
import Leases
import Wire

// Announcing leases to the partner (failover.md §5.2, §5.4, §6.3).

extension Relationship {
    /// Updates in flight, whatever the partner announces.
    static let inFlightMax: UInt32 = 4096

    /// Puts a lease on the update queue unless it is there.
    mutating func enqueue(_ lease: LeaseID, _ leases: inout LeaseStore) {
        let flags = leases[lease].flags
        if flags.contains(.onUpdateQueue) || flags.contains(.unheard) { return }
        if flags.contains(.onAckQueue) {
            updates.appendAgain(lease)
        } else {
            updates.append(lease)
        }
        leases.modify(lease) {
            $0.flags.remove(.onAckQueue)
            $0.flags.insert(.onUpdateQueue)
            $0.lastXid = 0
        }
    }

    /// A lease leaves the ack queue: it was answered, or the partner's update is better.
    mutating func finishUpdate(_ lease: LeaseID, _ leases: inout LeaseStore) {
        guard leases[lease].flags.contains(.onAckQueue) else { return }
        updates.finish(lease)
        leases.modify(lease) {
            $0.flags.remove(.onAckQueue)
            $0.lastXid = 0
        }
    }

    /// All unacknowledged updates will be sent again; of those that hand leases over only when
    /// their link is gone.
    mutating func takeBackUpdates(_ leases: inout LeaseStore, _ now: Now) {
        let back = isConnected ? updates.takeBack(sentUntil: now.mono) : updates.takeBackAll()
        markWaiting(back, &leases)
    }

    /// Updates that the partner has not answered in time will be sent again with a new xid; ISC
    /// waits for ever (failover.md §11 D23).
    mutating func takeBackOverdueUpdates(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard isConnected else { return }
        let wait = UInt64(acknowledgementSeconds) * 1_000_000_000
        guard now.mono.nanoseconds >= wait else { return }
        let limit = Instant(nanoseconds: now.mono.nanoseconds - wait)
        guard let oldest = updates.oldestSending, oldest <= limit else { return }
        markWaiting(updates.takeBack(sentUntil: limit), &leases)
        sendUpdates(&leases, now, &effects)
    }

    /// Seconds that a partner has for an acknowledgement; it batches for 2 s and may sync each.
    private var acknowledgementSeconds: UInt32 {
        2 * min(max(configuration.maxResponseDelay, 10), 1800)
    }

    /// When the oldest update in flight is overdue.
    var nextOverdueUpdate: Instant? {
        guard isConnected else { return nil }
        return updates.oldestSending?.advanced(seconds: acknowledgementSeconds)
    }

    private func markWaiting(_ back: [LeaseID], _ leases: inout LeaseStore) {
        for lease in back {
            leases.modify(lease) {
                $0.flags.remove(.onAckQueue)
                $0.flags.insert(.onUpdateQueue)
                $0.lastXid = 0
            }
        }
    }

    /// Sends as many updates as the partner allows, queued acknowledgements before them.
    mutating func sendUpdates(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard let link = established else { return }
        flushAcknowledgements(now, &effects)
        let window = Int(min(peerMaxUnacked, Self.inFlightMax))
        while updates.flightCount < window, updates.waitingCount > 0 {
            sendUpdate(on: link, &leases, now, &effects)
        }
    }

    /// Sends the first update of the queue.
    private mutating func sendUpdate(
        on link: LinkID, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard let lease = updates.first else { return }
        let isHandOver = isHandingOver(leases[lease])
        updates.sendFirst(now: isHandOver ? nil : now.mono, contact: leases[lease].cltt)
        let xid = takeUpdateXid(link)
        let wasRewindable = leases[lease].rewindBindingState != leases[lease].bindingState
        leases.modify(lease) {
            $0.flags.remove(.onUpdateQueue)
            $0.flags.insert(.onAckQueue)
            $0.lastXid = xid
            $0.rewindBindingState = $0.bindingState
        }
        if wasRewindable { effects.commit { leases.appendRecord(of: lease, to: &$0) } }
        let row = leases[lease]
        let uid = leases.uid(lease)
        var message = FailoverMessage(.bindingUpdate, time: now.wall, xid: xid)
        message.assignedAddress = row.address
        message.bindingStatus = row.desiredBindingState.rawValue
        // An abandoned lease that is on offer again bears the name of who may get it.
        if row.desiredBindingState != .abandoned {
            if !uid.isEmpty { message.clientIdentifier = uid }
            if row.hardware.length > 0 { message.clientHardwareAddress = row.hardware.typedBytes }
        }
        message.leaseExpiration = row.ends
        message.potentialExpiration = row.tstp
        message.startTimeOfState = row.starts
        if row.cltt.isSet { message.clientLastTransaction = row.cltt }
        let flags = row.flags.intersection([.reserved, .bootp])
        if !flags.isEmpty { message.flags = UInt16(flags.rawValue) }
        send(message, on: link, after: effects.sequence, now, &effects)
    }

    /// Queues what the partner may not know: on entry into normal and for UPDREQ.
    /// - Parameter isAsked: the partner has sent UPDREQ, which no stock secondary does in
    ///   normal.
    mutating func announcePending(_ leases: inout LeaseStore, isAsked: Bool = false) {
        let isPrimary = configuration.isPrimary && !isAsked
        select(&leases) { !$0.isHeldBack && $0.isPending(onPrimary: isPrimary) }
    }

    /// Tries refused updates again: the partner may have refused because of its clock, or because
    /// an end that it had to see first has come meanwhile (failover.md §11 D17, D25). A partner
    /// that refused to be given a lease is asked first what it knows of the lease, for it may have
    /// got a client since.
    mutating func retryRefused(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let again = Set(refused).sorted { $0.index < $1.index }
        refused = []
        guard isConnected else { return }
        for lease in again {
            let row = leases[lease]
            guard row.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue]) else { continue }
            if isHandingOver(row) {
                if row.isUnansweredHandOver { refused.append(lease) }
            } else if !row.atsfp.isSet || row.isEnded && !row.isHeldBack {
                enqueue(lease, &leases)
            }
        }
        retrySeconds = min(2 * retrySeconds, Timers.refusedSecondsMax)
        sendUpdates(&leases, now, &effects)
        guard !refused.isEmpty else { return }
        timers.refused = now.mono.advanced(seconds: retrySeconds)
        guard state == .normal else { return }
        isAskingAboutRefused = true
        requestUpdates(all: false, now, &effects)
    }

    /// The partner has said all that it knew: what it refused to be given, and has no word about,
    /// it is given once more.
    private mutating func giveRefusedAgain(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard isAskingAboutRefused else { return }
        isAskingAboutRefused = false
        let again = refused
        refused = []
        for lease in again where leases[lease].isUnansweredHandOver {
            if isHandingOver(leases[lease]) { enqueue(lease, &leases) }
        }
        sendUpdates(&leases, now, &effects)
    }

    private mutating func select(
        _ leases: inout LeaseStore, where isWanted: (LeaseRow) -> Bool
    ) {
        for pool in configuration.pools {
            for list in PoolList.allCases {
                for lease in leases.inOrder(pool, list) {
                    let row = leases[lease]
                    let isQueued = !row.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue])
                    if !isQueued, isWanted(row) { enqueue(lease, &leases) }
                }
            }
        }
    }
}

// MARK: - Leases given to the partner

extension Relationship {
    // A free lease that the primary gives to the secondary is the secondary's once it has heard of
    // it. When it hears of it a second time it may have given the lease to a client, and ISC's
    // secondary forgets the client then: in normal the primary's word wins every duel but that of
    // two active leases, and frees an active one (failover.md §6.6, §6.7). In all other states an
    // active lease is not freed; and a secondary is in no link normal before it has heard a STATE
    // of the primary. So what it may have heard before is repeated ahead of the first STATE of the
    // next link, and at no other time.

    /// True for a lease that is announced as given to the secondary.
    func isHandingOver(_ row: LeaseRow) -> Bool {
        configuration.isPrimary && row.desiredBindingState == .backup
    }

    /// A link begins: says again what was given to the partner on an earlier one and not answered.
    /// These were within its window then; now they go whatever it is.
    mutating func repeatHandOvers(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard configuration.isPrimary, peerMaxUnacked > 0, let link = established else { return }
        select(&leases) { $0.isUnansweredHandOver }
        let count = updates.bringForward { leases[$0].isUnansweredHandOver }
        for _ in 0..<count { sendUpdate(on: link, &leases, now, &effects) }
    }
}

extension LeaseRow {
    /// The partner may not know it, and may be told at any time.
    func isPending(onPrimary: Bool) -> Bool {
        (tstp > atsfp || isEnded) && !(onPrimary && isUnansweredHandOver)
    }

    /// Sent as given to the secondary, and not acknowledged: on the primary.
    fileprivate var isUnansweredHandOver: Bool {
        bindingState == .backup && rewindBindingState == .backup && tstp > atsfp
    }
}

// MARK: - Update requests

extension Relationship {
    /// Asks the partner for its leases, if linked.
    mutating func requestUpdates(all: Bool, _ now: Now, _ effects: inout Effects) {
        // What is asked for without a link is asked for on the next one.
        let isAll = all || isUpdateRequestAllOutstanding
        if isAll { isUpdateRequestAllOutstanding = true }
        guard let link = established else { return }
        let type: MessageType = isAll ? .updateRequestAll : .updateRequest
        let message = FailoverMessage(type, time: now.wall, xid: takeXid(link))
        send(message, on: link, after: effects.sequence, now, &effects)
        log(
            .info, &effects,
            isAll ? "Sent update request all message to " : "Sent update request message to ")
    }

    /// UPDREQ or UPDREQALL. Unlike ISC we wait for every lease of the request and not for the last
    /// one only (failover.md §11 D9).
    mutating func updatesRequested(
        all: Bool, xid: UInt32, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        if updates.request != nil {
            effects.log(
                .info,
                "Received update request while old update still flying!  "
                    + "Silently discarding old request.")
        }
        if all { select(&leases) { _ in true } } else { announcePending(&leases, isAsked: true) }
        let isPending = updates.begin(requestXid: xid)
        sendUpdates(&leases, now, &effects)
        if !isPending { sendUpdateDone(xid, now, &effects) }
        log(
            .info, &effects, all ? "Update request all from " : "Update request from ",
            isPending ? ": sending update" : ": nothing pending")
    }

    /// Sends UPDDONE when all leases of the request are answered for.
    mutating func finishRequestIfDone(_ now: Now, _ effects: inout Effects) {
        guard isConnected, let xid = updates.takeFinishedRequest() else { return }
        flushAcknowledgements(now, &effects)
        sendUpdateDone(xid, now, &effects)
    }

    private mutating func sendUpdateDone(
        _ xid: UInt32, _ now: Now, _ effects: inout Effects
    ) {
        guard let link = established else { return }
        let message = FailoverMessage(.updateDone, time: now.wall, xid: xid)
        send(message, on: link, after: effects.sequence, now, &effects)
        log(.info, &effects, "Sent update done message to ")
    }

    /// UPDDONE (failover.md §4.5).
    mutating func updateDone(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        logPeer(.info, &effects) { $0.append(text: "peer update completed.") }
        isUpdateRequestAllOutstanding = false
        heardAll(&leases, now, &effects)
        switch state {
        case .recover:
            let needsNoWait =
                partnerState == .recover || partnerState == .recoverDone
                || startOfState + mclt <= now.wall
            enter(needsNoWait ? .recoverDone : .recoverWait, &leases, now, &effects)
        case .potentialConflict where configuration.isPrimary:
            if partnerState == .conflictDone {
                effects.log(
                    .error,
                    "Secondary is in conflict_done state after conflict resolution, "
                        + "this is illegal.")
                enter(.shutdown, &leases, now, &effects)
            } else {
                enter(.conflictDone, &leases, now, &effects)
            }
        case .potentialConflict:
            if partnerState == .conflictDone {
                enter(.normal, &leases, now, &effects)
            } else {
                effects.log(.error, "Spurious update-done message.")
            }
        case .conflictDone: effects.log(.error, "Spurious update-done message.")
        case .normal: giveRefusedAgain(&leases, now, &effects)
        case .unknown, .startup, .communicationsInterrupted, .partnerDown, .paused, .shutdown,
            .recoverDone, .resolutionInterrupted, .recoverWait:
            break
        }
    }
}
