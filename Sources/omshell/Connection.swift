import Glibc
import OmapiClient

/// A TCP connection to a server, closed when it goes. Every wait has an end.
final class Connection {
    private let descriptor: Int32
    private var isBroken = false
    private static let waitMilliseconds = Int32(OmshellSession.Limit.replySeconds) * 1000

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Why there is no connection.
    struct Failure: Error {
        let code: ResultCode
        init(_ code: ResultCode) { self.code = code }
    }

    /// Connects to the first address of a host that answers.
    static func open(_ host: [UInt8], _ port: UInt16) -> Result<Connection, Failure> {
        var failure = Failure(.hostUnknown)
        for address in Lookup.addresses(host) {
            switch open(address, port) {
            case .success(let connection): return .success(connection)
            case .failure(let reason): failure = reason
            }
        }
        return .failure(failure)
    }

    private static func open(_ address: in_addr, _ port: UInt16) -> Result<Connection, Failure> {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return .failure(Failure(ErrorNumber.code(errno))) }
        let connection = Connection(descriptor)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr = address
        name.sin_port = port.bigEndian
        // sockaddr_in begins with the fields of sockaddr; the length says how much there is.
        let result = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return .success(connection) }
        guard errno == EINPROGRESS else { return .failure(Failure(ErrorNumber.code(errno))) }
        guard connection.wait(for: Int16(POLLOUT)) else { return .failure(Failure(.timedOut)) }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Both live during the call; `length` is that of `error`.
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        // ISC: a refusal that comes later than the attempt has no name of its own.
        return error == 0 ? .success(connection) : .failure(Failure(.noMore))
    }

    /// False when nothing happened in time.
    private func wait(for events: Int16) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            // One entry, which lives during the call.
            let count = unsafe poll(&entry, 1, Self.waitMilliseconds)
            if count >= 0 { return count > 0 }
            if errno != EINTR { return false }
        }
    }

    /// Sends all bytes. A failure shows at the next attempt to read.
    func send(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count, !isBroken {
            let count = unsafe bytes.withUnsafeBytes { area in
                // `done` is below the count, so the part handed over lies inside the array.
                unsafe Glibc.send(
                    descriptor, area.baseAddress.map { unsafe $0 + done }, area.count - done,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                if !wait(for: Int16(POLLOUT)) { isBroken = true }
            } else if errno != EINTR {
                isBroken = true
            }
        }
    }

    /// Waits for bytes.
    func receive() -> OmshellSession.Input {
        guard !isBroken else { return .closed }
        guard wait(for: Int16(POLLIN)) else { return .timedOut }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { area, count in
            // The kernel writes at most as many bytes as the area has and says how many.
            count = unsafe max(0, recv(descriptor, area.baseAddress, area.count, 0))
        }
        return bytes.isEmpty ? .closed : .received(bytes)
    }
}

/// Names that the system knows.
enum Lookup {
    /// The addresses of a host: of a number in any form that C's library takes, else by its name.
    static func addresses(_ host: [UInt8]) -> [in_addr] {
        let text = String(decoding: host, as: UTF8.self)
        var address = in_addr()
        // The result lives during the call.
        if unsafe inet_aton(text, &address) != 0 { return [address] }
        // A structure of zeros means "no wishes"; the pointers in it stay nil.
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(text, nil, &hints, &list) == 0 else { return [] }
        // Freed once, after everything was copied out.
        defer { unsafe freeaddrinfo(list) }
        var found: [in_addr] = []
        var next = unsafe list
        while let entry = unsafe next {
            // An entry of AF_INET points to a sockaddr_in.
            unsafe entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe found.append($0.pointee.sin_addr)
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    /// The TCP port of a service.
    static func service(_ name: [UInt8]) -> UInt16? {
        // The entry belongs to the C library and is copied at once.
        guard let entry = unsafe getservbyname(String(decoding: name, as: UTF8.self), "tcp") else {
            return nil
        }
        return UInt16(bigEndian: UInt16(truncatingIfNeeded: unsafe entry.pointee.s_port))
    }
}

/// Error numbers of the system in ISC's words.
enum ErrorNumber {
    static func code(_ number: Int32) -> ResultCode {
        switch number {
        case ECONNREFUSED: ResultCode(12)
        case ENETUNREACH: ResultCode(8)
        case EHOSTUNREACH: ResultCode(9)
        case ENETDOWN: ResultCode(10)
        case EHOSTDOWN: ResultCode(11)
        case ETIMEDOUT: ResultCode(2)
        case EPERM, EACCES: ResultCode(6)
        case EADDRINUSE: ResultCode(5)
        case EADDRNOTAVAIL: ResultCode(4)
        case EINVAL: ResultCode(0x60003)
        case ENOMEM: ResultCode(1)
        case EMFILE, ENFILE, ENOBUFS: ResultCode(13)
        default: ResultCode(34)
        }
    }
}
