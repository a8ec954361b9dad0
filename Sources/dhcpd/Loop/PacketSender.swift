import Glibc
import Leases
import Wire

/// Sends DHCP messages where the core says, and says in ISC's words when that fails.
struct PacketSender {
    var sockets: [ServedSocket]
    private let fallback: FallbackSocket
    private let port: UInt16
    private let log: Log
    private var frame: [UInt8] = []

    init(sockets: [ServedSocket], fallback: FallbackSocket, port: UInt16, log: Log) {
        self.sockets = sockets
        self.fallback = fallback
        self.port = port
        self.log = log
    }

    mutating func send(_ message: ArraySlice<UInt8>, _ route: PacketRoute) {
        switch route {
        case .routed(let destination, let port):
            let failure = fallback.send(message, to: destination, port: port)
            if failure != 0 { complain(failure, message, isRouted: true, over: "fallback") }
        case .raw(let interface, let source, let destination, let port, let hardware):
            guard let served = sockets.first(where: { $0.id == interface }) else { return }
            let header = FrameHeader(
                destinationHardware: hardware, sourceHardware: served.hardware, source: source,
                destination: destination, sourcePort: self.port, destinationPort: port)
            frame.removeAll(keepingCapacity: true)
            guard header.append(message.span, to: &frame) else { return }
            let failure = served.socket.send(frame)
            if failure != 0 {
                complain(
                    failure, message, isRouted: false,
                    over: String(decoding: served.name, as: UTF8.self))
            }
        }
    }

    private func complain(
        _ code: Int32, _ message: ArraySlice<UInt8>, isRouted: Bool, over interface: String
    ) {
        log.write(.error, "send_packet: \(errorText(code))")
        if code == ENETUNREACH {
            log.write(
                .error, "send_packet: please consult README file regarding broadcast address.")
        }
        guard let place = Self.place(message, isRouted: isRouted) else { return }
        log.write(
            .error,
            "\(place): Failed to send \(message.count) byte long packet "
                + "over \(interface) interface."
        )
    }

    /// The place that ISC's line names, which depends on what was sent where (server-v4.md §2). A
    /// lost answer to a query has no such line.
    private static func place(_ message: ArraySlice<UInt8>, isRouted: Bool) -> StaticString? {
        let start = message.startIndex
        guard message.count > 242 else { return isRouted ? "dhcp.c:4093" : "dhcp.c:4164" }
        let isRelayed = message[(start + 24)..<(start + 28)].contains { $0 != 0 }
        let hasAddress = message[(start + 16)..<(start + 20)].contains { $0 != 0 }
        if message[start + 240] == DHCPv4Option.messageType {
            switch DHCPv4MessageType(message[start + 242]) {
            case .nak: return isRouted ? "dhcp.c:1986" : "dhcp.c:2003"
            case .ack where !hasAddress: return "dhcp.c:1756"
            case .leaseUnassigned, .leaseUnknown, .leaseActive: return nil
            default: break
            }
        }
        guard isRouted else { return "dhcp.c:4164" }
        return isRelayed ? "dhcp.c:4093" : "dhcp.c:4131"
    }
}
