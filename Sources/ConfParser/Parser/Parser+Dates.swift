import Wire

extension Parser {
    /// A date without its semicolon; 0 after a complaint (config-language.md §6).
    mutating func parseDateCore() -> Timestamp {
        let first = peek()
        if first.kind == .never {
            next()
            return .never
        }
        if first.kind == .epoch {
            next()
            let token = peek()
            guard token.kind == .number else {
                if token.kind != .semicolon { next() }
                return badDate(.secondsSinceEpochExpected)
            }
            next()
            return Timestamp(decimal(token))
        }
        guard dateNumber(.numericDayOfWeekExpected, first) != nil,
            let year = dateNumber(.numericYearExpected),
            separator(.slash, .expectedSlashYearMonth),
            let month = dateNumber(.numericMonthExpected),
            separator(.slash, .expectedSlashMonthDay),
            let day = dateNumber(.numericDayExpected),
            let hour = dateNumber(.numericHourExpected),
            separator(.colon, .expectedColonHourMinute),
            let minute = dateNumber(.numericMinuteExpected),
            separator(.colon, .expectedColonMinuteSecond),
            let second = dateNumber(.numericSecondExpected)
        else { return .none }
        var offset = 0
        let token = peek()
        if token.kind == .number {
            offset = Int(Int32(bitPattern: decimal(token)))
            next()
        } else if token.kind != .semicolon {
            next()
            return badDate(.timeZoneOffsetExpected)
        }
        return Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute,
            second: second + offset)
    }

    /// A date and its semicolon.
    mutating func parseDate() -> Timestamp {
        if let time = lexer.nextPlainDate() { return time }
        let time = parseDateCore()
        return parseSemicolon() ? time : .none
    }

    private mutating func badDate(_ id: DiagnosticID) -> Timestamp {
        warn(id)
        return .none
    }

    /// A wrong token is consumed unless it is the semicolon.
    private mutating func dateNumber(_ id: DiagnosticID) -> Int? { dateNumber(id, peek()) }

    /// - Parameter token: the next one, which is looked at just once.
    private mutating func dateNumber(_ id: DiagnosticID, _ token: Token) -> Int? {
        guard token.kind == .number else {
            if token.kind != .semicolon { next() }
            warn(id)
            return nil
        }
        next()
        return Int(Int32(bitPattern: decimal(token)))
    }

    private mutating func separator(_ kind: TokenKind, _ id: DiagnosticID) -> Bool {
        let token = peek()
        if token.kind == kind {
            next()
            return true
        }
        if token.kind != .semicolon { next() }
        warn(id)
        return false
    }
}

extension Timestamp {
    /// The moment that dhcpd makes of the fields of a date; none of them is checked.
    init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        // ISC: years above 1900 are calendar years, others count from 1900; from 2038 on it is
        // never.
        let calendarYear = year > 1900 ? year : year + 1900
        if calendarYear > 2037 {
            self = .never
            return
        }
        let days = CivilTime.days(year: calendarYear, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        self.init(UInt32(truncatingIfNeeded: seconds))
    }
}
