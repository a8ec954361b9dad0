/// Reads one JSON text strictly (RFC 8259): what a test may believe to be an object.
struct JSONText {
    indirect enum Value: Equatable {
        case object([String: Value])
        case string(String)
        case number(Int)
        case null
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The object; `nil` if the text is none, has a key twice, or anything behind it.
    mutating func object() -> [String: Value]? {
        guard String(validating: bytes, as: UTF8.self) != nil, case .object(let members)? = value(),
            index == bytes.count
        else { return nil }
        return members
    }

    private mutating func take(_ character: Character) -> Bool {
        guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func value() -> Value? {
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "{"): return members()
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "n"):
            guard bytes[index...].starts(with: Array("null".utf8)) else { return nil }
            index += 4
            return .null
        default:
            let digits = bytes[index...].prefix { (0x30...0x39).contains($0) }
            index += digits.count
            guard digits.first != 0x30 || digits.count == 1 else { return nil }
            return Int(String(decoding: digits, as: UTF8.self)).map { .number($0) }
        }
    }

    private mutating func members() -> Value? {
        guard take("{") else { return nil }
        var members: [String: Value] = [:]
        repeat {
            guard let key = string(), take(":"), let value = value() else { return nil }
            guard members.updateValue(value, forKey: key) == nil else { return nil }
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case 0..<0x20: return nil
            case UInt8(ascii: "\\"):
                guard let escaped = escape() else { return nil }
                text.append(escaped)
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> UInt8? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        index += 1
        guard byte == UInt8(ascii: "u") else {
            return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? byte : nil
        }
        guard index + 4 <= bytes.count else { return nil }
        let digits = String(decoding: bytes[index..<(index + 4)], as: UTF8.self)
        index += 4
        return UInt8(digits, radix: 16)
    }
}
