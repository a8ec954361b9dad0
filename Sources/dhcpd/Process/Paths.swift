import ConfParser
import Glibc
import Leases

/// Where the server's files are: built-in default, environment, command line; the configuration may
/// overrule them later (server-v4.md §1.4).
struct Paths {
    var configuration: [UInt8]
    var leases: [UInt8]
    var pid: [UInt8]
    /// UDP port from command line or environment.
    var port: UInt16?

    init(_ arguments: Arguments, family: ProtocolFamily, log: Log) {
        let isV6 = family == .v6
        configuration =
            arguments.configurationPath ?? Environment.bytes("PATH_DHCPD_CONF")
            ?? Array("/etc/dhcp/dhcpd.conf".utf8)
        pid =
            arguments.pidPath
            ?? Environment.bytes(isV6 ? "PATH_DHCPD6_PID" : "PATH_DHCPD_PID")
            ?? Array((isV6 ? "/var/run/dhcpd6.pid" : "/var/run/dhcpd.pid").utf8)
        let standard = isV6 ? "/var/lib/dhcp/dhcpd6.leases" : "/var/lib/dhcp/dhcpd.leases"
        let given =
            arguments.leasePath
            ?? Environment.bytes(isV6 ? "PATH_DHCPD6_DB" : "PATH_DHCPD_DB")
        leases = given ?? Array(standard.utf8)
        port = arguments.port
        // ISC reads the name for DHCPv6 in the environment too late for this.
        guard let given, given.first != UInt8(ascii: "/"), !isV6 || arguments.leasePath != nil
        else { return }
        do throws(SystemError) {
            leases = try Files.realPath(given)
        } catch {
            log.fatal(
                Array("Failed to get realpath for ".utf8) + given
                    + Array(": \(error.message)".utf8))
        }
    }
}
