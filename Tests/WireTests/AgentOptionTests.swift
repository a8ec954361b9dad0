import Testing
import Wire

/// What is left of the relay's options (ISC reads and writes them anew).
struct AgentOptionTests {
    @Test(
        arguments: [
            ([1, 1, 65], [1, 1, 65], nil), ([1, 1, 65, 5, 9, 1, 2], [1, 1, 65], 5),
            ([1, 1, 65, 5], [1, 1, 65], 5), ([1, 1, 65, 255], [1, 1, 65], 255),
            ([1, 0, 1, 1, 65], [1, 1, 65], nil), ([1, 1, 65, 1, 1, 66], [1, 1, 65], nil),
            ([2, 1, 66, 1, 1, 65], [2, 1, 66, 1, 1, 65], nil),
            ([1, 1, 65, 0, 2, 1, 66], [1, 1, 65], nil),
            ([1, 1, 65, 255, 2, 1, 66], [1, 1, 65, 255, 2, 1, 66], nil), ([0], nil, nil),
            ([1], nil, 1),
            ([], nil, nil),
        ] as [([UInt8], [UInt8]?, UInt8?)])
    func uselessOnesGo(value: [UInt8], kept: [UInt8]?, broken: UInt8?) throws {
        var message = DHCPv4Message()
        let bytes =
            [UInt8](repeating: 0, count: 236) + [0x63, 0x82, 0x53, 0x63, 82, UInt8(value.count)]
            + value
        try message.decode(bytes.span)
        #expect(message.tidyAgentOptions()?.code == broken)
        #expect(message.value(82) == kept)
    }
}
