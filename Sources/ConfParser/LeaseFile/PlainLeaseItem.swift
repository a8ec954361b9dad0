import Wire

// Items of leases written exactly as dhcpd writes them, told by their bytes alone: a lease file is
// made of little else, and a million leases are to be read within a second or two. What looks
// different in any way is left to the tokens.

extension Parser {
    /// Takes the next item if it is such a one; false, with nothing consumed, if it is not or if
    /// the record had it already.
    mutating func parsePlainItem(_ lease: inout LeaseRecord) -> Bool {
        guard let item = lexer.plainItem(), lease.fields.isDisjoint(with: item.field) else {
            return false
        }
        lexer.consumeLine(upTo: item.end)
        lease.fields.formUnion(item.field)
        switch (item.field, item.value) {
        case (.starts, .time(let time)): lease.starts = time
        case (.ends, .time(let time)): lease.ends = time
        case (.tstp, .time(let time)): lease.tstp = time
        case (.tsfp, .time(let time)): lease.tsfp = time
        case (.atsfp, .time(let time)): lease.atsfp = time
        case (.cltt, .time(let time)): lease.cltt = time
        case (.bindingState, .state(let state)): lease.bindingState = state
        case (.nextBindingState, .state(let state)): lease.nextBindingState = state
        case (.rewindBindingState, .state(let state)): lease.rewindBindingState = state
        case (_, .hardware(let hardware)): lease.hardware = hardware
        default: break
        }
        return true
    }
}

/// One item that was recognised and is not yet consumed.
struct PlainLeaseItem {
    var field: LeaseRecord.Fields
    var value: Value
    /// Offset behind its semicolon.
    var end: Int

    enum Value {
        case time(Timestamp)
        case state(UInt8)
        case hardware(HardwareAddress)
    }

    /// First words of items, with the white space around them.
    fileprivate static let words: [(text: [UInt8], field: LeaseRecord.Fields)] = [
        (Array("\n  starts ".utf8), .starts), (Array("\n  ends ".utf8), .ends),
        (Array("\n  tstp ".utf8), .tstp), (Array("\n  tsfp ".utf8), .tsfp),
        (Array("\n  atsfp ".utf8), .atsfp), (Array("\n  cltt ".utf8), .cltt),
        (Array("\n  binding state ".utf8), .bindingState),
        (Array("\n  next binding state ".utf8), .nextBindingState),
        (Array("\n  rewind binding state ".utf8), .rewindBindingState),
        (Array("\n  hardware ethernet ".utf8), .hardware),
    ]

    /// States that are no flags, by their raw values.
    fileprivate static let states: [(text: [UInt8], raw: UInt8)] = [
        (Array("active;".utf8), 2), (Array("free;".utf8), 1), (Array("expired;".utf8), 3),
        (Array("backup;".utf8), 7), (Array("released;".utf8), 4),
        (Array("abandoned;".utf8), 5), (Array("reset;".utf8), 6),
    ]
}

extension Lexer {
    /// The item that the next line is, if it is the plainest kind of item.
    func plainItem() -> PlainLeaseItem? {
        guard peeked == nil, !isPushedBack, tokenBuffer == nil, fatal == nil,
            offset + 16 < bytes.count
        else { return nil }
        for (text, field) in PlainLeaseItem.words where bytes[offset + 3] == text[3] {
            guard let start = end(of: text, at: offset) else { continue }
            if field.rawValue < LeaseRecord.Fields.bindingState.rawValue {
                return plainDate(at: start - 1).map {
                    PlainLeaseItem(field: field, value: .time($0), end: start + 22)
                }
            }
            return field == .hardware ? plainHardware(at: start) : plainState(field, at: start)
        }
        return nil
    }

    /// Where a text ends that must stand at an offset.
    private func end(of text: [UInt8], at start: Int) -> Int? {
        guard start + text.count <= bytes.count else { return nil }
        for index in 0..<text.count where bytes[start + index] != text[index] { return nil }
        return start + text.count
    }

    private func plainState(_ field: LeaseRecord.Fields, at start: Int) -> PlainLeaseItem? {
        for (text, raw) in PlainLeaseItem.states {
            guard let end = end(of: text, at: start) else { continue }
            return PlainLeaseItem(field: field, value: .state(raw), end: end)
        }
        return nil
    }

    /// `02:00:00:00:00:01;`
    private func plainHardware(at start: Int) -> PlainLeaseItem? {
        guard start + 18 <= bytes.count, bytes[start + 17] == UInt8(ascii: ";") else { return nil }
        var octets: InlineArray<6, UInt8> = .init(repeating: 0)
        for index in 0..<6 {
            let place = start + 3 * index
            guard let high = bytes[place].hexValue, let low = bytes[place + 1].hexValue,
                index == 5 || bytes[place + 2] == UInt8(ascii: ":")
            else { return nil }
            octets[index] = high << 4 | low
        }
        return PlainLeaseItem(
            field: .hardware, value: .hardware(HardwareAddress(ethernet: octets)),
            end: start + 18)
    }

    /// Makes everything up to here consumed: a line end, and a line whose last token is a
    /// semicolon that had been read ahead.
    mutating func consumeLine(upTo end: Int) {
        offset += 1
        startLine()
        consumeSemicolon(before: end)
    }
}
