import ConfParser
import Wire

/// The pools of a `pool6`, or of the ranges of a subnet6 outside of any: what ISC calls a pond.
struct Pond: Sendable {
    var blocks: [IPv6Prefix] = []
    private var total: UInt64 = 0
    private(set) var isTooLarge = false

    /// Counts a block of units (addresses, or prefixes of a length), as far as 64 bits hold them.
    mutating func add(_ block: IPv6Prefix, unitLength: Int) {
        blocks.append(block)
        guard !isTooLarge else { return }
        let bits = unitLength - Int(block.length)
        // ISC: a shift by 64 places gives 1 on this kind of machine, so that a block of exactly
        // 2^64 counts as one address.
        let count: UInt64? = bits > 64 || bits < 0 ? nil : bits == 64 ? 1 : 1 << UInt64(bits)
        let (sum, overflow) = total.addingReportingOverflow(count ?? 0)
        isTooLarge = count == nil || overflow
        total = sum
    }
}

extension ConfigurationCompiler {
    mutating func declare(_ subnet: Subnet6Declaration, at place: Place) {
        let scope = addScope(subnet.scope, parent: place.scope)
        var network = place.network
        if network == nil || !subnet.isInSharedNetwork {
            var name: [UInt8] = []
            name.append(ipv6High: subnet.address.high, low: subnet.address.low)
            name.append(UInt8(ascii: "/"))
            name.append(decimal: UInt64(subnet.prefixLength))
            network = addNetwork(
                name: name, interface: subnet.interface, scope: scope, isImplicit: true)
        }
        let pond = subnet.scope.declarations.contains(where: \.isRange6) ? addPond(network) : nil
        declare(
            subnet.scope.declarations,
            at: Place(scope: scope, network: network, pool: nil, pond: pond))
    }

    mutating func declare(pool6: PoolDeclaration, at place: Place) {
        let scope = addScope(pool6.scope, parent: place.scope)
        declare(
            pool6.scope.declarations,
            at: Place(
                scope: scope, network: place.network, pool: nil, pond: addPond(place.network)))
    }

    private mutating func addPond(_ network: Int?) -> PondPlace? {
        guard let network else { return nil }
        ponds[network, default: []].append(Pond())
        return PondPlace(network: network, index: (ponds[network]?.count ?? 1) - 1)
    }

    mutating func declare(_ range: Range6Declaration, at place: Place) {
        guard let pond = place.pond else { return }
        switch range.extent {
        case .prefix(let prefix): add(prefix, unitLength: 128, to: pond)
        case .addresses(let first, let last):
            for block in Self.blocks(first, last).reversed() {
                add(block, unitLength: 128, to: pond)
            }
        }
    }

    mutating func declare(_ prefixes: Prefix6Declaration, at place: Place) {
        guard let pond = place.pond else { return }
        for block in Self.blocks(prefixes.low, prefixes.high, unitLength: Int(prefixes.length))
            .reversed()
        {
            add(block, unitLength: Int(prefixes.length), to: pond)
        }
    }

    private mutating func add(_ block: IPv6Prefix, unitLength: Int, to pond: PondPlace) {
        ponds[pond.network]?[pond.index].add(block, unitLength: unitLength)
    }

    /// The fewest blocks that cover a range of units from its first to its last. ISC lists them
    /// from
    /// the end.
    private static func blocks(
        _ first: IPv6Bytes, _ last: IPv6Bytes, unitLength: Int = 128
    ) -> [IPv6Prefix] {
        var result: [IPv6Prefix] = []
        var low = UInt128(first.high) << 64 | UInt128(first.low)
        let high = UInt128(last.high) << 64 | UInt128(last.low)
        let unit = UInt128(128 - unitLength)
        while low <= high, result.count < 1024 {
            var free = 128 - unitLength
            while free < 128 {
                let mask = (UInt128(1) << UInt128(free)) | ((UInt128(1) << UInt128(free)) - 1)
                // The last unit begins within the range.
                guard low & mask == 0, ((low | mask) >> unit) << unit <= high else { break }
                free += 1
            }
            let address = IPv6Bytes(
                high: UInt64(truncatingIfNeeded: low >> 64),
                low: UInt64(truncatingIfNeeded: low))
            result.append(IPv6Prefix(address: address, length: UInt8(128 - free)))
            let next = free == 128 ? nil : low.addingReportingOverflow(UInt128(1) << UInt128(free))
            guard let next, !next.overflow else { break }
            low = next.partialValue
        }
        return result
    }

    /// Lists of blocks too large to be counted, for the log (ISC: the network declared last comes
    /// first).
    func largePonds() -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for network in configuration.networks.indices.reversed() {
            for pond in ponds[network] ?? [] where pond.isTooLarge {
                var line: [UInt8] = []
                for block in pond.blocks {
                    if !line.isEmpty { line.append(text: ", ") }
                    line.append(ipv6High: block.address.high, low: block.address.low)
                    line.append(UInt8(ascii: "/"))
                    line.append(decimal: UInt64(block.length))
                }
                lines.append(line)
            }
        }
        return lines
    }
}

/// Where a pond stands in the compiler's table.
struct PondPlace {
    var network: Int
    var index: Int
}

extension Declaration {
    fileprivate var isRange6: Bool {
        switch self {
        case .range6, .prefix6: true
        default: false
        }
    }
}
