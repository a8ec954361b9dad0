import CLinux
import Glibc

/// The fork of a daemon: the parent waits until the child serves and ends with its status
/// (server-v4.md §1.6).
struct Daemon: ~Copyable {
    /// Where the child reports; `nil` in the foreground.
    private var report: FileDescriptor?

    /// Makes sure that descriptors 0 to 2 are open, lest a socket become standard error.
    static func openStandardDescriptors() {
        // The path is a literal that lives for ever.
        var number = unsafe clinux_open("/dev/null", O_RDWR, 0)
        while number >= 0, number < 3 { number = unsafe clinux_open("/dev/null", O_RDWR, 0) }
        if number >= 3 { _ = Glibc.close(number) }
    }

    /// In the foreground: nothing. Else forks; only the child returns.
    init(forks: Bool, log: Log) {
        guard forks else {
            report = nil
            return
        }
        var ends: [Int32] = [-1, -1]
        // Two numbers are written into an array of two.
        let result = unsafe ends.withUnsafeMutableBufferPointer { area in
            unsafe clinux_pipe2(area.baseAddress, O_CLOEXEC)
        }
        if result != 0 { log.fatal("Can't get pipe: \(errorText(errno))") }
        let child = fork()
        if child < 0 { log.fatal("Can't fork daemon: \(errorText(errno))") }
        if child > 0 {
            _ = Glibc.close(ends[1])
            Self.leaveWithStatus(of: ends[0])
        }
        _ = Glibc.close(ends[0])
        report = FileDescriptor(ends[1])
    }

    /// One byte is the child's status; the end of the file means that it died.
    private static func leaveWithStatus(of pipe: Int32) -> Never {
        var status: UInt8 = 1
        // One byte that lives during the call.
        while unsafe Glibc.read(pipe, &status, 1) < 0, errno == EINTR {}
        _exit(Int32(status))
    }

    /// Lets the parent go with status 0 and cuts the last ties to the terminal.
    mutating func detach(log: Log) {
        guard let pipe = report.take() else { return }
        var status: UInt8 = 0
        // One byte that lives during the call.
        if unsafe Glibc.write(pipe.number, &status, 1) != 1 {
            log.fatal("write to parent: \(errorText(errno))")
        }
        setsid()
        // The path is a literal that lives for ever.
        let null = unsafe clinux_open("/dev/null", O_RDWR, 0)
        if null >= 0 {
            for number: Int32 in 0...2 { _ = dup2(null, number) }
            if null > 2 { _ = Glibc.close(null) }
        }
        _ = unsafe chdir("/")
    }
}
