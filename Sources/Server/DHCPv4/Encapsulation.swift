import ConfParser
import Leases
import Wire

// Options whose value is made of another option space (server-v4.md §8.3).

extension ServerCore {
    /// Appends an option that encapsulates a space of which something is set.
    mutating func appendEncapsulated(_ code: UInt8) {
        guard !reply.options.contains(code) else { return }
        if code == DHCPv4Option.fqdn {
            if let value = encodedName() { reply.options.append(code, value) }
            return
        }
        guard let space = encapsulatedSpace(code) else { return }
        let value = encapsulated(space, depth: 0)
        guard !value.isEmpty else { return }
        reply.options.append(code, value)
    }

    /// All options of a space in ISC's order, then the spaces that options of this one are made of.
    private mutating func encapsulated(_ space: OptionSpaceID, depth: Int) -> [UInt8] {
        let row = configuration.options[space]
        var value: [UInt8] = []
        func append(_ code: UInt32, _ content: some Collection<UInt8>) {
            Self.append(code, width: row.codeWidth, to: &value)
            Self.append(
                UInt32(truncatingIfNeeded: content.count), width: row.lengthWidth, to: &value)
            value.append(contentsOf: content)
        }
        for option in inOrder(space) {
            guard let range = evaluator.value(option, packet) else { continue }
            let mayBeEmpty = configuration.options.format(option).first == UInt8(ascii: "Z")
            guard !range.isEmpty || mayBeEmpty else { continue }
            append(option.code, evaluator.bytes[range])
        }
        guard depth < 8 else { return value }
        for (number, inner) in configuration.options.spaces.enumerated() {
            guard let parent = inner.parent, parent.space == space, number < 65_535,
                configuration.options.format(parent).first == UInt8(ascii: "E"),
                !evaluator.reply.contains(parent)
            else { continue }
            let content = encapsulated(OptionSpaceID(UInt16(number)), depth: depth + 1)
            if !content.isEmpty { append(parent.code, content) }
        }
        return value
    }

    /// The options of a space that are set, in the order of ISC's hash buckets, newest first in a
    /// bucket.
    func inOrder(_ space: OptionSpaceID) -> [OptionReference] {
        var all = evaluator.reply.options(in: space)
        guard all.count > 1 else { return all }
        all.reverse()
        return (0..<17).flatMap { bucket in
            all.filter { Int(($0.code % 32 + $0.code / 32 % 32) % 17) == bucket }
        }
    }

    /// The space that an option is made of: the one in its format, for 43 the one that
    /// `vendor-option-space` names. The agent's options are echoed and never made.
    private mutating func encapsulatedSpace(_ code: UInt8) -> OptionSpaceID? {
        switch code {
        case DHCPv4Option.agentInformation: return nil
        // ISC: what is set in space nwip goes nowhere.
        case DHCPv4Option.nwipSuboptions: return nil
        case DHCPv4Option.vendorEncapsulated:
            return data(.vendorOptionSpace).flatMap { configuration.options.space(named: $0) }
        default:
            let option = OptionReference(.dhcp, UInt32(code))
            guard configuration.options.format(option).first == UInt8(ascii: "E") else {
                return nil
            }
            return configuration.options.encapsulatedSpace(option)
        }
    }

    /// Appends the low bytes of a number, most significant first.
    private static func append(_ value: UInt32, width: UInt8, to bytes: inout [UInt8]) {
        for index in (0..<min(width, 4)).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))))
        }
    }
}
