import Wire

/// Cuts a byte stream into messages. The length of a message stands nowhere, so the reader walks
/// its values; what has not arrived whole is kept and walked again when more comes.
public struct OmapiStream: Sendable {
    /// Limits against a hostile or broken peer; ISC has none.
    public enum Limit {
        /// Bytes of one message.
        public static let message = 65_536
        /// Values of one message.
        public static let values = 256
        /// Bytes of a signature: HMAC-SHA512 has 64.
        public static let signature = 64
        /// Bytes of a header.
        static let header = 24
    }

    /// What came off the stream.
    public enum Item: Sendable {
        /// The eight bytes each side sends first.
        case startup(version: UInt32, headerSize: UInt32)
        /// `covered` are the bytes that the signature is computed over.
        case message(OmapiMessage, covered: [UInt8])
        /// The peer broke a rule; nothing more is read.
        case broken
    }

    private var buffer: [UInt8] = []
    /// Where what has not been given yet begins.
    private var start = 0
    /// With fewer bytes than this the next item cannot be whole: who sends byte by byte does not
    /// have each of them read many times.
    private var needed = 8
    private var hasStarted = false
    private var isBroken = false
    /// Bytes to skip behind each header: a peer may announce a larger one.
    private var extraHeader = 0

    public init() {}

    /// Adds received bytes.
    public mutating func feed(_ bytes: [UInt8]) {
        guard !isBroken else { return }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole item, or `nil` until more bytes come.
    public mutating func next() -> Item? {
        guard !isBroken, buffer.count - start >= needed else { return nil }
        if !hasStarted { return nextStartup() }
        var reader = Cursor(bytes: buffer, offset: start)
        switch reader.message(extraHeader) {
        case .whole(let message, let covered):
            start = reader.offset
            needed = Limit.header
            return .message(message, covered: Array(covered))
        case .partial where reader.wanted - start <= Limit.message:
            needed = reader.wanted - start
            return nil
        case .partial, .broken:
            return end()
        }
    }

    private mutating func end() -> Item {
        isBroken = true
        buffer = []
        start = 0
        return .broken
    }

    private mutating func nextStartup() -> Item? {
        var reader = Cursor(bytes: buffer, offset: start)
        guard let version = reader.word(), let headerSize = reader.word() else { return nil }
        start = reader.offset
        hasStarted = true
        needed = Limit.header
        guard headerSize >= UInt32(Limit.header), headerSize <= 1024 else { return end() }
        extraHeader = Int(headerSize) - Limit.header
        return .startup(version: version, headerSize: headerSize)
    }
}

/// Reads one message; every read is checked against what has arrived.
private struct Cursor {
    enum Outcome {
        case whole(OmapiMessage, covered: ArraySlice<UInt8>)
        case partial
        case broken
    }

    let bytes: [UInt8]
    var offset: Int
    /// Where the bytes would have to end for the read that failed.
    var wanted = 0

    private mutating func has(_ count: Int) -> Bool {
        if bytes.count - offset >= count { return true }
        wanted = offset + count
        return false
    }

    mutating func word() -> UInt32? {
        guard has(4) else { return nil }
        defer { offset += 4 }
        return bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func half() -> Int? {
        guard has(2) else { return nil }
        defer { offset += 2 }
        return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, has(count) else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }

    mutating func message(_ extraHeader: Int) -> Outcome {
        guard let authenticator = word() else { return .partial }
        let covered = offset
        guard let length = word(), let operation = word(), let handle = word(), let id = word(),
            let responseTo = word(), take(extraHeader) != nil
        else { return .partial }
        guard length <= UInt32(OmapiStream.Limit.signature) else { return .broken }
        var message = OmapiMessage(
            operation: operation, handle: handle, id: id, responseTo: responseTo)
        message.authenticator = authenticator
        for isObject in [false, true] {
            switch values() {
            case .partial: return .partial
            case .broken: return .broken
            case .whole(let values):
                if isObject {
                    message.objectValues = values
                } else {
                    message.messageValues = values
                }
            }
        }
        let end = offset
        guard let signature = take(Int(length)) else { return .partial }
        message.signature = signature
        return .whole(message, covered: bytes[covered..<end])
    }

    private enum Values {
        case whole([OmapiValue])
        case partial
        case broken
    }

    private mutating func values() -> Values {
        var values: [OmapiValue] = []
        while true {
            guard let nameLength = half() else { return .partial }
            if nameLength == 0 { return .whole(values) }
            guard values.count < OmapiStream.Limit.values else { return .broken }
            guard let name = take(nameLength), let length = word() else { return .partial }
            guard length <= UInt32(OmapiStream.Limit.message) else { return .broken }
            guard let data = take(Int(length)) else { return .partial }
            values.append(OmapiValue(name, data))
        }
    }
}
