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
    private var hasStarted = false
    private var isBroken = false
    /// Bytes to skip behind each header: a peer may announce a larger one.
    private var extraHeader = 0

    public init() {}

    /// Adds received bytes.
    public mutating func feed(_ bytes: [UInt8]) {
        guard !isBroken else { return }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole item, or `nil` until more bytes come.
    public mutating func next() -> Item? {
        guard !isBroken else { return nil }
        if !hasStarted { return nextStartup() }
        var reader = Cursor(bytes: buffer)
        switch reader.message(extraHeader) {
        case .whole(let message, let covered):
            buffer.removeFirst(reader.offset)
            return .message(message, covered: Array(covered))
        case .partial where buffer.count <= Limit.message:
            return nil
        case .partial, .broken:
            isBroken = true
            buffer = []
            return .broken
        }
    }

    private mutating func nextStartup() -> Item? {
        var reader = Cursor(bytes: buffer)
        guard let version = reader.word(), let headerSize = reader.word() else { return nil }
        buffer.removeFirst(reader.offset)
        hasStarted = true
        guard headerSize >= 24, headerSize <= 1024 else {
            isBroken = true
            return .broken
        }
        extraHeader = Int(headerSize) - 24
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
    var offset = 0

    mutating func word() -> UInt32? {
        guard bytes.count - offset >= 4 else { return nil }
        defer { offset += 4 }
        return bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func half() -> Int? {
        guard bytes.count - offset >= 2 else { return nil }
        defer { offset += 2 }
        return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, bytes.count - offset >= count else { return nil }
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
