import CLinux
import Glibc
import Leases
import Wire

/// The UDP socket for replies that the kernel routes. What it receives has arrived on a raw socket
/// as well and is thrown away (server-v4.md §2).
final class FallbackSocket {
    let descriptor: FileDescriptor

    init(address: IPv4Address, port: UInt16, log: Log) {
        do {
            descriptor = try FileDescriptor(
                socket: AF_INET, type: Int32(SOCK_DGRAM.rawValue),
                flags: Int32(SOCK_NONBLOCK.rawValue))
        } catch {
            log.fatal("Can't create dhcp socket for fallback: \(error.message)")
        }
        set(SO_REUSEADDR, "SO_REUSEADDR", log)
        set(SO_BROADCAST, "SO_BROADCAST", log)
        // Everything is discarded, best by the kernel: each message to our port arrives here too.
        PacketFilter.attach([PacketFilter.dropAll], to: descriptor)
        descriptor.setOption(SOL_SOCKET, SO_SNDBUF, 4 << 20)
        let failure = SocketAddress(address, port: port).bind(descriptor.number)
        if failure != 0 { Self.refuse(failure, log) }
    }

    private func set(_ option: Int32, _ name: String, _ log: Log) {
        let failure = descriptor.setOption(SOL_SOCKET, option)
        if failure != 0 {
            log.fatal("Can't set \(name) on dhcp socket for fallback: \(errorText(failure))")
        }
    }

    private static func refuse(_ code: Int32, _ log: Log) -> Never {
        log.write(.error, "Can't bind to dhcp address: \(errorText(code))")
        log.write(.error, "Please make sure there is no other dhcp server")
        log.write(.error, "running and that there's no entry for dhcp or")
        log.write(.error, "bootp in /etc/inetd.conf.   Also make sure you")
        log.write(.error, "are not running HP JetAdmin software, which")
        log.fatal("includes a bootp server.")
    }

    /// Throws away what came before the filter, or reports a pending error.
    func discard() {
        var byte: UInt8 = 0
        // One byte that lives during the call; the rest of each datagram is dropped by the kernel.
        for _ in 0..<ReceiveBatch.capacity {
            if unsafe recv(descriptor.number, &byte, 1, Int32(MSG_DONTWAIT)) < 0 { return }
        }
    }

    /// Sends a message; the result is the error number, 0 if it went well.
    func send(
        _ bytes: ArraySlice<UInt8>, to destination: IPv4Address, port: UInt16
    ) -> Int32 {
        SocketAddress(destination, port: port).send(bytes, on: descriptor.number)
    }
}
