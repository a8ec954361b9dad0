import CLinux
import Glibc

/// The program that the kernel runs on each frame: IPv4, UDP, no fragment, our port
/// (server-v4.md §2). It spares us every other frame of the wire.
enum PacketFilter {
    /// Instructions for a port.
    static func program(port: UInt16) -> [sock_filter] {
        [
            load(half: 12), unlessEqual(0x0800, skip: 8),
            load(byte: 23), unlessEqual(17, skip: 6),
            load(half: 20), ifSet(0x1fff, skip: 4),
            sock_filter(code: 0xb1, jt: 0, jf: 0, k: 14),  // X = 4 * (IP header length)
            sock_filter(code: 0x48, jt: 0, jf: 0, k: 16),  // half word at X + 16
            unlessEqual(UInt32(port), skip: 1),
            sock_filter(code: 0x06, jt: 0, jf: 0, k: 0xffff_ffff),
            sock_filter(code: 0x06, jt: 0, jf: 0, k: 0),
        ]
    }

    /// Accepts nothing.
    static let dropAll = sock_filter(code: 0x06, jt: 0, jf: 0, k: 0)

    /// Puts a program in front of a socket; the result is the error number, 0 if it went well.
    @discardableResult
    static func attach(_ program: [sock_filter], to socket: borrowing FileDescriptor) -> Int32 {
        var program = program
        let count = UInt16(program.count)
        let number = socket.number
        return unsafe program.withUnsafeMutableBufferPointer { area -> Int32 in
            // The kernel copies the instructions during the call.
            var description = unsafe sock_fprog(len: count, filter: area.baseAddress)
            let length = unsafe socklen_t(MemoryLayout<sock_fprog>.size)
            let result = unsafe setsockopt(
                number, SOL_SOCKET, SO_ATTACH_FILTER, &description, length)
            return result == 0 ? 0 : errno
        }
    }

    private static func load(half offset: UInt32) -> sock_filter {
        sock_filter(code: 0x28, jt: 0, jf: 0, k: offset)
    }

    private static func load(byte offset: UInt32) -> sock_filter {
        sock_filter(code: 0x30, jt: 0, jf: 0, k: offset)
    }

    private static func unlessEqual(_ value: UInt32, skip: UInt8) -> sock_filter {
        sock_filter(code: 0x15, jt: 0, jf: skip, k: value)
    }

    private static func ifSet(_ bits: UInt32, skip: UInt8) -> sock_filter {
        sock_filter(code: 0x45, jt: skip, jf: 0, k: bits)
    }
}
