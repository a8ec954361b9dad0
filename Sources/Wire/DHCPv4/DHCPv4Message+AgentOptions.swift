extension DHCPv4Message {
    /// Takes out of the relay's options what nobody can use: empty ones, repetitions, and what
    /// stands behind a broken one or a zero. Without anything left the option is as if absent.
    ///
    /// - Returns: the code of a broken one, and what is wrong with it.
    public mutating func tidyAgentOptions() -> (code: UInt8, Malformation)? {
        guard let range = self[DHCPv4Option.agentInformation] else { return nil }
        var kept: [UInt8] = []
        var seen: [UInt8] = []
        var broken: (code: UInt8, Malformation)?
        var index = range.lowerBound
        while index < range.upperBound, bytes[index] != 0 {
            let code = bytes[index]
            guard index + 1 < range.upperBound else {
                broken = (code, .missingLength)
                break
            }
            let length = Int(bytes[index + 1])
            guard length <= range.upperBound - index - 2 else {
                broken = (code, .length)
                break
            }
            if length > 0, !seen.contains(code) {
                seen.append(code)
                kept.append(contentsOf: bytes[index..<(index + 2 + length)])
            }
            index += 2 + length
        }
        if kept.count == range.count, !kept.isEmpty { return broken }
        if kept.isEmpty {
            remove(DHCPv4Option.agentInformation)
        } else {
            insert(DHCPv4Option.agentInformation, kept)
        }
        return broken
    }
}
