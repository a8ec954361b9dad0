import Leases
import Wire

// Finding a client's lease (server-v4.md §5). The order of the steps decides what a client gets
// and what is logged; the numbers in the comments are those of the specification.

/// The candidates while they are weighed.
private struct Candidates {
    /// F: an address of a host declaration inside the network.
    var fixed: (host: HostID, address: IPv4Address)?
    /// I: the lease of the address that the client names.
    var byAddress: LeaseID?
    /// U: by client identifier.
    var byUID: LeaseID?
    /// W: by hardware address.
    var byHardware: LeaseID?
}

extension ServerCore {
    /// The address that the client says it has or wants.
    var claimedAddress: IPv4Address? {
        if !packet.clientAddress.isZero { return packet.clientAddress }
        return packet.requestedAddress
    }

    /// Looks for the lease of the client in a network.
    mutating func findLease(
        _ exchange: inout Exchange, in network: NetworkID, into effects: inout Effects
    ) -> Finding {
        var finding = Finding()
        finding.peerHasLeases = peerHasLeases(network)
        let isRequest = exchange.type == .request
        let claimed = claimedAddress
        var found = Candidates()
        found.fixed = findHosts(&exchange, in: network)
        if isRequest, let fixed = found.fixed, let claimed, fixed.address != claimed {
            nakText = "requested address is incorrect"
            finding.isOurs = true
            return finding
        }
        found.byUID = findByUID(exchange, in: network, into: &effects)
        found.byHardware = findByHardware(exchange, in: network, into: &effects)
        findByAddress(claimed, exchange, in: network, &found, &finding)
        settleDuplicates(exchange, in: network, claimed, &found, into: &effects)
        // 10
        if found.byHardware == found.byUID || found.byHardware == found.byAddress {
            found.byHardware = nil
        }
        if found.byUID == found.byAddress { found.byUID = nil }
        dropForbidden(exchange, &found, into: &effects)
        // 12
        if found.byAddress == nil {
            nakText = "requested address not available"
            if isRequest && found.fixed == nil { return finding }
        }
        choose(exchange, &found, &finding, into: &effects)
        return finding
    }

    /// Step 1: host declarations.
    private func findHosts(
        _ exchange: inout Exchange, in network: NetworkID
    ) -> (host: HostID, address: IPv4Address)? {
        guard let first = matchingHost(exchange) else { return nil }
        exchange.isKnown = true
        return fixedAddress(of: first, in: network)
    }

    /// True if the lease can be given to its own client as it stands.
    func isUsable(_ id: LeaseID, _ row: LeaseRow, now: Now) -> Bool {
        row.bindingState == .active || rewindsToActive(row) || mayAllocate(id, now: now)
    }

    /// Step 3: the first usable lease of the client identifier.
    private mutating func findByUID(
        _ exchange: Exchange, in network: NetworkID, into effects: inout Effects
    ) -> LeaseID? {
        guard !exchange.clientIdentifier.isEmpty else { return nil }
        for id in leases.leases(uid: exchange.clientIdentifier) {
            let row = leases[id]
            // ISC: the client's own offer of an abandoned address ends that.
            guard isUsable(id, row, now: exchange.now) else {
                releaseUnused(id, exchange, into: &effects)
                continue
            }
            guard configuration.pools[Int(row.pool.index)].network == network else { continue }
            if isPermitted(row.pool, exchange) { return id }
            releaseUnused(id, exchange, into: &effects)
        }
        return nil
    }

    /// Step 4: the first usable lease of the hardware address that is not another identifier's.
    private mutating func findByHardware(
        _ exchange: Exchange, in network: NetworkID, into effects: inout Effects
    ) -> LeaseID? {
        guard !exchange.hardware.isNone else { return nil }
        for id in leases.leases(hardware: exchange.hardware) {
            let row = leases[id]
            guard isUsable(id, row, now: exchange.now),
                configuration.pools[Int(row.pool.index)].network == network
            else { continue }
            let uid = leases.uid(id)
            let isFree = row.bindingState == .free || row.bindingState == .backup
            guard isFree || uid.isEmpty || uid == exchange.clientIdentifier else { continue }
            if isPermitted(row.pool, exchange) { return id }
            releaseUnused(id, exchange, into: &effects)
        }
        return nil
    }

    /// Gives a lease back that its client may no longer have, unless it says that it uses it.
    ///
    /// Not in a pool of a failover pair, where ISC does so too: the packet may be older than what
    /// the partner has given to the client since, and nothing in it tells (seed 161488). What the
    /// client does not use comes to its end in time.
    private mutating func releaseUnused(
        _ id: LeaseID, _ exchange: Exchange, into effects: inout Effects
    ) {
        guard packet.clientAddress.isZero else { return }
        if leases[id].bindingState == .active, relationship(of: id) != nil { return }
        release(id, by: exchange, now: exchange.now, into: &effects)
    }

    /// Steps 5 to 7: the lease of the claimed address.
    private mutating func findByAddress(
        _ claimed: IPv4Address?, _ exchange: Exchange, in network: NetworkID,
        _ found: inout Candidates, _ finding: inout Finding
    ) {
        guard let claimed, let id = leases.lease(at: claimed) else { return }
        finding.isOurs = true
        let row = leases[id]
        guard configuration.pools[Int(row.pool.index)].network == network else {
            nakText = "requested address on bad subnet"
            return
        }
        let uid = leases.uid(id)
        let isAnothers =
            uid.isEmpty
            ? row.hardware != exchange.hardware : uid != exchange.clientIdentifier
        if isAnothers, row.bindingState != .free, row.bindingState != .backup {
            if row.bindingState != .active { finding.isOurs = false }
            return
        }
        let hasOther = found.byUID != nil || found.byHardware != nil
        if exchange.type == .discover, hasOther, !isUsable(id, row, now: exchange.now) { return }
        found.byAddress = id
    }

    /// Steps 8 and 9: a client with two leases, or with a lease and a fixed address.
    private mutating func settleDuplicates(
        _ exchange: Exchange, in network: NetworkID, _ claimed: IPv4Address?,
        _ found: inout Candidates, into effects: inout Effects
    ) {
        let isRequest = exchange.type == .request
        guard let address = found.byAddress else { return }
        let uid = leases.uid(address)
        if leases[address].bindingState == .active, !uid.isEmpty, found.byUID != address {
            if uid == exchange.clientIdentifier, let other = found.byUID {
                if leases[other].bindingState == .active {
                    logDuplicate(exchange, in: network, into: &effects)
                    if isRequest { releaseUnused(other, exchange, into: &effects) }
                }
                found.byUID = address
            }
            if isRequest, found.fixed != nil {
                // ISC: the fixed address is forgotten before it is complained of.
                found.fixed = nil
                logConflict(nil, claimed, in: network, into: &effects)
                nakText = "database conflict - call for help!"
            }
            if found.byUID != address {
                found.byAddress = nil
                return
            }
        }
        if isRequest, found.fixed != nil {
            logConflict(found.fixed, claimed, in: network, into: &effects)
            nakText = "database conflict - call for help!"
            found.byAddress = nil
        }
    }

    private func logDuplicate(
        _ exchange: Exchange, in network: NetworkID, into effects: inout Effects
    ) {
        effects.log(.error) {
            $0.append(text: "client ")
            $0.append(exchange.hardware)
            $0.append(text: " has duplicate leases on ")
            $0.append(contentsOf: configuration.networks[Int(network.index)].name)
        }
    }

    private func logConflict(
        _ fixed: (host: HostID, address: IPv4Address)?, _ claimed: IPv4Address?,
        in network: NetworkID, into effects: inout Effects
    ) {
        guard let claimed else { return }
        effects.log(.error) {
            $0.append(text: "Dynamic and static leases present for ")
            $0.append(claimed)
            $0.append(UInt8(ascii: "."))
        }
        effects.log(.error) {
            $0.append(text: "Remove host declaration ")
            if let fixed {
                $0.append(contentsOf: hostName(fixed.host))
            } else {
                $0.append(claimed)
            }
            $0.append(text: " or remove ")
            $0.append(claimed)
        }
        effects.log(.error) {
            $0.append(text: "from the dynamic address pool for ")
            $0.append(contentsOf: configuration.networks[Int(network.index)].name)
        }
    }

    /// Step 11: leases of pools that the client may not use.
    private mutating func dropForbidden(
        _ exchange: Exchange, _ found: inout Candidates, into effects: inout Effects
    ) {
        if let id = found.byAddress, !isPermitted(leases[id].pool, exchange) {
            if leases[id].bindingState == .active { releaseUnused(id, exchange, into: &effects) }
            found.byAddress = nil
        }
        if let id = found.byUID, !isPermitted(leases[id].pool, exchange) {
            releaseUnused(id, exchange, into: &effects)
            found.byUID = nil
        }
        if let id = found.byHardware, !isPermitted(leases[id].pool, exchange) {
            releaseUnused(id, exchange, into: &effects)
            found.byHardware = nil
        }
    }

    /// Steps 13 and 15.
    private mutating func choose(
        _ exchange: Exchange, _ found: inout Candidates, _ finding: inout Finding,
        into effects: inout Effects
    ) {
        if let fixed = found.fixed {
            finding.binding = .fixed(fixed.host, fixed.address)
            if let id = found.byAddress { releaseUnused(id, exchange, into: &effects) }
        } else if let id = found.byAddress {
            finding.binding = .lease(id)
        }
        if let id = found.byUID {
            if finding.binding == nil {
                finding.binding = .lease(id)
            } else {
                refuseDuplicate(id, exchange, into: &effects)
            }
        }
        if finding.binding == nil, let id = found.byHardware {
            let uid = leases.uid(id)
            // ISC: in BOOTP a client without an identifier gets the lease of one that gave one.
            if uid.isEmpty || uid == exchange.clientIdentifier
                || (exchange.type == nil && exchange.clientIdentifier.isEmpty)
            {
                finding.binding = .lease(id)
            }
        }
        guard case .lease(let id) = finding.binding, leases[id].bindingState == .abandoned
        else { return }
        if id == found.byAddress, exchange.type == .request {
            effects.log(.error) {
                $0.append(text: "Reclaiming REQUESTed abandoned IP address ")
                $0.append(leases[id].address)
                $0.append(UInt8(ascii: "."))
            }
        } else {
            finding.isOurs = true
            finding.binding = nil
        }
    }

    private mutating func refuseDuplicate(
        _ id: LeaseID, _ exchange: Exchange, into effects: inout Effects
    ) {
        let row = leases[id]
        let network = configuration.pools[Int(row.pool.index)].network
        effects.log(.error) {
            $0.append(text: "uid lease ")
            $0.append(row.address)
            $0.append(text: " for client ")
            $0.append(exchange.hardware)
            $0.append(text: " is duplicate on ")
            $0.append(contentsOf: configuration.networks[Int(network.index)].name)
        }
        if exchange.type == .request, row.bindingState == .active {
            releaseUnused(id, exchange, into: &effects)
        }
    }
}
