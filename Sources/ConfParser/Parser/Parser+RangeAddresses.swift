import Wire

/// The addresses that a range adds, each of which may be declared once.
extension Parser {
    /// Takes addresses that follow each other, of the range at `position`. False if the diagnostics
    /// ended reading.
    mutating func take(_ addresses: ClosedRange<UInt32>, _ position: SourcePosition) -> Bool {
        for overlap in symbols.ranges.insert(addresses.lowerBound, addresses.upperBound) {
            for address in overlap {
                guard lexer.fatal == nil else { return false }
                warn(.declaredTwice, Array(IPv4Address(address).description.utf8))
            }
        }
        guide?.noteRange(addresses.lowerBound, addresses.upperBound, position)
        return true
    }

    /// Takes a range of a subnet whose netmask has holes. ISC counts through the host parts of the
    /// range and puts each into the subnet; `range` becomes the pieces that this makes.
    mutating func takeSparse(
        _ range: RangeDeclaration, _ subnet: Symbols.Subnet, _ scope: inout Scope
    ) -> Bool {
        let hostBits = ~subnet.netmask.rawValue
        var piece: ClosedRange<UInt32>?
        for host in (range.low.rawValue & hostBits)...(range.high.rawValue & hostBits) {
            let (address, fits) = subnet.place(host)
            if fits, let open = piece, address == open.upperBound &+ 1, address != 0 {
                piece = open.lowerBound...address
                continue
            }
            guard finish(piece, of: range, &scope) else { return false }
            piece = fits ? address...address : nil
            guard fits || takeNullAddress(address) else { return false }
        }
        return finish(piece, of: range, &scope)
    }

    private mutating func finish(
        _ piece: ClosedRange<UInt32>?, of range: RangeDeclaration, _ scope: inout Scope
    ) -> Bool {
        guard let piece else { return true }
        guard take(piece, range.position) else { return false }
        scope.declarations.append(
            .range(
                RangeDeclaration(
                    low: IPv4Address(piece.lowerBound), high: IPv4Address(piece.upperBound),
                    allowsDynamicBootp: range.allowsDynamicBootp, position: range.position)))
        return true
    }

    /// A host part that does not fit makes an address that is remembered but not shown, and never
    /// served.
    private mutating func takeNullAddress(_ address: UInt32) -> Bool {
        guard !symbols.ranges.insert(address, address).isEmpty else { return true }
        warn(.declaredTwice, [UInt8](literal: "<null address>"))
        return lexer.fatal == nil
    }
}

extension Symbols.Subnet {
    /// True for a netmask that is not ones followed by zeros.
    var hasHoles: Bool {
        let hostBits = ~netmask.rawValue
        return hostBits & (hostBits &+ 1) != 0
    }

    /// The address with the host part `host` as ISC makes it, octet by octet from the last one to
    /// the first in which the netmask has a one. `fits` is false if the host part has more than
    /// that octet leaves it; the address then lacks the rest.
    func place(_ host: UInt32) -> (address: UInt32, fits: Bool) {
        var shift: UInt32 = 0
        while shift < 24, (netmask.rawValue >> shift) & 0xff == 0 { shift += 8 }
        let free = ~(netmask.rawValue >> shift) & 0xff
        guard host >> shift <= free else {
            return (address.rawValue | host & ((1 << shift) - 1), false)
        }
        return (address.rawValue | host, true)
    }
}
