import CLinux
import Glibc

/// Tells when somebody sets the wall clock: a timer for the end of time that the kernel cancels
/// when the clock is stepped.
struct ClockWatch: ~Copyable {
    let descriptor: FileDescriptor

    init() throws(SystemError) {
        descriptor = FileDescriptor(
            try check("timerfd_create") {
                timerfd_create(CLOCK_REALTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
            })
        _ = clinux_watch_clock(descriptor.number)
    }

    /// Takes the report and waits for the next step.
    func acknowledge() {
        var count: UInt64 = 0
        // Eight bytes that live during the call, which fails with ECANCELED.
        _ = unsafe read(descriptor.number, &count, 8)
        _ = clinux_watch_clock(descriptor.number)
    }
}
