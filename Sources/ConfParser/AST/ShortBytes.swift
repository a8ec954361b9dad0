/// Up to eight bytes where they stand, more of them in an array: a file of subclasses is a hundred
/// thousand hardware addresses.
enum ShortBytes: Hashable, Sendable {
    /// The first byte lowest; those past the count are zero.
    case short(UInt64, count: UInt8)
    case long([UInt8])

    init(_ bytes: [UInt8]) {
        guard bytes.count <= 8 else {
            self = .long(bytes)
            return
        }
        let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self = .short(word, count: UInt8(truncatingIfNeeded: bytes.count))
    }

    /// Replaces what is in `bytes`.
    func copy(into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        switch self {
        case .long(let long): bytes += long
        case .short(var word, let count):
            for _ in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .long(let bytes): bytes
        case .short(let word, let count):
            (0..<UInt64(count)).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }
}
