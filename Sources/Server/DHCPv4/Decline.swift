import Leases
import Wire

extension ServerCore {
    /// DHCPDECLINE (server-v4.md §9.1). ISC: nobody asks whether the sender owns the address.
    mutating func decline(_ exchange: inout Exchange, into effects: inout Effects) {
        guard let address = packet.requestedAddress else { return }
        let id = leases.lease(at: address)
        var text: [UInt8] = []
        text.append(text: "DHCPDECLINE of ")
        text.append(address)
        appendFromVia(exchange, lease: id, to: &text)
        exchange.text = text
        executeSenderScopes(exchange, id, into: &effects)
        let verdict = permission(.declines, default: .yes)
        guard verdict == .yes else {
            if verdict == .no { logMessage(exchange, .info, ": ignored", into: &effects) }
            return
        }
        guard let id else {
            logMessage(exchange, .info, ": not found", into: &effects)
            return
        }
        guard mayTake(id, into: &effects) else { return }
        abandon(id, because: "declined.", now: exchange.now, into: &effects)
        logMessage(exchange, .info, ": abandoned", into: &effects)
    }

    /// Puts an address out of use for a while.
    mutating func abandon(
        _ id: LeaseID, because reason: StaticString, now: Now, into effects: inout Effects
    ) {
        effects.log(.error) {
            $0.append(text: "Abandoning IP address ")
            $0.append(leases[id].address)
            $0.append(text: ": ")
            $0.append(text: reason)
        }
        abandonLease(id, now: now, into: &effects)
    }

    /// DHCPRELEASE (server-v4.md §9.2).
    mutating func release(_ exchange: inout Exchange, into effects: inout Effects) {
        if packet[DHCPv4Option.requestedAddress] != nil {
            effects.log(.info) {
                $0.append(text: "DHCPRELEASE from ")
                $0.append(exchange.hardware)
                $0.append(text: " specified requested-address.")
            }
        }
        let address = packet.clientAddress
        var found: LeaseID?
        if !exchange.clientIdentifier.isEmpty {
            found = leases.leases(uid: exchange.clientIdentifier).first {
                leases[$0].address == address
            }
        }
        if found == nil { found = leases.lease(at: address) }
        if let id = found, leases[id].hardware != exchange.hardware { found = nil }
        var text: [UInt8] = []
        text.append(text: "DHCPRELEASE of ")
        text.append(address)
        appendFromVia(exchange, lease: found, to: &text)
        text.append(text: found == nil ? " (not found)" : " (found)")
        if let id = found {
            guard mayTake(id, into: &effects) else { return }
            if leases[id].ends > exchange.now.wall {
                release(id, by: exchange, now: exchange.now, into: &effects)
            }
        }
        // ISC: after what the release itself has to say.
        effects.log(.info) { $0.append(contentsOf: text) }
    }
}
