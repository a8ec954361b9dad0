import ConfParser
import Leases
import Wire

/// A pool while the text is walked: ranges may still join it, and it may join another.
struct PoolDraft {
    var row: PoolRow
    /// False while the declaration is open: ISC puts a pool on its network's list at its end.
    var hasOwnStatements: Bool
}

extension ConfigurationCompiler {
    mutating func declare(_ pool: PoolDeclaration, at place: Place) {
        guard let network = place.network else { return }
        // ISC: the scope hangs below the shared network's, not below the subnet's.
        let scope = addScope(pool.scope, parent: configuration.networks[network].scope)
        var row = PoolRow(network: NetworkID(UInt32(network)), scope: scope)
        row.relationship = pool.failoverPeer.map { RelationshipID(UInt32($0)) }
        for permit in pool.permits {
            guard let entry = self.permit(permit.clients) else { continue }
            if permit.isAllowed { row.permits.append(entry) } else { row.prohibits.append(entry) }
            guard case .after(let time) = entry else { continue }
            if permit.isAllowed { row.validFrom = time } else { row.validUntil = time }
        }
        let number = drafts.count
        drafts.append(
            PoolDraft(row: row, hasOwnStatements: !pool.scope.statements.isEmpty))
        declare(
            pool.scope.declarations, at: Place(scope: scope, network: network, pool: number))
        if let earlier = poolOrder[network].first(where: { isEqual($0, number) }) {
            drafts[earlier].row.ranges += drafts[number].row.ranges
        } else {
            poolOrder[network].append(number)
        }
    }

    mutating func declare(_ range: RangeDeclaration, at place: Place) {
        guard let network = place.network else { return }
        let addresses = AddressRange(
            first: min(range.low, range.high), last: max(range.low, range.high))
        let number =
            place.pool
            ?? implicitPool(of: network, allowsDynamicBootp: range.allowsDynamicBootp)
        drafts[number].row.ranges.append(addresses)
    }

    private func permit(_ clients: PoolPermit.Clients) -> Permit? {
        switch clients {
        case .unknown: .unknown
        case .known: .known
        case .authenticated: .authenticated
        case .unauthenticated: .unauthenticated
        case .all: .all
        case .dynamicBootp: .dynamicBootp
        case .members(let name): configuration.classesByName[name].map { .members(of: $0) }
        case .after(let time): .after(time)
        }
    }

    /// The pool for a range that stands in no pool.
    ///
    /// ISC: finds any pool with just the right lists, but then takes the one before it, if there
    /// is one (config-language.md §2).
    private mutating func implicitPool(of network: Int, allowsDynamicBootp: Bool) -> Int {
        var previous: Int?
        for number in poolOrder[network] {
            if isImplicit(drafts[number].row, allowsDynamicBootp) { return previous ?? number }
            previous = number
        }
        let scope = addScope(
            [], parent: configuration.networks[network].scope,
            isAuthoritative: configuration[configuration.networks[network].scope].isAuthoritative)
        var row = PoolRow(network: NetworkID(UInt32(network)), scope: scope)
        if allowsDynamicBootp {
            row.permits = Self.everybody
        } else {
            row.prohibits = Self.dynamicBootp
        }
        drafts.append(PoolDraft(row: row, hasOwnStatements: false))
        poolOrder[network].append(drafts.count - 1)
        return drafts.count - 1
    }

    private static let everybody: [Permit] = [.all]
    private static let dynamicBootp: [Permit] = [.dynamicBootp]

    private func isImplicit(_ row: PoolRow, _ allowsDynamicBootp: Bool) -> Bool {
        allowsDynamicBootp
            ? row.prohibits.isEmpty && row.permits == Self.everybody
            : row.permits.isEmpty && row.prohibits == Self.dynamicBootp
    }

    /// ISC: pools without statements of their own, with the same peer and the same lists, are one.
    private func isEqual(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (drafts[left], drafts[right])
        guard !a.hasOwnStatements, !b.hasOwnStatements else { return false }
        guard a.row.relationship == b.row.relationship else { return false }
        return Self.sameEntries(a.row.permits, b.row.permits)
            && Self.sameEntries(a.row.prohibits, b.row.prohibits)
    }

    private static func sameEntries(_ left: [Permit], _ right: [Permit]) -> Bool {
        left.allSatisfy { entry in right.contains { sameEntry(entry, $0) } }
            && right.allSatisfy { entry in left.contains { sameEntry(entry, $0) } }
    }

    /// ISC: the dates are not compared, the first pool's hold for both.
    private static func sameEntry(_ left: Permit, _ right: Permit) -> Bool {
        if case .after = left, case .after = right { return true }
        return left == right
    }

    mutating func finishPools() {
        configuration.pools.reserveCapacity(drafts.count)
        for network in configuration.networks.indices {
            for number in poolOrder[network] {
                configuration.networks[network].pools.append(
                    PoolID(UInt32(configuration.pools.count)))
                configuration.pools.append(drafts[number].row)
            }
        }
    }
}
