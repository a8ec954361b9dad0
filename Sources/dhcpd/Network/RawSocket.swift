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

    /// Opens the socket of an interface; faults end the process in ISC's words.
    init(_ interface: FoundInterface, port: UInt16, log: Log) {
        index = interface.index
        do {
            // Protocol 0 receives nothing until the filter is in place and the socket bound.
            descriptor = try FileDescriptor(
                socket: AF_PACKET, type: Int32(SOCK_RAW.rawValue),
                flags: Int32(SOCK_NONBLOCK.rawValue))
        } catch {
            Self.refuse(error, log)
        }
        attachFilter(port: port, log: log)
        descriptor.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING)
        let failure = descriptor.setOption(SOL_PACKET, PACKET_AUXDATA)
        if failure != 0 {
            log.fatal("Failed to set auxiliary packet data: \(errorText(failure))")
        }
        if descriptor.setOption(SOL_SOCKET, SO_RCVBUFFORCE, Self.receiveBufferBytes) != 0 {
            descriptor.setOption(SOL_SOCKET, SO_RCVBUF, Self.receiveBufferBytes)
        }
        bind(log: log)
    }

    private static func refuse(_ error: SystemError, _ log: Log) -> Never {
        if [ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT, EINVAL]
            .contains(error.code)
        {
            log.write(.error, "socket: \(error.message) - make sure")
            log.write(.error, "CONFIG_PACKET (Packet socket) and CONFIG_FILTER")
            log.write(.error, "(Socket Filtering) are enabled in your kernel")
            log.fatal("configuration!")
        }
        log.fatal("Open a socket for LPF: \(error.message)")
    }

    private func attachFilter(port: UInt16, log: Log) {
        let failure = PacketFilter.attach(PacketFilter.program(port: port), to: descriptor)
        if failure != 0 {
            log.fatal("Can't install packet filter program: \(errorText(failure))")
        }
    }

    private func bind(log: Log) {
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
        if result != 0 { log.fatal("Bind socket to interface: \(errorText(errno))") }
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
