import Leases
import Server
import Testing
import Wire

/// The form of traces: what is written is read back, and nothing that is read can do harm.
@Suite struct TraceTests {
    private static let now = Now(
        wall: Timestamp(1_795_226_400), mono: Instant(nanoseconds: 0x1_0000_0005), nanoseconds: 7)
    private static let hardware =
        HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? HardwareAddress.none

    /// One of each.
    private static let items: [TraceItem] = {
        let id = RelationshipID(1)
        let link = LinkID(0x1_0000_0002)
        let address = IPv4Address(10, 77, 0, 100)
        let inputs: [Input] = [
            .connected(id, link), .dialFailed(id, reason: "refused", isImmediate: true),
            .accepted(link, from: address, at: .any, port: 647),
            .listenFailed(id, reason: "in use"), .peerBytes(link, [0, 12, 11]), .closed(link),
            .pingReply(address), .nameFound(address, Array("a.example".utf8)),
            .nameFound(address, nil),
            .addressesFound(Array("b.example".utf8), .addresses([address, .any])),
            .durable(9), .writeFailed, .writeRecovered, .tick, .stop,
        ]
        let beginning = TraceBeginning(
            seed: .max, port: 67, hostname: Array("machine".utf8),
            interfaces: [
                Interface(
                    id: InterfaceID(3), name: "eth0", addresses: [address], hardware: hardware)
            ], settled: now, made: now)
        return [
            .file(path: Array("/etc/dhcpd.conf".utf8), bytes: Array("authoritative;".utf8)),
            .file(path: Array("/absent".utf8), bytes: nil),
            .name(Array("c.example".utf8), .failed(Array("host unknown.".utf8))),
            .leases(Array("lease".utf8)), .beginning(beginning), .record([1, 2, 3]), .start(now),
            .packet(InterfaceID(3), source: address, bytes: [1, 1, 6, 0], now),
        ] + inputs.map { .input($0, now) }
    }()

    private static let trace = items.reduce(into: TraceFormat.heading) { $0.append(trace: $1) }

    private static func read(_ bytes: [UInt8]) -> (again: [UInt8], count: Int, damage: Int?)? {
        guard var reader = TraceReader(bytes) else { return nil }
        var again = TraceFormat.heading
        var count = 0
        while let item = reader.next() {
            again.append(trace: item)
            count += 1
        }
        return (again, count, reader.damage)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let result = try #require(Self.read(Self.trace))
        #expect(result.again == Self.trace)
        #expect(result.count == Self.items.count && result.damage == nil)
    }

    /// A server that was killed leaves half an item at the end.
    @Test func everyTruncationEndsWithTheLastWholeItem() throws {
        for length in 0..<Self.trace.count {
            let part = Array(Self.trace.prefix(length))
            guard let result = Self.read(part) else {
                #expect(length < TraceFormat.heading.count)
                continue
            }
            #expect(Self.trace.starts(with: result.again))
            #expect((result.damage == nil) == (result.again.count == length))
        }
    }

    @Test func otherBytesAreNoTrace() {
        #expect(Self.read(Array("dhcpd trace 2\n".utf8)) == nil)
        #expect(Self.read([]) == nil)
    }

    /// Every byte changed in several ways: reading ends, and what was read can be written.
    @Test func damageDoesNoHarm() {
        for place in TraceFormat.heading.count..<Self.trace.count {
            for change: UInt8 in [1, 0x80, 0xff] {
                var bytes = Self.trace
                bytes[place] ^= change
                let result = Self.read(bytes)
                #expect(result != nil && (result?.count ?? 0) <= Self.items.count)
            }
        }
    }
}
