import Glibc
import OmapiClient

/// Writes all bytes, or as much as can be written.
func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { area in
            // `done` is below the count, so the part handed over lies inside the array.
            unsafe write(descriptor, area.baseAddress.map { unsafe $0 + done }, area.count - done)
        }
        if count < 0 {
            if errno == EINTR { continue }
            return
        }
        done += count
    }
}

/// Standard output, held back as C's library does it: complaints on standard error overtake what is
/// said to a pipe, up to the next prompt.
struct Output {
    private var held: [UInt8] = []
    private let isTerminal = isatty(1) == 1
    private static let room = 4096

    mutating func append(_ bytes: [UInt8]) {
        held.append(contentsOf: bytes)
        if isTerminal || held.count >= Self.room { flush() }
    }

    mutating func flush() {
        writeAll(1, held)
        held.removeAll(keepingCapacity: true)
    }
}

/// Lines of standard input.
struct LineInput {
    private var buffer: [UInt8] = []
    private var start = 0
    private static let chunk = 4096

    /// The next line with its end; a long one comes in pieces. `nil` at the end of the input.
    mutating func next() -> [UInt8]? {
        var scanned = start
        while true {
            let limit = min(buffer.count, start + OmshellSession.Limit.line)
            if let end = buffer[scanned..<limit].firstIndex(of: UInt8(ascii: "\n")) {
                return take(to: end + 1)
            }
            if limit - start == OmshellSession.Limit.line { return take(to: limit) }
            scanned = limit
            if start > 0 {
                buffer.removeFirst(start)
                scanned -= start
                start = 0
            }
            if !fill() { return buffer.isEmpty ? nil : take(to: buffer.count) }
        }
    }

    private mutating func take(to end: Int) -> [UInt8] {
        defer { start = end }
        return Array(buffer[start..<end])
    }

    private mutating func fill() -> Bool {
        while true {
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { area, count in
                // The kernel writes at most as many bytes as the area has and says how many.
                count = unsafe max(0, read(0, area.baseAddress, area.count))
                if count == 0, errno == EINTR { errno = 0 }
            }
            if bytes.isEmpty { return false }
            buffer.append(contentsOf: bytes)
            return true
        }
    }
}

/// The system's log.
enum SystemLog {
    /// The C library keeps the pointer, so the name stays for the life of the process.
    private nonisolated(unsafe) static var ident: UnsafeMutablePointer<CChar>?

    static func open(_ name: String) {
        // Set once before anything is logged, by the only thread.
        unsafe ident = strdup(name)
        // LOG_PID | LOG_NDELAY, LOG_DAEMON.
        unsafe openlog(ident, 0x01 | 0x08, 3 << 3)
    }

    static func write(_ line: [UInt8], isDebug: Bool) {
        // A copy that ends in NUL and lives during the call, for a format that takes one string.
        unsafe (line + [0]).withUnsafeBytes { area in
            guard let base = area.baseAddress else { return }
            let text = unsafe base.assumingMemoryBound(to: CChar.self)
            unsafe withVaList([text]) { unsafe vsyslog(isDebug ? 7 : 3, "%s", $0) }
        }
    }
}
