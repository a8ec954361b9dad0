/// Who we are, in the four lines that every start logs. Programs that read dhcpd's output drop
/// everything up to the line that begins `For info, please visit`; Webmin takes the version from
/// `DHCP Server X.Y` (consumers.md).
enum Banner {
    /// Version of this program.
    static let version = "0.1.0"

    /// The four lines.
    static let lines = [
        "dhcpd \(version), compatible with ISC DHCP Server 4.4.3-P1",
        "Copyright 2026 the authors of this dhcpd, who are not ISC.",
        "Licensed under the Mozilla Public License 2.0.",
        "For info, please visit the manual page dhcpd(8).",
    ]

    /// What `--version` says: one line.
    static let versionLine = "dhcpd \(version), isc-dhcpd-4.4.3-P1 compatible"
}
