import Glibc
import Leases
import Wire

/// Where log lines go: syslog always, standard error as long as `toStandardError` is on
/// (server-v4.md §1.7).
final class Log {
    /// Off with `-q`, and after the start unless `-d`.
    var toStandardError = true
    /// `-play` and tests of the command line leave the system's log alone.
    let syslog: Syslog
    private var line: [UInt8] = []
    /// ISC: a buffer of 1024 bytes with its NUL.
    private static let lineLengthMax = 1023

    init(ident: [UInt8]) { syslog = Syslog(ident: ident) }

    /// Logs one line, without its line end.
    func write(_ level: LogLevel, _ text: ArraySlice<UInt8>) {
        writeWhole(level, text.prefix(Self.lineLengthMax))
    }

    /// Logs a line of the parser's, which is never cut here (ISC: they do not pass its buffer).
    func complain(_ text: [UInt8]) { writeWhole(.error, text[...]) }

    private func writeWhole(_ level: LogLevel, _ text: ArraySlice<UInt8>) {
        syslog.send(text, priority: level.priority, at: Clock.now().wall)
        guard toStandardError else { return }
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: text)
        line.append(UInt8(ascii: "\n"))
        writeToStandardError(line)
    }

    /// Logs one line.
    func write(_ level: LogLevel, _ text: String) { write(level, Array(text.utf8)[...]) }

    /// Logs one line.
    func write(_ level: LogLevel, _ text: [UInt8]) { write(level, text[...]) }

    /// Says why the process cannot go on, with the paragraph that follows every such message
    /// (server-v4.md §1.3), and ends it with status 1.
    func fatal(_ text: String) -> Never { fatal(Array(text.utf8)) }

    /// As ``fatal(_:)-(String)``.
    func fatal(_ text: [UInt8]) -> Never {
        write(.fatal, text)
        for line in Self.trailer { write(.error, line) }
        exit(1)
    }

    private static let trailer = [
        "",
        "If you think you have received this message due to a bug rather",
        "than a configuration issue please read the section on submitting",
        "bugs on either our web page at www.isc.org or in the README file",
        "before submitting a bug.  These pages explain the proper",
        "process and the information we find helpful for debugging.",
        "",
        "exiting.",
    ]
}

/// Bytes straight to standard error; whatever cannot be written is lost.
func writeToStandardError(_ bytes: [UInt8]) { writeAll(bytes, to: STDERR_FILENO) }

/// Writes until all is written or the descriptor fails.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var done = 0
    while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { area in
            // `done` is below the count, so the part handed over lies inside the array.
            unsafe Glibc.write(
                descriptor, area.baseAddress.map { unsafe $0 + done }, area.count - done)
        }
        if count <= 0 {
            if count < 0, errno == EINTR { continue }
            return
        }
        done += count
    }
}

extension LogLevel {
    /// The syslog priority.
    var priority: Int32 {
        switch self {
        case .fatal, .error: 3
        case .info: 6
        case .debug: 7
        }
    }
}
