import CLinux
import Glibc

/// An open file, closed when its owner goes.
struct FileDescriptor: ~Copyable {
    let number: Int32

    /// Takes over an open descriptor.
    init(_ number: Int32) { self.number = number }

    deinit { _ = Glibc.close(number) }

    /// Opens a file; close-on-exec is always set.
    init(path: [UInt8], flags: Int32, mode: mode_t = 0) throws(SystemError) {
        let number = try check("open") {
            // The path lives during the call and ends in NUL (withPath).
            unsafe withPath(path) { unsafe clinux_open($0, flags | O_CLOEXEC, mode) }
        }
        self.init(number)
    }

    /// Opens a socket; close-on-exec is always set.
    init(
        socket family: Int32, type: Int32, flags: Int32 = 0, protocolNumber: Int32 = 0
    ) throws(SystemError) {
        let number = try check("socket") {
            Glibc.socket(family, type | Int32(SOCK_CLOEXEC.rawValue) | flags, protocolNumber)
        }
        self.init(number)
    }

    /// Another descriptor of the same open file.
    func duplicate() throws(SystemError) -> FileDescriptor {
        FileDescriptor(try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// Sets an integer socket option; the result is the error number, 0 if it went well.
    @discardableResult
    func setOption(_ level: Int32, _ option: Int32, _ value: Int32 = 1) -> Int32 {
        var value = value
        // The option's value lives during the call and has the length given.
        let result = unsafe setsockopt(
            number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        return result == 0 ? 0 : errno
    }

    /// The pending error of a socket, `SO_ERROR`.
    var pendingError: Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Both live during the call; `length` is that of `value`.
        let result = unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &length)
        return result == 0 ? value : errno
    }

    /// Writes all bytes, waiting as long as it takes.
    /// - Returns: the error number and how much was written before it.
    func writeAll(_ bytes: [UInt8], from start: Int = 0) -> (written: Int, error: Int32) {
        var done = start
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { area in
                // `done` is below the count, so the part handed over lies inside the array.
                unsafe Glibc.write(
                    number, area.baseAddress.map { unsafe $0 + done }, area.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return (done - start, errno)
            }
            done += count
        }
        return (done - start, 0)
    }

    /// Reads to the end of the file, or so many bytes.
    func readAll(atMost limit: Int = .max) throws(SystemError) -> [UInt8] {
        let room = min(max(size ?? 0, 0) + 1, limit)
        var code: Int32 = 0
        // Reads into the room of the new array, never more than what is left of it, and counts what
        // was read: a lease file is large, and to fill it with zeros first takes its time.
        var bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { area, count in
            while count < room {
                let done = unsafe Glibc.read(
                    number, area.baseAddress.map { unsafe $0 + count }, room - count)
                if done < 0, errno == EINTR { continue }
                if done < 0 { code = errno }
                guard done > 0 else { return }
                count += done
            }
        }
        if code != 0 { throw SystemError("read", code: code) }
        guard bytes.count == room else { return bytes }
        // It has grown meanwhile, or has no size.
        while true {
            let chunk = min(65536, limit - bytes.count)
            if chunk == 0 { return bytes }
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let count = try check("read") {
                // Reads into the bytes just appended: `chunk` of them after `start`.
                unsafe bytes.withUnsafeMutableBytes { area in
                    unsafe Glibc.read(number, area.baseAddress.map { unsafe $0 + start }, chunk)
                }
            }
            bytes.removeLast(chunk - count)
            if count == 0 { return bytes }
        }
    }

    /// Length of the file.
    var size: Int? {
        var status = stat()
        // The result lives during the call.
        return unsafe fstat(number, &status) == 0 ? status.st_size : nil
    }
}

/// Lends a path as a C string. A NUL inside ends it, as everywhere in C.
func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    // The copy ends in NUL and lives until the closure returns; CChar and UInt8 have one layout.
    unsafe (path + [0]).withUnsafeBytes { area in
        unsafe area.withMemoryRebound(to: CChar.self) { text in
            if let base = text.baseAddress { return unsafe body(base) }
            return unsafe "".withCString { unsafe body($0) }
        }
    }
}
