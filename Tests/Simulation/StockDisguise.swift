import Leases
import Server
import Wire

/// Makes a secondary behave as ISC's does where that asks more care of the primary: it sits before
/// one end of a link and changes what that end hears.
///
/// The model has two habits. When the primary says that a lease is free, backup or given back, its
/// word wins against an update of the secondary's own that is under way, however late the
/// secondary's client was there (failover.md §6.7), and nobody takes note of the dispute: the
/// secondary's update is forgotten, and what is backup is given to the next client. And a client
/// that asks again before a quarter of its lease is over gets it for the rest of its time, of which
/// the primary hears nothing: see ``World/repeats(_:_:_:)``.
struct StockDisguise {
    private var buffer: [UInt8] = []
    /// The updates of this end that are under way.
    private var xids: [IPv4Address: UInt32] = [:]

    private enum Kind {
        static let bindingUpdate: UInt8 = 3
        static let bindingAcknowledgement: UInt8 = 4
        /// free, released, reset and backup: what wins against an active lease.
        static let lastWords: Set<UInt8> = [1, 4, 6, 7]
    }

    /// This end says something.
    mutating func said(_ message: Wiretap.Message) {
        guard message.type == Kind.bindingUpdate, let address = message.address else { return }
        xids[address] = message.xid
    }

    /// What this end is to hear of these bytes of the stream, whole messages only.
    mutating func heard(_ bytes: [UInt8]) -> [UInt8] {
        buffer += bytes
        var result: [UInt8] = []
        while let message = nextMessage() {
            let meaning = Wiretap.decode(message[...])
            guard let address = meaning.address else {
                result += message
                continue
            }
            if meaning.type == Kind.bindingAcknowledgement, xids[address] == meaning.xid {
                xids[address] = nil
            }
            let isLastWord = meaning.status.map(Kind.lastWords.contains) ?? false
            guard meaning.type == Kind.bindingUpdate, isLastWord else {
                result += message
                continue
            }
            result += Self.withLatestContact(message)
            // As if the primary had refused what it will in truth accept: the dispute is over.
            if let xid = xids.removeValue(forKey: address) {
                result += Self.refusal(of: xid, about: address, time: message[4..<8])
            }
        }
        return result
    }

    private mutating func nextMessage() -> [UInt8]? {
        guard buffer.count >= 12 else { return nil }
        let length = Int(buffer[0]) << 8 | Int(buffer[1])
        guard length >= 12, buffer.count >= length else { return nil }
        defer { buffer.removeFirst(length) }
        return Array(buffer[..<length])
    }

    /// The update with a client-last-transaction-time that is later than any other.
    private static func withLatestContact(_ message: [UInt8]) -> [UInt8] {
        var result = Array(message[..<12])
        var rest = message[12...]
        while rest.count >= 4 {
            let start = rest.startIndex
            let length = Int(rest[start + 2]) << 8 | Int(rest[start + 3])
            let isContact = rest[start] == 0 && rest[start + 1] == 6
            if !isContact { result += rest.prefix(4 + length) }
            rest = rest.dropFirst(4 + length)
        }
        return framed(result + [0, 6, 0, 4, 0xff, 0xff, 0xff, 0xff])
    }

    private static func refusal(
        of xid: UInt32, about address: IPv4Address, time: ArraySlice<UInt8>
    ) -> [UInt8] {
        framed(
            [0, 0, Kind.bindingAcknowledgement, 12] + time + bytes(xid)
                + [0, 2, 0, 4] + bytes(address.rawValue) + [0, 21, 0, 1, 16])
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static func framed(_ message: [UInt8]) -> [UInt8] {
        let length = message.count
        return [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
            + message[2...]
    }
}

extension World {
    /// Part of a lease within which ISC's server repeats it (`dhcp-cache-threshold`).
    private static let cachePart: UInt32 = 4

    /// ISC's server answers a client that has its lease and asks for it early, and keeps no record
    /// of that.
    func repeats(_ node: Node, _ process: Process, _ bytes: [UInt8]) -> Bool {
        guard let packet = ClientPacket(bytes), packet.kind == .request,
            ["normal", "communications-interrupted", "partner-down"].contains(node.state),
            let id = process.core.leases.lease(at: packet.requested ?? packet.ciaddr)
        else { return false }
        let row = process.core.leases[id]
        let wall = node.clocks(now).wall
        let isOwn =
            row.bindingState == .active && row.ends > wall
            && row.hardware.bytes.elementsEqual(packet.chaddr)
        // It serves nobody else while it writes.
        let isWritten = (node.disk.durable.notes[row.address] ?? []).contains {
            $0.isActive && UInt64($0.ends) >= UInt64(row.ends.seconds)
        }
        let age = wall.seconds(since: row.starts)
        guard isOwn, isWritten, age < row.ends.seconds(since: row.starts) / Self.cachePart,
            let client = clients.first(where: { $0.hardware == packet.chaddr })
        else { return false }
        var answer = packet
        answer.kind = .ack
        answer.yiaddr = row.address
        answer.server = node.address
        answer.leaseSeconds = row.ends.seconds(since: wall)
        note(node.name, "repeats: \(answer.description)")
        after(milliseconds: chance.pick(1...20)) { world in client.receive(answer, world) }
        return true
    }
}
