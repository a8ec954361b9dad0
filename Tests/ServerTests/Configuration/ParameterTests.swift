import ConfParser
import Glibc
import Server
import Testing

/// Every server parameter acts somewhere, or the manual says why it does not.
struct ParameterTests {
    /// Where a parameter acts.
    private enum Place {
        /// For each client: the file of `Sources/Server` that asks for it.
        case client(StaticString)
        /// For the process: a field of ``ProcessParameters``.
        case process(StaticString)
        /// Not in this server; the reason, as in dhcpd.conf(5).
        case nowhere(StaticString)
    }

    private static let dns: StaticString = "updates of the DNS are not made"
    private static let v6: StaticString = "DHCPv6 is not served"

    private static let table: [(name: String, place: Place)] = [
        ("default-lease-time", .client("DHCPv4/LeaseTimes.swift")),
        ("max-lease-time", .client("DHCPv4/LeaseTimes.swift")),
        ("min-lease-time", .client("DHCPv4/LeaseTimes.swift")),
        ("dynamic-bootp-lease-cutoff", .client("DHCPv4/LeaseTimes.swift")),
        ("dynamic-bootp-lease-length", .client("DHCPv4/LeaseTimes.swift")),
        ("boot-unknown-clients", .client("DHCPv4/Answer.swift")),
        ("dynamic-bootp", .nowhere("ISC's server has no use for it either")),
        ("allow-bootp", .client("DHCPv4/Answer.swift")),
        ("allow-booting", .client("DHCPv4/Answer.swift")),
        ("one-lease-per-client", .client("DHCPv4/Answer.swift")),
        ("get-lease-hostnames", .client("DHCPv4/ClientName.swift")),
        ("use-host-decl-names", .client("DHCPv4/ReplyOptions.swift")),
        ("use-lease-addr-for-default-route", .client("DHCPv4/ReplyOptions.swift")),
        ("min-secs", .client("DHCPv4/Answer.swift")),
        ("filename", .client("DHCPv4/ReplyOptions.swift")),
        ("server-name", .client("DHCPv4/ReplyOptions.swift")),
        ("next-server", .client("DHCPv4/ReplyOptions.swift")),
        ("authoritative", .nowhere("the statement is a property of the scope")),
        ("vendor-option-space", .client("DHCPv4/Encapsulation.swift")),
        ("always-reply-rfc1048", .client("DHCPv4/Bootp.swift")),
        ("site-option-space", .client("DHCPv4/SiteOptions.swift")),
        ("always-broadcast", .client("DHCPv4/ReplyOptions.swift")),
        ("ddns-domainname", .client("DHCPv4/ClientName.swift")),
        ("ddns-hostname", .client("DHCPv4/ClientName.swift")),
        ("ddns-rev-domainname", .nowhere(dns)),
        ("lease-file-name", .process("leaseFileName")),
        ("pid-file-name", .process("pidFileName")),
        ("duplicates", .client("DHCPv4/Answer.swift")),
        ("declines", .client("DHCPv4/Decline.swift")),
        ("ddns-updates", .client("DHCPv4/ClientName.swift")),
        ("omapi-port", .process("omapiPort")),
        ("local-port", .process("localPort")),
        ("limited-broadcast-address", .process("broadcastAddress")),
        ("remote-port", .process("remotePort")),
        ("local-address", .process("localAddress")),
        ("omapi-key", .process("omapiKey")),
        ("stash-agent-options", .client("DHCPv4/Recording.swift")),
        ("ddns-ttl", .nowhere(dns)),
        ("ddns-update-style", .process("ddnsUpdateStyle")),
        ("client-updates", .client("DHCPv4/ClientName.swift")),
        ("update-optimization", .nowhere(dns)),
        ("ping-check", .client("DHCPv4/Probing.swift")),
        ("update-static-leases", .client("DHCPv4/ClientName.swift")),
        ("log-facility", .process("logFacility")),
        ("do-forward-updates", .client("DHCPv4/ClientName.swift")),
        ("ping-timeout", .client("DHCPv4/Probing.swift")),
        ("infinite-is-reserved", .client("DHCPv4/LeaseTimes.swift")),
        ("update-conflict-detection", .nowhere(dns)),
        ("leasequery", .client("DHCPv4/LeaseQuery.swift")),
        ("adaptive-lease-time-threshold", .client("DHCPv4/LeaseTimes.swift")),
        ("do-reverse-updates", .nowhere(dns)),
        ("fqdn-reply", .client("DHCPv4/ClientName.swift")),
        ("preferred-lifetime", .nowhere(v6)),
        ("dhcpv6-lease-file-name", .process("leaseFileName")),
        ("dhcpv6-pid-file-name", .process("pidFileName")),
        ("limit-addrs-per-ia", .nowhere(v6)),
        ("limit-prefs-per-ia", .nowhere(v6)),
        ("delayed-ack", .nowhere("acknowledgements share a sync anyway, without a delay")),
        ("max-ack-delay", .nowhere("acknowledgements share a sync anyway, without a delay")),
        ("dhcp-cache-threshold", .client("DHCPv4/Recording.swift")),
        ("dont-use-fsync", .process("usesFsync")),
        ("ddns-local-address4", .nowhere(dns)),
        ("ddns-local-address6", .nowhere(dns)),
        ("ignore-client-uids", .client("DHCPv4/Recording.swift")),
        ("log-threshold-low", .client("DHCPv4/LeaseTimes.swift")),
        ("log-threshold-high", .client("DHCPv4/LeaseTimes.swift")),
        ("echo-client-id", .client("DHCPv4/Nak.swift")),
        ("server-id-check", .process("checksServerID")),
        ("prefix-length-mode", .nowhere(v6)),
        ("dhcpv6-set-tee-times", .nowhere(v6)),
        ("abandon-lease-time", .process("abandonLeaseSeconds")),
        ("check-secs-byte-order", .process("checksSecsByteOrder")),
        ("ddns-dual-stack-mixed-mode", .nowhere(dns)),
        ("ddns-guard-id-must-match", .nowhere(dns)),
        ("ddns-other-guard-is-dynamic", .nowhere(dns)),
        ("release-on-roam", .nowhere(v6)),
        ("local-address6", .nowhere(v6)),
        ("bind-local-address6", .nowhere(v6)),
        ("ping-cltt-secs", .client("DHCPv4/Probing.swift")),
        ("ping-timeout-ms", .client("DHCPv4/Probing.swift")),
    ]

    @Test func theTableIsComplete() {
        let names = OptionTable().definitions.filter { $0.reference.space == .server }.map {
            String(decoding: $0.name, as: UTF8.self)
        }
        #expect(names.sorted() == Self.table.map(\.name).sorted())
    }

    @Test func eachParameterActsWhereTheTableSays() throws {
        let manual = source("man/dhcpd.conf.5")
        let process = source("Sources/Server/Check/ProcessParameters.swift")
        let names = source("Sources/Server/Configuration/ServerParameter.swift")
        for (name, place) in Self.table {
            let option = try #require(
                OptionTable().option(named: Array(name.utf8), in: .server), "\(name)")
            switch place {
            case .client(let file):
                let lines = names.split(separator: "\n").filter {
                    $0.hasSuffix("= ServerParameter(\(option.reference.code))")
                }
                let member = try #require(lines.first?.split(separator: " ").dropFirst(3).first)
                let text = source("Sources/Server/\(file)")
                #expect(text.contains(".\(member)"), "\(name) does not act in \(file)")
            case .process(let field):
                #expect(process.contains("var \(field)"), "\(name): no \(field)")
            case .nowhere(let reason):
                #expect(manual.contains(name), "\(name) is not in the manual")
                #expect(manual.contains("\(reason)"), "no reason in the manual: \(reason)")
            }
        }
    }

    /// A file of the working copy that this test was compiled from.
    private func source(_ path: String, from here: String = #filePath) -> String {
        let root = here.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        guard let file = unsafe fopen(root + "/" + path, "r") else { return "" }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe fgetc(file)
            guard byte != EOF else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }
}
