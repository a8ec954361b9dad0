import Testing
import Wire

struct DHCPv4MessageTests {
    private func message(_ options: [UInt8], file: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = [1, 1, 6, 0, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 228)
        for (index, byte) in [UInt8]([2, 0, 0, 0, 1, 1]).enumerated() { bytes[28 + index] = byte }
        for (index, byte) in file.enumerated() { bytes[108 + index] = byte }
        return bytes + [0x63, 0x82, 0x53, 0x63] + options
    }

    private func decode(_ bytes: [UInt8]) throws -> DHCPv4Message {
        var message = DHCPv4Message()
        try message.decode(bytes.span)
        return message
    }

    @Test func optionsThatComeInPartsAreJoined() throws {
        let decoded = try decode(
            message([53, 1, 1, 12, 2, 97, 98, 60, 1, 7, 12, 1, 99, 52, 1, 1], file: [12, 1, 100]))
        #expect(decoded.type == .discover)
        #expect(decoded.value(12) == Array("abcd".utf8))
        #expect(decoded.value(60) == [7])
        #expect(decoded.codes == [53, 12, 60, 52])
    }

    @Test func everyTruncationIsTakenOrRefused() throws {
        let whole = message(
            [53, 1, 3, 50, 4, 10, 0, 0, 1, 82, 6, 1, 1, 9, 2, 1, 8, 52, 1, 3, 55, 2, 1, 3, 255])
        var decoded = DHCPv4Message()
        for count in 0...whole.count {
            let part = Array(whole[0..<count])
            do {
                try decoded.decode(part.span)
                #expect(count >= 236)
            } catch .size {
                #expect(count < 236)
            } catch {
                #expect(count > 240)
            }
        }
        #expect(decoded.address(50) == IPv4Address(10, 0, 0, 1))
        #expect(decoded.agentOption(2).map { Array(decoded.bytes[$0]) } == [8])
        #expect(decoded.agentOption(3) == nil)
    }

    @Test func brokenOptionsAreNamed() {
        #expect(throws: DHCPv4Message.DecodeError.option(code: 12, .length)) {
            try decode(message([53, 1, 1, 12, 9, 97]))
        }
        #expect(throws: DHCPv4Message.DecodeError.option(code: 12, .missingLength)) {
            try decode(message([53, 1, 1, 12]))
        }
        var long = message([])
        long[2] = 17
        #expect(throws: DHCPv4Message.DecodeError.hardwareLength) { try decode(long) }
    }
}

struct DHCPv4ReplyTests {
    private func encode(_ reply: DHCPv4Reply) throws -> (DHCPv4Message, [UInt8]) {
        var packer = DHCPv4OptionPacker()
        // What stood in the buffer before must not shine through.
        var bytes: [UInt8] = [0xa5]
        reply.encode(into: &bytes, packer: &packer)
        bytes.removeFirst()
        var message = DHCPv4Message()
        try message.decode(bytes.span)
        return (message, bytes)
    }

    @Test func aSmallReplyHas300Bytes() throws {
        var reply = DHCPv4Reply()
        reply.options.append(53, [5])
        reply.agentOptions = [1, 1, 7]
        reply.options.append(53, [6])
        let (message, bytes) = try encode(reply)
        #expect(bytes.count == 300)
        #expect(Array(bytes[240..<249]) == [53, 1, 5, 82, 3, 1, 1, 7, 255])
        #expect(bytes[249...].allSatisfy { $0 == 0 })
        #expect(message.op == 2)
    }

    @Test(arguments: [false, true]) func whatDoesNotFitGoesIntoFileAndServerName(
        hasFile: Bool
    ) throws {
        var reply = DHCPv4Reply()
        reply.options.append(53, [5])
        for code in UInt8(224)..<230 {
            reply.options.append(code, [UInt8](repeating: code, count: 60))
        }
        if hasFile { reply.file = Array("boot".utf8) }
        let (message, bytes) = try encode(reply)
        #expect(message.value(52) == [hasFile ? 2 : 1])
        #expect(bytes.count <= 548)
        for code in UInt8(224)..<229 {
            #expect(message.value(code) == [UInt8](repeating: code, count: 60))
        }
    }

    @Test func aLongOptionIsSplit() throws {
        var reply = DHCPv4Reply()
        reply.space = DHCPv4Reply.space(maximum: 1400)
        let value = (0..<600).map { UInt8(truncatingIfNeeded: $0) }
        reply.options.append(224, value)
        let (message, _) = try encode(reply)
        #expect(message.value(224) == value)
    }

    @Test func spaceFollowsTheMaximumMessageSize() {
        #expect(DHCPv4Reply.space(maximum: nil) == 312)
        #expect(DHCPv4Reply.space(maximum: 300) == 312)
        #expect(DHCPv4Reply.space(maximum: 1000) == 736)
        #expect(DHCPv4Reply.space(maximum: 1500) == 1236)
        #expect(DHCPv4Reply.space(maximum: 9000) == 1236)
    }

    @Test(arguments: [224, 225] as [UInt8]) func onlyTheLastCodeOfTheOrderFillsTheField(
        last: UInt8
    ) throws {
        var reply = DHCPv4Reply()
        // 308 bytes behind the cookie: 255 + 2, then 46 + 2.
        reply.options.append(223, [UInt8](repeating: 1, count: 255))
        reply.options.append(224, [UInt8](repeating: 2, count: 46))
        reply.lastCode = last
        let (message, _) = try encode(reply)
        #expect((message.value(52) == nil) == (last == 224))
        #expect(message.value(224)?.count == 46)
    }

    @Test func theAgentsOptionsTakeTheirRoomFromALongReply() throws {
        var reply = DHCPv4Reply()
        reply.space = DHCPv4Reply.space(maximum: 9000)
        reply.agentOptions = [1, 200] + [UInt8](repeating: 7, count: 200)
        for code in UInt8(224)..<230 {
            reply.options.append(code, [UInt8](repeating: code, count: 220))
        }
        let (message, bytes) = try encode(reply)
        #expect(bytes.count <= 236 + 1236)
        #expect(message.value(82)?.count == 202)
    }
}
