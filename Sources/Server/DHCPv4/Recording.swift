import ConfParser
import Leases
import Wire

// Writing down what a client was given (server-v4.md §8 steps 11 to 13, §8.2, §10.1).

extension ServerCore {
    /// Updates the lease: an OFFER in memory only, an ACK or BOOTREPLY with a record that must be
    /// on disk before the reply leaves. A fixed address has no lease.
    mutating func record(
        _ answer: inout Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard let id = answer.lease else { return true }
        let uid = flag(.ignoreClientUIDs, default: false) ? [] : exchange.clientIdentifier
        let row = leases[id]
        let isSameClient =
            leases.uid(id) == uid && row.hardware == exchange.hardware
            && answer.host == answer.attachedHost
        let variables = evaluator.variables.stored
        if isSameClient,
            mayReuse(answer, row, exchange, into: &effects)
        {
            answer.isReused = true
            answer.ends = row.ends
            // Not earlier than the record says, should the clock have been set back.
            leases.modify(id) { $0.cltt = max($0.cltt, exchange.now.wall) }
            // ISC: what statements set is remembered even when nothing is written.
            if variables != leases.details(id).variables || answer.bodies != leases.bodies(id) {
                leases.modifyDetails(id) {
                    $0.variables = variables
                    $0.bodies = answer.bodies
                }
            }
            // The record of this lease may still be on its way to the disk.
            answer.after = answer.kind == .offer ? 0 : effects.sequence
            return true
        }
        answer.needsProbe =
            answer.kind == .offer && needsProbe(id, exchange, isSameClient: isSameClient)
        var client = ClientDetails(uid: uid, hardware: exchange.hardware)
        // ISC: a client that gives no name loses the one it gave before.
        client.hostname = packet.value(DHCPv4Option.hostName) ?? []
        client.agentOptions = agentOptions(id, exchange)
        client.variables = variables
        client.bodies = answer.bodies
        client.billing = answer.billing
        if answer.kind == .offer {
            notReusable.insert(id)
            offer(id, client, answer, exchange.now)
            return true
        }
        notReusable.remove(id)
        count(id, for: answer.billing)
        logTakeover(id, uid, exchange, into: &effects)
        bind(id, client, answer, exchange.now, into: &effects)
        answer.after = effects.sequence
        return true
    }

    /// §8.2: early in its life a lease is sent again as it stands.
    private mutating func mayReuse(
        _ answer: Answer, _ row: LeaseRow, _ exchange: Exchange,
        into effects: inout Effects
    ) -> Bool {
        guard let id = answer.lease, row.bindingState == .active,
            !answer.isReserved || row.flags.contains(.reserved), !answer.isNewlyBilled,
            !notReusable.contains(id), answer.kind == .offer || stillUses(id, row)
        else { return false }
        if let name = packet.value(DHCPv4Option.hostName), name != leases.details(id).hostname {
            return false
        }
        let configured = number(.dhcpCacheThreshold) ?? 25
        let threshold = configured < 100 ? configured : 25
        guard threshold > 0 else { return false }
        let now = exchange.now.wall
        let age = UInt64(now.seconds(since: row.starts))
        let length = UInt64(row.ends.seconds(since: row.starts))
        guard row.ends > now, age * 100 <= length * UInt64(threshold) else { return false }
        effects.log(.debug) {
            $0.append(text: "reuse_lease: lease age ")
            $0.append(decimal: age)
            $0.append(text: " (secs) under ")
            $0.append(decimal: UInt64(threshold))
            $0.append(text: "% threshold, reply with unaltered, existing lease for ")
            $0.append(row.address)
        }
        return true
    }

    /// False when the client may have given the lease back to the partner a moment ago: the release
    /// would arrive here after the answer, and end what nobody had been told of. A client that
    /// renews has not; from any other the partner hears of this answer as of a new one, and the
    /// later contact wins. ISC's servers give the address to a second client then.
    private func stillUses(_ id: LeaseID, _ row: LeaseRow) -> Bool {
        relationship(of: id) == nil || packet.clientAddress == row.address
    }

    /// The relay's options are kept for the client's unicast renewals.
    private mutating func agentOptions(
        _ id: LeaseID, _ exchange: Exchange
    ) -> [UInt8] {
        guard flag(.stashAgentOptions, default: true) else { return [] }
        if let received = packet.value(DHCPv4Option.agentInformation) { return received }
        return leases[id].bindingState == .active ? leases.details(id).agentOptions : []
    }

    /// The client's vendor class becomes a variable of its lease, before a body for the commit
    /// sets others.
    mutating func noteVendorClass() {
        if let vendor = packet.value(DHCPv4Option.vendorClass) {
            evaluator.variables.set(Self.vendorClassName, .data(vendor))
        }
    }

    /// The variable in which a lease keeps the client's vendor class.
    static var vendorClassName: [UInt8] { Array("vendor-class-identifier".utf8) }

    private func logTakeover(
        _ id: LeaseID, _ uid: [UInt8], _ exchange: Exchange, into effects: inout Effects
    ) {
        let row = leases[id]
        guard row.bindingState == .active else { return }
        // ISC: a client that gives no identifier any more is taken for the one that gave one.
        let isAnother =
            leases.hasUID(id)
            ? !uid.isEmpty && !leases.hasUID(id, uid.span) : row.hardware != exchange.hardware
        guard isAnother else { return }
        effects.log(.error) {
            $0.append(text: "Lease conflict at ")
            $0.append(row.address)
        }
    }

    /// Forgets the variables of a lease whose client is gone.
    mutating func clearVariables(_ id: LeaseID) {
        leases.modifyDetails(id) { $0.variables.removeAll() }
    }
}

/// What a lease is to remember of its client.
struct ClientDetails {
    var uid: [UInt8]
    var hardware: HardwareAddress
    var hostname: [UInt8] = []
    var agentOptions: [UInt8] = []
    var variables: [LeaseVariable] = []
    var bodies: [LeaseRecord.EventBody] = []
    var billing: LeaseBilling?
}
