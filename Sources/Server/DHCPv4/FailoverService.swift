import Failover
import Leases
import Wire

// What failover allows this server to say to clients (failover.md §4.9, §6.9, §8.1).

extension ServerCore {
    /// The relationship of a lease's pool.
    func relationship(of id: LeaseID) -> RelationshipID? {
        configuration[leases[id].pool].relationship
    }

    /// True if the lease can be given to a client that does not hold it.
    func mayAllocate(_ id: LeaseID, now: Now) -> Bool {
        let row = leases[id]
        guard let relationship = configuration[row.pool].relationship else {
            return row.bindingState == .free || row.bindingState == .backup
        }
        return failover[relationship].mayAllocate(row, now: now.wall)
    }

    /// True if an abandoned lease can be given again.
    func mayReclaim(_ id: LeaseID, now: Now) -> Bool {
        guard let relationship = relationship(of: id) else { return true }
        return failover[relationship].mayAllocate(leases[id], now: now.wall)
    }

    /// True if its own client can have the lease back although it has ended.
    func rewindsToActive(_ row: LeaseRow) -> Bool {
        guard configuration[row.pool].relationship != nil else { return false }
        return row.rewindBindingState == .active
    }

    /// The list of leases that are ours to give, and the partner's; `nil` without a partner.
    func ownList(_ pool: PoolID) -> PoolList {
        configuration[pool].relationship.map { failover[$0].ownList } ?? .free
    }
    func peerList(_ pool: PoolID) -> PoolList? {
        configuration[pool].relationship.map { failover[$0].peerList }
    }

    /// True if a pool of the network has free leases of the partner.
    func peerHasLeases(_ network: NetworkID) -> Bool {
        guard !configuration.relationships.isEmpty else { return false }
        for pool in configuration[network].pools {
            if let list = peerList(pool), leases.count(pool, list) > 0 { return true }
        }
        return false
    }

    /// True if a DISCOVER or BOOTREQUEST is answered here: the relationship serves clients and the
    /// client is ours by load balancing.
    func mayServe(
        _ binding: Binding, _ exchange: Exchange, peerHasLeases: Bool, into effects: inout Effects
    ) -> Bool {
        guard let id = binding.lease, let relationship = relationship(of: id) else { return true }
        if let suffix = failover[relationship].service.refusal {
            logNotResponding(exchange, suffix, into: &effects)
            return false
        }
        guard case .cooperating = failover[relationship].service,
            !isOursByLoad(relationship, exchange)
        else { return true }
        let isBootp = exchange.type == nil
        if peerHasLeases || isBootp {
            logPeer(
                exchange, isBootp ? .info : .debug, ": load balance to peer ", relationship, "",
                into: &effects)
            return false
        }
        logPeer(
            exchange, .debug, ": cancel load balance to peer ", relationship,
            " - no free leases", into: &effects)
        return true
    }

    /// Every free address of a network belongs to the partner of one of its pools.
    mutating func explainShortage(
        _ network: NetworkID, now: Now, into effects: inout Effects
    ) {
        var explained: RelationshipID?
        for pool in configuration[network].pools {
            guard let id = configuration[pool].relationship, id != explained else { continue }
            explained = id
            failover[id].explainShortage(leases: leases, now: now, into: &effects)
        }
    }

    private func isOursByLoad(_ id: RelationshipID, _ exchange: Exchange) -> Bool {
        let key =
            exchange.clientIdentifier.isEmpty
            ? exchange.hardware.bytes : exchange.clientIdentifier
        return failover[id].loadBalance(
            key: key, secs: packet.secs, checkByteOrder: settings.checksSecsByteOrder)
    }

    private func logNotResponding(
        _ exchange: Exchange, _ suffix: StaticString, into effects: inout Effects
    ) {
        effects.log(.info) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: ": not responding")
            $0.append(text: suffix)
        }
    }

    private func logPeer(
        _ exchange: Exchange, _ level: LogLevel, _ before: StaticString, _ id: RelationshipID,
        _ after: StaticString, into effects: inout Effects
    ) {
        effects.log(level) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: before)
            $0.append(contentsOf: failover[id].configuration.name)
            $0.append(text: after)
        }
    }

    /// True if a REQUEST for the lease is answered (server-v4.md §7.2 step 2).
    mutating func mayAcknowledge(
        _ id: LeaseID, _ exchange: inout Exchange, _ claimed: IPv4Address,
        into effects: inout Effects
    ) -> Bool {
        guard let relationship = relationship(of: id) else { return true }
        let row = leases[id]
        let service = failover[relationship].service
        if let suffix = service.refusal,
            !service.isExtending || row.bindingState != .active || row.ends <= exchange.now.wall
                || packet.clientAddress != row.address
        {
            logNotResponding(exchange, suffix, into: &effects)
            return false
        }
        if row.bindingState != .active, row.rewindBindingState != .active,
            !mayAllocate(id, now: exchange.now)
        {
            switch row.bindingState {
            case .expired, .released:
                failover[relationship].claimedAgain(id, leases: &leases, now: exchange.now)
                effects.log(.debug) {
                    $0.append(contentsOf: exchange.text)
                    $0.append(text: ": lease in transition state ")
                    $0.append(text: row.bindingState.name)
                }
            case .reset:
                logMessage(exchange, .debug, ": lease reset by administrator", into: &effects)
                refuse(exchange, claimed, into: &effects)
            default:
                logMessage(exchange, .debug, ": lease owned by peer", into: &effects)
            }
            return false
        }
        return isOurServerID(exchange, into: &effects)
    }

    /// True if this server may say that an address is not the client's. One that serves nobody
    /// knows less than its partner; ISC's refuses all the same (failover.md §11 D27).
    func mayRefuse(
        _ address: IPv4Address, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard let id = leases.lease(at: address), let relationship = relationship(of: id),
            let suffix = failover[relationship].service.refusal
        else { return true }
        logNotResponding(exchange, suffix, into: &effects)
        return false
    }

    /// `server-id-check`: a client that names another server is left to it.
    private mutating func isOurServerID(
        _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard settings.checksServerID,
            let named = packet.address(DHCPv4Option.serverIdentifier), !named.isZero
        else { return true }
        executeRefusalScopes(exchange, into: &effects)
        setServerIdentifier(exchange)
        if named == replySource { return true }
        logMessage(exchange, .debug, ": not our server id", into: &effects)
        return false
    }

    /// True if a RELEASE or DECLINE of the lease is heard.
    func mayTake(_ id: LeaseID, into effects: inout Effects) -> Bool {
        guard let relationship = relationship(of: id),
            let suffix = failover[relationship].service.refusal
        else { return true }
        effects.log(.info) {
            $0.append(contentsOf: failover[relationship].configuration.name)
            $0.append(text: ": ignored")
            $0.append(text: suffix)
        }
        return false
    }

    /// Seconds that a client gets of those that it could have: the MCLT rule.
    func grantedTime(_ desired: UInt32, _ id: LeaseID, now: Now) -> UInt32 {
        guard let relationship = relationship(of: id) else { return desired }
        let row = leases[id]
        return failover[relationship].grant(
            desired: desired, tsfp: failover[relationship].knownExpiration(row),
            lasting: row.bindingState == .active ? row.ends : .none, now: now.wall
        ).granted
    }
}
