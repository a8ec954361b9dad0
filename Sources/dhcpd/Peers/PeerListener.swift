import CLinux
import Glibc
import Leases
import Wire

/// A listening socket; relationships with the same address and port share it (failover.md §1.1).
final class PeerListener {
    let descriptor: FileDescriptor
    let address: IPv4Address
    let port: UInt16
    /// ISC: 1. The kernel takes two then, as many as two servers can open at once; a few more do
    /// no harm while the loop is busy.
    private static let backlog: Int32 = 8

    init(address: IPv4Address, port: UInt16) throws(SystemError) {
        self.address = address
        self.port = port
        let opened = try FileDescriptor(
            socket: AF_INET, type: Int32(SOCK_STREAM.rawValue),
            flags: Int32(SOCK_NONBLOCK.rawValue))
        opened.setOption(SOL_SOCKET, SO_REUSEADDR)
        let failure = SocketAddress(address, port: port).bind(opened.number)
        if failure != 0 { throw SystemError("bind", code: failure) }
        try check("listen") { listen(opened.number, Self.backlog) }
        descriptor = opened
    }

    /// The next connection that came; `nil` when there is none.
    func accept() -> (number: Int32, from: IPv4Address)? {
        var raw = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // sockaddr_in begins with the fields of sockaddr; the length says how much room there is.
        let number = unsafe withUnsafeMutablePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe clinux_accept4(
                    descriptor.number, $0, &length,
                    Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            }
        }
        return number >= 0 ? (number, SocketAddress(raw).address) : nil
    }
}
