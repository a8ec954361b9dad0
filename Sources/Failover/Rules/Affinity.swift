import Wire

/// Which server a stored lease's last client would go to (failover.md §8.3).
enum Affinity {
    /// True when the client hashes to the partner. Without a client, or when no buckets are known,
    /// the lease is nobody's.
    static func belongsToPeer(
        uid: [UInt8], hardware: HardwareAddress, isPrimary: Bool, buckets: HashBuckets?
    ) -> Bool {
        guard let buckets else { return false }
        let bucket: UInt8
        if !uid.isEmpty {
            bucket = LoadBalanceHash.hash(uid)
        } else if hardware.length >= 1 {
            bucket = LoadBalanceHash.hash(hardware.bytes)
        } else {
            return false
        }
        return buckets.isPrimary(bucket) != isPrimary
    }
}
