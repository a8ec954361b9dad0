/// Option 81 taken apart into the options of the `fqdn` space, as ISC does (RFC 4702 §2).
struct ClientFQDN {
    /// By code: 1 no-client-update, 2 server-update, 3 encoded, 4 and 5 result codes, 6 hostname,
    /// 7 domainname, 8 fqdn.
    private var values = [[UInt8]?](repeating: nil, count: 9)

    /// `nil` when the option is too short to have flags and result codes.
    init?(_ option: ArraySlice<UInt8>) {
        guard option.count >= 3 else { return nil }
        let bytes = Array(option)
        let isEncoded = bytes[0] & 4 != 0
        values[3] = [isEncoded ? 1 : 0]
        var refusesUpdate = bytes[0] & 2 != 0
        if isEncoded {
            // ISC: of a broken name nothing but the encoding is known.
            guard takeLabels(bytes[3...]) else { return }
        } else {
            var text = bytes[3...]
            if bytes.last == 0 {
                // ISC: a NUL at the end also counts as a wish that nobody updates.
                refusesUpdate = true
                text = text.dropLast()
            }
            takeText(text)
        }
        values[1] = [refusesUpdate ? 1 : 0]
        values[2] = [bytes[0] & 1]
        (values[4], values[5]) = ([bytes[1]], [bytes[2]])
    }

    /// One option of the space.
    func value(_ code: UInt32) -> [UInt8]? { code < 9 ? values[Int(code)] : nil }

    private mutating func takeText(_ text: ArraySlice<UInt8>) {
        let dot = text.firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
        if dot > text.startIndex { values[6] = Array(text[..<dot]) }
        if dot + 1 < text.endIndex { values[7] = Array(text[(dot + 1)...]) }
        if !text.isEmpty { values[8] = Array(text) }
    }

    /// Labels as in the DNS; without the root label at the end the whole name is the host's.
    private mutating func takeLabels(_ labels: ArraySlice<UInt8>) -> Bool {
        var name: [UInt8] = []
        var firstLength = 0
        var isTerminated = false
        var index = labels.startIndex
        while index < labels.endIndex {
            let length = Int(labels[index])
            if length == 0 {
                isTerminated = true
                break
            }
            guard length < 64, length < labels.endIndex - index else { return false }
            if name.isEmpty { firstLength = length } else { name.append(UInt8(ascii: ".")) }
            name += labels[(index + 1)...(index + length)]
            index += 1 + length
        }
        guard !name.isEmpty else { return true }
        if !isTerminated { firstLength = name.count }
        values[6] = Array(name[..<firstLength])
        // ISC: the dot belongs to the domain.
        if firstLength < name.count { values[7] = Array(name[firstLength...]) }
        values[8] = name
        return true
    }
}
