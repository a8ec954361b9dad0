import Leases
import Server
import Testing
import Wire

@testable import Omapi

/// What operators do to hosts, groups and leases, with the records that come of it.
@Suite struct HostObjectTests {
    private func open(
        _ type: String, _ values: [OmapiValue], creating: Bool = false, id: UInt32
    ) -> OmapiMessage {
        var message = OmapiMessage(.open, id: id, objectValues: values)
        message.messageValues = [OmapiValue("type", Array(type.utf8))]
        if creating {
            message.messageValues.append(OmapiValue("create", integer: 1))
            message.messageValues.append(OmapiValue("exclusive", integer: 1))
        }
        return message
    }

    private func text(_ name: String, _ value: String) -> OmapiValue {
        OmapiValue(name, Array(value.utf8))
    }

    private func result(_ message: OmapiMessage?) -> UInt32? {
        message?.messageValue("result")?.integer
    }

    private let hardware = OmapiValue("hardware-address", [2, 0, 0, 0, 0, 9])

    @Test func aHostIsWrittenAsIscWritesIt() throws {
        var server = OperatedServer(key: nil)
        let made = server.send(
            open(
                "host",
                [
                    text("name", "h1"), hardware, OmapiValue("hardware-type", integer: 1),
                    OmapiValue("ip-address", [10, 0, 0, 50, 10, 0, 0, 51]),
                    text("group", "printers"),
                    text("statements", "filename \"f\"; option host-name \"n\";"),
                ], creating: true, id: 1))
        let shown = try #require(made)
        #expect(
            shown.objectValues.map { String(decoding: $0.name, as: UTF8.self) } == [
                "ip-address", "name", "hardware-address", "hardware-type",
            ])
        #expect(
            String(decoding: server.journal, as: UTF8.self) == """
                host h1 {
                  dynamic;
                  hardware ethernet 02:00:00:00:00:09;
                  fixed-address 10.0.0.50,10.0.0.51;
                  group "printers";
                        supersede server.filename = "f";
                        supersede host-name = "n";
                }

                """)
        server.journal = []
        var removal = OmapiMessage(.delete, handle: shown.handle, id: 2)
        removal.handle = shown.handle
        #expect(result(server.send(removal)) == 0)
        #expect(
            String(decoding: server.journal, as: UTF8.self)
                == "host h1 {\n  dynamic;\n  deleted;\n}\n")
        #expect(result(server.send(removal)) == OmapiResult.notFound.rawValue)
    }

    /// ISC refuses both with `already exists`.
    @Test func hardwareAddressAndIdentifierChangeInPlace() throws {
        var server = OperatedServer(key: nil)
        let made = server.send(
            open("host", [text("name", "h"), hardware], creating: true, id: 1))
        let handle = try #require(made?.handle)
        var change = OmapiMessage(.update, handle: handle, id: 2)
        change.objectValues = [OmapiValue("hardware-address", [2, 0, 0, 0, 0, 8])]
        #expect(result(server.send(change)) == 0)
        change.objectValues = [text("dhcp-client-identifier", "new")]
        #expect(result(server.send(change)) == 0)
        let byOld = server.send(open("host", [hardware], id: 3))
        #expect(result(byOld) == OmapiResult.notFound.rawValue)
        let byNew = server.send(
            open("host", [text("dhcp-client-identifier", "new")], id: 4))
        #expect(byNew?.objectValue("hardware-address")?.data == [2, 0, 0, 0, 0, 8])
        // The key of another host is his.
        change.objectValues = [text("dhcp-client-identifier", "byid")]
        #expect(result(server.send(change)) == OmapiResult.keyConflict.rawValue)
    }

    @Test func aNameThatCannotBeReadAgainIsRefused() {
        var server = OperatedServer(key: nil)
        for name in ["a b", "x{", ".", "a..b", "-a", "a;", "ü"] {
            let answer = server.send(
                open(
                    "host", [text("name", name), hardware], creating: true, id: 1))
            #expect(result(answer) == OmapiResult.invalidArgument.rawValue, "\(name)")
        }
        // A group is named by one word that is no number.
        for name in ["4", "10", "a.b", "a b", "x{", "-a"] {
            let answer = server.send(
                open(
                    "group", [text("name", name), text("statements", "filename \"f\";")],
                    creating: true, id: 1))
            #expect(result(answer) == OmapiResult.invalidArgument.rawValue, "\(name)")
        }
        #expect(server.journal.isEmpty)
        for name in ["4a", "abc", "host", "g_1-x"] {
            server.send(
                open(
                    "group", [text("name", name), text("statements", "filename \"f\";")],
                    creating: true, id: 1))
        }
        let again = OperatedServer(key: nil, leaseFile: server.rewritten())
        #expect(again.complaints.isEmpty)
        #expect(again.core.configuration.namedGroupCount == 5)
    }

    @Test func statementsThatCannotBeReadAgainAreRefused() {
        var server = OperatedServer(key: nil)
        let odd = text("statements", "default-lease-time ;;")
        let group = server.send(open("group", [text("name", "g"), odd], creating: true, id: 1))
        #expect(result(group) == OmapiResult.invalidArgument.rawValue)
        let host = server.send(open("host", [hardware, odd], creating: true, id: 2))
        #expect(result(host) == OmapiResult.invalidArgument.rawValue)
        #expect(server.journal.isEmpty)
    }

    @Test func aRefusedChangeChangesNothing() throws {
        var server = OperatedServer(key: nil)
        let found = server.send(open("host", [text("name", "fixed")], id: 1))
        let before = server.attributes(.host(name: Array("fixed".utf8)))
        var change = OmapiMessage(.update, handle: try #require(found?.handle), id: 2)
        change.objectValues = [
            OmapiValue("ip-address", [10, 0, 0, 7]), text("nonsense", "x"),
        ]
        #expect(result(server.send(change)) == OmapiResult.unknownAttribute.rawValue)
        #expect(server.attributes(.host(name: Array("fixed".utf8))) == before)
        #expect(server.journal.isEmpty)
    }

    /// ISC's rewrite of the lease file forgets such a change.
    @Test func aChangedHostOfTheConfigurationStaysChanged() throws {
        var server = OperatedServer(key: nil)
        let found = server.send(open("host", [text("name", "fixed")], id: 1))
        var change = OmapiMessage(.update, handle: try #require(found?.handle), id: 2)
        change.objectValues = [OmapiValue("ip-address", [10, 0, 0, 7])]
        #expect(result(server.send(change)) == 0)
        #expect(
            String(decoding: server.journal, as: UTF8.self) == """
                host fixed {
                  deleted;
                }
                host fixed {
                  hardware ethernet 02:00:00:00:00:05;
                  fixed-address 10.0.0.7;
                        supersede host-name = "fixed";
                }

                """)
        let again = OperatedServer(key: nil, leaseFile: server.rewritten())
        let shown = again.attributes(.host(name: Array("fixed".utf8)))
        #expect(shown?.first == OmapiValue("ip-address", [10, 0, 0, 7]))
    }

    @Test func aLeaseIsFreedAndItsFlagsSet() throws {
        var server = OperatedServer(
            key: nil,
            leaseFile: Array(
                """
                lease 10.0.0.100 {
                  ends 5 2037/01/02 00:00:00;
                  binding state active;
                  next binding state free;
                  hardware ethernet 02:00:00:00:0a:01;
                }

                """.utf8))
        let address = OmapiValue("ip-address", [10, 0, 0, 100])
        let handle = try #require(server.send(open("lease", [address], id: 1))?.handle)
        var change = OmapiMessage(.update, handle: handle, id: 2)
        change.objectValues = [OmapiValue("flags", [4])]
        #expect(result(server.send(change)) == 0)
        let reserved = server.send(OmapiMessage(.refresh, handle: handle, id: 3))
        #expect(reserved?.objectValue("flags")?.data == [4])
        #expect(reserved?.objectValue("state")?.integer == 2)
        change.objectValues = [OmapiValue("flags", [0]), OmapiValue("state", integer: 1)]
        #expect(result(server.send(change)) == 0)
        let freed = server.send(OmapiMessage(.refresh, handle: handle, id: 4))
        #expect(freed?.objectValue("state")?.integer == 1)
        #expect(result(server.send(open("lease", [], id: 5))) == 0x1b)
    }

    @Test func aClassOfTheConfigurationStays() throws {
        var server = OperatedServer(key: nil)
        let shown = server.send(open("class", [text("name", "plain")], id: 1))
        let removal = OmapiMessage(.delete, handle: try #require(shown?.handle), id: 2)
        #expect(result(server.send(removal)) == OmapiResult.permissionDenied.rawValue)
        #expect(server.journal.isEmpty)
    }
}
