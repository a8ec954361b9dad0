import ConfParser
import Leases
public import Wire

// Data expressions (config-language.md §5.3). Each result is a run of `bytes`; operands are pushed
// first and the result behind them, so nothing is allocated once the buffer has grown.

extension Evaluator {
    /// A data expression: a run of ``bytes``, or `nil` for null.
    public mutating func data(
        _ id: ExpressionID, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard enter() else { return nil }
        defer { depth -= 1 }
        let node = program.nodes[Int(id.index)]
        switch node.kind {
        case .constant: return push(text(node))
        case .hostLookup: return hostLookup(node)
        case .concat: return concat(node, packet)
        case .option:
            return packetOption(
                OptionReference(OptionSpaceID(node.space), node.a), packet)
        case .configOption:
            return value(OptionReference(OptionSpaceID(node.space), node.a), packet)
        case .pick: return pick(node, packet)
        case .encodeInteger:
            guard let value = number(ExpressionID(node.a), packet) else { return nil }
            return pushInteger(value, bytes: Int(node.detail) / 8)
        case .relay: return relay(node, packet)
        case .variable, .call:
            guard case .data(let value)? = binding(node, type: .data, packet) else { return nil }
            return push(value)
        case .substring, .suffix, .lowercase, .uppercase, .reverse, .binaryToASCII:
            return transformed(node, packet)
        default: return context(node, packet)
        }
    }

    private func text(_ node: Node) -> ArraySlice<UInt8> {
        program.text(ByteRange(start: node.a, count: node.b))
    }

    private mutating func pushInteger(_ value: UInt, bytes count: Int) -> Range<Int> {
        let start = bytes.count
        for index in (0..<count).reversed() {
            pushByte(UInt8(truncatingIfNeeded: value >> UInt(8 * index)))
        }
        return start..<bytes.count
    }

    private mutating func concat(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        var parts: [Range<Int>] = []
        // All parts are evaluated even if one is null: what they log shows.
        for index in 0..<Int(node.b) {
            let id = program.arguments[Int(node.a) + index]
            if let part = data(id, packet) { parts.append(part) }
        }
        return parts.count == Int(node.b) ? join(parts) : nil
    }

    mutating func join(_ parts: [Range<Int>]) -> Range<Int> {
        let start = bytes.count
        for part in parts { pushAgain(part) }
        return start..<bytes.count
    }

    private mutating func pick(_ node: Node, _ packet: borrowing DHCPv4Message) -> Range<Int>? {
        hasLeftover = false
        for index in 0..<Int(node.b) {
            let id = program.arguments[Int(node.a) + index]
            if hasLeftover, program.nodes[Int(id.index)].kind == .constant {
                // ISC: the result of the call before it is still there.
                logError("tree.c(1853): non-null pointer")
                hasLeftover = false
            }
            if let value = data(id, packet) { return value }
            let kind = program.nodes[Int(id.index)].kind
            if kind != .call, kind != .configOption { hasLeftover = false }
        }
        return nil
    }

    /// Relay messages exist in DHCPv6 only; hop 0 is the message itself.
    private mutating func relay(_ node: Node, _ packet: borrowing DHCPv4Message) -> Range<Int>? {
        guard let hop = number(ExpressionID(node.a), packet), hop == 0 else { return nil }
        return data(ExpressionID(node.b), packet)
    }

    private mutating func hostLookup(_ node: Node) -> Range<Int>? {
        let name = Array(text(node))
        switch names[name] {
        case nil:
            if !unresolvedNames.contains(name) { unresolvedNames.append(name) }
            return nil
        case .failed(let reason)?:
            log(.error, name + Array(": ".utf8) + reason)
            return nil
        case .addresses(let found)?:
            let start = bytes.count
            for address in node.detail == 1 ? found[...] : found.prefix(1) {
                for octet in address.octets { pushByte(octet) }
            }
            return start..<bytes.count
        }
    }

    // MARK: - Packet, lease, machine

    private mutating func context(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        switch node.kind {
        case .hardware: return hardware(packet)
        case .packet: return rawPacket(node, packet)
        case .leasedAddress:
            guard let lease = facts.lease else {
                log(
                    .debug,
                    ("data: \"leased-address\" configuration directive: "
                        + "there is no lease associated with this client.").utf8)
                return nil
            }
            return push(lease.address.octets)
        case .hostDeclarationName:
            guard let host = facts.lease?.host else {
                logError("data: host_decl_name: not available")
                return nil
            }
            return push(configuration.name(of: host))
        case .filename: return field(packet.file, packet)
        case .serverName: return field(packet.serverName, packet)
        case .hostname: return hostname.isEmpty ? nil : push(hostname)
        case .null: return nil
        default:
            complain(about: node, in: "evaluate_data_expression")
            return nil
        }
    }

    private mutating func hardware(_ packet: borrowing DHCPv4Message) -> Range<Int>? {
        if facts.hasPacket { return push(packet.hardware.typedBytes) }
        if let lease = facts.lease, !lease.hardware.isNone {
            return push(lease.hardware.typedBytes)
        }
        logError("data: hardware: no raw packet or lease is available")
        return nil
    }

    private mutating func rawPacket(
        _ node: Node, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard facts.hasPacket else {
            logError("data: packet: raw packet not available")
            return nil
        }
        let offset = number(ExpressionID(node.a), packet)
        let length = number(ExpressionID(node.b), packet)
        guard let offset, let length else { return nil }
        guard offset <= UInt(packet.count) else { return nil }
        let start = Int(offset)
        let end = start + Int(min(length, UInt(packet.count - start)))
        return push(packet.bytes[start..<end])
    }

    private mutating func field(
        _ range: Range<Int>, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard facts.hasPacket, !range.isEmpty else { return nil }
        return push(packet.bytes[range])
    }

    // MARK: - Values of the reply

    /// The value of an option of the reply: its parts one after the other, null if one is.
    mutating func value(
        of first: OptionValues.Part, _ option: OptionReference,
        _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard enterAgain() else { return nil }
        defer { depth -= 1 }
        if first.next == .max { return value(ofPart: first, packet) }
        var parts: [Range<Int>] = []
        var ages = [reply.find(option).map { reply.entries[$0].firstPart } ?? 0]
        var part = first
        var isNull = false
        while true {
            if let range = value(ofPart: part, packet) {
                parts.append(range)
            } else {
                isNull = true
            }
            guard part.next != .max else { break }
            ages.append(part.next)
            part = reply.parts[Int(part.next)]
        }
        hasLeftover = false
        guard !isNull else { return nil }
        if configuration.options.format(option).starts(with: Array("Dc".utf8)) {
            return joinDomainLists(parts, ages: ages)
        }
        return join(parts)
    }

    private mutating func value(
        ofPart part: OptionValues.Part, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        switch part.kind {
        case .constant:
            return push(program.text(ByteRange(start: part.a, count: part.b)))
        case .own: return push(reply.bytes[Int(part.a)..<(Int(part.a) + Int(part.b))])
        case .expression: return data(ExpressionID(part.a), packet)
        case .nothing: return push([])
        }
    }
}
