import Wire

/// Option values in a lease file: nothing is looked up, and ISC reads some formats in another way
/// than in a configuration, which shows in the line that a complaint quotes and in what is skipped
/// after it.
extension Parser {
    /// Octets that the value of one option may have.
    static let leaseValueRoom = 1024

    /// One atom of a format; `nil` after a complaint.
    mutating func parseLeaseAtom(_ format: [UInt8], _ index: Int, room: Int) -> Expression? {
        let letter = index < format.count ? format[index] : 0
        switch letter {
        case UInt8(ascii: "E"), UInt8(ascii: "X"):
            return .constant(parseStringOrHex(limit: room))
        case UInt8(ascii: "t"):
            return parseLeaseText()
        case UInt8(ascii: "D"):
            // ISC skips nothing after a complaint.
            return parseDomainList(compresses: Self.compresses(format, index)) { $0.warn($1, $2) }
        case UInt8(ascii: "I"):
            return parseAddress().map { .constant($0.octets) }
        case UInt8(ascii: "6"):
            return parseIPv6Address().map { .constant($0.octets) }
        case UInt8(ascii: "T"), UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "S"),
            UInt8(ascii: "s"), UInt8(ascii: "B"), UInt8(ascii: "b"):
            return numberAtom(letter, next(), isOptional: false)
        case UInt8(ascii: "f"):
            return flagAtom(next(), isOptional: false)
        case UInt8(ascii: "Z"):
            guard peek().kind != .semicolon else { return .constant([]) }
            fail(.semicolonExpected)
            return .constant([])
        default:
            let line = [UInt8](literal: "parse_option_param: Bad format ") + [letter]
            lexer.notice(.unreadableFormat, line)
            skip()
            return nil
        }
    }

    private mutating func parseLeaseText() -> Expression? {
        let token = peek()
        next()
        if token.kind == .string { return .constant(text(token)) }
        warn(.expectingString)
        skip()
        return nil
    }
}
