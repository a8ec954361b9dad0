import CLinux
import Glibc

/// The signals that the loop handles, read from a descriptor instead of interrupting it.
struct SignalSource: ~Copyable {
    let descriptor: FileDescriptor

    /// Blocks TERM, INT and HUP for this thread and those that it will start, and ignores PIPE.
    /// Other signals keep their default action, as with ISC.
    init() throws(SystemError) {
        var set = sigset_t()
        // The set lives during the calls.
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, number) }
        unsafe sigprocmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        descriptor = FileDescriptor(
            try check("signalfd") {
                unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
            })
    }

    /// The next signal that came, `nil` if none.
    func next() -> Int32? {
        var information = signalfd_siginfo()
        let length = MemoryLayout<signalfd_siginfo>.size
        // The result has the length given and lives during the call.
        let count = unsafe Glibc.read(descriptor.number, &information, length)
        return count == length ? Int32(information.ssi_signo) : nil
    }
}
