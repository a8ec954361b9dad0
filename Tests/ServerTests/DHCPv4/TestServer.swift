import ConfParser
import Leases
import Server
import Wire

/// A core in virtual time, with one interface `eth0` at 10.0.0.1, and what it said.
final class TestServer {
    var core: ServerCore
    var effects = Effects()
    var seconds: UInt32 = 1_700_000_000
    var milliseconds: UInt64 = 1_000_000
    /// Log lines since the last look.
    var lines: [String] = []
    /// Messages sent since the last look.
    var sent: [Sent] = []
    /// Addresses pinged since the last look.
    var probed: [IPv4Address] = []
    /// Addresses whose names were asked for.
    var lookedUp: [IPv4Address] = []
    /// Programs asked for since the start.
    var commands: [[String]] = []
    /// The lease file.
    var file: [UInt8] = []

    /// A message on its way.
    struct Sent {
        var route: PacketRoute
        var message: DHCPv4Message
        var bytes: [UInt8]
        var after: Effects.Sequence
    }

    /// A server with this `dhcpd.conf`.
    init(_ text: String) {
        let configuration = Configuration(Self.tree(text))
        var store = LeaseStore(pools: configuration.leaseRanges, seed: 1)
        store.format = LeaseFileFormat(options: configuration.options)
        store.enlist()
        let interface = Self.interface
        let start = Now(
            wall: Timestamp(1_700_000_000), mono: Instant(nanoseconds: 1_000_000_000_000))
        core = ServerCore(
            configuration: configuration, interfaces: [interface], leases: store,
            failoverStates: [], seed: 1, now: start)
        core.start(now: start, into: &effects)
        collect()
        lines = []
    }

    static let interface = Interface(
        id: InterfaceID(0), name: "eth0", addresses: [IPv4Address(10, 0, 0, 1)],
        hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? .none)

    static func tree(_ text: String) -> ConfigurationTree {
        let outcome = parseConfiguration(path: Array("dhcpd.conf".utf8), family: .v4) { _ in
            .bytes(Array(text.utf8))
        }
        precondition(!outcome.hasErrors, "the configuration of a test is wrong")
        return outcome.tree
    }

    /// Swaps another configuration in.
    @discardableResult
    func reload(
        _ text: String, _ change: (inout Replacement, ConfigurationTree) -> Void = { _, _ in }
    ) -> ReloadOutcome? {
        let tree = Self.tree(text)
        var replacement = Replacement(Configuration(tree), interfaces: [Self.interface])
        replacement.tree = tree
        change(&replacement, tree)
        defer { collect() }
        return core.reload(replacement, seed: 2, now: now, into: &effects)
    }

    /// Swaps another configuration in, with what operators have declared, as the daemon does.
    @discardableResult
    func reloadWithDeclarations(_ text: String) -> ReloadOutcome? {
        let kept = core.leases.declarations.rendered(core.leases.format)
        return reload(text) { replacement, tree in
            let declarations = RunTimeDeclarations(rendered: kept, over: tree, now: now.wall)
            replacement.declarations = declarations
            replacement.configuration = Configuration(declarations.applied(to: tree))
        }
    }

    var now: Now {
        Now(
            wall: Timestamp(seconds), mono: Instant(nanoseconds: milliseconds * 1_000_000))
    }

    /// Lets time pass, with a tick whenever the core asks for one.
    func pass(seconds count: UInt32) {
        let end = milliseconds + UInt64(count) * 1000
        while let deadline = core.nextDeadline(now: now) {
            let due = max(deadline.nanoseconds / 1_000_000, milliseconds)
            guard due <= end else { break }
            advance(to: due)
            core.step(.tick, now: now, into: &effects)
            collect()
        }
        advance(to: end)
    }

    private func advance(to time: UInt64) {
        let base = milliseconds / 1000
        milliseconds = time
        seconds += UInt32(time / 1000 - base)
    }

    /// Hands a message to the core and gives what it sent.
    @discardableResult
    func receive(
        _ message: [UInt8], from source: IPv4Address = .any
    ) -> [Sent] {
        core.receive(
            message.span, on: InterfaceID(0), from: source, now: now, into: &effects)
        sent = []
        collect()
        return sent
    }

    /// The state of the lease of an address.
    func state(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> BindingState? {
        core.leases.lease(at: IPv4Address(a, b, c, d)).map { core.leases[$0].bindingState }
    }

    /// The lease of an address.
    func lease(_ address: IPv4Address) -> LeaseID? { core.leases.lease(at: address) }

    func step(_ input: Input) {
        core.step(input, now: now, into: &effects)
        collect()
    }

    private func collect() {
        for effect in effects.list {
            switch effect {
            case .transmit(let route, let payload, let after):
                let bytes = Array(effects.arena[payload])
                var message = DHCPv4Message()
                try? message.decode(bytes.span)
                sent.append(Sent(route: route, message: message, bytes: bytes, after: after))
            case .log(_, let text):
                lines.append(String(decoding: effects.arena[text], as: UTF8.self))
            case .lookUpName(let address): lookedUp.append(address)
            case .execute(let command):
                commands.append(command.map { String(decoding: $0, as: UTF8.self) })
            case .probe(let address): probed.append(address)
            default: break
            }
        }
        file += effects.journal
        effects.clear()
    }

    /// The log lines since the last look.
    func takeLines() -> [String] {
        defer { lines = [] }
        return lines
    }
}

/// Configurations of tests.
enum TestText {
    /// One subnet with the pool 10.0.0.100 to .109.
    static func simple(_ global: String = "", subnet: String = "", pool: String = "") -> String {
        """
        ping-check false;
        authoritative;
        \(global)
        subnet 10.0.0.0 netmask 255.255.255.0 {
            option routers 10.0.0.1;
            \(subnet)
            pool {
                range 10.0.0.100 10.0.0.109;
                \(pool)
            }
        }
        """
    }
}

/// A message of a client in the making.
struct ClientMessage {
    var type: UInt8?
    var hardware: [UInt8] = [2, 0, 0, 0, 1, 1]
    var xid: UInt32 = 0x1234_5678
    var secs: UInt16 = 0
    var flags: UInt16 = 0
    var clientAddress = IPv4Address.any
    var relayAddress = IPv4Address.any
    var options: [(UInt8, [UInt8])] = []

    init(_ type: DHCPv4MessageType?) { self.type = type?.rawValue }

    static func discover(client: UInt8 = 1) -> ClientMessage {
        var message = ClientMessage(.discover)
        message.hardware[5] = client
        return message
    }

    static func request(
        _ address: IPv4Address, client: UInt8 = 1, server: IPv4Address? = nil
    ) -> ClientMessage {
        var message = ClientMessage(.request)
        message.hardware[5] = client
        message.options.append((50, address.octets))
        if let server { message.options.append((54, server.octets)) }
        return message
    }

    static func renew(_ address: IPv4Address, client: UInt8 = 1) -> ClientMessage {
        var message = ClientMessage(.request)
        message.hardware[5] = client
        message.clientAddress = address
        return message
    }

    func with(_ code: UInt8, _ value: [UInt8]) -> ClientMessage {
        var copy = self
        copy.options.append((code, value))
        return copy
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = [1, 1, UInt8(hardware.count), 0]
        bytes.append(bigEndian: xid)
        bytes.append(bigEndian: secs)
        bytes.append(bigEndian: flags)
        bytes.append(bigEndian: clientAddress.rawValue)
        bytes.append(bigEndian: 0 as UInt32)
        bytes.append(bigEndian: 0 as UInt32)
        bytes.append(bigEndian: relayAddress.rawValue)
        bytes += hardware + [UInt8](repeating: 0, count: 16 - hardware.count)
        bytes += [UInt8](repeating: 0, count: 192)
        bytes += [0x63, 0x82, 0x53, 0x63]
        if let type { bytes += [53, 1, type] }
        for (code, value) in options { bytes += [code, UInt8(value.count)] + value }
        bytes.append(255)
        return bytes
    }
}
