import Wire

/// A server's lease file on a simulated disk: what was written, and how much of it no loss of
/// power can take away.
struct Disk {
    /// What a read gives now.
    private(set) var file: [UInt8] = []
    private(set) var syncedCount = 0
    /// What the synced records say, address by address, newest last.
    private(set) var durable = LeaseNotes()

    mutating func append(_ bytes: [UInt8]) { file += bytes }

    /// Everything written up to `count` bytes is safe now.
    mutating func synced(upTo count: Int) {
        guard count > syncedCount else { return }
        durable.read(file[syncedCount..<count])
        syncedCount = count
    }

    /// A new file takes the place of the old one, already safe (written aside, synced, renamed).
    /// - Parameter isRewrite: the running server keeps what it knows; what was durable before has
    ///   been so, even where a newer record has taken its place.
    mutating func replace(by bytes: [UInt8], isRewrite: Bool = false) {
        file = bytes
        syncedCount = 0
        if !isRewrite { durable.forgetRecords() }
        synced(upTo: bytes.count)
    }

    /// The machine stops: of what was written after the last sync, any prefix is left.
    mutating func losePower(_ chance: inout Chance) {
        let kept = syncedCount + chance.below(file.count - syncedCount + 1)
        file.removeLast(file.count - kept)
    }
}

/// An independent reading of lease records, for the checks only: the product's own reader is one of
/// the things that are checked.
struct LeaseNotes {
    /// One `lease A { }` as the checks need it.
    struct Note {
        var address = IPv4Address.any
        var state = ""
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

    mutating func read(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            read(line: rest[..<end])
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { read(line: rest) }
    }

    private mutating func read(line: ArraySlice<UInt8>) {
        let isOutside = line.first != Self.space
        var words = Words(rest: line)
        guard let first = words.next() else { return }
        if isOutside, first.elementsEqual("lease".utf8) {
            guard let address = words.next(), words.next() != nil else { return }
            current = Note()
            current?.address = IPv4Address(String(decoding: address, as: UTF8.self)) ?? .any
        } else if isOutside, first.elementsEqual("}".utf8) {
            close()
        } else if first.elementsEqual("my".utf8) {
            guard words.next() != nil, let state = words.next(), words.next() != nil else { return }
            if states.count == Self.statesMax { states.removeFirst() }
            states.append(String(decoding: state, as: UTF8.self))
        } else if current != nil {
            take(first, &words)
        }
    }

    private static let space = UInt8(ascii: " ")

    /// The words of a line.
    private struct Words {
        var rest: ArraySlice<UInt8>

        mutating func next() -> ArraySlice<UInt8>? {
            guard let start = rest.firstIndex(where: { $0 != LeaseNotes.space }) else { return nil }
            let end = rest[start...].firstIndex(of: LeaseNotes.space) ?? rest.endIndex
            defer { rest = rest[end...] }
            return rest[start..<end]
        }
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

    private mutating func take(_ key: ArraySlice<UInt8>, _ words: inout Words) {
        if key.elementsEqual("starts".utf8) {
            current?.starts = Self.time(&words)
        } else if key.elementsEqual("ends".utf8) {
            current?.ends = Self.time(&words)
        } else if key.elementsEqual("tstp".utf8) {
            current?.tstp = Self.time(&words)
        } else if key.elementsEqual("tsfp".utf8) {
            current?.tsfp = Self.time(&words)
        } else if key.elementsEqual("binding".utf8) {
            guard words.next() != nil, let state = words.next() else { return }
            current?.state = String(decoding: state.dropLast(), as: UTF8.self)
        } else if key.elementsEqual("hardware".utf8) {
            guard words.next() != nil, let text = words.next() else { return }
            current?.hardware = Self.number(hex: text)
        }
    }

    /// A hardware address of six bytes, as ``ClientPacket/hardwareNumber``.
    private static func number(hex text: ArraySlice<UInt8>) -> UInt64 {
        text.reduce(0) { number, byte in
            switch byte {
            case 48...57: number << 4 | UInt64(byte - 48)
            case 97...102: number << 4 | UInt64(byte - 87)
            default: number
            }
        }
    }

    /// `W YYYY/MM/DD HH:MM:SS;` or `never;`
    private static func time(_ words: inout Words) -> UInt32 {
        guard words.next() != nil, let date = words.next(), let clock = words.next() else {
            return Timestamp.never.seconds
        }
        let (day, time) = (digits(date), digits(clock))
        let days = CivilTime.days(
            year: day / 10_000, month: day / 100 % 100, day: day % 100)
        let seconds = time / 10_000 * 3600 + time / 100 % 100 * 60 + time % 100
        return UInt32(clamping: days * 86_400 + seconds)
    }

    /// The digits of a date or a time of day as one number.
    private static func digits(_ word: ArraySlice<UInt8>) -> Int {
        word.reduce(0) { (48...57).contains($1) ? $0 * 10 + Int($1) - 48 : $0 }
    }
}
