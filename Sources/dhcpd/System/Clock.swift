import Glibc
import Leases
import Wire

/// The two clocks of the machine.
enum Clock {
    /// Both, read together.
    static func now() -> Now {
        var wall = timespec()
        var mono = timespec()
        // Both results live during the calls, which cannot fail for these clocks.
        unsafe clock_gettime(CLOCK_REALTIME, &wall)
        unsafe clock_gettime(CLOCK_MONOTONIC, &mono)
        let nanoseconds = UInt64(mono.tv_sec) &* 1_000_000_000 &+ UInt64(mono.tv_nsec)
        return Now(
            wall: Timestamp(UInt32(clamping: wall.tv_sec)),
            mono: Instant(nanoseconds: nanoseconds),
            nanoseconds: UInt32(clamping: wall.tv_nsec))
    }

    /// Fields of the local time, months from 0.
    struct Local {
        let month: Int
        let day: Int
        let hour: Int
        let minute: Int
        let second: Int
    }

    /// The local time of a moment.
    static func local(_ time: Timestamp) -> Local {
        var seconds = time_t(time.seconds)
        var fields = unsafe tm()
        // Both live during the call. The fields are plain numbers.
        _ = unsafe localtime_r(&seconds, &fields)
        return unsafe Local(
            month: Int(fields.tm_mon), day: Int(fields.tm_mday), hour: Int(fields.tm_hour),
            minute: Int(fields.tm_min), second: Int(fields.tm_sec))
    }

    /// A number nobody can guess.
    static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

/// The time zone of this machine, for `db-time-format local`.
enum TimeZone {
    /// Its changes from 1970 to 2037, found by asking for the offset of every week and halving the
    /// weeks in which it changes.
    static func current() -> LocalTimeZone {
        let week: UInt32 = 7 * 86_400
        var moment: UInt32 = 0
        var offset = offsetSeconds(at: 0)
        var changes = [LocalTimeZone.Transition(from: .none, offsetSeconds: offset)]
        while moment < Timestamp.never.seconds - week {
            let next = offsetSeconds(at: moment + week)
            if next != offset {
                var (low, high) = (moment, moment + week)
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if offsetSeconds(at: middle) == offset { low = middle } else { high = middle }
                }
                changes.append(.init(from: Timestamp(high), offsetSeconds: next))
                offset = next
            }
            moment += week
        }
        return LocalTimeZone(changes)
    }

    private static func offsetSeconds(at seconds: UInt32) -> Int32 {
        var time = time_t(seconds)
        var fields = unsafe tm()
        // Both live during the call. The offset is a plain number.
        _ = unsafe localtime_r(&time, &fields)
        return unsafe Int32(clamping: fields.tm_gmtoff)
    }
}
