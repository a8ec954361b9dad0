public import ConfParser
import Leases
public import Wire

// Options of the received packet. Those of other spaces stand inside options that encapsulate the
// space: relay agent information, FQDN, and what a configuration defines.

extension Evaluator {
    mutating func exists(_ node: Node, _ packet: borrowing DHCPv4Message) -> Bool {
        packetRange(OptionReference(OptionSpaceID(node.space), node.a), packet) != nil
    }

    /// The value of an option of the packet; `nil` when it is not there.
    public mutating func packetOption(
        _ option: OptionReference, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard let place = packetRange(option, packet) else { return nil }
        switch place {
        case .packet(let range): return push(packet.bytes[range])
        case .made(let value): return push(value)
        }
    }

    private enum Place {
        case packet(Range<Int>)
        case made([UInt8])
    }

    private func packetRange(
        _ option: OptionReference, _ packet: borrowing DHCPv4Message
    ) -> Place? {
        guard facts.hasPacket else { return nil }
        switch option.space {
        case .dhcp:
            guard option.code < 256 else { return nil }
            return packet[UInt8(option.code)].map { .packet($0) }
        case .agent:
            guard option.code < 256 else { return nil }
            return packet.agentOption(UInt8(option.code)).map { .packet($0) }
        case .fqdn:
            return packet[DHCPv4Option.fqdn].flatMap {
                ClientFQDN(packet.bytes[$0])?.value(option.code).map { .made($0) }
            }
        default:
            return encapsulated(option, packet).map { .packet($0) }
        }
    }

    /// Looks inside the DHCP option that carries the space.
    private func encapsulated(
        _ option: OptionReference, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        let space = configuration.options[option.space]
        var carrier: UInt32?
        if option.space == vendorSpace {
            carrier = UInt32(DHCPv4Option.vendorEncapsulated)
        } else if let parent = space.parent, parent.space == .dhcp {
            carrier = parent.code
        }
        guard let carrier, carrier < 256, let range = packet[UInt8(carrier)] else { return nil }
        let (codeWidth, lengthWidth) = (Int(space.codeWidth), Int(space.lengthWidth))
        guard codeWidth > 0 else { return nil }
        var index = range.lowerBound
        while index + codeWidth + lengthWidth <= range.upperBound {
            var code: UInt32 = 0
            for byte in packet.bytes[index..<(index + codeWidth)] {
                code = code << 8 | UInt32(byte)
            }
            index += codeWidth
            if codeWidth == 1, code == 0 || code == 255 {
                if code == 255 { return nil }
                continue
            }
            var length = range.upperBound - index
            if lengthWidth > 0 {
                length = 0
                for byte in packet.bytes[index..<(index + lengthWidth)] {
                    length = length << 8 | Int(byte)
                }
                index += lengthWidth
            }
            guard length <= range.upperBound - index else { return nil }
            if code == option.code { return index..<(index + length) }
            index += length
        }
        return nil
    }
}
