import Wire

extension Parser {
    /// `pool`, `pool6`, `range`, `range6` and `prefix6` where statements stand.
    @inline(never)
    mutating func parseAddressDeclaration(
        _ kind: TokenKind, _ block: inout Block, _ context: Context
    ) {
        next()
        switch kind {
        case .pool, .pool6:
            let isV6 = kind == .pool6
            let isInside = context.kind == .subnet || (context.kind == .sharedNetwork && !isV6)
            if context.kind == .pool {
                fail(isV6 ? .pool6WithinPool : .poolWithinPool)
            } else if !isInside {
                fail(isV6 ? .pool6OutsideNetwork : .poolOutsideNetwork)
            } else if isV6 {
                parsePool6(&block, context)
            } else {
                parsePool(&block, context)
            }
        case .range:
            guard context.kind == .subnet else { return fail(.rangeNotAllowed) }
            parseRange(&block.scope, context, pool: nil)
        case .range6:
            guard context.kind == .subnet else { return fail(.range6NotAllowed) }
            _ = parseRange6(&block.scope, context)
        default:
            guard context.kind == .subnet else { return fail(.prefix6NotAllowed) }
            _ = parsePrefix6(&block.scope, context)
        }
    }

    // MARK: range

    /// After `range`. True if addresses were added. `pool` is the pool being declared, if any.
    @discardableResult
    mutating func parseRange(
        _ scope: inout Scope, _ context: Context, pool: PoolDeclaration?
    ) -> Bool {
        let position = lexer.position
        let isDynamicBootp = accept(.dynamicBootp)
        guard let low = parseAddress() else { return false }
        var high = low
        if peek().kind != .semicolon {
            guard let second = parseAddress() else { return false }
            high = second
        }
        guard next().kind == .semicolon else {
            fail(.semicolonExpected)
            return false
        }
        guard let subnet = subnetForRange(low, context) else { return false }
        let peer =
            pool != nil
            ? pool?.failoverPeer
            : implicitPoolPeer(context.network ?? 0, isDynamicBootp: isDynamicBootp)
        if isDynamicBootp, peer != nil { warnAboutDynamicBootp() }
        let range = RangeDeclaration(
            low: min(low, high), high: max(low, high), allowsDynamicBootp: isDynamicBootp,
            position: position)
        guard check(range, subnet, ends: (low, high)) else { return false }
        guard subnet.hasHoles else {
            guard take(range.low.rawValue...range.high.rawValue, position) else {
                return false
            }
            scope.declarations.append(.range(range))
            return true
        }
        return takeSparse(range, subnet, &scope)
    }

    private mutating func subnetForRange(
        _ low: IPv4Address, _ context: Context
    ) -> Symbols.Subnet? {
        if let subnet = context.subnet { return subnet }
        guard isOfOneFamily(context.subnet6 == nil), let network = context.network else {
            return nil
        }
        let subnets = symbols.networks[network].subnets
        guard isOfOneFamily(!subnets.isEmpty || symbols.networks[network].subnetCount == 0) else {
            return nil
        }
        if let subnet = subnets.last(where: { $0.contains(low) }) { return subnet }
        warn(.addressRangeNotOnNetwork, symbols.networks[network].name.text)
        log("Be sure to place pool statement after related subnet declarations.")
        return nil
    }

    /// The peer of the pool that a range outside of pools joins.
    private mutating func implicitPoolPeer(_ network: Int, isDynamicBootp: Bool) -> Int? {
        let ranges: Symbols.Pool.Ranges = isDynamicBootp ? .dynamicBootp : .others
        guard
            let index = symbols.networks[network].pools.firstIndex(where: {
                $0.takesRanges == ranges
            })
        else {
            symbols.networks[network].pools.append(Symbols.Pool(takingRanges: ranges))
            return nil
        }
        // ISC takes the pool before the one it found.
        return symbols.networks[network].pools[max(index - 1, 0)].failoverPeer
    }

    private mutating func warnAboutDynamicBootp() {
        warn(.dynamicBootpNotPermitted)
        log("range declarations where there is a failover")
        log("peer in scope.   If you wish to declare an")
        log("address range from which dynamic bootp leases")
        log("can be allocated, please declare it within a")
        log("pool declaration that also contains the \"no")
        log("failover\" statement.   The failover protocol")
        log("itself does not permit dynamic bootp - this")
        log("is not a limitation specific to the ISC DHCP")
        log("server.   Please don't ask me to defend this")
        log("until you have read and really tried to understand")
        log("the failover protocol specification.")
    }

    /// Largest range that ISC can allocate.
    static let largestRange: UInt64 = 14_128_180

    /// Checks against the subnet and against what was declared before; false ends reading.
    /// - Parameter ends: as written, which may be the higher one first.
    private mutating func check(
        _ range: RangeDeclaration, _ subnet: Symbols.Subnet, ends: (IPv4Address, IPv4Address)
    ) -> Bool {
        if !subnet.contains(ends.0) || !subnet.contains(ends.1) {
            let address = subnet.contains(ends.0) ? ends.1 : ends.0
            var line = [UInt8](literal: "bad range, address ")
            line.append(address)
            line.append(text: " not in subnet ")
            line.append(subnet.address)
            line.append(text: " netmask ")
            line.append(subnet.netmask)
            lexer.stop(.rangeOutsideSubnet, line)
            return false
        }
        if UInt64(range.high.rawValue) - UInt64(range.low.rawValue) + 1 > Self.largestRange {
            report(
                .overlyLargeRange,
                [Array(ends.0.description.utf8), Array(ends.1.description.utf8)])
            lexer.stop(.rangeTooLarge, [UInt8](literal: "Memory overflow."))
            return false
        }
        return true
    }

    // MARK: range6, prefix6

    mutating func parseRange6(_ scope: inout Scope, _ context: Context) -> Bool {
        guard family == .v6 else {
            fail(.range6OnlyInV6)
            return false
        }
        let position = lexer.position
        guard let low = parseIPv6Address() else { return false }
        guard checkRange6(low, context, .range6StartOutside) else { return false }
        let token = peek()
        let extent: Range6Declaration.Extent
        var isTemporary = false
        if token.kind == .slash || token.kind == .temporary {
            guard let prefix = parseRange6Prefix(low, context, &isTemporary) else { return false }
            extent = .prefix(prefix)
        } else {
            guard let high = parseIPv6Address() else { return false }
            guard checkRange6(high, context, .range6EndOutside) else { return false }
            extent = .addresses(low, high)
        }
        parseSemicolon()
        scope.declarations.append(
            .range6(
                Range6Declaration(extent: extent, isTemporary: isTemporary, position: position)))
        return true
    }

    private mutating func checkRange6(
        _ address: IPv6Bytes, _ context: Context, _ id: DiagnosticID
    ) -> Bool {
        guard isOfOneFamily(context.subnet == nil) else { return false }
        guard let subnet = context.subnet6 else { return true }
        if address.masked(subnet.length) == subnet.address { return true }
        fail(id)
        return false
    }

    private mutating func parseRange6Prefix(
        _ low: IPv6Bytes, _ context: Context, _ isTemporary: inout Bool
    ) -> IPv6Prefix? {
        var length: Int32 = 64
        if accept(.slash) {
            let token = next()
            guard token.kind == .number else {
                fail(.expectingNumber)
                return nil
            }
            length = Int32(bitPattern: decimal(token))
            guard (0...128).contains(length) else {
                fail(.networksHave0To128)
                return nil
            }
            guard length >= Int32(context.subnet6?.length ?? 0) else {
                fail(.maskSmallerThanSubnet)
                return nil
            }
        } else {
            next()
            isTemporary = true
        }
        guard low == low.masked(UInt8(length)) else {
            fail(.networkMaskTooShort)
            return nil
        }
        if !isTemporary, peek().kind == .temporary {
            isTemporary = true
            if length < 64 { warn(.temporaryMaskTooShort) }
            if length == 128 { warn(.temporarySingleton) }
            next()
        }
        return IPv6Prefix(address: low, length: UInt8(length))
    }

    mutating func parsePrefix6(_ scope: inout Scope, _ context: Context) -> Bool {
        guard family == .v6 else {
            fail(.prefix6OnlyInV6)
            return false
        }
        let position = lexer.position
        guard let low = parseIPv6Address(), let high = parseIPv6Address() else { return false }
        let slash = next()
        guard slash.kind == .slash else {
            fail(.expectingSlash, at: slash)
            return false
        }
        let token = next()
        guard token.kind == .number else {
            fail(.expectingNumber, at: token)
            return false
        }
        let length = Int32(bitPattern: decimal(token))
        guard (1...127).contains(length) else {
            warn(.networksHave0To128Exclusive)
            return false
        }
        let bits = UInt8(length)
        guard low == low.masked(bits), high == high.masked(bits) else {
            fail(.networkMaskTooShort)
            return false
        }
        guard parseSemicolon() else { return false }
        scope.declarations.append(
            .prefix6(Prefix6Declaration(low: low, high: high, length: bits, position: position)))
        return true
    }
}
