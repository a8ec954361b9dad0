import Testing
import Wire

@testable import Failover

func bytes(hex: String) -> [UInt8] {
    var result: [UInt8] = []
    var high: UInt8?
    for character in hex.utf8 {
        let digit = character >= 97 ? character - 87 : character - 48
        if let first = high {
            result.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return result
}

/// A message put together by hand, any length and type.
func raw(type: UInt8, _ body: [UInt8] = [], length: Int? = nil, offset: UInt8 = 12) -> [UInt8] {
    var result: [UInt8] = []
    result.append(bigEndian: UInt16(length ?? 12 + body.count))
    result += [type, offset, 0, 0, 0, 1, 0, 0, 0, 7]
    return result + body
}

func option(_ code: UInt16, _ data: [UInt8], length: Int? = nil) -> [UInt8] {
    var result: [UInt8] = []
    result.append(bigEndian: code)
    result.append(bigEndian: UInt16(length ?? data.count))
    return result + data
}

func decode(_ bytes: [UInt8]) -> DecodedMessage? {
    var stream = MessageStream()
    stream.append(bytes)
    return stream.next()
}

@Suite struct CodecTests {
    @Test func recordedMessagesAreReadAndWrittenByteForByte() {
        for (name, hex) in RecordedMessages.all {
            let recorded = bytes(hex: hex)
            guard case .message(let message) = decode(recorded) else {
                Issue.record("\(name) was not understood")
                continue
            }
            var written: [UInt8] = []
            message.append(to: &written)
            #expect(written == recorded, "\(name)")
        }
    }

    @Test func everyTruncationWaitsOrIsBroken() {
        for (name, hex) in RecordedMessages.all {
            let recorded = bytes(hex: hex)
            for count in 0..<recorded.count {
                #expect(decode(Array(recorded[..<count])) == nil, "\(name) of \(count) bytes")
                guard count >= 12 else { continue }
                var cut = Array(recorded[..<count])
                cut[0] = 0
                cut[1] = UInt8(count)
                #expect(decode(cut) != nil, "\(name) cut to \(count) bytes")
            }
        }
    }

    @Test func aStreamIsCutByteByByte() {
        let all = RecordedMessages.all.flatMap { bytes(hex: $0.hex) }
        var stream = MessageStream()
        var count = 0
        for byte in all {
            stream.append([byte])
            while stream.next() != nil { count += 1 }
        }
        #expect(count == RecordedMessages.all.count)
        #expect(stream.pending.isEmpty)
    }

    @Test func lengthsOutOfBoundsBreakTheLink() {
        for length in [0, 11, 2049, 65535] {
            #expect(decode(raw(type: 5, length: length)) == .broken(.length))
        }
    }

    @Test func faultsAreNamedAsISCNamesThem() {
        let name = option(22, Array("lab".utf8))
        let cases: [([UInt8], String)] = [
            (
                raw(type: 5, option(22, Array("lab".utf8), length: 200)),
                "FAILOVER: message overflow at data."
            ),
            (raw(type: 5, name + [0]), "FAILOVER: message overflow at option code."),
            (raw(type: 5, name + [0, 11]), "FAILOVER: message overflow at length."),
            (raw(type: 5, name + name), "FAILOVER: duplicate option relationship-name"),
            (
                raw(type: 5, name + option(15, [0, 0, 1])),
                "FAILOVER: option size (3:4), option MCLT"
            ),
            (raw(type: 200, name), "FAILOVER: invalid message type: 200"),
            (raw(type: 3, option(9, [])), "FAILOVER: option DDNS: bad type 5"),
            (raw(type: 4, option(9, [1, 1, 3])), "FAILOVER: option size (3:0), option DDNS"),
        ]
        for (message, line) in cases {
            guard case .broken(let error) = decode(message) else {
                Issue.record("not refused: \(line)")
                continue
            }
            var text: [UInt8] = []
            #expect(error.appendLogLine(to: &text))
            #expect(String(decoding: text, as: UTF8.self) == line)
        }
    }

    @Test func whatHasNoUseIsSkipped() {
        let noise = option(999, [1, 2]) + option(0, [])
        #expect(decode(raw(type: 13)) == .meaningless)
        #expect(decode(raw(type: 0, noise + option(3, [1, 2, 3]))) == .meaningless)
        #expect(decode(raw(type: 99, noise)) == .meaningless)
        // Unused in STATE, so neither its size nor its repetition matters.
        let state = raw(type: 10, noise + option(3, []) + option(3, [1, 2]) + option(24, [2]))
        guard case .message(let message) = decode(state) else {
            Issue.record("STATE refused")
            return
        }
        #expect(message.serverState == 2)
        #expect(message.bindingStatus == nil)
    }

    @Test func payloadOffsets() {
        let name = option(22, Array("lab".utf8))
        #expect(decode(raw(type: 5, name, offset: 11)) == .broken(.payloadOffset))
        guard case .message(let none) = decode(raw(type: 5, name, offset: 200)) else {
            Issue.record("an offset past the end leaves no options")
            return
        }
        #expect(none.relationshipName == nil)
        guard case .message(let later) = decode(raw(type: 5, [9, 9] + name, offset: 14)) else {
            Issue.record("bytes before the payload are skipped")
            return
        }
        #expect(later.relationshipName == Array("lab".utf8))
    }

    @Test func reasonTexts() {
        func text(_ code: UInt8) -> String {
            var text: [UInt8] = []
            RejectReason.appendText(of: code, to: &text)
            return String(decoding: text, as: UTF8.self)
        }
        #expect(text(8) == "Connection rejected, invalid failover partner.")
        #expect(text(21) == "Missing message digest.")
        #expect(text(254) == "Unknown Error.")
        #expect(
            text(0) == "Undefined-0: This reason code is not defined in the protocol standard.")
    }

    @Test func noiseNeverTraps() {
        var state: UInt64 = 42
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for _ in 0..<2000 {
            var message = bytes(
                hex: RecordedMessages.all[Int(random()) % RecordedMessages.all.count].hex)
            for _ in 0..<Int(random() % 6) {
                message[Int(random()) % message.count] = random()
            }
            fuzzFailoverStream(message)
            fuzzFailoverStream((0..<Int(random())).map { _ in random() })
        }
    }
}
