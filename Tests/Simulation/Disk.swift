import Wire

/// A server's lease file on a simulated disk: what was written, and how much of it no loss of
/// power can take away.
struct Disk {
    /// What a read gives now.
    private(set) var file: [UInt8] = []
    private(set) var syncedCount = 0
    /// How often the file was not just appended to.
    private(set) var replacements = 0
    /// What the synced records say, address by address, newest last.
    private(set) var durable = LeaseNotes()

    mutating func append(_ bytes: [UInt8]) { file += bytes }

    /// Everything written up to `count` bytes is safe now.
    mutating func synced(upTo count: Int) {
        guard count > syncedCount else { return }
        durable.read(file, syncedCount..<count)
        syncedCount = count
    }

    /// A new file takes the place of the old one, already safe (written aside, synced, renamed).
    /// - Parameter isRewrite: the running server keeps what it knows; what was durable before has
    ///   been so, even where a newer record has taken its place.
    mutating func replace(by bytes: [UInt8], isRewrite: Bool = false) {
        file = bytes
        replacements += 1
        syncedCount = 0
        if !isRewrite { durable.forgetRecords() }
        synced(upTo: bytes.count)
    }

    /// The machine stops: of what was written after the last sync, any prefix is left.
    mutating func losePower(_ chance: inout Chance) {
        let kept = syncedCount + chance.below(file.count - syncedCount + 1)
        file.removeLast(file.count - kept)
        replacements += 1
    }
}

/// An independent reading of lease records, for the checks only: the product's own reader is one of
/// the things that are checked.
struct LeaseNotes {
    /// One `lease A { }` as the checks need it.
    struct Note {
        var address = IPv4Address.any
        var isActive = false
        var starts: UInt32 = 0
        var ends: UInt32 = 0
        var tstp: UInt32 = 0
        var tsfp: UInt32 = 0
        var hardware: UInt64 = 0
    }

    private static let notesPerAddressMax = 40
    private(set) var notes: [IPv4Address: [Note]] = [:]
    /// The latest time that ever stood in a record of an address: what this server knew at most.
    private(set) var latestKnown: [IPv4Address: UInt32] = [:]
    /// The last states of the relationship that stood in the file, newest last.
    private(set) var states: [String] = []
    private static let statesMax = 8
    private var current: Note?

    mutating func forgetRecords() {
        notes = [:]
        states = []
        current = nil
    }

    func last(_ address: IPv4Address) -> Note? { notes[address]?.last }

    mutating func read(_ file: [UInt8], _ range: Range<Int>) {
        let bytes = file.span
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            read(line: bytes.extracting(start..<end))
            start = end + 1
        }
    }

    private mutating func read(line: Span<UInt8>) {
        var place = 0
        guard let first = Self.word(line, &place) else { return }
        let isOutside = first.lowerBound == 0
        if isOutside, Self.equal(line, first, "lease") {
            guard let address = Self.word(line, &place), Self.word(line, &place) != nil else {
                return
            }
            current = Note()
            current?.address = IPv4Address(Self.text(line, address)) ?? .any
        } else if isOutside, Self.equal(line, first, "}") {
            close()
        } else if Self.equal(line, first, "my") {
            guard Self.word(line, &place) != nil, let state = Self.word(line, &place),
                Self.word(line, &place) != nil
            else { return }
            if states.count == Self.statesMax { states.removeFirst() }
            states.append(Self.text(line, state))
        } else if current != nil {
            take(first, line, &place)
        }
    }

    /// The next word of a line.
    private static func word(_ line: Span<UInt8>, _ place: inout Int) -> Range<Int>? {
        while place < line.count, line[place] == UInt8(ascii: " ") { place += 1 }
        let start = place
        while place < line.count, line[place] != UInt8(ascii: " ") { place += 1 }
        return start < place ? start..<place : nil
    }

    private static func equal(
        _ line: Span<UInt8>, _ word: Range<Int>, _ text: String
    ) -> Bool {
        guard word.count == text.utf8.count else { return false }
        var place = word.lowerBound
        for byte in text.utf8 {
            if line[place] != byte { return false }
            place += 1
        }
        return true
    }

    private static func text(_ line: Span<UInt8>, _ word: Range<Int>) -> String {
        var bytes: [UInt8] = []
        for place in word { bytes.append(line[place]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func close() {
        guard let note = current else { return }
        current = nil
        notes[note.address, default: []].append(note)
        if notes[note.address]?.count == 2 * Self.notesPerAddressMax {
            notes[note.address]?.removeFirst(Self.notesPerAddressMax)
        }
        let latest = max(note.ends, note.tstp, note.tsfp)
        latestKnown[note.address] = max(latestKnown[note.address] ?? 0, latest)
    }

    private mutating func take(_ key: Range<Int>, _ line: Span<UInt8>, _ place: inout Int) {
        if Self.equal(line, key, "starts") {
            current?.starts = Self.time(line, &place)
        } else if Self.equal(line, key, "ends") {
            current?.ends = Self.time(line, &place)
        } else if Self.equal(line, key, "tstp") {
            current?.tstp = Self.time(line, &place)
        } else if Self.equal(line, key, "tsfp") {
            current?.tsfp = Self.time(line, &place)
        } else if Self.equal(line, key, "binding") {
            guard Self.word(line, &place) != nil, let state = Self.word(line, &place) else {
                return
            }
            current?.isActive = Self.equal(line, state, "active;")
        } else if Self.equal(line, key, "hardware") {
            guard Self.word(line, &place) != nil, let text = Self.word(line, &place) else {
                return
            }
            current?.hardware = Self.number(line, hex: text)
        }
    }

    /// A hardware address of six bytes, as ``ClientPacket/hardwareNumber``.
    private static func number(_ line: Span<UInt8>, hex text: Range<Int>) -> UInt64 {
        var number: UInt64 = 0
        for place in text {
            switch line[place] {
            case let byte where (48...57).contains(byte): number = number << 4 | UInt64(byte - 48)
            case let byte where (97...102).contains(byte): number = number << 4 | UInt64(byte - 87)
            default: break
            }
        }
        return number
    }

    /// `W YYYY/MM/DD HH:MM:SS;` or `never;`
    private static func time(_ line: Span<UInt8>, _ place: inout Int) -> UInt32 {
        guard word(line, &place) != nil, let date = word(line, &place),
            let clock = word(line, &place)
        else { return Timestamp.never.seconds }
        let (day, time) = (digits(line, date), digits(line, clock))
        let days = CivilTime.days(
            year: day / 10_000, month: day / 100 % 100, day: day % 100)
        let seconds = time / 10_000 * 3600 + time / 100 % 100 * 60 + time % 100
        return UInt32(clamping: days * 86_400 + seconds)
    }

    /// The digits of a date or a time of day as one number.
    private static func digits(_ line: Span<UInt8>, _ word: Range<Int>) -> Int {
        var number = 0
        for place in word where (48...57).contains(line[place]) {
            number = number * 10 + Int(line[place]) - 48
        }
        return number
    }
}
