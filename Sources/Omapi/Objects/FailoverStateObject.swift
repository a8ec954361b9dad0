import ConfParser
import Failover
import Leases
import Server
import Wire

// failover-state (failover.md §10.1): read everything, set `local-state`.

extension ServerCore {
    func relationship(named values: [OmapiValue]) -> Lookup {
        guard let name = values.key("name") else { return .noKeys }
        return Lookup(
            relationships.first { $0.configuration.name == name }.map { .failoverState($0.id) })
    }

    /// In ISC's order. ISC gives eight bytes of a pointer as addresses; here they are the addresses
    /// (failover.md §11 D26).
    func failoverAttributes(_ id: RelationshipID) -> [OmapiValue] {
        let relationship = relationships[Int(id.index)]
        let declared = relationship.configuration
        var values = [
            OmapiValue("name", declared.name),
            OmapiValue("partner-address", declared.peerAddresses.first?.octets ?? []),
            OmapiValue("partner-port", integer: UInt32(declared.peerPort)),
            OmapiValue("local-address", declared.address?.octets ?? []),
            OmapiValue("local-port", integer: UInt32(declared.port)),
            OmapiValue("max-outstanding-updates", integer: declared.maxUnackedUpdates),
            OmapiValue("mclt", integer: relationship.mclt),
            OmapiValue("load-balance-max-secs", integer: declared.loadBalanceMaxSeconds),
        ]
        if let buckets = relationship.buckets {
            values.append(OmapiValue("load-balance-hba", buckets.bytes))
        }
        let rest: [(String, UInt32)] = [
            ("partner-state", UInt32(relationship.partnerState.rawValue)),
            ("local-state", UInt32(relationship.state.rawValue)),
            ("partner-stos", relationship.partnerTime.seconds),
            ("local-stos", relationship.startOfState.seconds),
            ("hierarchy", declared.isPrimary ? 0 : 1), ("last-packet-sent", 0),
            ("last-timestamp-received", 0), ("skew", 0),
            ("max-response-delay", declared.maxResponseDelay),
            ("cur-unacked-updates", UInt32(clamping: relationship.unackedUpdates)),
        ]
        return values + rest.map { OmapiValue($0.0, integer: $0.1) }
    }

    /// Only `local-state` has an effect; other known attributes are taken and forgotten. ISC ends
    /// itself on a number that is no state (failover.md §11 D2).
    mutating func setFailover(
        _ id: RelationshipID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard value.isNamed("local-state") else {
            let known = failoverAttributes(id).contains { $0.name == value.name }
            if known || value.isNamed("load-balance-hba") { return }
            throw OmapiFailure(.notFound)
        }
        guard let number = value.integer, number != 0,
            let state = UInt8(exactly: number).flatMap({ FailoverState(rawValue: $0) })
        else { throw OmapiFailure(.invalidArgument) }
        try run(.setFailoverState(id, state), now: now, into: &effects)
    }
}
