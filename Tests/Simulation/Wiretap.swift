import Wire

/// Reads the failover messages that one end sends, for the story and for the checks.
struct Wiretap {
    /// What the checks need of a message.
    struct Message {
        var type: UInt8 = 0
        var xid: UInt32 = 0
        var address: IPv4Address?
        var status: UInt8?
        var expiration: UInt32?
        var potentialExpiration: UInt32?
        var rejectReason: UInt8?
        var state: UInt8?
        var flags: UInt8?

        static let names = [
            "0", "POOLREQ", "POOLRESP", "BNDUPD", "BNDACK", "CONNECT", "CONNECTACK", "UPDREQALL",
            "UPDDONE", "UPDREQ", "STATE", "CONTACT", "DISCONNECT",
        ]
        static let statusNames = [
            "0", "free", "active", "expired", "released", "abandoned", "reset", "backup",
        ]

        var description: String {
            var text = Int(type) < Self.names.count ? Self.names[Int(type)] : "\(type)"
            text += " xid \(xid)"
            if let address { text += " \(address)" }
            if let status, Int(status) < Self.statusNames.count {
                text += " \(Self.statusNames[Int(status)])"
            }
            if let expiration { text += " ends \(expiration)" }
            if let potentialExpiration { text += " pot \(potentialExpiration)" }
            if let rejectReason { text += " rejected \(rejectReason)" }
            if let state { text += " state \(state)" }
            if let flags, flags != 0 { text += " flags \(flags)" }
            return text
        }
    }

    private var buffer: [UInt8] = []

    /// Takes bytes of the stream and gives the messages that are complete.
    mutating func take(_ bytes: [UInt8]) -> [Message] {
        buffer += bytes
        var found: [Message] = []
        while buffer.count >= 12 {
            let length = Int(buffer[0]) << 8 | Int(buffer[1])
            guard length >= 12, buffer.count >= length else { break }
            found.append(Self.decode(buffer[..<length]))
            buffer.removeFirst(length)
        }
        return found
    }

    static func decode(_ bytes: ArraySlice<UInt8>) -> Message {
        func number(_ slice: ArraySlice<UInt8>) -> UInt32 {
            slice.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
        var message = Message()
        message.type = bytes[2]
        message.xid = number(bytes[8..<12])
        var rest = bytes.dropFirst(Int(bytes[3]))
        while rest.count >= 4 {
            let code = number(rest.prefix(2))
            let length = Int(number(rest.dropFirst(2).prefix(2)))
            let value = rest.dropFirst(4).prefix(length)
            rest = rest.dropFirst(4 + length)
            guard value.count == length, let last = value.last else { break }
            switch code {
            case 2: message.address = IPv4Address(number(value))
            case 3: message.status = last
            case 13: message.expiration = number(value)
            case 18: message.potentialExpiration = number(value)
            case 21: message.rejectReason = last
            case 23: message.flags = last
            case 24: message.state = last
            default: break
            }
        }
        return message
    }
}
