extension Relationship {
    /// True when this server serves a client by load balancing; only asked in service
    /// `cooperating` (failover.md §8.1).
    /// - Parameter key: the client identifier if there is one, else the bytes of `chaddr`.
    public func loadBalance(key: [UInt8], secs: UInt16, checkByteOrder: Bool) -> Bool {
        LoadBalancing.serves(
            key: key, secs: LoadBalancing.seconds(secs, checkByteOrder: checkByteOrder),
            limit: configuration.loadBalanceMaxSeconds, isPrimary: configuration.isPrimary,
            buckets: buckets)
    }
}
