/// A moment split into the fields of the Gregorian calendar in UTC.
public struct CivilTime: Hashable, Sendable {
    /// All four digits.
    public var year: Int
    /// 1...12
    public var month: Int
    /// 1...31
    public var day: Int
    /// 0...23
    public var hour: Int
    /// 0...59
    public var minute: Int
    /// 0...59
    public var second: Int
    /// 0 is Sunday.
    public var weekday: Int

    /// The calendar fields of a timestamp.
    public init(_ time: Timestamp) {
        let total = Int(time.seconds)
        let days = total / 86_400
        let seconds = total % 86_400
        // Days are counted from 0000-03-01, so that a leap day ends its year.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = seconds / 3600
        minute = seconds / 60 % 60
        second = seconds % 60
        weekday = (days + 4) % 7
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar; negative before. No range is
    /// checked.
    public static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Array where Element == UInt8 {
    /// Appends `W YYYY/MM/DD HH:MM:SS` in UTC, or `never`: a lease-file date without its semicolon.
    public mutating func append(leaseDate time: Timestamp) {
        guard time != .never else {
            append(text: "never")
            return
        }
        let civil = CivilTime(time)
        var text: [21 of UInt8] = .init(repeating: UInt8(ascii: " "))
        func set(_ place: Int, _ value: Int) {
            text[place] = UInt8(truncatingIfNeeded: value / 10) &+ UInt8(ascii: "0")
            text[place + 1] = UInt8(truncatingIfNeeded: value % 10) &+ UInt8(ascii: "0")
        }
        text[0] = UInt8(truncatingIfNeeded: civil.weekday) &+ UInt8(ascii: "0")
        set(2, civil.year / 100)
        set(4, civil.year % 100)
        set(7, civil.month)
        set(10, civil.day)
        set(13, civil.hour)
        set(16, civil.minute)
        set(19, civil.second)
        (text[6], text[9]) = (UInt8(ascii: "/"), UInt8(ascii: "/"))
        (text[15], text[18]) = (UInt8(ascii: ":"), UInt8(ascii: ":"))
        // The buffer lives as long as the closure, and append copies out of it.
        unsafe text.span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
