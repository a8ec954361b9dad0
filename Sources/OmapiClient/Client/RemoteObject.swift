import ConfParser
import Omapi
import Wire

/// An object of the server as the shell holds it: what was set here, and what the server sent.
struct RemoteObject: Sendable {
    /// A value has a type only as long as it was set here; what the server sends is data.
    enum Value: Hashable, Sendable {
        case integer(Int32)
        case text([UInt8])
        case data([UInt8])
    }

    /// A value under its name.
    struct Attribute: Sendable {
        var name: [UInt8]
        /// `nil` once it was unset, until the server has said what is there now.
        var value: Value?
        /// Goes into the next OPEN or UPDATE.
        var isChanged: Bool
    }

    let type: [UInt8]
    /// The server's number of it; 0 before it was opened.
    private(set) var handle: UInt32 = 0
    private(set) var attributes: [Attribute] = []

    init(type: [UInt8]) { self.type = type }

    /// ISC: this name reaches the handle itself.
    private static let handleName = [UInt8](literal: "remote-handle")

    /// Sets or unsets a value; it keeps its place if it has one.
    /// - Returns: false for a handle that is no number.
    @discardableResult
    mutating func set(_ name: [UInt8], _ value: Value?) -> Bool {
        if name == Self.handleName {
            switch value {
            case .integer(let number): handle = UInt32(bitPattern: number)
            case .text(let bytes), .data(let bytes):
                guard let number = OmapiValue(name, bytes).integer else { return false }
                handle = number
            case nil: return false
            }
            return true
        }
        let attribute = Attribute(name: name, value: value, isChanged: true)
        if let index = attributes.firstIndex(where: { $0.name == name }) {
            attributes[index] = attribute
        } else {
            attributes.append(attribute)
        }
        return true
    }

    /// What an OPEN or UPDATE carries. An UPDATE of the server, but no STATUS, makes values
    /// unchanged; so `update` sends everything again that was set since then (ISC).
    var changes: [OmapiValue] {
        attributes.filter { $0.isChanged && !$0.name.isEmpty }.map {
            switch $0.value {
            case .integer(let number):
                var data: [UInt8] = []
                data.append(bigEndian: UInt32(bitPattern: number))
                return OmapiValue($0.name, data)
            case .text(let bytes), .data(let bytes): return OmapiValue($0.name, bytes)
            case nil: return OmapiValue($0.name, [])
            }
        }
    }

    /// Takes over what an UPDATE of the server says; false if it cannot be understood.
    mutating func take(_ values: [OmapiValue], handle: UInt32) -> Bool {
        // ISC: an UPDATE without any value is an invalid one.
        guard !values.isEmpty else { return false }
        for value in values {
            guard set(value.name, value.data.isEmpty ? nil : .data(value.data)) else {
                return false
            }
        }
        if handle != 0 { self.handle = handle }
        attributes.removeAll { $0.value == nil }
        for index in attributes.indices { attributes[index].isChanged = false }
        return true
    }

    /// `obj: TYPE` and a line for each value.
    func appendListing(to text: inout [UInt8]) {
        text.append(text: "obj: ")
        text.append(contentsOf: type)
        text.append(UInt8(ascii: "\n"))
        for attribute in attributes {
            text.append(contentsOf: attribute.name.prefix { $0 != 0 })
            text.append(text: " = ")
            switch attribute.value {
            case .integer(let number): text.append(string: String(number))
            case .text(let bytes): text.append(quoted: bytes[...])
            case .data(let bytes): text.append(data: bytes)
            case nil: text.append(text: "<null>")
            }
            text.append(UInt8(ascii: "\n"))
        }
    }
}

extension [UInt8] {
    /// Room that ISC has for data in a listing, its closing NUL included.
    private static var dataRoom: Int { 1025 }

    fileprivate mutating func append(quoted bytes: ArraySlice<UInt8>) {
        append(UInt8(ascii: "\""))
        append(contentsOf: bytes)
        append(UInt8(ascii: "\""))
    }

    /// Text in quotation marks if all of it can be printed, else octets with colons; nothing if
    /// those do not fit.
    fileprivate mutating func append(data bytes: [UInt8]) {
        let shown = bytes.prefix(Self.dataRoom - 3)
        if shown.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            append(quoted: shown)
            return
        }
        guard bytes.count * 3 <= Self.dataRoom else { return }
        for (index, byte) in bytes.enumerated() {
            if index > 0 { append(UInt8(ascii: ":")) }
            append(hexDigit(byte >> 4))
            append(hexDigit(byte & 15))
        }
    }
}
