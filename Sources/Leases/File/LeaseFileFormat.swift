public import ConfParser
public import Wire

/// How the lease file is written: the two settings that exist and the names of agent options.
public struct LeaseFileFormat: Sendable {
    /// `lease-id-format`
    public enum IDFormat: Sendable {
        case octal, hex
    }

    /// `db-time-format`
    public enum TimeFormat: Sendable {
        case utc
        /// Seconds since 1970 with local time as a comment.
        case local(LocalTimeZone)
    }

    /// Of identifiers and subclass data.
    public var idFormat = IDFormat.octal
    /// Of all dates.
    public var timeFormat = TimeFormat.utc
    /// Where the names and formats of options stand.
    public var options: OptionTable

    /// The defaults, with the built-in options.
    public init(options: OptionTable = OptionTable()) { self.options = options }
}

/// Offsets from UTC, given by the shell, which knows the system's time zone.
public struct LocalTimeZone: Sendable {
    /// From a moment on, local time is UTC plus so many seconds.
    public struct Transition: Hashable, Sendable {
        public var from: Timestamp
        public var offsetSeconds: Int32

        /// The offset that holds from a moment on.
        public init(from: Timestamp, offsetSeconds: Int32) {
            self.from = from
            self.offsetSeconds = offsetSeconds
        }
    }

    private var transitions: [Transition]

    /// - Parameter transitions: in any order; the earliest also holds for all time before it.
    public init(_ transitions: [Transition]) {
        self.transitions = transitions.sorted { $0.from < $1.from }
    }

    /// The offset at a moment; 0 when there are no transitions.
    public func offsetSeconds(at time: Timestamp) -> Int32 {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].from <= time { low = middle + 1 } else { high = middle }
        }
        return transitions.isEmpty ? 0 : transitions[max(low - 1, 0)].offsetSeconds
    }
}
