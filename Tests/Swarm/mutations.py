#!/usr/bin/env python3
"""Rules of the product that the simulation must miss when they are gone.

mutations.py ROOT COPY    copies the sources, with a switch at each rule
mutations.py --list       number and name of each

Each is a place in a file and what stands there when the rule is off. The text must occur exactly once: who
changes the rule changes the mutation.
"""
import pathlib
import sys

MODULES = ["Sources/Wire", "Sources/ConfParser", "Sources/Leases", "Sources/Failover", "Sources/Server", "Tests/Simulation"]

F, S = "Sources/Failover/", "Sources/Server/"
MUTATIONS = [
    ("a grant goes beyond what the partner knows and MCLT", F + "Rules/LeaseTime.swift",
     "guard desired > mclt || isDown else { return desired }",
     "guard desired > mclt || isDown, !isMutated(N) else { return desired }"),
    ("what was sent counts as acknowledged", F + "Updates/SendingUpdates.swift",
     "            $0.lastXid = xid\n",
     "            $0.lastXid = xid\n            if isMutated(N) {\n                $0.tsfp = $0.tstp\n                $0.atsfp = $0.tstp\n            }\n"),
    ("the secondary gives the primary's free leases", F + "Rules/Allocation.swift",
     "case .free: rights.isPrimary || ", "case .free: isMutated(N) || rights.isPrimary || "),
    ("the primary gives the secondary's backup leases", F + "Rules/Allocation.swift",
     "case .backup: !rights.isPrimary || ", "case .backup: isMutated(N) || !rights.isPrimary || "),
    ("expired and released leases are given before the partner agrees", F + "Rules/Allocation.swift",
     "            row.rewindBindingState == (rights.isPrimary ? .free : .backup)\n",
     "            isMutated(N) || row.rewindBindingState == (rights.isPrimary ? .free : .backup)\n"),
    ("a lease is free at its end, whatever the partner knows", F + "Updates/LeaseChanges.swift",
     "state == .communicationsInterrupted && row.rewindBindingState == ownFreeState",
     "isMutated(N) || state == .communicationsInterrupted && row.rewindBindingState == ownFreeState"),
    ("in partner-down the partner's leases are taken at once", F + "Rules/Allocation.swift",
     "guard rights.isPartnerDown else { return false }",
     "guard rights.isPartnerDown else { return false }\n        if isMutated(N) { return true }"),
    ("recover-wait is skipped", F + "Updates/SendingUpdates.swift",
     "partnerState == .recover || partnerState == .recoverDone",
     "isMutated(N) || partnerState == .recover || partnerState == .recoverDone"),
    ("in partner-down ended leases are held for MCLT alone (ISC, D10)", "Sources/Leases/LeaseRow.swift",
     "        let isOurs = rewind",
     "        if isMutated(N) { return down }\n        let isOurs = rewind"),
    ("in partner-down ended leases are not held", F + "Updates/LeaseChanges.swift",
     "guard state == .partnerDown, leases[lease].isEnded else { return }",
     "guard state == .partnerDown, leases[lease].isEnded, !isMutated(N) else { return }"),
    ("an ACK does not wait for its record", S + "DHCPv4/Recording.swift",
     "        bind(id, client, answer, exchange.now, into: &effects)\n        answer.after = effects.sequence\n",
     "        bind(id, client, answer, exchange.now, into: &effects)\n        answer.after = isMutated(N) ? 0 : effects.sequence\n"),
    ("a BNDACK does not wait for its record", F + "Updates/ReceivingUpdates.swift",
     "            message.assignedAddress = answer.address\n            send(message, on: link, after: effects.sequence, now, &effects)",
     "            message.assignedAddress = answer.address\n            send(message, on: link, after: isMutated(N) ? 0 : effects.sequence, now, &effects)"),
    ("STATE does not wait for its record", F + "Link/Messages.swift",
     "        message.startTimeOfState = startOfState\n        send(message, on: link, after: effects.sequence, now, &effects)",
     "        message.startTimeOfState = startOfState\n        send(message, on: link, after: isMutated(N) ? 0 : effects.sequence, now, &effects)"),
    ("the partner's update always wins a duel", F + "Rules/UpdateAcceptance.swift",
     "        if ours == .active, ourContact > theirContact { return true }\n",
     "        if isMutated(N) { return false }\n        if ours == .active, ourContact > theirContact { return true }\n"),
    ("ISC's rule for duels", F + "Rules/UpdateAcceptance.swift",
     "        if ours == .active, ourContact > theirContact { return true }\n",
     "        if ours == .active, ourContact > theirContact, !isMutated(N) { return true }\n"),
    ("an active lease is freed at the partner's word", F + "Rules/UpdateAcceptance.swift",
     "return change.isRecovered && max(change.ends, change.potential) <= change.now\n        case .expired: return hasEnded(change)",
     "return isMutated(N) || change.isRecovered && max(change.ends, change.potential) <= change.now\n"
     "        case .expired: return isMutated(N) || hasEnded(change)"),
    ("in normal the primary believes an expiry", F + "Rules/UpdateAcceptance.swift",
     "case .expired: return !change.isPrimary && hasEnded(change)",
     "case .expired: return isMutated(N) || !change.isPrimary && hasEnded(change)"),
    ("a disputed lease is given", F + "Updates/LeaseChanges.swift",
     "!row.flags.contains(.disputed) && Allocation",
     "(isMutated(N) || !row.flags.contains(.disputed)) && Allocation"),
    ("UPDDONE does not wait", F + "Updates/SendingUpdates.swift",
     "        if !isPending { sendUpdateDone(xid, now, &effects) }",
     "        if !isPending || isMutated(N) { sendUpdateDone(xid, now, &effects) }"),
    ("updates in flight are forgotten with their link (D15)", F + "Endpoint/PartnerState.swift",
     "        takeBackUpdates(&leases, now)\n        forgetSurrendered",
     "        if !isMutated(N) { takeBackUpdates(&leases, now) }\n        forgetSurrendered"),
    ("what was announced can still be taken back alone", F + "Updates/SendingUpdates.swift",
     "            $0.rewindBindingState = $0.bindingState\n",
     "            if !isMutated(N) { $0.rewindBindingState = $0.bindingState }\n"),
    ("a server in startup serves", F + "Endpoint/Service.swift",
     'case .startup: self = .none(suffix: " (startup)")',
     'case .startup: self = isMutated(N) ? .notCooperating : .none(suffix: " (startup)")'),
    ("a server in recover serves", F + "Endpoint/Service.swift",
     'case .recover: self = .none(suffix: " (recovering)")',
     'case .recover: self = isMutated(N) ? .notCooperating : .none(suffix: " (recovering)")'),
    ("a lease is repeated to a client that may have released it", S + "DHCPv4/Recording.swift",
     "relationship(of: id) == nil || packet", "isMutated(N) || relationship(of: id) == nil || packet"),
    ("the partner is let in before it knows everything", F + "Endpoint/PartnerState.swift",
     "        isAdmitting = true\n        // After",
     "        isAdmitting = true\n        if isMutated(N) { return enter(.normal, &leases, now, &effects) }\n        // After"),
    ("a restarted server lets its partner in without a word", F + "Endpoint/PartnerState.swift",
     "        announcePending(&leases)\n        sendUpdates(&leases, now, &effects)\n        admitIfReady",
     "        if !isMutated(N) { announcePending(&leases) }\n        sendUpdates(&leases, now, &effects)\n        admitIfReady"),
    ("the time of a hold counts as known to the partner", F + "Updates/LeaseChanges.swift",
     "return isHeld && row.isEnded ? .none : row.tsfp",
     "return isHeld && row.isEnded && !isMutated(N) ? .none : row.tsfp"),
    # The promise that both renewals make hides what the rule of 15 is for as well.
    ("a binding of before the restart is given up for the partner's word", F + "Updates/ReceivingUpdates.swift",
     "        try keepPromise(message, row, status, now)\n"
     "        // ISC looks at updates in flight only, and forgets a binding that still waits for the\n"
     "        // partner's window, or for an update request after a restart.\n"
     "        let isUnknown = row.tstp.isSet && !row.atsfp.isSet\n",
     "        if !isMutated(15), !isMutated(N) { try keepPromise(message, row, status, now) }\n"
     "        let isUnknown = row.tstp.isSet && !row.atsfp.isSet && !isMutated(N)\n"),
    ("a recovering partner's agreement frees what is held back", F + "Updates/ReceivingAcknowledgements.swift",
     "        if row.isHeldBack { return }\n",
     "        if row.isHeldBack, !isMutated(N) { return }\n"),
    ("leases are given to the partner without a word", F + "Balance/Balancing.swift",
     "        announce(lease, &leases, &effects)\n        sums.leasesToSend -= 1",
     "        if !isMutated(N) { announce(lease, &leases, &effects) }\n        sums.leasesToSend -= 1"),
    ("refused updates are not tried again (D25)", F + "Updates/ReceivingAcknowledgements.swift",
     "if reason == RejectReason.fatalConflict.rawValue {",
     "if reason == RejectReason.fatalConflict.rawValue, !isMutated(N) {"),
    ("what was given to the partner is said again in normal", F + "Updates/SendingUpdates.swift",
     "        bindingState == .backup && rewindBindingState == .backup && tstp > atsfp\n",
     "        !isMutated(N) && bindingState == .backup && rewindBindingState == .backup && tstp > atsfp\n"),
    ("a release that the partner may have missed ends the lease at once", F + "Updates/LeaseChanges.swift",
     "        (bindingState == .released || bindingState == .reset)\n",
     "        !isMutated(N) && (bindingState == .released || bindingState == .reset)\n"),
    ("an update given up for the partner's is not told anew when the partner took it", F + "Updates/ReceivingUpdates.swift",
     "if row.flags.contains(.onAckQueue), row.lastXid != 0 {",
     "if row.flags.contains(.onAckQueue), row.lastXid != 0, !isMutated(N) {"),
]

SWITCH = """/// Made by Tests/Swarm/mutations.py: the rules that are off, a bit for each.
public nonisolated(unsafe) var activeMutations: UInt64 = 0

/// True when that rule is off.
public func isMutated(_ number: UInt64) -> Bool { unsafe activeMutations >> number & 1 == 1 }
"""


def main():
    if sys.argv[1:] == ["--list"]:
        for number, (name, *_) in enumerate(MUTATIONS, 1):
            print(number, name)
        return 0
    root, copy = map(pathlib.Path, sys.argv[1:3])
    files = {str(path.relative_to(root)): path.read_text()
             for module in MODULES for path in sorted((root / module).rglob("*.swift"))}
    files["Sources/Wire/Mutation.swift"] = SWITCH
    for number, (name, path, old, new) in enumerate(MUTATIONS, 1):
        # Two mutations may be about the same line: it is looked for as it was, with switches or without.
        count = files[path].count(old)
        if count != 1:
            print(f"{path}: mutation {number} ({name}) finds its text {count} times", file=sys.stderr)
            return 1
        files[path] = files[path].replace(old, new.replace("(N)", f"({number})"))
        if "import Wire" not in files[path]:
            files[path] = "import Wire\n" + files[path]
    # What has not changed keeps its time, so that only the rest is compiled.
    for path in copy.rglob("*.swift"):
        if str(path.relative_to(copy)) not in files:
            path.unlink()
    for path, text in files.items():
        target = copy / path
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    return 0


sys.exit(main())
