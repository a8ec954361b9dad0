import Wire

// Values of tokens and plain dates without allocation: what a large lease file is made of.

extension Lexer {
    /// Consumes ` D YYYY/MM/DD HH:MM:SS;` written exactly so, as every lease file has it; `nil`,
    /// with nothing consumed, for any other form.
    mutating func nextPlainDate() -> Timestamp? {
        let start = isPushedBack ? offset - 1 : offset
        guard peeked == nil, tokenBuffer == nil, fatal == nil, let time = plainDate(at: start)
        else { return nil }
        consumeSemicolon(before: start + 23)
        return time
    }

    /// The date that stands there in that form.
    func plainDate(at start: Int) -> Timestamp? {
        let end = start + 23
        guard end <= bytes.count, bytes[start] == UInt8(ascii: " "),
            bytes[start + 2] == UInt8(ascii: " "), bytes[start + 7] == UInt8(ascii: "/"),
            bytes[start + 10] == UInt8(ascii: "/"), bytes[start + 13] == UInt8(ascii: " "),
            bytes[start + 16] == UInt8(ascii: ":"), bytes[start + 19] == UInt8(ascii: ":"),
            bytes[end - 1] == UInt8(ascii: ";"),
            plainNumber(start + 1, 1) != nil, let year = plainNumber(start + 3, 4),
            let month = plainNumber(start + 8, 2), let day = plainNumber(start + 11, 2),
            let hour = plainNumber(start + 14, 2), let minute = plainNumber(start + 17, 2),
            let second = plainNumber(start + 20, 2)
        else { return nil }
        return Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private func plainNumber(_ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<(start + count) {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Consumes a separator and the octet after it, written without white space and without
    /// surprise as in `:0a` (`base` 16) or `.254` (`base` 10); `nil`, with nothing consumed, for
    /// any other form.
    mutating func nextPlainOctet(after separator: UInt8, base: UInt32) -> UInt8? {
        guard isPushedBack, peeked == nil, tokenBuffer == nil, fatal == nil, offset > 0,
            bytes[offset - 1] == separator
        else { return nil }
        let start = offset
        var end = start
        var value: UInt32 = 0
        while end < bytes.count, end - start <= 3, let digit = bytes[end].hexValue,
            digit < base
        {
            value = value * base + UInt32(digit)
            end += 1
        }
        // What ends the octet is read ahead; a line or the file may not begin or end with it.
        guard end > start, value < 256, end - start <= (base == 16 ? 2 : 3), end < bytes.count,
            !bytes[end].isWordByte, bytes[end] != UInt8(ascii: "\n"), bytes[end] != 0xff
        else { return nil }
        consumePlain(Token(kind: .number, start: start, end: end, isInScratch: false))
        return UInt8(truncatingIfNeeded: value)
    }

    /// True if the number looked ahead begins an address written without white space and without
    /// surprise, as in `10.0.0.1;`.
    func isPlainAddress(_ number: Token) -> Bool {
        guard isPushedBack, tokenBuffer == nil, fatal == nil, offset == number.end + 1,
            bytes[number.start] != UInt8(ascii: "-")
        else { return false }
        var end = number.end
        for _ in 0..<3 {
            guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return false }
            let start = end + 1
            end = start
            while end < bytes.count, bytes[end].isASCIIDigit { end += 1 }
            guard 1...3 ~= end - start else { return false }
        }
        return end < bytes.count && !bytes[end].isWordByte && bytes[end] != 0xff
    }

    /// The value of a token of one to three digits below 256 in base 10, or one or two in base 16.
    @inline(__always)
    func octet(_ token: Token, base: UInt32) -> UInt32? {
        let count = token.end - token.start
        guard !token.isInScratch, base == 10 ? count <= 3 : base == 16 && count <= 2 else {
            return nil
        }
        var value: UInt32 = 0
        for index in token.start..<token.end {
            guard let digit = bytes[index].hexValue, UInt32(digit) < base else { return nil }
            value = value * base + UInt32(digit)
        }
        return value < 256 ? value : nil
    }

    /// The value of a token of up to nine decimal digits.
    @inline(__always)
    func smallDecimal(_ token: Token) -> UInt32? {
        guard !token.isInScratch, token.end - token.start <= 9 else { return nil }
        var value: UInt32 = 0
        for index in token.start..<token.end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + UInt32(digit)
        }
        return value
    }
}

extension Lexer {
    /// Goes on at the next line that begins a record of a lease file.
    mutating func skipToRecord() {
        if let token = peeked, token.start == activeStart, isRecord(at: token.start) { return }
        peeked = nil
        isPushedBack = false
        // What was read ahead may have been the end of the line before a record.
        if activeStart == offset, isRecord(at: offset) { return }
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            startLine()
            if isRecord(at: offset) { return }
        }
    }

    private func isRecord(at offset: Int) -> Bool {
        for word in Self.recordWords where offset + word.utf8CodeUnitCount < bytes.count {
            let end = offset + word.utf8CodeUnitCount
            if !bytes[end].isWordByte, bytes[offset..<end].elementsEqual([UInt8](literal: word)) {
                return true
            }
        }
        return false
    }

    private static let recordWords: [StaticString] = [
        "lease", "host", "failover", "class", "subclass", "group", "server-duid", "ia-na",
        "ia-ta", "ia-pd",
    ]
}
