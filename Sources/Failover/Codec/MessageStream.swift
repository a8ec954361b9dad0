/// Cuts the bytes of a link into messages. Keeps less than one message between two calls.
struct MessageStream: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    init() {}

    /// Bytes that wait for the rest of their message.
    var pending: [UInt8] { Array(buffer[start...]) }

    /// Takes bytes as they came; call ``next()`` until it gives `nil`.
    mutating func append(_ bytes: [UInt8]) {
        buffer.removeSubrange(..<start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message, or `nil` when more bytes are needed. After `broken` the stream is
    /// useless.
    mutating func next() -> DecodedMessage? {
        guard buffer.count - start >= 2 else { return nil }
        let size = Int(buffer[start]) << 8 | Int(buffer[start + 1])
        guard size >= FailoverMessage.headerSize, size <= FailoverMessage.sizeMax else {
            return .broken(.length)
        }
        guard buffer.count - start >= size else { return nil }
        defer { start += size }
        return FailoverMessage.decode(buffer[start..<(start + size)])
    }
}

/// Runs arbitrary bytes through framing and decoding, and what was understood through the encoder
/// and back: must neither trap nor lose anything. For the fuzzer.
public func fuzzFailoverStream(_ bytes: [UInt8]) {
    var stream = MessageStream()
    let half = bytes.count / 2
    for part in [bytes[..<half], bytes[half...]] {
        stream.append(Array(part))
        while let decoded = stream.next() {
            switch decoded {
            case .broken(let error):
                var text: [UInt8] = []
                _ = error.appendLogLine(to: &text)
                return
            case .meaningless: continue
            case .message(let message):
                var copy: [UInt8] = []
                message.append(to: &copy)
                var again = MessageStream()
                again.append(copy)
                precondition(again.next() != nil, "an encoded message is not whole")
            }
        }
    }
}
