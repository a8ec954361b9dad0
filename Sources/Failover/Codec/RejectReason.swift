import Wire

/// Reasons in option 21 that we give; ``text(of:)`` knows them all (failover.md §2.5).
enum RejectReason: UInt8, Sendable {
    case illegalAddress = 1
    case fatalConflict = 2
    case missingBinding = 3
    case timeMismatch = 4
    case invalidMCLT = 5
    case misc = 6
    case duplicateConnection = 7
    case invalidPartner = 8
    case tlsNotSupported = 9
    case versionMismatch = 14
    case outdated = 15
    case lessCritical = 16
    case hashBucketConflict = 18
    case notReserved = 19

    private static let texts: [StaticString] = [
        "Illegal IP address (not part of any address pool).",
        "Fatal conflict exists: address in use by other client.",
        "Missing binding information.",
        "Connection rejected, time mismatch too great.",
        "Connection rejected, invalid MCLT.",
        "Connection rejected, unknown reason.",
        "Connection rejected, duplicate connection.",
        "Connection rejected, invalid failover partner.",
        "TLS not supported.",
        "TLS supported but not configured.",
        "TLS required but not supported by partner.",
        "Message digest not supported.",
        "Message digest not configured.",
        "Protocol version mismatch.",
        "Outdated binding information.",
        "Less critical binding information.",
        "No traffic within sufficient time.",
        "Hash bucket assignment conflict.",
        "IP not reserved on this server.",
        "Message digest failed to compare.",
        "Missing message digest.",
    ]

    /// Appends what ISC prints for a code.
    static func appendText(of code: UInt8, to text: inout [UInt8]) {
        let index = Int(code) - 1
        if texts.indices.contains(index) {
            text.append(text: texts[index])
        } else if code == 254 {
            text.append(text: "Unknown Error.")
        } else {
            text.append(text: "Undefined-")
            text.append(decimal: UInt64(code))
            text.append(text: ": This reason code is not defined in the protocol standard.")
        }
    }
}
