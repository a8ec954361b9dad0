import ConfParser
import Leases
import Wire

// Options whose value is made of another option space (server-v4.md §8.3).

extension ServerCore {
    /// Appends an option that encapsulates a space of which something is set.
    mutating func appendEncapsulated(_ code: UInt8) {
        guard !reply.options.contains(code), let space = encapsulatedSpace(code) else { return }
        let row = configuration.options[space]
        var value: [UInt8] = []
        for option in evaluator.reply.options(in: space) {
            guard let range = evaluator.value(option, packet) else { continue }
            Self.append(option.code, width: row.codeWidth, to: &value)
            Self.append(
                UInt32(truncatingIfNeeded: range.count), width: row.lengthWidth, to: &value)
            value.append(contentsOf: evaluator.bytes[range])
        }
        guard !value.isEmpty else { return }
        reply.options.append(code, value)
    }

    /// The space that an option is made of: the one in its format, for 43 the one that
    /// `vendor-option-space` names. The agent's options are echoed and never made; the FQDN option
    /// is an answer to the client's.
    private mutating func encapsulatedSpace(_ code: UInt8) -> OptionSpaceID? {
        switch code {
        case DHCPv4Option.agentInformation, DHCPv4Option.fqdn: return nil
        case DHCPv4Option.vendorEncapsulated:
            return data(.vendorOptionSpace).flatMap { configuration.options.space(named: $0) }
        default:
            guard encapsulatingCodes.contains(code) else { return nil }
            return configuration.options.encapsulatedSpace(
                OptionReference(.dhcp, UInt32(code)))
        }
    }

    /// Appends the low bytes of a number, most significant first.
    private static func append(_ value: UInt32, width: UInt8, to bytes: inout [UInt8]) {
        for index in (0..<min(width, 4)).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))))
        }
    }
}
