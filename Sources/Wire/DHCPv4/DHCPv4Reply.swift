/// A reply in the making: the fixed fields and an ordered list of options. Reused from packet to
/// packet.
public struct DHCPv4Reply: Sendable {
    /// The fixed fields; `op` is always 2.
    public var hardwareType: UInt8 = 0
    public var hardwareLength: UInt8 = 0
    public var hops: UInt8 = 0
    public var xid: UInt32 = 0
    public var secs: UInt16 = 0
    public var flags: UInt16 = 0
    public var clientAddress = IPv4Address.any
    public var yourAddress = IPv4Address.any
    public var serverAddress = IPv4Address.any
    public var relayAddress = IPv4Address.any
    /// `chaddr`, all of its sixteen bytes.
    private var hardwareField = [UInt8](repeating: 0, count: 16)
    /// `sname` and `file`: cut to 64 and 128 bytes. A name keeps its field from carrying options.
    public var serverName: [UInt8] = []
    public var file: [UInt8] = []
    /// The options in the order in which they go out.
    public var options = DHCPv4OptionList()
    /// Option 82, echoed behind all others; empty if there is none to echo.
    public var agentOptions: [UInt8] = []
    /// Room for the cookie and the options without option 82 (``space(maximum:)``).
    public var space = 312
    /// The last code of the order in which options are looked for, be it set or not. ISC: only an
    /// option that is the last one to be looked for may fill the option field to its end.
    public var lastCode: UInt8?
    /// A BOOTP request's vendor field to be sent back as it came, instead of cookie and options.
    public var vendorField: [UInt8]?
    /// Options may go on in `file` and `sname`. ISC: not in the ACK of an INFORM.
    public var canOverload = true
    /// A reply has at least 300 bytes, but one to a lease query has not.
    public var isPadded = true
    /// Set when the client ends its strings with NUL; ours then do too.
    public var terminatesText = false

    /// An empty reply.
    public init() {}

    /// Starts a reply to a message: copies what every reply has from it and forgets the rest.
    public mutating func begin(answering message: borrowing DHCPv4Message) {
        hardwareType = message.hardwareType
        hardwareLength = message.hardwareLength
        for (index, byte) in message.bytes[DHCPv4Layout.hardware].enumerated() {
            hardwareField[index] = byte
        }
        hops = message.hops
        xid = message.xid
        secs = message.secs
        flags = message.flags
        relayAddress = message.relayAddress
        (clientAddress, yourAddress, serverAddress) = (.any, .any, .any)
        serverName.removeAll(keepingCapacity: true)
        file.removeAll(keepingCapacity: true)
        agentOptions.removeAll(keepingCapacity: true)
        options.removeAll()
        space = 312
        lastCode = nil
        terminatesText = false
        vendorField = nil
        isPadded = true
        canOverload = true
    }

    /// Puts another client's hardware address in the place of the sender's.
    public mutating func setHardware(_ hardware: HardwareAddress) {
        hardwareType = hardware.type
        hardwareLength = hardware.length
        for index in hardwareField.indices {
            hardwareField[index] = index < Int(hardware.length) ? hardware[index] : 0
        }
    }

    /// Room for cookie and options: with a maximum message size m under 576 it is 312, over 1500 it
    /// is 1236, else m − 264 (header, UDP and IP); without one it is 312 (ISC: server-v4.md §8.5).
    public static func space(maximum: UInt16?) -> Int {
        guard let maximum, maximum >= 576 else { return 312 }
        return maximum > 1500 ? DHCPv4OptionPacker.maxSpace : Int(maximum) - 264
    }

    /// Appends the message to a buffer, at least 300 bytes long.
    public func encode(into buffer: inout [UInt8], packer: inout DHCPv4OptionPacker) {
        let start = buffer.count
        packer.pack(self)
        appendHeader(to: &buffer)
        append(serverName, from: packer.serverName, width: 64, to: &buffer)
        append(file, from: packer.file, width: 128, to: &buffer)
        if let vendorField {
            buffer.append(contentsOf: vendorField)
        } else {
            buffer.append(bigEndian: DHCPv4Layout.cookie)
            buffer.append(contentsOf: packer.main)
        }
        guard isPadded else { return }
        let missing = DHCPv4Layout.minReplySize - (buffer.count - start)
        if missing > 0 { buffer.append(contentsOf: repeatElement(0, count: missing)) }
    }

    private func appendHeader(to buffer: inout [UInt8]) {
        buffer.append(2)
        buffer.append(hardwareType)
        buffer.append(hardwareLength)
        buffer.append(hops)
        buffer.append(bigEndian: xid)
        buffer.append(bigEndian: secs)
        buffer.append(bigEndian: flags)
        buffer.append(bigEndian: clientAddress.rawValue)
        buffer.append(bigEndian: yourAddress.rawValue)
        buffer.append(bigEndian: serverAddress.rawValue)
        buffer.append(bigEndian: relayAddress.rawValue)
        buffer.append(contentsOf: hardwareField)
    }

    private func append(
        _ name: [UInt8], from options: [UInt8], width: Int, to buffer: inout [UInt8]
    ) {
        let content = name.isEmpty ? options : name
        let used = min(content.count, width)
        buffer.append(contentsOf: content[0..<used])
        if used < width { buffer.append(contentsOf: repeatElement(0, count: width - used)) }
    }
}

/// Options in sending order; a code stands there once. Values are kept in one reused buffer.
public struct DHCPv4OptionList: Sendable {
    /// The values, one after the other.
    public private(set) var arena: [UInt8] = []
    /// Code, where its value stands in ``arena``, and whether it is text.
    public private(set) var entries: [Entry] = []
    private var present = DHCPv4CodeSet()

    /// One option.
    public struct Entry: Sendable {
        public var code: UInt8
        public var isText: Bool
        public var start: Int
        public var length: Int
    }

    /// An empty list.
    public init() {}

    /// Forgets everything, keeps the buffers.
    public mutating func removeAll() {
        arena.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        present = DHCPv4CodeSet()
    }

    /// True if the code is in the list.
    public func contains(_ code: UInt8) -> Bool { present.contains(code) }

    /// Appends an option; a code that is there already stays as it is.
    public mutating func append(
        _ code: UInt8, isText: Bool = false, _ value: some Collection<UInt8>
    ) {
        guard present.insert(code) else { return }
        entries.append(
            Entry(code: code, isText: isText, start: arena.count, length: value.count))
        arena.append(contentsOf: value)
    }

    /// Appends an option of four bytes.
    public mutating func append(_ code: UInt8, _ value: UInt32) {
        guard present.insert(code) else { return }
        entries.append(Entry(code: code, isText: false, start: arena.count, length: 4))
        arena.append(bigEndian: value)
    }
}
