import ConfParser
import Failover
import Leases
import Wire

extension ServerCore {
    /// The relationships as declared, with what the lease file remembers of them.
    static func relationships(
        _ configuration: Configuration, _ states: [FailoverStateRecord], seed: UInt64, now: Now
    ) -> FailoverEndpoint {
        let declared = relationshipConfigurations(configuration)
        return FailoverEndpoint(
            declared.enumerated().map { index, one in
                Relationship(
                    RelationshipID(UInt32(index)), one,
                    remembered: states.last { $0.peerName == one.name }, now: now,
                    seed: seed &+ UInt64(index))
            })
    }

    /// What is declared of each relationship, in order.
    static func relationshipConfigurations(
        _ configuration: Configuration
    ) -> [RelationshipConfiguration] {
        configuration.relationships.enumerated().map { index, declaration in
            relationshipConfiguration(declaration, RelationshipID(UInt32(index)), configuration)
        }
    }

    private static func relationshipConfiguration(
        _ declaration: FailoverPeerDeclaration, _ id: RelationshipID, _ configuration: Configuration
    ) -> RelationshipConfiguration {
        let pools = configuration.pools.indices.map { PoolID(UInt32($0)) }.filter {
            configuration[$0].relationship == id
        }
        var result = RelationshipConfiguration(
            name: declaration.name, isPrimary: !declaration.isSecondary,
            address: addresses(declaration.own.address).first,
            peerAddresses: addresses(declaration.peer.address), pools: pools,
            poolNetworkNames: pools.map { configuration[configuration[$0].network].name })
        func set<T>(_ path: WritableKeyPath<RelationshipConfiguration, T>, _ value: T?) {
            if let value { result[keyPath: path] = value }
        }
        set(\.port, declaration.own.port.flatMap { UInt16(exactly: $0) })
        set(\.peerPort, declaration.peer.port.flatMap { UInt16(exactly: $0) })
        set(\.maxResponseDelay, declaration.own.maxResponseDelay)
        set(\.maxUnackedUpdates, declaration.own.maxUnackedUpdates)
        set(\.peerMaxResponseDelay, declaration.peer.maxResponseDelay)
        set(\.peerMaxUnackedUpdates, declaration.peer.maxUnackedUpdates)
        set(\.mclt, declaration.mclt)
        result.hba = declaration.hashBuckets
        set(\.loadBalanceMaxSeconds, declaration.loadBalanceMaxSeconds)
        set(\.autoPartnerDown, declaration.autoPartnerDown)
        set(\.maxLeaseMisbalance, declaration.maxLeaseMisbalance)
        set(\.maxLeaseOwnership, declaration.maxLeaseOwnership)
        set(\.minBalance, declaration.minBalance)
        set(\.maxBalance, declaration.maxBalance)
        return result
    }

    /// The addresses that are written as such; names are replaced by the shell before.
    private static func addresses(_ expression: Expression?) -> [IPv4Address] {
        guard case .constant(let bytes)? = expression else { return [] }
        return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map {
            IPv4Address(bytes[$0], bytes[$0 + 1], bytes[$0 + 2], bytes[$0 + 3])
        }
    }

    /// Hands an input to the relationships; false if it is none of theirs.
    mutating func stepFailover(
        _ input: Input, now: Now, into effects: inout Effects
    ) -> Bool {
        switch input {
        case .connected(let id, let link):
            failover.connected(id, link, leases: &leases, now: now, into: &effects)
        case .dialFailed(let id, let reason, let isImmediate):
            failover.dialFailed(
                id, reason: reason, isImmediate: isImmediate, leases: &leases, now: now,
                into: &effects)
        case .accepted(let link, let from, let address, let port):
            failover.accepted(
                link, from: from, at: address, port: port, leases: &leases, now: now,
                into: &effects)
        case .listenFailed(let id, let reason):
            failover.listenFailed(
                id, reason: reason, leases: &leases, now: now, into: &effects)
        case .peerBytes(let link, let bytes):
            failover.received(bytes, on: link, leases: &leases, now: now, into: &effects)
        case .closed(let link):
            failover.closed(link, leases: &leases, now: now, into: &effects)
        default: return false
        }
        return true
    }
}
