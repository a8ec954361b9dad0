import CLinux
import Glibc
import Wire

/// A timerfd that is armed for one moment at a time.
struct LoopTimer: ~Copyable {
    let descriptor: FileDescriptor
    private var armed: Instant?

    init() throws(SystemError) {
        descriptor = FileDescriptor(
            try check("timerfd_create") {
                timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
            })
    }

    /// Fires at the moment, or before it: a timer that is set for an earlier moment stays, since
    /// waking up once for nothing costs less than setting it anew in every turn.
    mutating func arm(_ deadline: Instant?) {
        guard let deadline else { return }
        if let armed, armed <= deadline { return }
        armed = deadline
        // 0 would disarm: a moment at the very start of the clock is long past, like 1.
        _ = clinux_set_timer(descriptor.number, max(deadline.nanoseconds, 1))
    }

    /// Takes the firing, so that it is not reported again.
    mutating func acknowledge() {
        armed = nil
        drainCounter(descriptor.number)
    }
}

/// An eventfd: one thread wakes another.
final class WakeUp: Sendable {
    let number: Int32

    init(isBlocking: Bool) throws(SystemError) {
        let flags = EFD_CLOEXEC | (isBlocking ? 0 : EFD_NONBLOCK)
        number = try check("eventfd") { eventfd(0, Int32(flags)) }
    }

    deinit { _ = Glibc.close(number) }

    /// Wakes the other side.
    func signal() {
        var one: UInt64 = 1
        // Eight bytes that live during the call; it can only fail by a full counter, and then the
        // other side is awake already.
        _ = unsafe Glibc.write(number, &one, 8)
    }

    /// Takes what was signalled; waits for it if blocking.
    func take() { drainCounter(number) }
}

/// Reads the counter of a timerfd or eventfd.
private func drainCounter(_ number: Int32) {
    var count: UInt64 = 0
    // Eight bytes that live during the call.
    while unsafe Glibc.read(number, &count, 8) < 0, errno == EINTR {}
}
