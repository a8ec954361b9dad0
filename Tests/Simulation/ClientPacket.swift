import Wire

/// A DHCP message as a client or a relay makes and reads it, apart from the product's own codec.
struct ClientPacket {
    enum Kind: UInt8 {
        case discover = 1
        case offer, request, decline, ack, nak, release, inform
    }

    var kind = Kind.discover
    var xid: UInt32 = 0
    var secs: UInt16 = 0
    var isBroadcast = false
    var ciaddr = IPv4Address.any
    var yiaddr = IPv4Address.any
    var giaddr = IPv4Address.any
    var chaddr: [UInt8] = []
    var requested: IPv4Address?
    var server: IPv4Address?
    var leaseSeconds: UInt32?
    var renewalSeconds: UInt32?
    var rebindingSeconds: UInt32?
    var clientID: [UInt8] = []

    init() {}

    /// Reads a reply; `nil` for anything malformed.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 240, Array(bytes[236..<240]) == [99, 130, 83, 99] else { return nil }
        func number(_ range: Range<Int>) -> UInt32 {
            bytes[range].reduce(0) { $0 << 8 | UInt32($1) }
        }
        xid = number(4..<8)
        secs = UInt16(number(8..<10))
        ciaddr = IPv4Address(number(12..<16))
        yiaddr = IPv4Address(number(16..<20))
        giaddr = IPv4Address(number(24..<28))
        chaddr = Array(bytes[28..<(28 + min(16, Int(bytes[2])))])
        guard readOptions(bytes[240...]) else { return nil }
    }

    private mutating func readOptions(_ options: ArraySlice<UInt8>) -> Bool {
        var rest = options
        var hasKind = false
        while let code = rest.first, code != 255 {
            rest = rest.dropFirst()
            if code == 0 { continue }
            guard let length = rest.first, rest.count > Int(length) else { return false }
            let value = rest.dropFirst().prefix(Int(length))
            rest = rest.dropFirst(1 + Int(length))
            let number = value.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            switch code {
            case 50: requested = IPv4Address(number)
            case 51: leaseSeconds = number
            case 53:
                guard let kind = Kind(rawValue: UInt8(number & 0xff)) else { return false }
                self.kind = kind
                hasKind = true
            case 54: server = IPv4Address(number)
            case 58: renewalSeconds = number
            case 59: rebindingSeconds = number
            case 61: clientID = Array(value)
            default: break
            }
        }
        return hasKind
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [1, 1, UInt8(chaddr.count), giaddr.isZero ? 0 : 1]
        bytes.append(bigEndian: xid)
        bytes.append(bigEndian: secs)
        bytes.append(bigEndian: UInt16(isBroadcast ? 0x8000 : 0))
        bytes += ciaddr.octets + IPv4Address.any.octets + IPv4Address.any.octets + giaddr.octets
        bytes += chaddr + Array(repeating: 0, count: 16 - chaddr.count + 192)
        bytes += [99, 130, 83, 99, 53, 1, kind.rawValue]
        if !clientID.isEmpty { bytes += [61, UInt8(clientID.count)] + clientID }
        if let requested { bytes += [50, 4] + requested.octets }
        if let server { bytes += [54, 4] + server.octets }
        if let leaseSeconds {
            bytes += [51, 4]
            bytes.append(bigEndian: leaseSeconds)
        }
        bytes += [55, 2, 1, 3, 255]
        return bytes + Array(repeating: 0, count: max(0, 300 - bytes.count))
    }

    /// The hardware address, of six bytes, as one number.
    var hardwareNumber: UInt64 { chaddr.reduce(0) { $0 << 8 | UInt64($1) } }

    var hardwareText: String {
        var text: [UInt8] = []
        text.append(colonHex: chaddr)
        return String(decoding: text, as: UTF8.self)
    }

    var description: String {
        var text = "\(kind) xid \(xid) secs \(secs) from \(hardwareText)"
        if !ciaddr.isZero { text += " ciaddr \(ciaddr)" }
        if !yiaddr.isZero { text += " yiaddr \(yiaddr)" }
        if let requested { text += " requested \(requested)" }
        if let server { text += " server \(server)" }
        if let leaseSeconds { text += " lease \(leaseSeconds)" }
        return text
    }
}
