import ConfParser
public import Leases
public import Wire

// Other declarations while the server runs. A relationship whose link can go on keeps everything;
// any other ends as at the end of a process, or begins as at the start of one.

extension RelationshipConfiguration {
    /// True if a link of the one serves the other: what was said at its beginning still holds.
    func keepsLink(of former: RelationshipConfiguration) -> Bool {
        name == former.name && isPrimary == former.isPrimary && address == former.address
            && port == former.port && peerAddresses == former.peerAddresses
            && peerPort == former.peerPort && maxResponseDelay == former.maxResponseDelay
            && maxUnackedUpdates == former.maxUnackedUpdates && mclt == former.mclt
            && hba == former.hba
    }
}

extension FailoverEndpoint {
    /// By number of a present relationship: the number that it goes on with under other
    /// declarations; `nil` for one that ends, or begins anew.
    public func successors(_ declared: [RelationshipConfiguration]) -> [RelationshipID?] {
        relationships.map { former in
            declared.firstIndex { $0.keepsLink(of: former.configuration) }.map {
                RelationshipID(UInt32($0))
            }
        }
    }

    /// The first half of a reload, while leases have their old numbers: what does not go on gives
    /// its links up.
    public mutating func endRelationships(
        _ successors: [RelationshipID?], now: Now, into effects: inout Effects
    ) {
        for index in relationships.indices {
            relationships[index].prepareReload(
                successor: successors[index], now: now, into: &effects)
        }
    }

    /// The second half, when leases have their new numbers.
    /// - Parameter seed: of the random numbers of new relationships.
    public mutating func adopt(
        _ declared: [RelationshipConfiguration], _ successors: [RelationshipID?],
        _ remap: LeaseRemap, seed: UInt64, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        let former = relationships
        relationships = declared.enumerated().map { index, configuration in
            let id = RelationshipID(UInt32(index))
            if let place = successors.firstIndex(of: id) { return former[place] }
            let last = former.last { $0.configuration.name == configuration.name }
            return Relationship(
                id, configuration, remembered: last?.record, now: now,
                seed: seed &+ UInt64(index))
        }
        adoptUnbound(successors, &effects)
        for one in former {
            let (address, port) = (one.configuration.address, one.configuration.port)
            let isUsed = declared.contains { $0.address == address && $0.port == port }
            guard let address, !isUsed else { continue }
            effects.list.append(.stopListening(address: address, port: port))
        }
        for index in relationships.indices {
            let id = RelationshipID(UInt32(index))
            if successors.contains(id) {
                relationships[index].goOn(
                    as: id, declared[index], remap, leases: &leases, now: now, into: &effects)
            } else {
                relationships[index].markPartnerDown(&leases)
                relationships[index].start(leases: &leases, now: now, into: &effects)
            }
        }
    }

    private mutating func adoptUnbound(_ successors: [RelationshipID?], _ effects: inout Effects) {
        for index in unbound.indices {
            unbound[index].candidates = unbound[index].candidates.compactMap { former in
                successors[former].map { Int($0.index) }
            }
            guard unbound[index].candidates.isEmpty else { continue }
            effects.list.append(.close(unbound[index].id, flush: false))
        }
        unbound.removeAll { $0.candidates.isEmpty }
    }
}

extension Relationship {
    /// Without a successor the links are closed as the end of a process closes them: nobody's
    /// state changes by it here.
    fileprivate mutating func prepareReload(
        successor: RelationshipID?, now: Now, into effects: inout Effects
    ) {
        if isDialling, successor != id {
            effects.list.append(.stopDialling(id))
            isDialling = false
            timers.dialLimit = nil
            timers.dial = now.mono
        }
        guard successor == nil else { return }
        logPeer(.info, &effects) {
            $0.append(text: "declared otherwise or no more: the connection ends")
        }
        flushAcknowledgements(now, &effects)
        for link in links { effects.list.append(.close(link.id, flush: true)) }
        links = []
        established = nil
    }

    /// Goes on with another number, another declaration and other numbers of leases.
    fileprivate mutating func goOn(
        as number: RelationshipID, _ next: RelationshipConfiguration, _ remap: LeaseRemap,
        leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        let former = configuration
        id = number
        configuration = next
        poolSet = Set(next.pools)
        if !isConnected {
            peerMaxUnacked = next.peerMaxUnackedUpdates
            peerReceiveTimer = next.peerMaxResponseDelay
        }
        if former.autoPartnerDown != next.autoPartnerDown, state == .communicationsInterrupted {
            timers.autoPartnerDown =
                next.autoPartnerDown > 0
                ? now.mono.advanced(seconds: next.autoPartnerDown) : nil
        }
        guard !remap.isIdentity else { return }
        renumberLeases(remap, leases)
        supplies = [:]
        markPartnerDown(&leases)
        unparkLeases(&leases)
        catchUp(remap, &leases, now, &effects)
    }

    private mutating func renumberLeases(_ remap: LeaseRemap, _ leases: borrowing LeaseStore) {
        var numbers: [LeaseID: LeaseID] = [:]
        for old in updates.leases + Array(surrendered.keys) + refused {
            guard let new = remap[old], owns(leases[new].pool) else { continue }
            numbers[old] = new
        }
        updates.renumber { numbers[$0] }
        var disputed: [LeaseID: UInt32] = [:]
        for (old, xid) in surrendered {
            if let new = numbers[old] { disputed[new] = xid }
        }
        surrendered = disputed
        refused = refused.compactMap { numbers[$0] }
    }

    /// As the store finds it at a start.
    fileprivate func markPartnerDown(_ leases: inout LeaseStore) {
        let lasting = state == .startup ? remembered : state
        markPartnerDown(lasting == .partnerDown, &leases)
    }

    /// What a restart would do on entry into normal for leases that are new to the relationship.
    private mutating func catchUp(
        _ remap: LeaseRemap, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        if state == .normal {
            for lease in remap.unsettled where owns(leases[lease].pool) {
                let isPending = leases[lease].isPending(onPrimary: configuration.isPrimary)
                if isPending { enqueue(lease, &leases) }
            }
            let grown = configuration.pools.filter { remap.grown.contains($0) }
            if !grown.isEmpty {
                timers.rebalance = now.mono
                // The partner may have told us of these addresses before we knew them.
                requestUpdates(all: false, now, &effects)
            }
        }
        sendUpdates(&leases, now, &effects)
        finishRequestIfDone(now, &effects)
    }
}
