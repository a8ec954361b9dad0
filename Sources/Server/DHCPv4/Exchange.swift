import Leases
import Wire

/// What is known about the packet in hand, beside the packet itself (``ServerCore/packet``).
struct Exchange {
    let now: Now
    /// The receiving interface, as an index into ``ServerCore/interfaces``.
    let interface: Int
    /// IP source of the packet.
    let source: IPv4Address
    /// `nil` for BOOTP.
    var type: DHCPv4MessageType?
    /// Where the client is (server-v4.md §4.1).
    var network: NetworkID?
    var hardware: HardwareAddress
    /// Option 61; empty if absent.
    var clientIdentifier: [UInt8] = []
    /// A host declaration matched.
    var isKnown = false
    /// The message text for the log (`M` in server-v4.md).
    var text: [UInt8] = []
    /// True if the agent options are those stored on the lease and must not be echoed.
    var hasStashedAgentOptions = false

    init(now: Now, interface: Int, source: IPv4Address, hardware: HardwareAddress) {
        self.now = now
        self.interface = interface
        self.source = source
        self.hardware = hardware
    }
}

/// What a client is to get.
enum Binding: Hashable {
    /// A lease of a pool.
    case lease(LeaseID)
    /// An address of a host declaration.
    case fixed(HostID, IPv4Address)
}

/// The outcome of looking for a client's lease (server-v4.md §5).
struct Finding {
    var binding: Binding?
    /// The address is ours to speak about: a REQUEST that cannot be met is NAKed.
    var isOurs = false
    /// A pool of the network has free leases of the partner.
    var peerHasLeases = false
}

// MARK: - Log texts

extension ServerCore {
    /// Appends the client's hardware address as log lines have it.
    func appendClient(_ exchange: Exchange, lease: LeaseID?, to text: inout [UInt8]) {
        if exchange.hardware.type != 0 {
            text.append(exchange.hardware)
        } else if let lease {
            text.append(printable: leases.uid(lease))
        } else {
            text.append(text: "<no identifier>")
        }
    }

    /// Appends `(NAME) ` with the hostname that is stored on the lease, or nothing.
    func appendHostname(_ lease: LeaseID?, to text: inout [UInt8]) {
        guard let lease else { return }
        let name = leases.details(lease).hostname
        guard !name.isEmpty else { return }
        let isPrintable =
            name.count <= 64 && name.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
        text.append(UInt8(ascii: "("))
        if isPrintable {
            text.append(contentsOf: name)
        } else {
            text.append(text: "Hostname Unsuitable for Printing")
        }
        text.append(text: ") ")
    }

    /// Appends the relay's address, or the interface's name.
    func appendVia(_ exchange: Exchange, to text: inout [UInt8]) {
        if packet.relayAddress.isZero {
            text.append(string: interfaces[exchange.interface].interface.name)
        } else {
            text.append(packet.relayAddress)
        }
    }

    /// Appends ` from MAC (NAME) via X`.
    func appendFromVia(_ exchange: Exchange, lease: LeaseID?, to text: inout [UInt8]) {
        text.append(text: " from ")
        appendClient(exchange, lease: lease, to: &text)
        text.append(UInt8(ascii: " "))
        appendHostname(lease, to: &text)
        text.append(text: "via ")
        appendVia(exchange, to: &text)
    }

    /// Logs the message text with something behind it.
    func logMessage(
        _ exchange: Exchange, _ level: LogLevel, _ suffix: StaticString,
        into effects: inout Effects
    ) {
        effects.log(level) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: suffix)
        }
    }
}

extension Array where Element == UInt8 {
    /// Appends bytes in quotes if those that are shown can be printed, else as hexadecimal; at most
    /// 60 characters. ISC: of more in hexadecimal nothing is shown.
    mutating func append(printable bytes: [UInt8]) {
        let shown = bytes.prefix(57)
        if shown.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            append(UInt8(ascii: "\""))
            append(contentsOf: shown)
            append(UInt8(ascii: "\""))
        } else if bytes.count <= 20 {
            append(colonHex: bytes)
        }
    }
}
