/// Wall-clock time in whole seconds since 1970-01-01 UTC, as lease files and the failover protocol
/// have it.
///
/// 0 means "not set"; ``never`` is how ISC writes an end that never comes. Arithmetic saturates,
/// so hostile values from a file or a partner cannot trap.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01 UTC.
    public var seconds: UInt32

    /// The moment so many seconds after 1970-01-01 UTC.
    @inlinable
    public init(_ seconds: UInt32) { self.seconds = seconds }

    /// Not set; such a field is not written to the lease file.
    public static let none = Timestamp(0)
    /// `never` in the lease file: the largest value of a signed 32-bit clock.
    public static let never = Timestamp(0x7fff_ffff)
    /// What an overflowing sum becomes (ISC).
    public static let latest = Timestamp(0x7fff_fffe)

    /// False for ``none``.
    @inlinable
    public var isSet: Bool { seconds != 0 }

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.order < right.order
    }

    /// ``never`` is later than all moments, those after 2038 as well.
    @inlinable
    var order: UInt32 { self == .never ? .max : seconds }

    /// Later by a number of seconds; ``never`` stays, a sum that has more than 32 bits becomes
    /// ``latest``.
    @inlinable
    public static func + (time: Timestamp, seconds: UInt32) -> Timestamp {
        if time == .never { return .never }
        let sum = UInt64(time.seconds) + UInt64(seconds)
        return sum > 0xffff_fffe ? max(time, latest) : Timestamp(UInt32(sum))
    }

    /// Earlier by a number of seconds, not before 0.
    @inlinable
    public static func - (time: Timestamp, seconds: UInt32) -> Timestamp {
        Timestamp(time.seconds >= seconds ? time.seconds - seconds : 0)
    }

    /// Seconds from `earlier` to `self`; 0 when `earlier` is not earlier. ISC: up to the moment
    /// that stands for ``never``; after it there is no end to be counted to.
    @inlinable
    public func seconds(since earlier: Timestamp) -> UInt32 {
        if seconds > earlier.seconds { return seconds - earlier.seconds }
        return self == .never && earlier != .never ? .max : 0
    }
}

/// A reading of the monotonic clock in nanoseconds: for timers and time-outs only, never written
/// anywhere.
@frozen
public struct Instant: Hashable, Comparable, Sendable {
    /// Since a moment that only this process knows.
    public var nanoseconds: UInt64

    /// A reading of so many nanoseconds.
    @inlinable
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Later by whole seconds; saturates.
    @inlinable
    public func advanced(seconds: UInt32) -> Instant {
        advanced(milliseconds: UInt64(seconds) * 1000)
    }

    /// Later by milliseconds; saturates.
    @inlinable
    public func advanced(milliseconds: UInt64) -> Instant {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, past) = nanoseconds.addingReportingOverflow(overflow ? .max : product)
        return Instant(nanoseconds: past ? .max : sum)
    }
}

/// Both clocks at one moment. The core gets it with every input and never reads a clock itself.
///
/// `wall` is for anything on disk or on the failover wire, `mono` for timers; never subtract one
/// from the other (the wall clock may be stepped at any time).
@frozen
public struct Now: Hashable, Sendable {
    /// For what is written to disk or sent to the partner.
    public var wall: Timestamp
    /// For timers.
    public var mono: Instant
    /// Nanoseconds of the wall clock within its second; for ``instant(of:)`` only.
    public var nanoseconds: UInt32

    /// Both readings, taken together.
    @inlinable
    public init(wall: Timestamp, mono: Instant, nanoseconds: UInt32 = 0) {
        self.wall = wall
        self.mono = mono
        self.nanoseconds = nanoseconds
    }

    /// When the wall clock will show a moment, unless somebody steps it; now, if it is past.
    @inlinable
    public func instant(of moment: Timestamp) -> Instant {
        let seconds = moment.seconds(since: wall)
        guard seconds > 0 else { return mono }
        let later = mono.advanced(seconds: seconds)
        return Instant(nanoseconds: later.nanoseconds - UInt64(min(nanoseconds, 999_999_999)))
    }
}
