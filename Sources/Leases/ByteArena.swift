/// Many small byte strings in one buffer: identifiers, host names and agent options of leases.
///
/// A string is known by a handle; 0 is the empty string. Blocks are multiples of 8 bytes and are
/// reused by size, so that a million short strings cost neither an allocation nor a header each.
struct ByteArena: Sendable {
    /// Whole blocks; a block begins with the length of its string: one byte, or 255 and four bytes.
    private(set) var bytes = [UInt8](repeating: 0, count: Self.unit)
    /// Handle of the first free block by number of units; a free block holds the next handle.
    private var free: [UInt32] = []

    private static let unit = 8

    /// Where the string of a handle stands in ``bytes``.
    func range(_ handle: UInt32) -> Range<Int> {
        guard handle != 0 else { return 0..<0 }
        let start = Int(handle) * Self.unit
        guard bytes[start] == 255 else { return (start + 1)..<(start + 1 + Int(bytes[start])) }
        return (start + 5)..<(start + 5 + Int(word(at: start + 1)))
    }

    func string(_ handle: UInt32) -> ArraySlice<UInt8> { bytes[range(handle)] }

    func equals(_ handle: UInt32, _ other: Span<UInt8>) -> Bool {
        let range = range(handle)
        guard range.count == other.count else { return false }
        for index in 0..<other.count where bytes[range.lowerBound + index] != other[index] {
            return false
        }
        return true
    }

    /// Keeps a string and gives its handle.
    mutating func store(_ string: Span<UInt8>) -> UInt32 {
        guard !string.isEmpty else { return 0 }
        let units = Self.units(string.count)
        let handle = take(units)
        write(string, Int(handle) * Self.unit)
        return handle
    }

    /// Replaces a string, in place if the new one fits as well.
    mutating func replace(_ handle: UInt32, _ string: Span<UInt8>) -> UInt32 {
        if handle != 0, !string.isEmpty,
            Self.units(string.count) == Self.units(range(handle).count)
        {
            write(string, Int(handle) * Self.unit)
            return handle
        }
        release(handle)
        return store(string)
    }

    /// Gives the block of a handle back.
    mutating func release(_ handle: UInt32) {
        guard handle != 0 else { return }
        let units = Self.units(range(handle).count)
        while free.count <= units { free.append(0) }
        setWord(free[units], at: Int(handle) * Self.unit)
        free[units] = handle
    }

    private static func units(_ count: Int) -> Int {
        ((count < 255 ? 1 : 5) + count + unit - 1) / unit
    }

    private mutating func take(_ units: Int) -> UInt32 {
        if units < free.count, free[units] != 0 {
            let handle = free[units]
            free[units] = word(at: Int(handle) * Self.unit)
            return handle
        }
        let size = units * Self.unit
        if bytes.capacity - bytes.count < size {
            bytes.reserveCapacity(bytes.count + bytes.count / 4 + size + 4096)
        }
        let handle = UInt32(bytes.count / Self.unit)
        for _ in 0..<size { bytes.append(0) }
        return handle
    }

    private mutating func write(_ string: Span<UInt8>, _ start: Int) {
        var place = start + 1
        if string.count < 255 {
            bytes[start] = UInt8(string.count)
        } else {
            bytes[start] = 255
            setWord(UInt32(string.count), at: start + 1)
            place += 4
        }
        for index in 0..<string.count { bytes[place + index] = string[index] }
    }

    private func word(at place: Int) -> UInt32 {
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
            | UInt32(bytes[place + 3]) << 24
    }

    private mutating func setWord(_ value: UInt32, at place: Int) {
        for index in 0..<4 {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }
}
