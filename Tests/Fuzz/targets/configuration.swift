import ConfParser
import Leases
import Server
import Wire

/// A configuration of either protocol: read with the files that it includes, compiled, and checked
/// as `dhcpd -t` does, which runs the statements of the outermost scope; then a lease file read
/// over it. The pieces of an input are the files `dhcpd.conf`, `1`, `2` and so on; every name that
/// is no number is the first file, so that files include each other and themselves.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let files = pieces(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    for family in [ProtocolFamily.v4, .v6] {
        // What is read over and over costs its length each time; a real file system has no end.
        var left = 64 * 1024
        let outcome = parseConfiguration(path: Array("dhcpd.conf".utf8), family: family) { path in
            let number = Int(String(decoding: path, as: UTF8.self)) ?? 0
            guard files.indices.contains(number), files[number].count < left else {
                return .failed(Array("No such file or directory".utf8))
            }
            left -= files[number].count + 1
            return .bytes(files[number])
        }
        for message in outcome.messages { _ = message.lines }
        let path = Array("dhcpd.conf".utf8)
        _ = ConfigurationCheck(
            outcome,
            ConfigurationCheck.Surroundings(
                family: family, configurationPath: path, leasePath: path, pidPath: path)
        ) { _ in .failed(Array("host unknown.".utf8)) }
        var reader = LeaseFileReader(
            bytes: files[files.count - 1], path: Array("dhcpd.leases".utf8), family: family,
            tree: outcome.tree)
        while let item = reader.next() {
            if case .message(let message) = item { _ = message.lines }
        }
    }
    return 0
}
