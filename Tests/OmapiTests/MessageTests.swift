import Omapi
import Testing

/// Bytes written in hexadecimal; spaces do not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
}

/// The second client message of the exchange captured between the real omshell and the real dhcpd.
let capturedCreate = hex(
    """
    000000010000001000000001000000006b8b4568000000000006637265617465000000040000000100096578636c7573
    697665000000040000000100047479706500000004686f7374000000046e616d65000000026831001068617264776172
    652d6164647265737300000006020000000a01000d68617264776172652d747970650000000400000001000a69702d61
    646472657373000000040a09003200006ceaff3cbff3a9186a6270d50380077e
    """)

@Suite struct MessageTests {
    let greeting = hex("00000064 00000018")

    func decode(_ bytes: [UInt8]) -> [OmapiStream.Item] {
        var stream = OmapiStream()
        stream.feed(bytes)
        var items: [OmapiStream.Item] = []
        while let item = stream.next() { items.append(item) }
        return items
    }

    @Test func capturedMessageIsReadAndWrittenBack() throws {
        let items = decode(greeting + capturedCreate)
        guard items.count == 2, case .message(let message, let covered) = items[1] else {
            Issue.record("not read: \(items)")
            return
        }
        #expect(message.authenticator == 1)
        #expect(message.id == 0x6b8b_4568)
        #expect(message.messageValue("create")?.integer == 1)
        #expect(message.objectValue("ip-address")?.data == [10, 9, 0, 50])
        #expect(covered == Array(capturedCreate[4..<(capturedCreate.count - 16)]))
        var written: [UInt8] = []
        message.append(to: &written, signatureLength: 16) { signed in
            #expect(Array(signed) == covered)
            return message.signature
        }
        #expect(written == capturedCreate)
    }

    @Test func everyChunkingGivesTheSameMessages() {
        let bytes = greeting + capturedCreate + capturedCreate
        for size in 1...bytes.count {
            var stream = OmapiStream()
            var count = 0
            for start in stride(from: 0, to: bytes.count, by: size) {
                stream.feed(Array(bytes[start..<min(start + size, bytes.count)]))
                while stream.next() != nil { count += 1 }
            }
            #expect(count == 3, "chunks of \(size)")
        }
    }

    @Test func everyTruncationWaitsForMore() {
        let bytes = greeting + capturedCreate
        for length in 0..<bytes.count {
            let items = decode(Array(bytes[..<length]))
            #expect(items.count == (length < 8 ? 0 : 1), "cut at \(length)")
        }
    }

    @Test func lengthsOutOfAllReasonEndTheConnection() {
        let long = hex("00000000 ffffffff 00000001 00000000 00000001 00000000")
        guard case .broken = decode(greeting + long).last else {
            Issue.record("an authlen of 4 GiB was taken")
            return
        }
        let value = hex("00000000 00000000 00000001 00000000 00000001 00000000 0001 61 7fffffff")
        guard case .broken = decode(greeting + value).last else {
            Issue.record("a value of 2 GiB was taken")
            return
        }
    }
}
