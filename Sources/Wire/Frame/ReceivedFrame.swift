/// What an Ethernet frame that passed the socket's filter holds: an IPv4 packet with a UDP
/// datagram (server-v4.md §2).
public enum ReceivedFrame: Equatable, Sendable {
    /// A datagram for the port; `payload` are the positions of its bytes in the frame.
    case datagram(source: IPv4Address, destination: IPv4Address, payload: Range<Int>)
    /// The checksum of the IP header is wrong.
    case badIPChecksum
    /// The UDP checksum is wrong.
    case badUDPChecksum
    /// The datagram says that it is longer than what was received.
    case tooLong
    /// Anything else: no IPv4, no UDP, a fragment, another port, cut headers.
    case notForUs

    /// Reads a frame. Never traps, whatever the bytes.
    /// - Parameter port: the UDP port that is served.
    /// - Parameter isChecksumPending: the kernel has left the UDP checksum to the network card, so
    ///   that it is not filled in (a packet of this machine).
    public init(_ frame: Span<UInt8>, port: UInt16, isChecksumPending: Bool) {
        self = Self.read(frame, port: port, isChecksumPending: isChecksumPending)
    }

    private static let ethernetLength = 14
    private static let udpLength = 8

    private static func read(
        _ frame: Span<UInt8>, port: UInt16, isChecksumPending: Bool
    ) -> ReceivedFrame {
        let ip = ethernetLength
        guard frame.count >= ip + 20, word(frame, 12) == 0x0800, frame[ip] >> 4 == 4 else {
            return .notForUs
        }
        let headerLength = Int(frame[ip] & 15) * 4
        let udp = ip + headerLength
        guard headerLength >= 20, frame.count >= udp + udpLength, frame[ip + 9] == 17,
            word(frame, ip + 6) & 0x1fff == 0, word(frame, udp + 2) == port
        else { return .notForUs }
        var header = InternetChecksum()
        header.add(frame, ip..<udp)
        guard header.value == 0 else { return .badIPChecksum }
        // Padding of a short frame follows the packet; the lengths say where it ends.
        let total = Int(word(frame, ip + 2))
        let length = Int(word(frame, udp + 4))
        guard length >= udpLength, total >= headerLength + length else { return .notForUs }
        guard udp + length <= frame.count else { return .tooLong }
        let source = address(frame, ip + 12)
        let destination = address(frame, ip + 16)
        if !isChecksumPending, word(frame, udp + 6) != 0 {
            var sum = InternetChecksum()
            sum.add(source.rawValue)
            sum.add(destination.rawValue)
            sum.add(UInt16(17))
            sum.add(UInt16(length))
            sum.add(frame, udp..<(udp + length))
            guard sum.value == 0 else { return .badUDPChecksum }
        }
        return .datagram(
            source: source, destination: destination,
            payload: (udp + udpLength)..<(udp + length))
    }

    /// Both callers have checked that the bytes are there.
    private static func word(_ frame: Span<UInt8>, _ at: Int) -> UInt16 {
        UInt16(frame[at]) << 8 | UInt16(frame[at + 1])
    }

    private static func address(_ frame: Span<UInt8>, _ at: Int) -> IPv4Address {
        IPv4Address(UInt32(word(frame, at)) << 16 | UInt32(word(frame, at + 2)))
    }
}
