import Leases
import Server
import Testing
import Wire

/// Bodies of `on` and the programs that they ask for.
struct EventTests {
    private let address = IPv4Address(10, 0, 0, 100)
    private static let bodies = """
        default-lease-time 600;
        on commit {
            set who = binary-to-ascii (10, 8, ".", leased-address);
            execute ("/bin/commit", who);
        }
        on release { log (info, concat ("released ", who)); execute ("/bin/release", who, "x"); }
        on expiry {
            log (info, concat ("expired ", who)); set gone = "yes"; execute ("/bin/expiry", who);
        }
        """

    @Test func aCommitRunsAtTheAckAlone() {
        let server = TestServer(TestText.simple(Self.bodies))
        server.receive(ClientMessage.discover().bytes)
        #expect(server.commands.isEmpty)
        server.receive(ClientMessage.request(address).bytes)
        #expect(server.commands == [["/bin/commit", "10.0.0.100"]])
        #expect(
            server.takeLines().contains("execute_statement argv[1] = 10.0.0.100"))
        let file = String(decoding: server.file, as: UTF8.self)
        #expect(file.contains("set who = \"10.0.0.100\";"))
        #expect(file.contains("  on expiry {\n"))
        #expect(file.contains("  on release {\n"))
        #expect(!file.contains("on commit"))
    }

    @Test func aReleaseRunsItsBodyAndNotThatOfTheExpiry() {
        let server = TestServer(TestText.simple(Self.bodies))
        server.receive(ClientMessage.request(address).bytes)
        server.commands = []
        _ = server.takeLines()
        var release = ClientMessage(.release)
        release.clientAddress = address
        server.receive(release.bytes)
        #expect(server.commands == [["/bin/release", "10.0.0.100", "x"]])
        #expect(server.takeLines().contains("released 10.0.0.100"))
        server.pass(seconds: 4000)
        #expect(server.commands.count == 1)
        #expect(server.state(10, 0, 0, 100) == .free)
    }

    @Test func anExpiryRunsWhenTheLeaseEnds() {
        let server = TestServer(TestText.simple(Self.bodies))
        server.receive(ClientMessage.request(address).bytes)
        server.commands = []
        server.file = []
        server.pass(seconds: 599)
        #expect(server.commands.isEmpty)
        server.pass(seconds: 2)
        #expect(server.commands == [["/bin/expiry", "10.0.0.100"]])
        #expect(server.takeLines().contains("expired 10.0.0.100"))
        let file = String(decoding: server.file, as: UTF8.self)
        #expect(file.contains("set gone = \"yes\";"))
        #expect(!file.contains("on expiry"))
    }

    @Test func aDeclinedLeaseExpiresWithoutItsVariables() {
        let server = TestServer(TestText.simple(Self.bodies))
        server.receive(ClientMessage.request(address).bytes)
        server.commands = []
        server.receive(ClientMessage(.decline).with(50, address.octets).bytes)
        // The variable is gone, so the argument is null and nothing is run.
        #expect(server.commands.isEmpty)
        #expect(server.takeLines().contains("execute: bad arg 1"))
        #expect(server.state(10, 0, 0, 100) == .abandoned)
    }

    @Test func aBodyMayServeTwoEventsAndBeTakenAway() {
        let text = """
            on expiry or release { execute ("/bin/both"); }
            if option host-name = "quiet" { on release; }
            """
        let server = TestServer(TestText.simple(text))
        server.receive(ClientMessage.request(address).bytes)
        #expect(String(decoding: server.file, as: UTF8.self).contains("on expiry or release {"))
        server.file = []
        server.receive(
            ClientMessage.request(address).with(12, Array("quiet".utf8)).bytes)
        #expect(String(decoding: server.file, as: UTF8.self).contains("on expiry {"))
        var release = ClientMessage(.release)
        release.clientAddress = address
        server.receive(release.bytes)
        #expect(server.commands.isEmpty)
    }

    @Test func aFixedAddressHasACommitToo() {
        let server = TestServer(
            TestText.simple(
                "host h { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.7; }"
                    + "on commit { execute (\"/bin/commit\"); }"))
        server.receive(ClientMessage.request(IPv4Address(10, 0, 0, 7)).bytes)
        #expect(server.commands == [["/bin/commit"]])
    }

    @Test func outermostStatementsExecuteAtTheStart() {
        let server = TestServer(TestText.simple("execute (\"/bin/start\", \"now\");"))
        #expect(server.commands == [["/bin/start", "now"]])
    }
}
