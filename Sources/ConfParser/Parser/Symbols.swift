import Wire

/// What the parser remembers of what was declared, because later statements are checked against it.
struct Symbols {
    /// Every class by name.
    var classes: Set<[UInt8]> = []
    /// Hosts by name; `true` if it was deleted.
    var hosts: [[UInt8]: Bool] = [:]
    /// Named groups.
    var groups: Set<[UInt8]> = []
    /// Index in ``ConfigurationTree/failoverPeers`` by name.
    var failoverPeers: [[UInt8]: Int] = [:]
    /// Index in ``ConfigurationTree/keys`` by name in small letters.
    var keys: [[UInt8]: Int] = [:]
    /// Index in ``ConfigurationTree/zones`` by name in small letters.
    var zones: [[UInt8]: Int] = [:]
    /// Spaces that an option encapsulates.
    var encapsulatedSpaces: Set<OptionSpaceID> = [
        .nwip, .fqdn, .agent, .vendorClass, .vendor, .isc, .vsio, .isc6, .fqdn6,
    ]
    /// The shared networks around, implicit ones too, from the outermost to the innermost: one is
    /// forgotten at its end.
    var networks: [Network] = []
    /// Interfaces that a network was given.
    var interfaces: Set<[UInt8]> = []
    /// The subnets declared last, which the next one is compared with.
    var lastSubnet: Subnet?
    var lastSubnet6: IPv6Prefix?
    /// Addresses that are in a range.
    var ranges = AddressIntervals()
    /// The warning about hosts in subnets is logged once.
    var hasWarnedAboutHosts = false

    struct Subnet {
        var address: IPv4Address
        var netmask: IPv4Address

        func contains(_ other: IPv4Address) -> Bool {
            other.rawValue & netmask.rawValue == address.rawValue
        }
    }

    struct Network {
        var name: Name
        var subnets: [Subnet] = []
        /// Subnets of both kinds that were completed.
        var subnetCount = 0
        var interface: [UInt8]?
        var failoverPeer: Int?
        var pools: [Pool] = []

        /// Spelled out only where a complaint needs it.
        enum Name {
            case given([UInt8])
            case subnet(IPv4Address, length: Int)
            case subnet6(IPv6Bytes, length: Int)

            var text: [UInt8] {
                var text: [UInt8] = []
                let length: Int
                switch self {
                case .given(let name): return name
                case .subnet(let address, let prefix):
                    text.append(address)
                    length = prefix
                case .subnet6(let address, let prefix):
                    text.append(string: address.description)
                    length = prefix
                }
                text.append(UInt8(ascii: "/"))
                text.append(decimal: length)
                return text
            }
        }
    }

    /// As much of a pool as decides which pool a range outside of pools joins.
    struct Pool {
        /// The ranges outside of pools that join it, because it is like the pool that they would
        /// make for themselves: those with `dynamic-bootp` or those without.
        var takesRanges: Ranges?
        var failoverPeer: Int?

        enum Ranges {
            case dynamicBootp, others
        }

        init(_ pool: PoolDeclaration) {
            failoverPeer = pool.failoverPeer
            guard pool.permits.count == 1, let permit = pool.permits.first else { return }
            if permit.isAllowed, permit.clients == .all { takesRanges = .dynamicBootp }
            if !permit.isAllowed, permit.clients == .dynamicBootp { takesRanges = .others }
        }

        init(takingRanges ranges: Ranges) { takesRanges = ranges }
    }
}

/// A set of IPv4 addresses as sorted intervals that do not touch.
struct AddressIntervals {
    private var lows: [UInt32] = []
    private var highs: [UInt32] = []

    /// Adds `low...high`; gives back the parts that were there before.
    mutating func insert(_ low: UInt32, _ high: UInt32) -> [ClosedRange<UInt32>] {
        // Files mostly declare ranges in rising order.
        if let last = highs.last, last < low {
            lows.append(low)
            highs.append(high)
            return []
        }
        var first = 0
        var end = highs.count
        while first < end {
            let middle = (first + end) / 2
            if highs[middle] < low { first = middle + 1 } else { end = middle }
        }
        var overlaps: [ClosedRange<UInt32>] = []
        var (newLow, newHigh) = (low, high)
        var past = first
        while past < lows.count, lows[past] <= high {
            overlaps.append(max(low, lows[past])...min(high, highs[past]))
            newLow = min(newLow, lows[past])
            newHigh = max(newHigh, highs[past])
            past += 1
        }
        lows.replaceSubrange(first..<past, with: CollectionOfOne(newLow))
        highs.replaceSubrange(first..<past, with: CollectionOfOne(newHigh))
        return overlaps
    }
}
