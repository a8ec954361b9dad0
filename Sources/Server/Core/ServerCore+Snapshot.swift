import Failover
public import Leases

extension ServerCore {
    /// The beginning of a rewrite of the lease file.
    public func leaseFileSnapshot() -> LeaseFileSnapshot {
        LeaseFileSnapshot(
            networks: configuration.networks.map(\.pools),
            failoverStates: failover.relationships.map(\.record))
    }
}
