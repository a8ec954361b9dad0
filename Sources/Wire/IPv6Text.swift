extension Array where Element == UInt8 {
    /// Appends an IPv6 address, given as its two halves, as the C library writes it: the longest
    /// run of zeros as `::`, an embedded IPv4 address in dotted form.
    public mutating func append(ipv6High high: UInt64, low: UInt64) {
        let words = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
        }
        let zeros = Self.longestZeros(words)
        for index in 0..<8 {
            if zeros.contains(index) {
                if index == zeros.lowerBound { append(UInt8(ascii: ":")) }
                continue
            }
            if index > 0 { append(UInt8(ascii: ":")) }
            let embeds = zeros.count == 6 || (zeros.count == 5 && words[5] == 0xffff)
            if index == 6, zeros.lowerBound == 0, embeds {
                append(IPv4Address(UInt32(truncatingIfNeeded: low)))
                return
            }
            append(hexWord: words[index])
        }
        if zeros.upperBound == 8 { append(UInt8(ascii: ":")) }
    }

    /// The first of the longest runs of at least two zeros; empty if there is none.
    private static func longestZeros(_ words: [UInt16]) -> Range<Int> {
        var best = 8..<8
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, words[end] == 0 { end += 1 }
            if end - index > Swift.max(best.count, 1) { best = index..<end }
            index = end + 1
        }
        return best.isEmpty ? 9..<9 : best
    }

    private mutating func append(hexWord word: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, word >> shift == 0 { shift -= 4 }
        while true {
            append(hexDigit(UInt8(truncatingIfNeeded: word >> shift)))
            guard shift > 0 else { return }
            shift -= 4
        }
    }
}
