import ConfParser
import Leases
import Wire

// BNDACK of the partner (failover.md §6.8).

extension Relationship {
    mutating func acknowledgementReceived(
        _ message: FailoverMessage, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        let address = message.assignedAddress ?? .any
        guard let lease = leases.lease(at: address), owns(leases[lease].pool) else {
            logStray(address, "no such lease", &effects)
            return
        }
        let isToldAgain =
            surrendered[lease] == message.xid
            && settleDispute(lease, isTaken: message.rejectReason == nil, &leases, &effects)
        if let reason = message.rejectReason {
            refused(message, reason, lease, &leases, now, &effects)
        } else if !isToldAgain {
            let xid = leases[lease].lastXid
            if xid == 0 { return }
            guard xid == message.xid else {
                logStray(address, "xid mismatch", &effects)
                return
            }
            acknowledged(message, lease, &leases, now, &effects)
        }
        sendUpdates(&leases, now, &effects)
        finishRequestIfDone(now, &effects)
        admitIfReady(&leases, now, &effects)
    }

    /// The partner has answered an update that we had given up: if it took it, it has to be told
    /// anew what holds.
    /// - Returns: true when that is now on the update queue.
    private mutating func settleDispute(
        _ lease: LeaseID, isTaken: Bool, _ leases: inout LeaseStore, _ effects: inout Effects
    ) -> Bool {
        surrendered[lease] = nil
        guard isTaken else {
            leases.modify(lease) { $0.flags.remove(.disputed) }
            return false
        }
        guard leases[lease].flags.isDisjoint(with: [.onUpdateQueue, .onAckQueue]) else {
            return false
        }
        announce(lease, &leases, &effects)
        return true
    }

    /// What was given up on a link that is gone is told anew on the next one.
    mutating func forgetSurrendered(_ leases: inout LeaseStore, _ effects: inout Effects) {
        for lease in surrendered.keys.sorted(by: { $0.index < $1.index }) {
            leases.modify(lease) { $0.atsfp = .none }
            effects.commit { leases.appendRecord(of: lease, to: &$0) }
        }
        surrendered = [:]
    }

    private func logStray(
        _ address: IPv4Address, _ reason: StaticString, _ effects: inout Effects
    ) {
        let name = configuration.name
        effects.log(.info) {
            $0.append(text: "bind update on ")
            $0.append(address)
            $0.append(text: " got ack from ")
            $0.append(contentsOf: name)
            $0.append(text: ": ")
            $0.append(text: reason)
            $0.append(text: ".")
        }
    }

    private mutating func refused(
        _ message: FailoverMessage, _ reason: UInt8, _ lease: LeaseID,
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        // Said by a partner of our kind to free what a stock server would wait for (§11 D15).
        if message.xid == FailoverMessage.noUpdateXid { return }
        let row = leases[lease]
        let name = configuration.name
        effects.log(.error) {
            $0.append(text: "bind update on ")
            $0.append(row.address)
            $0.append(text: " from ")
            $0.append(contentsOf: name)
            $0.append(text: " rejected: ")
            if let text = message.message {
                $0.append(printable: text)
            } else {
                RejectReason.appendText(of: reason, to: &$0)
            }
        }
        // A refusal of an older update says nothing about the one in flight.
        guard row.lastXid != 0, row.lastXid == message.xid else { return }
        finishUpdate(lease, &leases)
        if reason == RejectReason.fatalConflict.rawValue {
            comeBack(to: lease, now)
            // The partner takes it for a client's, and would renew it (seed 211136).
            if row.bindingState == ownFreeState {
                leases.modify(lease) { $0.flags.insert(.disputed) }
            }
        }
        // The partner does not know what we told it (failover.md §11 D25); when its own update won,
        // it knows better.
        guard reason != RejectReason.lessCritical.rawValue else { return }
        // It has no such address: what is given to it is still ours to give.
        let isStillOurs =
            reason == RejectReason.illegalAddress.rawValue && isHandingOver(row)
        guard row.atsfp.isSet || isStillOurs else { return }
        leases.modify(lease) {
            $0.atsfp = .none
            if isStillOurs { $0.rewindBindingState = .free }
        }
        effects.commit { leases.appendRecord(of: lease, to: &$0) }
    }

    /// The two servers disagree about a lease: more is said of it after a while.
    mutating func comeBack(to lease: LeaseID, _ now: Now) {
        refused.append(lease)
        timers.refused = timers.refused ?? now.mono.advanced(seconds: retrySeconds)
    }

    private mutating func acknowledged(
        _ message: FailoverMessage, _ lease: LeaseID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        let row = leases[lease]
        finishUpdate(lease, &leases)
        leases.modify(lease) { $0.flags.remove(.disputed) }
        // ISC takes the potential expiration from a BNDACK that repeats the client, and 0 when it
        // has none (failover.md §11 D6).
        var potential = row.tstp
        if message.clientIdentifier != nil, let told = message.potentialExpiration {
            potential = told
        }
        let announced = row.desiredBindingState
        // A partner that recovers agrees to an end, but may have forgotten what it promised itself;
        // a stock one makes no record of all that it promises. The lease stays held back; when its
        // time has come, in normal, the partner is asked anew.
        if row.isHeldBack { return }
        switch announced {
        case .expired, .released, .reset:
            let isReserved = row.flags.contains(.reserved)
            let next: BindingState = isReserved && !configuration.isPrimary ? .backup : .free
            place(lease, next, &leases, now) {
                $0.tsfp = potential
                $0.atsfp = potential
                $0.rewindBindingState = next
                $0.tstp = $0.ends
            }
            effects.commit { leases.appendRecord(of: lease, to: &$0) }
            giveByAffinity(lease, &leases, now, &effects)
        case .free, .active, .abandoned, .backup:
            let isKnown = row.tsfp == potential && row.atsfp == potential
            leases.modify(lease) {
                $0.tsfp = potential
                $0.atsfp = potential
            }
            if announced != row.bindingState { place(lease, announced, &leases, now) }
            if !isKnown || announced != row.bindingState {
                effects.commit { leases.appendRecord(of: lease, to: &$0) }
            }
            // An abandoned lease may have waited for this beyond its time.
            if announced == .abandoned { _ = expire(lease, &leases, now, &effects) }
        }
    }
}

extension Array where Element == UInt8 {
    /// Appends text that a partner sent: what could break a log line is replaced.
    mutating func append(printable text: [UInt8]) {
        for byte in text.prefix(255) {
            append((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?"))
        }
    }
}
