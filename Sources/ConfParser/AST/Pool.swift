public import Wire

/// `pool { }` and `pool6 { }`. Its ranges are among the declarations of the scope.
///
/// The scope is a child of the **shared network's** scope (v4) or of the subnet's scope (v6).
public struct PoolDeclaration: Hashable, Sendable {
    /// In the order of the text.
    public var permits: [PoolPermit]
    /// The peer in force, own or inherited: index into ``ConfigurationTree/failoverPeers``.
    public var failoverPeer: Int?
    public var scope: Scope
    public var position: SourcePosition

    public init(failoverPeer: Int?, scope: Scope = Scope(), position: SourcePosition) {
        self.failoverPeer = failoverPeer
        self.scope = scope
        self.position = position
        permits = []
    }
}

/// One `allow` or `deny` of a pool.
public struct PoolPermit: Hashable, Sendable {
    public var isAllowed: Bool
    public var clients: Clients

    public init(isAllowed: Bool, clients: Clients) {
        self.isAllowed = isAllowed
        self.clients = clients
    }

    /// Which clients are meant.
    public enum Clients: Hashable, Sendable {
        case unknown
        case known
        case authenticated
        case unauthenticated
        case all
        case dynamicBootp
        /// `members of "CLASS"`
        case members(of: [UInt8])
        /// `after DATE`
        case after(Timestamp)
    }
}

/// `range [dynamic-bootp] LOW [HIGH];`, with the lower address first whatever the text says.
public struct RangeDeclaration: Hashable, Sendable {
    public var low: IPv4Address
    public var high: IPv4Address
    public var allowsDynamicBootp: Bool
    public var position: SourcePosition

    public init(
        low: IPv4Address, high: IPv4Address, allowsDynamicBootp: Bool, position: SourcePosition
    ) {
        self.low = low
        self.high = high
        self.allowsDynamicBootp = allowsDynamicBootp
        self.position = position
    }
}

/// The sixteen octets of an IPv6 address.
public struct IPv6Bytes: Hashable, Comparable, Sendable {
    /// The first eight octets as a number, most significant octet first.
    public var high: UInt64
    /// The last eight octets as a number.
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From octets in network order; missing ones are 0, those after the sixteenth are not looked
    /// at.
    public init(octets: some Sequence<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        var index = 0
        for octet in octets.prefix(16) {
            let part = UInt64(octet) << UInt64(56 - 8 * (index & 7))
            if index < 8 { words.0 |= part } else { words.1 |= part }
            index += 1
        }
        self.init(high: words.0, low: words.1)
    }

    /// The octets in network order.
    public var octets: [UInt8] {
        (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
        }
    }

    public static func < (left: IPv6Bytes, right: IPv6Bytes) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

/// An IPv6 prefix: address and length.
public struct IPv6Prefix: Hashable, Sendable {
    public var address: IPv6Bytes
    public var length: UInt8

    public init(address: IPv6Bytes, length: UInt8) {
        self.address = address
        self.length = length
    }
}

/// `range6`, in both forms.
public struct Range6Declaration: Hashable, Sendable {
    public var extent: Extent
    /// `temporary`
    public var isTemporary: Bool
    public var position: SourcePosition

    public init(extent: Extent, isTemporary: Bool, position: SourcePosition) {
        self.extent = extent
        self.isTemporary = isTemporary
        self.position = position
    }

    /// The addresses.
    public enum Extent: Hashable, Sendable {
        /// As written: low may be above high.
        case addresses(IPv6Bytes, IPv6Bytes)
        case prefix(IPv6Prefix)
    }
}

/// `prefix6 LOW HIGH /N;`
public struct Prefix6Declaration: Hashable, Sendable {
    public var low: IPv6Bytes
    public var high: IPv6Bytes
    public var length: UInt8
    public var position: SourcePosition

    public init(low: IPv6Bytes, high: IPv6Bytes, length: UInt8, position: SourcePosition) {
        self.low = low
        self.high = high
        self.length = length
        self.position = position
    }
}
