/// The headers in front of a DHCP message that is sent as a whole Ethernet frame
/// (server-v4.md §2: tos 0x10, id 0, no flags, ttl 128).
public struct FrameHeader: Sendable {
    /// Ethernet destination; anything but six bytes means broadcast.
    public var destinationHardware: HardwareAddress
    /// Ethernet source; six bytes.
    public var sourceHardware: HardwareAddress
    /// IP source: the server identifier.
    public var source: IPv4Address
    /// IP destination.
    public var destination: IPv4Address
    /// UDP source.
    public var sourcePort: UInt16
    /// UDP destination.
    public var destinationPort: UInt16

    /// All fields.
    public init(
        destinationHardware: HardwareAddress, sourceHardware: HardwareAddress,
        source: IPv4Address, destination: IPv4Address, sourcePort: UInt16, destinationPort: UInt16
    ) {
        self.destinationHardware = destinationHardware
        self.sourceHardware = sourceHardware
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }

    /// Ethernet, IPv4 and UDP header together.
    public static let length = 14 + 20 + 8
    /// Longest message that fits the length fields.
    public static let payloadMax = 0xffff - 28

    /// Appends headers and message. A message longer than ``payloadMax`` is not sent: nothing is
    /// appended and `false` returned.
    @discardableResult
    public func append(_ message: Span<UInt8>, to frame: inout [UInt8]) -> Bool {
        guard message.count <= Self.payloadMax else { return false }
        appendEthernet(to: &frame)
        let udpLength = UInt16(truncatingIfNeeded: message.count + 8)
        appendIP(udpLength: udpLength, to: &frame)
        var sum = InternetChecksum()
        sum.add(source.rawValue)
        sum.add(destination.rawValue)
        sum.add(UInt16(17))
        sum.add(udpLength)
        sum.add(sourcePort)
        sum.add(destinationPort)
        sum.add(udpLength)
        sum.add(message, 0..<message.count)
        frame.append(bigEndian: sourcePort)
        frame.append(bigEndian: destinationPort)
        frame.append(bigEndian: udpLength)
        // RFC 768: a computed 0 is sent as all ones, since 0 means "none".
        frame.append(bigEndian: sum.value == 0 ? 0xffff : sum.value)
        frame.append(span: message)
        return true
    }

    private func appendEthernet(to frame: inout [UInt8]) {
        for index in 0..<6 {
            frame.append(destinationHardware.length == 6 ? destinationHardware[index] : 0xff)
        }
        for index in 0..<6 {
            frame.append(sourceHardware.length == 6 ? sourceHardware[index] : 0)
        }
        frame.append(bigEndian: UInt16(0x0800))
    }

    private func appendIP(udpLength: UInt16, to frame: inout [UInt8]) {
        let totalLength = udpLength &+ 20
        var sum = InternetChecksum()
        sum.add(UInt16(0x4510))
        sum.add(totalLength)
        sum.add(UInt16(0x8011))
        sum.add(source.rawValue)
        sum.add(destination.rawValue)
        frame.append(bigEndian: UInt16(0x4510))
        frame.append(bigEndian: totalLength)
        frame.append(bigEndian: UInt32(0))
        frame.append(bigEndian: UInt16(0x8011))
        frame.append(bigEndian: sum.value)
        frame.append(bigEndian: source.rawValue)
        frame.append(bigEndian: destination.rawValue)
    }
}
