/// Which of the 256 hash buckets the primary serves: bit n & 7 of byte n / 8 for bucket n, 1 = the
/// primary (failover.md §2.2 option 11; the draft has it the other way round, §11 D19).
public struct HashBuckets: Hashable, Sendable {
    /// The 32 bytes of the option.
    public let bytes: [UInt8]

    /// Exactly 32 bytes; anything else is `nil`.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// `split n`: buckets 0 to n - 1 belong to the primary.
    public init(split: Int) {
        var bytes = [UInt8](repeating: 0, count: 32)
        for bucket in 0..<min(max(split, 0), 256) { bytes[bucket / 8] |= 1 << UInt8(bucket % 8) }
        self.bytes = bytes
    }

    /// True when the primary serves the bucket.
    public func isPrimary(_ bucket: UInt8) -> Bool {
        bytes[Int(bucket) / 8] >> (bucket % 8) & 1 == 1
    }
}

/// Load balancing of packets (failover.md §8.1).
enum LoadBalancing {
    /// `secs` in host order, mended when a client sent it the other way round and
    /// `check-secs-byte-order` is set.
    static func seconds(_ secs: UInt16, checkByteOrder: Bool) -> UInt16 {
        checkByteOrder && secs > 0xff && secs & 0xff == 0 ? secs >> 8 : secs
    }

    /// True when this server serves the client.
    static func serves(
        key: [UInt8], secs: UInt16, limit: UInt32, isPrimary: Bool, buckets: HashBuckets?
    ) -> Bool {
        if limit == 0 || UInt32(secs) > limit { return true }
        guard let buckets else { return false }
        return buckets.isPrimary(LoadBalanceHash.hash(key)) == isPrimary
    }
}
