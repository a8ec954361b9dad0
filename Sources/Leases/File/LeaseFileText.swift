import ConfParser
import Wire

// The spellings of the lease file (leases.md §1.2).

extension Array where Element == UInt8 {
    /// Appends `NAME DATE;` and the line end, indented, in the form of the settings.
    mutating func append(
        leaseTime name: StaticString, _ time: Timestamp, _ format: LeaseFileFormat.TimeFormat
    ) {
        append(text: "  ")
        append(text: name)
        append(UInt8(ascii: " "))
        append(leaseTime: time, format)
        append(UInt8(ascii: "\n"))
    }

    /// Appends a date with its semicolon, and with the comment that `db-time-format local` adds.
    mutating func append(leaseTime time: Timestamp, _ format: LeaseFileFormat.TimeFormat) {
        guard time != .never, case .local(let zone) = format else {
            append(leaseDate: time)
            append(UInt8(ascii: ";"))
            return
        }
        append(text: "epoch ")
        append(decimal: UInt64(time.seconds))
        append(text: "; # ")
        append(localDate: time, offsetSeconds: zone.offsetSeconds(at: time))
    }

    /// Appends `Sat Nov 21 02:11:07 2026`.
    private mutating func append(localDate time: Timestamp, offsetSeconds: Int32) {
        let shifted = Int64(time.seconds) + Int64(offsetSeconds)
        let civil = CivilTime(Timestamp(UInt32(clamping: shifted)))
        let days: [7 of StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months: [12 of StaticString] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        append(text: days[civil.weekday])
        append(UInt8(ascii: " "))
        append(text: months[civil.month - 1])
        append(UInt8(ascii: " "))
        append(decimal: UInt64(civil.day), width: 2)
        append(UInt8(ascii: " "))
        append(decimal: UInt64(civil.hour), width: 2)
        append(UInt8(ascii: ":"))
        append(decimal: UInt64(civil.minute), width: 2)
        append(UInt8(ascii: ":"))
        append(decimal: UInt64(civil.second), width: 2)
        append(UInt8(ascii: " "))
        append(decimal: UInt64(civil.year))
    }

    /// Appends bytes as a quoted string: printable ones as they are except `"` and `\`, all others
    /// as three octal digits.
    mutating func append(quoted bytes: some Sequence<UInt8>) {
        append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(UInt8(ascii: "\\"))
                append(byte)
            } else if byte.isPrintable {
                append(byte)
            } else {
                append(octal: byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends an identifier in the form of `lease-id-format`.
    mutating func append(leaseID bytes: some Sequence<UInt8>, _ format: LeaseFileFormat.IDFormat) {
        switch format {
        case .octal: append(quoted: bytes)
        case .hex: append(colonHex: bytes)
        }
    }

    /// Appends a backslash and three octal digits.
    mutating func append(octal byte: UInt8) {
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "0") + (byte >> 6))
        append(UInt8(ascii: "0") + (byte >> 3 & 7))
        append(UInt8(ascii: "0") + (byte & 7))
    }

    /// Appends the name of a hardware type.
    mutating func append(hardwareType type: UInt8) {
        switch type {
        case 1: append(text: "ethernet")
        case 6: append(text: "token-ring")
        case 8: append(text: "fddi")
        case 32: append(text: "infiniband")
        default:
            append(text: "unknown-")
            append(decimal: UInt64(type))
        }
    }
}

extension UInt8 {
    /// A byte of ASCII that shows: 32...126.
    var isPrintable: Bool { self &- 32 < 95 }
}

extension Collection where Element == UInt8 {
    /// True for text that can stand between quotes without escapes.
    var isWritableAsIs: Bool {
        !isEmpty
            && allSatisfy {
                $0.isPrintable && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
    }
}
