import CLinux
import Glibc
import Server
import Wire

/// Asks the system for the IPv4 addresses of host names, and for names of addresses. Waits for the
/// answer: for the start and for helper threads only.
enum NameLookup {
    /// The addresses of a name, or why there are none, in ISC's words.
    static func addresses(_ name: [UInt8]) -> NameTable.Answer {
        guard !isHexadecimal(name) else { return .failed(Array(reason(EAI_NONAME).utf8)) }
        // A structure of zeros means "no wishes"; the pointers in it stay nil.
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // All pointers live during the call.
        let status = unsafe withPath(name) { unsafe getaddrinfo($0, nil, &hints, &list) }
        guard status == 0 else { return .failed(Array(reason(status).utf8)) }
        // Freed once, after everything was copied out.
        defer { unsafe freeaddrinfo(list) }
        var found: [IPv4Address] = []
        var next = unsafe list
        while let entry = unsafe next {
            // An entry of AF_INET points to a sockaddr_in.
            unsafe entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe found.append(IPv4Address(UInt32(bigEndian: $0.pointee.sin_addr.s_addr)))
            }
            unsafe next = entry.pointee.ai_next
        }
        return .addresses(found)
    }

    /// True for `0x1f.42.80`: a number to the system, which would make an address of it; a name to
    /// ISC's server.
    private static func isHexadecimal(_ name: [UInt8]) -> Bool {
        guard name.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") })
        else { return false }
        var address = in_addr()
        // Both live during the call.
        return unsafe withPath(name) { unsafe inet_aton($0, &address) } != 0
    }

    private static func reason(_ status: Int32) -> String {
        switch status {
        case EAI_AGAIN: "temporary name server failure"
        case EAI_FAIL: "name server failed"
        // EAI_NODATA, which Swift does not show.
        case -5: "no A record associated with address"
        default: "host unknown."
        }
    }

    /// The name of an address, if it has one.
    static func name(of address: IPv4Address) -> [UInt8]? {
        var socketAddress = sockaddr_in()
        socketAddress.sin_family = sa_family_t(AF_INET)
        socketAddress.sin_addr.s_addr = address.rawValue.bigEndian
        var buffer = [CChar](repeating: 0, count: 1025)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Address and buffer live during the call; sockaddr_in begins with the fields of sockaddr.
        let status = unsafe withUnsafePointer(to: &socketAddress) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getnameinfo($0, length, &buffer, 1025, nil, 0, NI_NAMEREQD)
            }
        }
        guard status == 0 else { return nil }
        return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }

    /// Name of this machine.
    static func hostname() -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 256)
        // The last byte stays NUL.
        guard unsafe gethostname(&buffer, 255) == 0 else { return [] }
        return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }
}
