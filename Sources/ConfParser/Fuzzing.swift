// Entry points for fuzzers: any bytes must be read to the end without a trap.

/// Reads bytes as a configuration of both protocols. An included file is the same bytes once more.
package func fuzzConfiguration(_ bytes: [UInt8]) -> Int {
    var count = 0
    for family in [ProtocolFamily.v4, .v6] {
        let outcome = parseConfiguration(path: [UInt8](literal: "f"), family: family) { path in
            path == [UInt8](literal: "f") || path == [UInt8](literal: "again")
                ? .bytes(bytes) : .failed([UInt8](literal: "No such file or directory"))
        }
        for message in outcome.messages { count &+= message.lines.count }
    }
    return count
}

/// Reads bytes as a lease file of both protocols, with both ways to recover.
package func fuzzLeaseFile(_ bytes: [UInt8]) -> Int {
    var count = 0
    for family in [ProtocolFamily.v4, .v6] {
        for recovery in [LeaseFileReader.Recovery.asISC, .atNextRecord] {
            var reader = LeaseFileReader(
                bytes: bytes, path: [UInt8](literal: "l"), family: family,
                tree: ConfigurationTree(), recovery: recovery)
            while let item = reader.next() {
                if case .message(let message) = item { count &+= message.lines.count }
                count &+= 1
            }
        }
    }
    return count
}
