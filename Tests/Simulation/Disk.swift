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
        var hardware = ""
        var hasUID = false
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
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(whereSeparator: { $0 == UInt8(ascii: " ") })
            guard let first = words.first else { continue }
            if first.elementsEqual("lease".utf8), words.count == 3, line.first != 32 {
                current = Note()
                current?.address = IPv4Address(String(decoding: words[1], as: UTF8.self)) ?? .any
            } else if first.elementsEqual("}".utf8), line.first != 32 {
                close()
            } else if first.elementsEqual("my".utf8), words.count > 3 {
                if states.count == Self.statesMax { states.removeFirst() }
                states.append(String(decoding: words[2], as: UTF8.self))
            } else if current != nil {
                take(words)
            }
        }
    }

    private mutating func close() {
        guard let note = current else { return }
        current = nil
        var known = notes[note.address] ?? []
        if known.count == Self.notesPerAddressMax { known.removeFirst() }
        known.append(note)
        notes[note.address] = known
        let latest = max(note.ends, note.tstp, note.tsfp)
        latestKnown[note.address] = max(latestKnown[note.address] ?? 0, latest)
    }

    private mutating func take(_ words: [ArraySlice<UInt8>]) {
        guard words.count > 1 else { return }
        switch String(decoding: words[0], as: UTF8.self) {
        case "starts": current?.starts = Self.time(words)
        case "ends": current?.ends = Self.time(words)
        case "tstp": current?.tstp = Self.time(words)
        case "tsfp": current?.tsfp = Self.time(words)
        case "binding" where words.count == 3:
            current?.state = String(decoding: words[2].dropLast(), as: UTF8.self)
        case "hardware" where words.count == 3:
            current?.hardware = String(decoding: words[2].dropLast(), as: UTF8.self)
        case "uid": current?.hasUID = true
        default: break
        }
    }

    /// `W YYYY/MM/DD HH:MM:SS;` or `never;`
    private static func time(_ words: [ArraySlice<UInt8>]) -> UInt32 {
        guard words.count == 4 else { return Timestamp.never.seconds }
        let numbers = (words[2] + words[3]).split(whereSeparator: { !(48...57).contains($0) })
        let joined = numbers.flatMap { $0 }.map { Int($0) - 48 }
        guard joined.count == 14 else { return 0 }
        func number(_ range: Range<Int>) -> Int { joined[range].reduce(0) { $0 * 10 + $1 } }
        let days = CivilTime.days(
            year: number(0..<4), month: number(4..<6), day: number(6..<8))
        let seconds = number(8..<10) * 3600 + number(10..<12) * 60 + number(12..<14)
        return UInt32(clamping: days * 86_400 + seconds)
    }
}
