/// A received DHCPv4 or BOOTP message: decoded once with every length checked, so that the
/// accessors cannot fail afterwards.
///
/// The value is meant to be reused: ``decode(_:)`` copies the bytes into its buffer and overwrites
/// the option table, and allocates nothing once the buffers have grown.
public struct DHCPv4Message: Sendable {
    /// The UDP payload; values of options that came in several parts stand behind it, joined
    /// (RFC 3396).
    public private(set) var bytes: [UInt8] = []
    /// Length of the payload as received.
    public private(set) var count = 0
    /// Codes in the order in which they first came.
    public private(set) var codes: [UInt8] = []
    /// True if the cookie was there.
    public private(set) var hasOptions = false
    /// The fixed fields.
    public private(set) var op: UInt8 = 0
    public private(set) var hardwareType: UInt8 = 0
    public private(set) var hardwareLength: UInt8 = 0
    public private(set) var hops: UInt8 = 0
    public private(set) var xid: UInt32 = 0
    public private(set) var secs: UInt16 = 0
    public private(set) var flags: UInt16 = 0
    public private(set) var clientAddress = IPv4Address.any
    public private(set) var yourAddress = IPv4Address.any
    public private(set) var serverAddress = IPv4Address.any
    public private(set) var relayAddress = IPv4Address.any
    /// `htype` and the first `hlen` bytes of `chaddr`.
    public private(set) var hardware = HardwareAddress.none

    /// Where each code stands in `bytes`; a start of `.max` is "absent".
    private var places = [Place](repeating: .absent, count: 256)
    private var pieces: [Piece] = []
    private var isJoined = false

    /// Longest payload that is looked at: more than any frame that the server receives carries.
    public static let maxSize = 4096

    private struct Place {
        var start: UInt32
        var length: UInt32
        static let absent = Place(start: .max, length: 0)
    }

    /// One TLV of a code that came more than once, the first included.
    private struct Piece {
        var code: UInt8
        var start: UInt32
        var length: UInt32
    }

    /// Why a message is not fit to be answered.
    public enum DecodeError: Error, Hashable, Sendable {
        /// Under 236 bytes, or longer than ``maxSize``.
        case size
        /// `hlen` is over 16.
        case hardwareLength
        /// A broken TLV.
        case option(code: UInt8, Malformation)
    }

    /// What is wrong with a TLV; the raw value is ISC's text for it.
    public enum Malformation: Sendable {
        case length
        case missingLength

        /// ISC's words.
        public var text: StaticString {
            switch self {
            case .length: "option length exceeds option buffer length"
            case .missingLength: "code tag at end of buffer - missing length field"
            }
        }
    }

    /// An empty message.
    public init() {}

    /// Takes over a UDP payload. After an error only the fixed fields and the options before the
    /// broken one may be looked at.
    public mutating func decode(_ payload: Span<UInt8>) throws(DecodeError) {
        forget()
        guard payload.count >= DHCPv4Layout.headerSize, payload.count <= Self.maxSize else {
            throw .size
        }
        bytes.append(span: payload)
        count = payload.count
        decodeHeader()
        guard hardwareLength <= 16 else { throw .hardwareLength }
        let start = DHCPv4Layout.optionsStart
        guard count >= start, word(at: start - 4) == DHCPv4Layout.cookie else { return }
        hasOptions = true
        try parse(start..<count)
        if let overload = self[DHCPv4Option.overload], let place = overload.first {
            let kind = bytes[place]
            if kind & 1 != 0 { try parse(DHCPv4Layout.file) }
            if kind & 2 != 0 { try parse(DHCPv4Layout.serverName) }
        }
        join()
    }

    private mutating func forget() {
        for code in codes { places[Int(code)] = .absent }
        codes.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        (count, hasOptions, isJoined) = (0, false, false)
        (op, hardwareType, hardwareLength, hops, xid, secs, flags) = (0, 0, 0, 0, 0, 0, 0)
        (clientAddress, yourAddress, serverAddress, relayAddress) = (.any, .any, .any, .any)
        hardware = .none
    }

    private mutating func decodeHeader() {
        op = bytes[0]
        hardwareType = bytes[1]
        hardwareLength = bytes[2]
        hops = bytes[3]
        xid = word(at: 4)
        secs = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
        flags = UInt16(bytes[10]) << 8 | UInt16(bytes[11])
        clientAddress = IPv4Address(word(at: 12))
        yourAddress = IPv4Address(word(at: 16))
        serverAddress = IPv4Address(word(at: 20))
        relayAddress = IPv4Address(word(at: 24))
        let length = Int(min(hardwareLength, 16))
        hardware =
            HardwareAddress(type: hardwareType, bytes: bytes[28..<(28 + length)]) ?? .none
    }

    /// Reads the TLVs of one field; END or the end of the field ends it.
    private mutating func parse(_ field: Range<Int>) throws(DecodeError) {
        var index = field.lowerBound
        while index < field.upperBound {
            let code = bytes[index]
            index += 1
            if code == DHCPv4Option.pad { continue }
            if code == DHCPv4Option.end { return }
            guard index < field.upperBound else { throw .option(code: code, .missingLength) }
            let length = Int(bytes[index])
            index += 1
            guard length <= field.upperBound - index else {
                throw .option(code: code, .length)
            }
            note(code, start: index, length: length)
            index += length
        }
    }

    private mutating func note(_ code: UInt8, start: Int, length: Int) {
        let piece = Piece(code: code, start: UInt32(start), length: UInt32(length))
        let place = places[Int(code)]
        if place.start == .max {
            codes.append(code)
            places[Int(code)] = Place(start: piece.start, length: piece.length)
            return
        }
        isJoined = true
        if !pieces.contains(where: { $0.code == code }) {
            pieces.append(Piece(code: code, start: place.start, length: place.length))
        }
        pieces.append(piece)
    }

    /// Joins options that came in several parts behind the payload, each code once.
    private mutating func join() {
        guard isJoined else { return }
        for code in codes where pieces.contains(where: { $0.code == code }) {
            join(code)
        }
    }

    private mutating func join(_ code: UInt8) {
        let start = UInt32(bytes.count)
        for piece in pieces where piece.code == code { copy(piece.start, piece.length) }
        places[Int(code)] = Place(start: start, length: UInt32(bytes.count) - start)
    }

    private mutating func copy(_ start: UInt32, _ length: UInt32) {
        for index in Int(start)..<(Int(start) + Int(length)) { bytes.append(bytes[index]) }
    }

    private func word(at index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16
            | UInt32(bytes[index + 2]) << 8 | UInt32(bytes[index + 3])
    }
}

// MARK: - Options

extension DHCPv4Message {
    /// The positions of an option's value in ``bytes``, or `nil` when the option is absent.
    public subscript(code: UInt8) -> Range<Int>? {
        let place = places[Int(code)]
        guard place.start != .max else { return nil }
        return Int(place.start)..<(Int(place.start) + Int(place.length))
    }

    /// A copy of an option's value.
    public func value(_ code: UInt8) -> [UInt8]? { self[code].map { Array(bytes[$0]) } }

    /// The value of an option that is exactly four bytes long.
    public func uint32(_ code: UInt8) -> UInt32? {
        guard let range = self[code], range.count == 4 else { return nil }
        return word(at: range.lowerBound)
    }

    /// Option 57. ISC: of a longer one the first two bytes.
    public var maxMessageSize: UInt16? {
        guard let range = self[DHCPv4Option.maxMessageSize], range.count >= 2 else { return nil }
        return UInt16(bytes[range.lowerBound]) << 8 | UInt16(bytes[range.lowerBound + 1])
    }

    /// The value of an option that is one address.
    public func address(_ code: UInt8) -> IPv4Address? { uint32(code).map { IPv4Address($0) } }

    /// Option 50. ISC: of a longer one the first four bytes.
    public var requestedAddress: IPv4Address? {
        guard let range = self[DHCPv4Option.requestedAddress], range.count >= 4 else { return nil }
        return IPv4Address(word(at: range.lowerBound))
    }

    /// Option 53, if there is one of at least one byte.
    public var type: DHCPv4MessageType? {
        guard let range = self[DHCPv4Option.messageType], let first = range.first else {
            return nil
        }
        return DHCPv4MessageType(bytes[first])
    }

    /// Option 61; empty when absent.
    public var clientIdentifier: [UInt8] { value(DHCPv4Option.clientIdentifier) ?? [] }

    /// True if the client wants its reply as a broadcast.
    public var wantsBroadcast: Bool { flags & DHCPv4Layout.broadcastFlag != 0 }

    /// A sub-option of the relay agent information (RFC 3046 §2.0), the first of its code.
    public func agentOption(_ code: UInt8) -> Range<Int>? {
        guard let range = self[DHCPv4Option.agentInformation] else { return nil }
        var index = range.lowerBound
        while index + 2 <= range.upperBound {
            let length = Int(bytes[index + 1])
            guard length <= range.upperBound - index - 2 else { return nil }
            if bytes[index] == code { return (index + 2)..<(index + 2 + length) }
            index += 2 + length
        }
        return nil
    }

    /// Shortens an option's value by the NULs at its end and says whether there were any: old
    /// clients count the terminator of a C string as data. ISC: of several parts, each.
    public mutating func dropTrailingNULs(_ code: UInt8) -> Bool {
        guard let range = self[code] else { return false }
        if isJoined, pieces.contains(where: { $0.code == code }) {
            return dropNULsOfPieces(code)
        }
        var length = range.count
        while length > 0, bytes[range.lowerBound + length - 1] == 0 { length -= 1 }
        guard length != range.count else { return false }
        places[Int(code)].length = UInt32(length)
        return true
    }

    private mutating func dropNULsOfPieces(_ code: UInt8) -> Bool {
        var hadNULs = false
        for index in pieces.indices where pieces[index].code == code {
            while pieces[index].length > 0,
                bytes[Int(pieces[index].start + pieces[index].length) - 1] == 0
            {
                pieces[index].length -= 1
                hadNULs = true
            }
        }
        if hadNULs { join(code) }
        return hadNULs
    }

    /// Forgets an option, as if it had not come.
    public mutating func remove(_ code: UInt8) {
        guard places[Int(code)].start != .max else { return }
        places[Int(code)] = .absent
        codes.removeAll { $0 == code }
    }

    /// Adds an option that did not come, as if it had: stored agent options count as received.
    public mutating func insert(_ code: UInt8, _ value: [UInt8]) {
        remove(code)
        codes.append(code)
        places[Int(code)] = Place(start: UInt32(bytes.count), length: UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    /// The `file` field up to its first NUL.
    public var file: Range<Int> { text(DHCPv4Layout.file) }

    /// The `sname` field up to its first NUL.
    public var serverName: Range<Int> { text(DHCPv4Layout.serverName) }

    private func text(_ field: Range<Int>) -> Range<Int> {
        guard count >= field.upperBound else { return 0..<0 }
        let end = bytes[field].firstIndex(of: 0) ?? field.upperBound
        return field.lowerBound..<end
    }
}
