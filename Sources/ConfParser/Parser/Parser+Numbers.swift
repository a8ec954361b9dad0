import Wire

// Numbers, addresses, hexadecimal lists and names.

extension Parser {
    /// A token's number, without allocation when it is a plain octet.
    mutating func convert(_ token: Token, base: UInt32, bits: UInt32) -> UInt32 {
        if let octet = lexer.octet(token, base: base) { return octet }
        return convert(text(token), base: base, bits: bits)
    }

    /// A token's number by plain decimal conversion.
    func decimal(_ token: Token) -> UInt32 {
        lexer.smallDecimal(token) ?? decimal(text(token))
    }

    /// Number text to a value of 8, 16 or 32 bits; `base` 0 is chosen by the prefix
    /// (config-language.md §1).
    mutating func convert(_ text: [UInt8], base: UInt32, bits: UInt32) -> UInt32 {
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var base = base
        if base == 0 {
            base = 10
            if index + 1 < text.count, text[index] == UInt8(ascii: "0") {
                if text[index + 1] == UInt8(ascii: "x") {
                    base = 16
                    index += 2
                } else if text[index + 1].isASCIIDigit {
                    base = 8
                    index += 1
                }
            }
        }
        var value: UInt32 = 0
        // Text without a digit is looked at once: `-` and `0x` complain about the end of the text.
        repeat {
            guard let digit = index < text.count ? Self.digitValue(text[index]) : nil else {
                warn(.bogusNumber, text)
                break
            }
            if digit >= base {
                warn(.bogusDigit, text, number(Int(digit)), number(Int(base)))
                break
            }
            value = value &* base &+ digit
            index += 1
        } while index < text.count
        checkRange(value, isNegative: isNegative, base: base, bits: bits)
        let signed = isNegative ? 0 &- value : value
        return bits == 32 ? signed : signed & (1 << bits - 1)
    }

    private mutating func checkRange(_ value: UInt32, isNegative: Bool, base: UInt32, bits: UInt32)
    {
        let half: UInt32 = 1 << (bits - 1)
        let limit = isNegative ? half : half &+ (half - 1)
        guard value > limit else { return }
        let radix = base == 16 || base == 8 ? Int(base) : 10
        warn(
            .exceedsMaximum, isNegative ? [UInt8(ascii: "-")] : [],
            Array(String(value, radix: radix).utf8), number(Int(Int32(bitPattern: limit))))
    }

    /// What a character counts as in a number: letters go on after 9, whatever the base.
    private static func digitValue(_ byte: UInt8) -> UInt32? {
        if byte >= UInt8(ascii: "a") { return UInt32(byte - UInt8(ascii: "a")) + 10 }
        if byte >= UInt8(ascii: "A") { return UInt32(byte - UInt8(ascii: "A")) + 10 }
        if byte >= UInt8(ascii: "0") { return UInt32(byte - UInt8(ascii: "0")) }
        return nil
    }

    /// Plain decimal conversion, stopping at the first other character; wraps.
    func decimal(_ text: [UInt8]) -> UInt32 {
        var value: UInt64 = 0
        let isNegative = text.first == UInt8(ascii: "-")
        for byte in isNegative ? text.dropFirst() : text[...] {
            guard byte.isASCIIDigit else { break }
            let digit = UInt64(byte &- UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, past) = product.addingReportingOverflow(digit)
            if overflow || past || sum > UInt64(Int64.max) {
                // The C library's conversion stays at the largest long, whose low half is all ones.
                value = isNegative ? 0 : UInt64(Int64.max)
                break
            }
            value = sum
        }
        let low = UInt32(truncatingIfNeeded: value)
        return isNegative ? 0 &- low : low
    }

    /// Text of a number, for the arguments of messages.
    func number(_ value: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.append(decimal: value)
        return text
    }

    /// Numbers with a separator between them (ISC: numeric aggregate).
    ///
    /// Exactly `count` of them, or with `nil` as many as there are. `nil` after a complaint.
    mutating func parseNumbers(
        _ count: Int?, separator: TokenKind, base: UInt32
    ) -> [UInt8]? {
        var values: [UInt8] = []
        return parseNumbers(count, separator: separator, base: base, into: &values) ? values : nil
    }

    /// As ``parseNumbers(_:separator:base:)``, appending; false after a complaint.
    mutating func parseNumbers(
        _ count: Int?, separator: TokenKind, base: UInt32, into values: inout [UInt8]
    ) -> Bool {
        // A list without known length is converted when it is complete, from its end (ISC).
        var postponed: [(index: Int, text: [UInt8])] = []
        while count == nil || values.count < count ?? 0 {
            if !values.isEmpty {
                if let octet = plainOctet(after: separator, base: base) {
                    values.append(octet)
                    continue
                }
                let token = peek()
                if token.kind != separator {
                    if count == nil { break }
                    if token.kind != .rightBrace, token.kind != .leftBrace { next() }
                    warn(.tooFewNumbers)
                    if token.kind != .semicolon { skip() }
                    return false
                }
                next()
            }
            let token = next()
            if token.kind == .endOfFile {
                warn(.unexpectedEndOfFile)
                if count == nil, values.isEmpty { return false }
                break
            }
            guard token.kind == .number || (base == 16 && token.kind == .numberOrName) else {
                fail(.expectingNumericValue)
                return false
            }
            if count == nil, lexer.octet(token, base: base) == nil {
                postponed.append((values.count, text(token)))
                values.append(0)
            } else {
                values.append(UInt8(truncatingIfNeeded: convert(token, base: base, bits: 8)))
            }
        }
        for (index, text) in postponed.reversed() {
            values[index] = UInt8(truncatingIfNeeded: convert(text, base: base, bits: 8))
        }
        return true
    }

    /// A dotted quad.
    mutating func parseAddress(over former: IPv4Address = .any) -> IPv4Address? {
        var octets = takeScratch()
        defer { scratch = octets }
        guard parseNumbers(4, separator: .dot, base: 10, into: &octets) else { return nil }
        while octets.count < 4 { octets.append(former.octets[octets.count]) }
        return IPv4Address(octets[0], octets[1], octets[2], octets[3])
    }

    /// An empty array with room, to be given back to ``scratch``.
    mutating func takeScratch() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &scratch)
        taken.removeAll(keepingCapacity: true)
        return taken
    }

    /// Octets in hexadecimal with colons, as in `hardware` and in options.
    mutating func parseHexList() -> [UInt8]? {
        var bytes: [UInt8] = []
        return parseHexList(into: &bytes) ? bytes : nil
    }

    /// As ``parseHexList()``, appending; false after a complaint.
    mutating func parseHexList(into bytes: inout [UInt8]) -> Bool {
        repeat {
            let token = next()
            guard token.kind.isNumeric else {
                fail(.expectingHexadecimalNumber)
                return false
            }
            bytes.append(UInt8(truncatingIfNeeded: convert(token, base: 16, bits: 8)))
            while let octet = plainOctet(after: .colon, base: 16) { bytes.append(octet) }
        } while accept(.colon)
        return true
    }

    /// A separator and an octet that follow at once.
    @inline(__always)
    private mutating func plainOctet(after separator: TokenKind, base: UInt32) -> UInt8? {
        lexer.nextPlainOctet(
            after: separator == .dot ? UInt8(ascii: ".") : UInt8(ascii: ":"), base: base)
    }

    /// Words and numbers with dots between them; `nil` without complaint if the next token is
    /// neither.
    mutating func parseDottedName() -> [UInt8]? {
        var name: [UInt8] = []
        var hasWord = false
        while true {
            let token = peek()
            guard token.kind.isIdentifier || token.kind == .number else { break }
            next()
            name.append(contentsOf: text(token))
            hasWord = true
            guard peek().kind == .dot else { break }
            next()
            name.append(UInt8(ascii: "."))
        }
        return hasWord ? name : nil
    }

    /// An address, or a name that will be looked up when it is needed.
    mutating func parseAddressOrName(_ choice: Expression.AddressChoice) -> Expression? {
        var token = peek()
        if token.kind == .number, lexer.isPlainAddress(token) || isAddressAhead(),
            let address = parseAddress()
        {
            return .constant(address.octets)
        }
        // ISC: behind a broken address it looks for a host name, and may find the first word of the
        // next statement.
        if token.kind.isIdentifier || token.kind == .number {
            return parseDottedName().map { .hostLookup(name: $0, choice) }
        }
        if token.kind != .leftBrace, token.kind != .rightBrace { token = next() }
        warn(
            .expectingAddressOrHostname, text(token),
            number(Int(Int16(bitPattern: token.kind.rawValue))))
        if token.kind != .semicolon { skip() }
        return nil
    }

    /// True if a number, a dot and a number come next.
    private mutating func isAddressAhead() -> Bool {
        let before = lexer
        next()
        let isAddress = next().kind == .dot && next().kind == .number
        let messages = lexer.messages
        let errorCount = lexer.errorCount
        lexer = before
        // Complaints of the lexer about what was looked ahead have been printed (ISC).
        lexer.messages = messages
        lexer.errorCount = errorCount
        return isAddress
    }
}

// MARK: - IPv6

extension Parser {
    /// An IPv6 address: white space may stand before it but not in it.
    mutating func parseIPv6Address() -> IPv6Bytes? {
        var characters: [UInt8] = []
        while true {
            let token = characters.isEmpty ? lexer.peek() : lexer.peekRaw()
            switch token.kind {
            case .number, .numberOrName, .name, .dot, .colon, .add: break
            default:
                return finishIPv6(characters)
            }
            let piece = text(token)
            let isPart =
                token.kind == .dot || token.kind == .colon || token.kind == .number
                || piece.allSatisfy { $0.hexValue != nil }
            guard isPart else { return finishIPv6(characters) }
            characters.append(contentsOf: piece)
            lexer.nextRaw()
            if characters.count > 45 {
                fail(.invalidIPv6Address)
                return nil
            }
        }
    }

    private mutating func finishIPv6(_ characters: [UInt8]) -> IPv6Bytes? {
        if let address = IPv6Bytes(text: characters) { return address }
        fail(.invalidIPv6Address)
        return nil
    }
}

extension IPv6Bytes {
    /// ISC: 010 is no octet of an IPv4 address within one of IPv6.
    private static func hasLeadingZero(_ address: ArraySlice<UInt8>) -> Bool {
        address.split(separator: UInt8(ascii: ".")).contains {
            $0.count > 1 && $0.first == UInt8(ascii: "0")
        }
    }

    /// Reads the text form of RFC 4291 §2.2; anything else is `nil`.
    public init?(text: [UInt8]) {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if text.first == UInt8(ascii: ":") {
            guard text.count >= 2, text[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            guard groups.count < 8 else { return nil }
            let start = index
            var value: UInt32 = 0
            while index < text.count, let digit = text[index].hexValue {
                value = value << 4 | UInt32(digit)
                index += 1
                if index - start > 4 { return nil }
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard groups.count <= 6, !Self.hasLeadingZero(text[start...]),
                    let address = IPv4Address(String(decoding: text[start...], as: UTF8.self))
                else { return nil }
                groups.append(UInt16(truncatingIfNeeded: address.rawValue >> 16))
                groups.append(UInt16(truncatingIfNeeded: address.rawValue))
                break
            }
            guard index > start else { return nil }
            groups.append(UInt16(truncatingIfNeeded: value))
            guard index < text.count else { break }
            guard text[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            guard index < text.count else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for group in groups[..<4] { words.0 = words.0 << 16 | UInt64(group) }
        for group in groups[4...] { words.1 = words.1 << 16 | UInt64(group) }
        self.init(high: words.0, low: words.1)
    }

    /// The address with all bits after the first `length` cleared.
    public func masked(_ length: UInt8) -> IPv6Bytes {
        let bits = min(Int(length), 128)
        let highMask: UInt64 = bits >= 64 ? .max : bits == 0 ? 0 : .max << UInt64(64 - bits)
        let lowMask: UInt64 = bits >= 128 ? .max : bits <= 64 ? 0 : .max << UInt64(128 - bits)
        return IPv6Bytes(high: high & highMask, low: low & lowMask)
    }
}

extension IPv6Bytes: CustomStringConvertible {
    /// RFC 5952 as the C library writes it.
    public var description: String {
        let groups = (0..<8).map { index -> UInt16 in
            let word = index < 4 ? high : low
            return UInt16(truncatingIfNeeded: word >> UInt64(48 - 16 * (index & 3)))
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count, end - start > 1 { best = start..<end }
            start = max(end, start + 1)
        }
        let isMapped = best == 0..<6 || (best == 0..<5 && groups[5] == 0xffff)
        if isMapped {
            let tail = IPv4Address(UInt32(truncatingIfNeeded: low)).description
            return best == 0..<6 ? "::\(tail)" : "::ffff:\(tail)"
        }
        let texts = groups.map { String($0, radix: 16) }
        if best.isEmpty { return texts.joined(separator: ":") }
        return texts[..<best.lowerBound].joined(separator: ":") + "::"
            + texts[best.upperBound...].joined(separator: ":")
    }
}
