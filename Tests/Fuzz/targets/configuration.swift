import ConfParser
import Server
import Wire

/// A configuration: read, compiled, and checked as `dhcpd -t` does.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let outcome = parsed(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    for message in outcome.messages { _ = message.lines }
    let path = Array("dhcpd.conf".utf8)
    _ = ConfigurationCheck(
        outcome,
        ConfigurationCheck.Surroundings(
            family: .v4, configurationPath: path, leasePath: path, pidPath: path)
    ) { _ in .failed(Array("host unknown.".utf8)) }
    return 0
}
