/// Reserved words by their bytes: open addressing, so that looking up a word of a lease file costs
/// no allocation.
struct KeywordTable {
    private var slots: [UInt16]
    private var offsets: [UInt16]
    private var kinds: [UInt16]
    private var text: [UInt8]

    static let shared = KeywordTable()

    private static let slotCount = 2048

    private init() {
        slots = Array(repeating: 0, count: Self.slotCount)
        offsets = [0, 0]
        kinds = [0]
        text = []
        for line in [UInt8](literal: Self.words).split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count == 2, let kind = UInt32(decimal: fields[1]) else { continue }
            var hash = Self.seed
            for byte in fields[0] { hash = Self.mix(hash, byte) }
            var slot = Int(hash & UInt32(Self.slotCount - 1))
            while slots[slot] != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
            slots[slot] = UInt16(truncatingIfNeeded: kinds.count)
            text.append(contentsOf: fields[0])
            offsets.append(UInt16(truncatingIfNeeded: text.count))
            kinds.append(UInt16(truncatingIfNeeded: kind))
        }
    }

    /// Start of the hash of a word.
    static let seed: UInt32 = 0x811c_9dc5

    /// The hash with one more byte, which must be a small letter where it is a letter.
    @inline(__always)
    static func mix(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
        (hash ^ UInt32(byte)) &* 0x0100_0193
    }

    /// The token of the word in `bytes[start..<end]`, whose hash of small letters is `hash`.
    func kind(of bytes: [UInt8], _ start: Int, _ end: Int, hash: UInt32) -> TokenKind? {
        var slot = Int(hash & UInt32(Self.slotCount - 1))
        while slots[slot] != 0 {
            let index = Int(slots[slot])
            let from = Int(offsets[index])
            let count = Int(offsets[index + 1]) - from
            if count == end - start {
                var same = true
                for position in 0..<count
                where text[from + position] != bytes[start + position].asciiLowercased {
                    same = false
                    break
                }
                if same { return TokenKind(kinds[index]) }
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        return nil
    }
}
