import Testing
import Wire

@testable import Simulation

/// The parts of the simulated world, without a server.
@Suite struct PartsTests {
    @Test func actsComeInOrderOfTimeAndScheduling() {
        let world = World(Plan())
        var order: [Int] = []
        world.after(milliseconds: 20) { _ in order.append(3) }
        world.after(milliseconds: 10) { _ in order.append(1) }
        world.after(milliseconds: 10) { _ in order.append(2) }
        world.after(milliseconds: 30) { _ in order.append(4) }
        world.run(milliseconds: 25)
        #expect(order == [1, 2, 3])
        #expect(world.now == Instant(nanoseconds: 25_000_000))
    }

    @Test func chanceIsTheSameForTheSameSeed() {
        var (left, right) = (Chance(seed: 7), Chance(seed: 7))
        #expect((0..<50).allSatisfy { _ in left.next() == right.next() })
        #expect((0..<500).allSatisfy { _ in (3...5).contains(left.pick(3...5)) })
    }

    @Test func leaseRecordsAreRead() {
        var notes = LeaseNotes()
        let text = """
            lease 10.77.0.100 {
              starts 6 2026/11/21 02:41:14;
              ends 6 2026/11/21 02:51:14;
              tsfp never;
              binding state active;
              hardware ethernet 02:00:00:00:00:02;
            }
            lease 10.77.0.100 {
              ends 6 2026/11/21 02:5
            """
        let bytes = Array(text.utf8)
        notes.read(bytes, bytes.indices)
        let note = notes.last(IPv4Address(10, 77, 0, 100))
        #expect(notes.notes[IPv4Address(10, 77, 0, 100)]?.count == 1)
        #expect(note?.isActive == true)
        #expect(note?.hardware == 0x0200_0000_0002)
        #expect(note.map { $0.ends - $0.starts } == 600)
        #expect(note?.ends == 1_795_229_474)
        #expect(note?.tsfp == Timestamp.never.seconds)
    }

    @Test func lossOfPowerKeepsWhatWasSynced() {
        var chance = Chance(seed: 3)
        var sizes: Set<Int> = []
        for _ in 0..<200 {
            var disk = Disk()
            disk.append(Array("one\n".utf8))
            disk.synced(upTo: 4)
            disk.append(Array("two\n".utf8))
            disk.losePower(&chance)
            sizes.insert(disk.file.count)
        }
        #expect(sizes == [4, 5, 6, 7, 8])
    }

    @Test func failoverMessagesAreSeen() {
        var tap = Wiretap()
        let update: [UInt8] = [
            0, 25, 3, 12, 0, 0, 0, 1, 0, 0, 0, 9, 0, 2, 0, 4, 10, 77, 0, 100, 0, 3, 0, 1, 2,
        ]
        #expect(tap.take(Array(update[..<20])).isEmpty)
        let messages = tap.take(Array(update[20...]) + update)
        #expect(
            messages.map(\.description)
                == Array(
                    repeating: "BNDUPD xid 9 10.77.0.100 active", count: 2))
    }

    @Test func clientMessagesAreReadAsWritten() throws {
        var packet = ClientPacket()
        packet.kind = .request
        packet.xid = 0x0102_0304
        packet.secs = 9
        packet.ciaddr = IPv4Address(10, 77, 0, 101)
        packet.chaddr = [2, 0, 0, 0, 0, 1]
        packet.server = IPv4Address(10, 77, 0, 1)
        packet.clientID = [0, 5]
        let read = try #require(ClientPacket(packet.encoded()))
        #expect(read.description == packet.description)
        #expect(read.clientID == packet.clientID)
        #expect(packet.encoded().count >= 300)
    }
}
