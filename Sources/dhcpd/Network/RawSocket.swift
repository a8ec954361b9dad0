import CLinux
import Glibc
import Leases
import Wire

/// The `AF_PACKET` socket of an interface: all that clients send arrives here, and replies to
/// clients without an address leave here (server-v4.md §2).
final class RawSocket {
    let descriptor: FileDescriptor
    let index: UInt32
    /// Packets that a burst may queue before the loop comes round.
    private static let receiveBufferBytes: Int32 = 8 << 20

    /// Why there is no socket, in ISC's words: lines, and the fatal one.
    struct Failure: Error {
        var lines: [String] = []
        let fatal: String
    }

    /// Opens the socket of an interface.
    init(_ interface: FoundInterface, port: UInt16) throws(Failure) {
        index = interface.index
        do {
            // Protocol 0 receives nothing until the filter is in place and the socket bound.
            descriptor = try FileDescriptor(
                socket: AF_PACKET, type: Int32(SOCK_RAW.rawValue),
                flags: Int32(SOCK_NONBLOCK.rawValue))
        } catch {
            throw Self.failure(error)
        }
        try attachFilter(port: port)
        descriptor.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING)
        let failure = descriptor.setOption(SOL_PACKET, PACKET_AUXDATA)
        if failure != 0 {
            throw Failure(fatal: "Failed to set auxiliary packet data: \(errorText(failure))")
        }
        if descriptor.setOption(SOL_SOCKET, SO_RCVBUFFORCE, Self.receiveBufferBytes) != 0 {
            descriptor.setOption(SOL_SOCKET, SO_RCVBUF, Self.receiveBufferBytes)
        }
        try bind()
    }

    private static func failure(_ error: SystemError) -> Failure {
        guard
            [ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT, EINVAL]
                .contains(error.code)
        else { return Failure(fatal: "Open a socket for LPF: \(error.message)") }
        return Failure(
            lines: [
                "socket: \(error.message) - make sure",
                "CONFIG_PACKET (Packet socket) and CONFIG_FILTER",
                "(Socket Filtering) are enabled in your kernel",
            ], fatal: "configuration!")
    }

    private func attachFilter(port: UInt16) throws(Failure) {
        let failure = PacketFilter.attach(PacketFilter.program(port: port), to: descriptor)
        if failure != 0 {
            throw Failure(
                fatal: "Can't install packet filter program: \(errorText(failure))")
        }
    }

    private func bind() throws(Failure) {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = UInt16(ETH_P_ALL).bigEndian
        address.sll_ifindex = Int32(clamping: index)
        // sockaddr_ll begins with the fields of sockaddr; the length says how much there is.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(
                    descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
            }
        }
        if result != 0 {
            throw Failure(fatal: "Bind socket to interface: \(errorText(errno))")
        }
    }

    /// Sends a whole frame; the result is the error number, 0 if it went well.
    func send(_ frame: [UInt8]) -> Int32 {
        let count = unsafe frame.withUnsafeBytes {
            // The bytes live during the call.
            unsafe Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return count < 0 ? errno : 0
    }
}
