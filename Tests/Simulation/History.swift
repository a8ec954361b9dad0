import Wire

/// The last lines of a run, kept as they came and rendered only when something failed. With a
/// capacity of 0 nothing is kept: a seed that failed is run again for its story.
struct History {
    private enum Text {
        case bytes([UInt8])
        case string(String)
    }

    private var lines: [(time: Instant, who: String, text: Text)] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    mutating func note(_ time: Instant, _ who: String, _ text: @autoclosure () -> String) {
        if capacity > 0 { add((time, who, .string(text()))) }
    }

    mutating func note(_ time: Instant, _ who: String, bytes: ArraySlice<UInt8>) {
        if capacity > 0 { add((time, who, .bytes(Array(bytes)))) }
    }

    private mutating func add(_ line: (time: Instant, who: String, text: Text)) {
        guard lines.count == capacity else {
            lines.append(line)
            return
        }
        lines[next] = line
        next = (next + 1) % capacity
    }

    func rendered(last count: Int) -> String {
        let ordered = lines[next...] + lines[..<next]
        return ordered.suffix(count).map { line in
            let milliseconds = line.time.nanoseconds / 1_000_000
            let fraction = String(1000 + milliseconds % 1000).dropFirst()
            let text =
                switch line.text {
                case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
                case .string(let string): string
                }
            return "\(milliseconds / 1000).\(fraction) \(line.who): \(text)"
        }.joined(separator: "\n")
    }
}
