import Wire

/// Domain names of the configuration in wire form (RFC 1035 §3.1).
enum DomainText {
    /// A dotted name as labels with a root label at the end; `nil` if a label or the name is too
    /// long or empty.
    static func encode(_ name: [UInt8]) -> [UInt8]? { labels(name).map { $0.flatMap { $0 } + [0] } }

    /// The labels with their length bytes. `\` takes the next character, or three digits as a
    /// number, literally.
    /// - Parameter ignoresLastBackslash: ISC takes one at the end for nothing in domain lists; in
    ///   the names of keys it is an error.
    static func labels(_ name: [UInt8], ignoresLastBackslash: Bool = true) -> [[UInt8]]? {
        if name == [UInt8(ascii: ".")] { return [] }
        var labels: [[UInt8]] = []
        var current: [UInt8] = []
        var total = 1
        var index = 0
        func close() -> Bool {
            guard !current.isEmpty, current.count <= 63 else { return false }
            total += current.count + 1
            guard total <= 255 else { return false }
            labels.append([UInt8(current.count)] + current)
            current = []
            return true
        }
        while index < name.count {
            let byte = name[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                guard close() else { return nil }
            } else if byte == UInt8(ascii: "\\") {
                guard index < name.count else {
                    guard ignoresLastBackslash else { return nil }
                    break
                }
                guard let escaped = escape(name, &index) else { return nil }
                current.append(escaped)
            } else {
                current.append(byte)
            }
        }
        if !current.isEmpty, !close() { return nil }
        return labels
    }

    /// The byte that an escape stands for: a number of three digits, or the character itself.
    private static func escape(_ name: [UInt8], _ index: inout Int) -> UInt8? {
        let byte = name[index]
        index += 1
        guard byte.isASCIIDigit else { return byte }
        var value = Int(byte &- UInt8(ascii: "0"))
        for _ in 0..<2 {
            guard index < name.count, name[index].isASCIIDigit else { return nil }
            value = value * 10 + Int(name[index] &- UInt8(ascii: "0"))
            index += 1
        }
        return UInt8(exactly: value)
    }
}

/// Names one after the other; with `compresses`, suffixes seen before become pointers (RFC 1035
/// §4.1.4).
struct DomainList {
    let compresses: Bool
    private(set) var bytes: [UInt8] = []
    private var suffixes: [[UInt8]: UInt16] = [:]

    init(compresses: Bool) { self.compresses = compresses }

    /// Adds a name; false if it is none.
    mutating func append(_ name: [UInt8]) -> Bool {
        guard let labels = DomainText.labels(name) else { return false }
        guard compresses else {
            for label in labels { bytes.append(contentsOf: label) }
            bytes.append(0)
            return true
        }
        for index in labels.indices {
            let suffix = labels[index...].flatMap { $0 }.lowercasedASCII
            if let offset = suffixes[suffix] {
                bytes.append(bigEndian: offset | 0xc000)
                return true
            }
            if bytes.count < 0x4000 {
                suffixes[suffix] = UInt16(truncatingIfNeeded: bytes.count)
            }
            bytes.append(contentsOf: labels[index])
        }
        bytes.append(0)
        return true
    }
}
