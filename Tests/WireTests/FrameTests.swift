import Testing
import Wire

private let client = HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 9]) ?? .none
private let server = HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? .none

private func frame(_ payload: [UInt8], port: UInt16 = 67) -> [UInt8] {
    let header = FrameHeader(
        destinationHardware: server, sourceHardware: client, source: IPv4Address(10, 0, 0, 9),
        destination: IPv4Address(10, 0, 0, 1), sourcePort: 68, destinationPort: port)
    var bytes: [UInt8] = []
    header.append(payload.span, to: &bytes)
    return bytes
}

@Suite struct FrameTests {
    @Test func whatIsBuiltIsRead() {
        for length in [0, 1, 2, 299, 300, 1400] {
            let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let bytes = frame(payload)
            #expect(bytes.count == FrameHeader.length + length)
            let read = ReceivedFrame(bytes.span, port: 67, isChecksumPending: false)
            #expect(
                read
                    == .datagram(
                        source: IPv4Address(10, 0, 0, 9), destination: IPv4Address(10, 0, 0, 1),
                        payload: 42..<(42 + length)))
        }
    }

    @Test func headerIsThatOfISC() {
        let bytes = frame([1])
        #expect(Array(bytes[0..<6]) == [2, 0, 0, 0, 0, 1])
        #expect(Array(bytes[6..<14]) == [2, 0, 0, 0, 0, 9, 8, 0])
        #expect(Array(bytes[14..<24]) == [0x45, 0x10, 0, 29, 0, 0, 0, 0, 128, 17])
    }

    @Test func withoutHardwareItIsBroadcast() {
        let header = FrameHeader(
            destinationHardware: .none, sourceHardware: server, source: .any,
            destination: .broadcast, sourcePort: 67, destinationPort: 68)
        var bytes: [UInt8] = []
        header.append([UInt8]().span, to: &bytes)
        #expect(Array(bytes[0..<6]) == [255, 255, 255, 255, 255, 255])
    }

    @Test func paddingIsNotPayload() {
        let bytes = frame([1, 2, 3]) + [0, 0, 0, 0, 0, 0, 0]
        guard
            case .datagram(_, _, let payload) = ReceivedFrame(
                bytes.span, port: 67, isChecksumPending: false)
        else {
            Issue.record("not read")
            return
        }
        #expect(payload == 42..<45)
    }

    @Test func badChecksumsAreToldApart() {
        var bytes = frame([1, 2, 3, 4])
        bytes[44] ^= 1
        #expect(ReceivedFrame(bytes.span, port: 67, isChecksumPending: false) == .badUDPChecksum)
        guard case .datagram = ReceivedFrame(bytes.span, port: 67, isChecksumPending: true) else {
            Issue.record("a pending checksum was looked at")
            return
        }
        bytes[40] = 0
        bytes[41] = 0
        guard case .datagram = ReceivedFrame(bytes.span, port: 67, isChecksumPending: false) else {
            Issue.record("checksum 0 means none")
            return
        }
        bytes[30] ^= 1
        #expect(ReceivedFrame(bytes.span, port: 67, isChecksumPending: false) == .badIPChecksum)
    }

    @Test func othersAreNotForUs() {
        let good = frame([1, 2, 3, 4])
        #expect(ReceivedFrame(good.span, port: 68, isChecksumPending: false) == .notForUs)
        for (index, value) in [(12, 0x86), (14, 0x55), (14, 0x42), (20, 0x1f), (23, 6)] {
            var bytes = good
            bytes[index] = UInt8(value)
            #expect(ReceivedFrame(bytes.span, port: 67, isChecksumPending: false) == .notForUs)
        }
    }

    /// Every cut and every changed byte is read without a trap.
    @Test func anyBytesAreRead() {
        let good = frame((0..<40).map { UInt8($0) })
        for length in 0...good.count {
            let cut = Array(good[0..<length])
            let read = ReceivedFrame(cut.span, port: 67, isChecksumPending: true)
            #expect((length == good.count) == (read != .notForUs && read != .tooLong))
        }
        for index in good.indices {
            for value: UInt8 in [0, 1, 0x0f, 0x4f, 0x7f, 0x80, 0xff] {
                var bytes = good
                bytes[index] = value
                _ = ReceivedFrame(bytes.span, port: 67, isChecksumPending: false)
                _ = ReceivedFrame(bytes.span, port: 67, isChecksumPending: true)
                _ = EchoMessage.replySource(bytes.span)
            }
        }
    }

    @Test func echoReplyTellsItsSender() {
        var request: [UInt8] = []
        EchoMessage.appendRequest(identifier: 0x1234, to: &request)
        #expect(request.count == 28)
        var sum = InternetChecksum()
        sum.add(request.span, 0..<28)
        #expect(sum.value == 0)
        var reply = request
        reply[0] = 0
        // Type 8 became 0, so the checksum grows by 0x0800.
        let old = UInt32(reply[2]) << 8 | UInt32(reply[3])
        let new = (old + 0x0800) % 0xffff
        reply[2] = UInt8(new >> 8)
        reply[3] = UInt8(new & 255)
        let header: [UInt8] = [0x45, 0, 0, 48, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 7, 10, 0, 0, 1]
        #expect(EchoMessage.replySource((header + reply).span) == IPv4Address(10, 0, 0, 7))
        #expect(EchoMessage.replySource((header + request).span) == nil)
        #expect(EchoMessage.replySource(header.span) == nil)
    }
}
