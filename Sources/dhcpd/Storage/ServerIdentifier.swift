import ConfParser
import Wire

/// Makes a server DUID (RFC 8415 §11) when none is known.
enum ServerIdentifier {
    /// 2000-01-01 UTC, from which the time of a DUID counts.
    private static let epoch: UInt32 = 946_684_800

    static func make(
        _ wanted: ServerDUID?, hardware: HardwareAddress, now: Timestamp
    ) -> [UInt8] {
        var duid: [UInt8] = []
        switch wanted {
        case .bytes(let bytes): return bytes
        case .generateLL:
            duid.append(bigEndian: UInt16(3))
            duid.append(bigEndian: UInt16(hardware.type))
        case .generateLLT, nil:
            duid.append(bigEndian: UInt16(1))
            duid.append(bigEndian: UInt16(hardware.type))
            duid.append(bigEndian: now.seconds(since: Timestamp(epoch)))
        }
        return duid + hardware.bytes
    }
}
