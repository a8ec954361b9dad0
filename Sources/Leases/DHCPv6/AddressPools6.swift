public import ConfParser

/// The addresses and prefixes that a configuration hands out over DHCPv6.
public struct AddressPools6: Sendable {
    private var addresses: [ClosedRange<IPv6Bytes>] = []
    private var temporary: [ClosedRange<IPv6Bytes>] = []
    private var prefixes: [(ClosedRange<IPv6Bytes>, length: UInt8)] = []

    /// All pools of a configuration.
    public init(_ tree: ConfigurationTree) { collect(tree.root, 0) }

    private static let depthMax = 1000

    private mutating func collect(_ scope: Scope, _ depth: Int) {
        guard depth <= Self.depthMax else { return }
        for declaration in scope.declarations {
            switch declaration {
            case .range6(let range): add(range)
            case .prefix6(let prefix):
                let end = prefix.high.lastAddress(prefix.length)
                if prefix.low <= end { prefixes.append((prefix.low...end, prefix.length)) }
            default: break
            }
            if let inner = declaration.scope { collect(inner, depth + 1) }
        }
    }

    private mutating func add(_ range: Range6Declaration) {
        let span: ClosedRange<IPv6Bytes>
        switch range.extent {
        case .addresses(let low, let high):
            // ISC takes them in either order.
            span = min(low, high)...max(low, high)
        case .prefix(let prefix):
            let first = prefix.address.masked(prefix.length)
            span = first...first.lastAddress(prefix.length)
        }
        if range.isTemporary { temporary.append(span) } else { addresses.append(span) }
    }

    /// Whether a binding of a lease file lies in a pool of its kind.
    public func contains(
        _ binding: IdentityAssociationRecord.Binding, _ kind: IdentityAssociationRecord.Kind
    ) -> Bool {
        switch kind {
        case .na: addresses.contains { $0.contains(binding.address) }
        case .ta: temporary.contains { $0.contains(binding.address) }
        case .pd:
            prefixes.contains {
                $0.length == binding.length && $0.0.contains(binding.address)
            }
        }
    }
}

extension IPv6Bytes {
    /// The address with all bits after the first `length` set.
    fileprivate func lastAddress(_ length: UInt8) -> IPv6Bytes {
        let first = masked(length)
        let free = IPv6Bytes(high: .max, low: .max)
        let kept = free.masked(length)
        return IPv6Bytes(high: first.high | ~kept.high, low: first.low | ~kept.low)
    }
}
