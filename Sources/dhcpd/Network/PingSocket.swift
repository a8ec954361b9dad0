import CLinux
import Glibc
import Wire

/// The raw ICMP socket of the ping check (server-v4.md §8.4).
final class PingSocket {
    let descriptor: FileDescriptor
    private var buffer = [UInt8](repeating: 0, count: 2048)

    init() throws(SystemError) {
        descriptor = try FileDescriptor(
            socket: AF_INET, type: Int32(SOCK_RAW.rawValue), flags: Int32(SOCK_NONBLOCK.rawValue),
            protocolNumber: 1)
    }

    /// Sends an echo request; the result is the error number, 0 if it went well.
    func probe(_ address: IPv4Address, identifier: UInt16) -> Int32 {
        var message: [UInt8] = []
        EchoMessage.appendRequest(identifier: identifier, to: &message)
        return SocketAddress(address, port: 0).send(message[...], on: descriptor.number)
    }

    /// The sender of the next echo reply that came; `nil` when nothing is left. Other ICMP
    /// messages are passed over.
    func nextReply() -> IPv4Address? {
        for _ in 0..<ReceiveBatch.capacity {
            let number = descriptor.number
            let count = unsafe buffer.withUnsafeMutableBytes {
                // The kernel writes at most as many bytes as the buffer has.
                unsafe recv(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { return nil }
            if let source = EchoMessage.replySource(buffer.span.extracting(0..<count)) {
                return source
            }
        }
        return nil
    }
}
