import ConfParser
import Leases
import Wire

// BNDUPD of the partner (failover.md §6.6, §6.7) and the BNDACK that answers it (§5.3).

/// Why an update is not taken over: what the BNDACK says.
struct Refusal: Error {
    var reason: RejectReason
    var text: [UInt8]

    init(_ reason: RejectReason, _ text: StaticString) {
        self.reason = reason
        self.text = []
        self.text.append(text: text)
    }
}

extension Relationship {
    /// Bytes of option 5 that are accepted: type and at most 20 of address.
    private static let hardwareOptionMax = 21

    /// Takes an update over or refuses it.
    mutating func updateReceived(
        _ message: FailoverMessage, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        let flights = updates.flightCount
        let isAnnouncing: Bool
        do throws(Refusal) {
            let (lease, status) = try acceptableUpdate(message, &leases, now)
            isAnnouncing = take(message, lease, status, &leases, now, &effects)
        } catch {
            refuse(message, error, now, &effects)
            insist(on: message.assignedAddress, error, leases, now)
            return
        }
        let answer = Acknowledgement(
            address: message.assignedAddress ?? .any, xid: message.xid)
        acknowledgements.append(answer)
        timers.acknowledge = now.mono.advanced(seconds: Timers.acknowledgeSeconds)
        if acknowledgements.count >= Int(peerMaxUnacked / 2) {
            flushAcknowledgements(now, &effects)
        }
        // What was queued without a link waits, as ISC's, until the partner asks or is normal.
        let hasRoom = updates.flightCount < flights && updates.waitingCount > 0
        if isAnnouncing || hasRoom { sendUpdates(&leases, now, &effects) }
        finishRequestIfDone(now, &effects)
    }

    private mutating func refuse(
        _ message: FailoverMessage, _ refusal: Refusal, _ now: Now, _ effects: inout Effects
    ) {
        guard let link = established else { return }
        var answer = FailoverMessage(.bindingAcknowledgement, time: now.wall, xid: message.xid)
        answer.assignedAddress = message.assignedAddress ?? .any
        answer.rejectReason = refusal.reason.rawValue
        answer.message = refusal.text
        send(answer, on: link, after: effects.sequence, now, &effects)
    }

    /// What the partner says does not go with an end that it has not heard of, or has refused when
    /// its own update was on the way: it is told of that end again. ISC leaves the lease to nobody.
    ///
    /// So it is with a client's lease that the partner has refused and now wants to end: by ISC's
    /// rules each server may have refused the other's word.
    private mutating func insist(
        on address: IPv4Address?, _ refusal: Refusal, _ leases: borrowing LeaseStore, _ now: Now
    ) {
        guard let lease = leases.lease(at: address ?? .any) else { return }
        let row = leases[lease]
        let isUnheardEnd = refusal.reason == .fatalConflict && row.isEnded
        let isUnheardLease =
            refusal.reason == .lessCritical && row.bindingState == .active && !row.atsfp.isSet
            && row.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue])
        if isUnheardEnd || state == .normal && isUnheardLease { comeBack(to: lease, now) }
    }

    /// Sends all queued acknowledgements; they wait for the records of what they acknowledge.
    mutating func flushAcknowledgements(_ now: Now, _ effects: inout Effects) {
        timers.acknowledge = nil
        guard let link = established, !acknowledgements.isEmpty else { return }
        for answer in acknowledgements {
            var message = FailoverMessage(
                .bindingAcknowledgement, time: now.wall, xid: answer.xid)
            message.assignedAddress = answer.address
            send(message, on: link, after: effects.sequence, now, &effects)
        }
        acknowledgements.removeAll(keepingCapacity: true)
    }

    /// Steps 1 to 12 of §6.6.
    private mutating func acceptableUpdate(
        _ message: FailoverMessage, _ leases: inout LeaseStore, _ now: Now
    ) throws(Refusal) -> (LeaseID, BindingState) {
        guard let address = message.assignedAddress, let code = message.bindingStatus else {
            throw Refusal(.missingBinding, "binding update lacks required options")
        }
        guard let lease = leases.lease(at: address) else {
            throw Refusal(.illegalAddress, "unknown IP address")
        }
        guard owns(leases[lease].pool) else {
            throw Refusal(
                .illegalAddress,
                "IP address is covered by a different failover relationship state")
        }
        // ISC dies of it (§11 D2).
        guard let status = BindingState(rawValue: code) else {
            throw Refusal(.missingBinding, "unknown binding status")
        }
        try settleDuel(message, lease, status, &leases, now)
        try checkClient(message, status)
        try checkFlags(message, leases[lease])
        let row = leases[lease]
        // A partner that recovers may have forgotten what it promised: it ends no lease, and none
        // that is held back on its account; ours is said when the time has come. One that comes to
        // a resolution knows.
        let isOver = status != .active && status != .abandoned
        let isKept =
            row.bindingState == .active && partnerState.isRecovering
            || row.isEnded && row.flags.contains(.held) && !remembersPromises
        // Nor does a stock partner that has just heard of a release, and forgets what it has given
        // to the client since.
        let isFree = status == .free || status == .backup
        let isForgetful = isFree && row.isEnded && row.flags.contains(.unheard)
        if isOver, isKept || isForgetful, !state.isRecovering {
            throw Refusal(
                .lessCritical, "incoming update is less critical than outgoing update")
        }
        let change = UpdateAcceptance.Case(
            isPrimary: configuration.isPrimary, isNormal: state == .normal,
            isRecovered: state == .recoverDone, from: row.bindingState, to: status, ends: row.ends,
            potential: message.potentialExpiration ?? .none, now: now.wall)
        guard UpdateAcceptance.isTransitionAllowed(change) else {
            throw invalidTransition(address, row.bindingState, status)
        }
        return (lease, status)
    }

    private func invalidTransition(
        _ address: IPv4Address, _ old: BindingState, _ new: BindingState
    ) -> Refusal {
        var refusal = Refusal(.fatalConflict, "")
        refusal.text.append(address)
        refusal.text.append(text: ": invalid state transition: ")
        refusal.text.append(text: old.name)
        refusal.text.append(text: " to ")
        refusal.text.append(text: new.name)
        return refusal
    }

    private mutating func settleDuel(
        _ message: FailoverMessage, _ lease: LeaseID, _ status: BindingState,
        _ leases: inout LeaseStore, _ now: Now
    ) throws(Refusal) {
        let row = leases[lease]
        try keepPromise(message, row, status, now)
        // ISC looks at updates in flight only, and forgets a binding that still waits for the
        // partner's window, or for an update request after a restart.
        let isUnknown = row.tstp.isSet && !row.atsfp.isSet
        let isWaiting =
            row.bindingState == .active && (row.flags.contains(.onUpdateQueue) || isUnknown)
        guard row.flags.contains(.onAckQueue) || isWaiting else {
            return try keepRenewal(message, row, status)
        }
        // A renewal of the client's on both sides: the later end holds, whoever has said it. The
        // partner may have refused ours, and its own must not be refused for it.
        let isQueued = !row.flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue])
        if status == .active, !isQueued, isClient(of: message, lease, leases) { return }
        // An answer that was repeated since is a contact that the partner cannot know of. Two
        // renewals are compared by what both have been sent, or each server could refuse the
        // other's (seed 154417).
        let sent = status == .active ? updates.contactSent(lease) : nil
        let isOurs = UpdateAcceptance.oursWins(
            isPrimary: configuration.isPrimary, ours: row.desiredBindingState,
            ourContact: sent ?? row.cltt, theirs: status,
            theirContact: message.clientLastTransaction ?? .none)
        if isOurs {
            throw Refusal(
                .lessCritical, "incoming update is less critical than outgoing update")
        }
        surrender(lease, &leases)
    }

    /// Both renewed a lease, and the partner, whose end was the earlier, lets it expire before it
    /// has heard of ours. Whoever saw the client last, it may use the address until the later end;
    /// ISC frees it up to 65 s before that (seed 188817).
    private func keepPromise(
        _ message: FailoverMessage, _ row: LeaseRow, _ status: BindingState, _ now: Now
    ) throws(Refusal) {
        let isUntold = row.bindingState == .active && row.tstp > row.atsfp
        guard status == .expired, isUntold, !state.isRecovering,
            row.ends > max(message.leaseExpiration ?? .none, now.wall)
        else { return }
        throw Refusal(
            .lessCritical, "incoming update is less critical than outgoing update")
    }

    private func isClient(
        of message: FailoverMessage, _ lease: LeaseID, _ leases: borrowing LeaseStore
    ) -> Bool {
        leases[lease].hardware.typedBytes == message.clientHardwareAddress ?? []
            && leases.uid(lease) == message.clientIdentifier ?? []
    }

    /// A client that was here after it was there has a lease that the partner knows nothing of yet,
    /// after partner-down: the partner's end is of an older lease, and would free the address. The
    /// clocks of two servers are compared here, so it is not done in normal, where both are told
    /// all.
    private func keepRenewal(
        _ message: FailoverMessage, _ row: LeaseRow, _ status: BindingState
    ) throws(Refusal) {
        guard state == .potentialConflict || state == .conflictDone else { return }
        let isUntold = row.bindingState == .active && row.tstp > row.atsfp
        let isOver = status == .expired || status == .released || status == .reset
        let isLater =
            row.cltt >= (message.clientLastTransaction ?? .none)
            && row.ends > (message.leaseExpiration ?? .none)
        if isUntold, isOver, isLater {
            throw Refusal(
                .lessCritical, "incoming update is less critical than outgoing update")
        }
    }

    /// Gives up our update for the partner's. The partner gets it all the same, and if it comes in
    /// between two of its own, the partner takes it for the last word: a lease that it has released
    /// meanwhile is then free here and backup there (ISC leaves it so). Until that is cleared up
    /// nobody may be given the lease.
    private mutating func surrender(_ lease: LeaseID, _ leases: inout LeaseStore) {
        let row = leases[lease]
        if row.flags.contains(.onAckQueue), row.lastXid != 0 {
            surrendered[lease] = row.lastXid
            leases.modify(lease) { $0.flags.insert(.disputed) }
        }
        finishUpdate(lease, &leases)
    }

    private func checkClient(
        _ message: FailoverMessage, _ status: BindingState
    ) throws(Refusal) {
        if let hardware = message.clientHardwareAddress {
            if status == .abandoned {
                throw Refusal(.misc, "BNDUPD to ABANDONED with a CHADDR")
            }
            if hardware.count > Self.hardwareOptionMax {
                throw Refusal(.misc, "chaddr too long")
            }
        } else if status == .active || status == .expired || status == .released {
            throw Refusal(.missingBinding, "BNDUPD without CHADDR")
        }
        if message.clientIdentifier != nil, status == .abandoned {
            throw Refusal(.misc, "BNDUPD to ABANDONED with client-id")
        }
    }

    private func checkFlags(_ message: FailoverMessage, _ row: LeaseRow) throws(Refusal) {
        let flags = LeaseFlags(rawValue: UInt8(truncatingIfNeeded: message.flags ?? 0))
        guard row.bindingState == ownFreeState else { return }
        if flags.contains(.reserved), !row.flags.contains(.reserved) {
            throw Refusal(.notReserved, "Address is not reserved.")
        }
        if flags.contains(.bootp), !row.flags.contains(.bootp) {
            throw Refusal(.misc, "Address is not allocated to BOOTP.")
        }
    }

    /// The effects of an accepted update; true if the partner has to be told something in turn.
    private mutating func take(
        _ message: FailoverMessage, _ lease: LeaseID, _ status: BindingState,
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) -> Bool {
        let flags = message.flags ?? 0
        if flags & ~3 != 0 {
            effects.log(.info) {
                $0.append(text: "Unknown IP-flags set in BNDUPD (0x")
                $0.append(hexNumber: UInt64(flags))
                $0.append(text: ").")
            }
        }
        let before = leases[lease]
        let isSameClient = takeClient(message, lease, status, &leases, &effects)
        // Both servers renewed the client's lease within the second, and only one update can be
        // kept: the client holds the address until the later end.
        let isLater =
            before.bindingState == .active && status == .active && isSameClient
            && before.tstp > before.atsfp && before.ends > (message.leaseExpiration ?? .never)
        // Ended leases are free at once: that we know is all that the partner waits for.
        let next: BindingState =
            status == .expired || status == .released || status == .reset ? .free : status
        place(lease, next, &leases, now) {
            $0.rewindBindingState = next
            if let ends = message.leaseExpiration, !isLater { $0.ends = ends }
            if let potential = message.potentialExpiration {
                $0.tsfp = potential
                // A partner that never renewed the lease knows it, and has no time to say.
                let isTold = status == .active && isSameClient && !potential.isSet
                $0.atsfp = isTold ? $0.tstp : potential
            }
            if let starts = message.startTimeOfState { $0.starts = starts }
            // What we once told about another client, a day perhaps for a declined address, is no
            // promise to this one.
            if status == .active, !isSameClient {
                $0.tstp = min($0.tstp, max($0.ends, message.potentialExpiration ?? .none))
            }
            $0.flags.remove([.reserved, .bootp])
            $0.flags.formUnion(LeaseFlags(rawValue: UInt8(flags & 3)))
        }
        if isLater {
            announce(lease, &leases, &effects)
            return true
        }
        effects.commit { leases.appendRecord(of: lease, to: &$0) }
        return next != status && giveByAffinity(lease, &leases, now, &effects)
    }

    /// Sets the client of the update; false if another one had the lease before.
    private func takeClient(
        _ message: FailoverMessage, _ lease: LeaseID, _ status: BindingState,
        _ leases: inout LeaseStore, _ effects: inout Effects
    ) -> Bool {
        let row = leases[lease]
        let keepsClient = status == .free || status == .backup || status == .reset
        let oldUID = leases.uid(lease)
        var hardware = keepsClient ? row.hardware : .none
        if let bytes = message.clientHardwareAddress, let type = bytes.first {
            hardware = HardwareAddress(type: type, bytes: bytes.dropFirst()) ?? .none
        }
        let uid = message.clientIdentifier ?? (keepsClient ? oldUID : [])
        let isOtherClient = hardware != row.hardware || uid != oldUID
        if status == .active, row.bindingState == .active, isOtherClient {
            effects.log(.error) {
                $0.append(text: "Lease conflict at ")
                $0.append(row.address)
            }
        }
        leases.setClient(lease, uid: uid, hardware: hardware)
        if status == .abandoned || (status == .active && isOtherClient) {
            leases.modifyDetails(lease) { $0.variables = [] }
        }
        return !isOtherClient
    }

    /// A lease that has just become free goes to the secondary when its last client would, unless
    /// the secondary hoards (failover.md §6.6). True if it does.
    @discardableResult
    mutating func giveByAffinity(
        _ lease: LeaseID, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) -> Bool {
        let row = leases[lease]
        guard configuration.isPrimary, !state.isRecovering, row.bindingState == .free,
            row.flags.isDisjoint(with: [.reserved, .bootp]),
            Affinity.belongsToPeer(
                uid: leases.uid(lease), hardware: row.hardware, isPrimary: true, buckets: buckets)
        else { return false }
        let sums = arithmetic(row.pool, leases)
        guard sums.leasesToSend > -sums.hold else { return false }
        place(lease, .backup, &leases, now) {
            $0.starts = now.wall
            $0.tstp = now.wall
        }
        announce(lease, &leases, &effects)
        return true
    }
}

extension Array where Element == UInt8 {
    /// Appends a number in hexadecimal without leading zeros, as `%x`.
    mutating func append(hexNumber value: UInt64) {
        var shift: UInt64 = 60
        while shift > 0, value >> shift == 0 { shift -= 4 }
        while true {
            append(hexDigit(UInt8(value >> shift & 15)))
            if shift == 0 { return }
            shift -= 4
        }
    }
}
