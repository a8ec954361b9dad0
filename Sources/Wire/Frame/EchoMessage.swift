/// ICMP echo (RFC 792): what the ping check sends and hopes not to receive (server-v4.md §8.4).
public enum EchoMessage {
    /// Appends an echo request of 28 bytes with sequence number 0.
    public static func appendRequest(identifier: UInt16, to message: inout [UInt8]) {
        var sum = InternetChecksum()
        sum.add(UInt16(0x0800))
        sum.add(identifier)
        message.append(bigEndian: UInt16(0x0800))
        message.append(bigEndian: sum.value)
        message.append(bigEndian: identifier)
        message.append(bigEndian: UInt16(0))
        for _ in 0..<20 { message.append(0) }
    }

    /// The sender of an echo reply, given the whole IPv4 packet that a raw ICMP socket receives;
    /// `nil` for anything else.
    public static func replySource(_ packet: Span<UInt8>) -> IPv4Address? {
        guard packet.count >= 20, packet[0] >> 4 == 4 else { return nil }
        let headerLength = Int(packet[0] & 15) * 4
        guard headerLength >= 20, packet.count >= headerLength + 8, packet[9] == 1,
            packet[headerLength] == 0, packet[headerLength + 1] == 0
        else { return nil }
        var sum = InternetChecksum()
        sum.add(packet, headerLength..<packet.count)
        guard sum.value == 0 else { return nil }
        return IPv4Address(packet[12], packet[13], packet[14], packet[15])
    }
}
