import ConfParser
import Server
import Testing
import Wire

/// What follows the parse under `-t` (config-language.md §7), recorded from the reference.
@Suite struct CheckTests {
    static let files = [
        "Config file: test.conf", "Database file: test.leases", "PID file: test.pid",
    ]

    struct Case: Sendable {
        var text: String
        var before: [String] = []
        /// What replaces or follows the lines with the file names.
        var fatal: String?
        var hasFiles = true
        var after: [String] = []
    }

    static let cases: [Case] = [
        Case(text: ""),
        Case(text: "log (info, \"x\");", before: ["x"]),
        Case(text: "omapi-port = \"a\";", fatal: "invalid omapi port data length", hasFiles: false),
        Case(text: "local-port = \"a\";", fatal: "invalid local port data length", hasFiles: false),
        Case(
            text: "remote-port = \"a\";", fatal: "invalid remote port data length",
            hasFiles: false),
        Case(
            text: "local-address = \"a\";", fatal: "invalid local address data length",
            hasFiles: false),
        Case(
            text: "limited-broadcast-address = \"a\";",
            fatal: "invalid broadcast address data length", hasFiles: false),
        Case(
            text: "ddns-update-style = \"xx\";", fatal: "invalid dns update type",
            hasFiles: false),
        Case(
            text: "ddns-update-style ad-hoc;",
            fatal: "ddns-update-style ad_hoc no longer supported", hasFiles: false),
        Case(text: "omapi-key foo;", fatal: "OMAPI key foo: not found", hasFiles: false),
        Case(text: "remote-port = null;"),
        Case(text: "log-facility = \"xx\";", fatal: "invalid log facility"),
        Case(text: "delayed-ack = \"x\";", fatal: "invalid max delayed ACK count "),
        Case(text: "max-ack-delay = \"x\";", fatal: "invalid max ack delay configuration"),
        Case(text: "prefix-length-mode = \"xx\";", fatal: "invalid prefix-len-mode"),
        Case(text: "abandon-lease-time = \"x\";", fatal: "invalid abandon-lease-time"),
        Case(text: "abandon-lease-time = null;"),
        Case(text: "log (fatal, \"bad\"); log (info, \"x\");", fatal: "bad", hasFiles: false),
        Case(text: "dont-use-fsync ignore; server-id-check = \"a\";"),
        Case(
            text: "server-id-check true; dont-use-fsync true;",
            after: [
                "Not using fsync() to flush lease writes", "Setting server-id-check true",
            ]),
        Case(
            text: "local-address nosuch.invalid;", before: ["nosuch.invalid: host unknown."]),
        Case(text: "local-address known.example;"),
    ]

    @Test(arguments: cases)
    func saysWhatTheReferenceSays(_ expected: Case) {
        let result = check(
            expected.text, names: ["known.example": [IPv4Address(10, 0, 0, 1)]])
        var lines = expected.before
        if expected.hasFiles { lines += Self.files }
        lines += expected.after
        if let fatal = expected.fatal { lines.append(fatal) }
        #expect(result.lines == lines)
        #expect(result.passes == (expected.fatal == nil))
    }

    @Test func pathsOfTheConfigurationAreShown() {
        let result = check(#"lease-file-name "/a\000b"; pid-file-name "";"#)
        #expect(result.lines == ["Config file: test.conf", "Database file: /a", "PID file: "])
    }

    @Test func peersWithoutPoolsAreRefusedLastDeclaredFirst() {
        let body = "{ primary; address 127.0.0.1; peer address 127.0.0.2; mclt 60; split 128; "
        let result = check(
            """
            failover peer "one" \(body) }
            failover peer "two" \(body) load balance max seconds 3; }
            failover peer "three" \(body) }
            subnet 10.0.0.0 netmask 255.0.0.0 { pool { failover peer "two"; range 10.0.0.5; } }
            """)
        func error(_ name: String) -> String {
            "ERROR: Failover peer, \(name), has no referring pools. You must refer to each peer "
                + "in at least one pool declaration."
        }
        func warning(_ name: String) -> String {
            "WARNING: load balancing will be disabled for failover peer, \(name), because its "
                + "load balance max secs is 0"
        }
        #expect(
            result.lines == Self.files + [
                error("three"), warning("three"), error("one"), warning("one"),
                "Failover configuration sanity check failed",
            ])
        #expect(!result.passes)
    }

    @Test func errorsOfTheParserEndTheCheck() {
        let result = check("subnet;")
        #expect(result.lines.last == "Configuration file errors encountered -- exiting")
        #expect(!result.passes)
    }

    @Test func largeDHCPv6RangesAreReported() {
        let result = check(
            """
            subnet6 2001:db8::/32 { range6 2001:db8:1::/48; range6 2001:db8:2::/48; }
            subnet6 2001:db9::/64 { range6 2001:db9::/64; }
            """, family: .v6)
        #expect(
            result.lines == Self.files + [
                "Threshold logging disabled for shared subnet of ranges: "
                    + "2001:db8:1::/48, 2001:db8:2::/48"
            ])
    }
}
