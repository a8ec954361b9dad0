/// Domain names in wire form, compressed as far as possible.
struct DomainList {
    private(set) var bytes: [UInt8] = []
    /// Places of names and their tails, by their uncompressed form.
    private var tails: [[UInt8]: Int] = [:]

    /// Adds the names of a list that has its own compression; false if it is malformed.
    mutating func append(compressed list: [UInt8]) -> Bool {
        var index = 0
        while index < list.count {
            var labels: [[UInt8]] = []
            var place = index
            var next: Int?
            var jumps = 0
            while true {
                guard place < list.count else { return false }
                let length = Int(list[place])
                if length == 0 {
                    if next == nil { next = place + 1 }
                    break
                }
                if length >= 0xc0 {
                    guard place + 1 < list.count, jumps < 128 else { return false }
                    if next == nil { next = place + 2 }
                    place = (length & 0x3f) << 8 | Int(list[place + 1])
                    jumps += 1
                    continue
                }
                guard length < 64, place + 1 + length <= list.count, labels.count < 128 else {
                    return false
                }
                labels.append(Array(list[(place + 1)..<(place + 1 + length)]))
                place += 1 + length
            }
            append(labels)
            index = next ?? list.count
        }
        return true
    }

    private mutating func append(_ labels: [[UInt8]]) {
        for position in labels.indices {
            let tail = Self.key(labels[position...])
            if let known = tails[tail], known < 0x4000 {
                bytes.append(0xc0 | UInt8(known >> 8))
                bytes.append(UInt8(known & 0xff))
                return
            }
            if bytes.count < 0x4000 { tails[tail] = bytes.count }
            bytes.append(UInt8(labels[position].count))
            bytes += labels[position]
        }
        bytes.append(0)
    }

    private static func key(_ labels: ArraySlice<[UInt8]>) -> [UInt8] {
        labels.reduce(into: []) { $0 += [UInt8($1.count)] + $1 }
    }
}
