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

/// Option 81 taken apart into the options of the `fqdn` space (RFC 4702 §2).
struct ClientFQDN {
    private var flags: UInt8
    private var resultCodes: (UInt8, UInt8)
    /// With dots, without the one at the end.
    private var name: [UInt8] = []

    init?(_ value: ArraySlice<UInt8>) {
        guard value.count >= 3 else { return nil }
        let start = value.startIndex
        flags = value[start]
        resultCodes = (value[start + 1], value[start + 2])
        let rest = value[(start + 3)...]
        guard flags & 4 != 0 else {
            name = Array(rest)
            while name.last == 0 { name.removeLast() }
            if name.last == UInt8(ascii: ".") { name.removeLast() }
            return
        }
        var index = rest.startIndex
        while index < rest.endIndex, rest[index] != 0 {
            let length = Int(rest[index])
            guard length < 64, length < rest.endIndex - index else { return nil }
            if !name.isEmpty { name.append(UInt8(ascii: ".")) }
            name += rest[(index + 1)...(index + length)]
            index += 1 + length
        }
    }

    /// One option of the space: 1 no-client-update, 2 server-update, 3 encoded, 4 and 5 result
    /// codes, 6 hostname, 7 domainname, 8 fqdn.
    func value(_ code: UInt32) -> [UInt8]? {
        let dot = name.firstIndex(of: UInt8(ascii: "."))
        switch code {
        case 1: return [flags & 8 != 0 ? 1 : 0]
        case 2: return [flags & 1 != 0 ? 1 : 0]
        case 3: return [flags & 4 != 0 ? 1 : 0]
        case 4: return [resultCodes.0]
        case 5: return [resultCodes.1]
        case 6: return name.isEmpty ? nil : Array(name[..<(dot ?? name.endIndex)])
        case 7: return dot.map { Array(name[($0 + 1)...]) }
        case 8: return name.isEmpty ? nil : name
        default: return nil
        }
    }
}
