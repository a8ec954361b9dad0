import Wire

/// What a message asks or says; raw values are those on the wire (omapi.md §2).
public enum OmapiOperation: UInt32, Sendable {
    case open = 1
    case refresh = 2
    case update = 3
    case notify = 4
    case status = 5
    case delete = 6
}

/// One name and its bytes. Values carry no type: an integer is four bytes, text has no NUL, an
/// absent value is empty.
public struct OmapiValue: Hashable, Sendable {
    public var name: [UInt8]
    public var data: [UInt8]

    public init(_ name: [UInt8], _ data: [UInt8]) {
        self.name = name
        self.data = data
    }

    public init(_ name: String, _ data: [UInt8]) {
        self.init(Array(name.utf8), data)
    }

    /// A four-byte integer in network order.
    public init(_ name: String, integer: UInt32) {
        var data: [UInt8] = []
        data.append(bigEndian: integer)
        self.init(name, data)
    }

    /// The value as an integer, when it has exactly four bytes.
    public var integer: UInt32? {
        guard data.count == 4 else { return nil }
        return data.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// One OMAPI message. Layout (big-endian): authid 4, authlen 4, op 4, handle 4, id 4, rid 4,
/// message values, object values, signature.
///
/// Each list of values is repeated `u16 name length (> 0), name, u32 value length, value`, ended by
/// a name length of 0.
public struct OmapiMessage: Hashable, Sendable {
    public var operation: UInt32
    /// The object concerned, or 0.
    public var handle: UInt32
    /// Chosen by the sender; its reply carries it as `responseTo`.
    public var id: UInt32
    public var responseTo: UInt32
    public var messageValues: [OmapiValue]
    public var objectValues: [OmapiValue]
    /// Authenticator handle; 0 for an unsigned message. Not covered by the signature.
    public var authenticator: UInt32 = 0
    /// Bytes of the signature as received.
    public var signature: [UInt8] = []

    public init(
        _ operation: OmapiOperation, handle: UInt32 = 0, id: UInt32, responseTo: UInt32 = 0,
        messageValues: [OmapiValue] = [], objectValues: [OmapiValue] = []
    ) {
        self.operation = operation.rawValue
        self.handle = handle
        self.id = id
        self.responseTo = responseTo
        self.messageValues = messageValues
        self.objectValues = objectValues
    }

    init(operation: UInt32, handle: UInt32, id: UInt32, responseTo: UInt32) {
        self.operation = operation
        self.handle = handle
        self.id = id
        self.responseTo = responseTo
        messageValues = []
        objectValues = []
    }

    /// A message value by name.
    public func messageValue(_ name: String) -> OmapiValue? {
        messageValues.first { $0.name.elementsEqual(name.utf8) }
    }

    /// An object value by name.
    public func objectValue(_ name: String) -> OmapiValue? {
        objectValues.first { $0.name.elementsEqual(name.utf8) }
    }

    /// Appends the message.
    /// - Parameter signatureLength: goes into `authlen`; 0 when unsigned.
    /// - Parameter sign: gets the bytes from `authlen` to the final zero and gives the signature.
    public func append(
        to bytes: inout [UInt8], signatureLength: Int = 0,
        sign: (ArraySlice<UInt8>) -> [UInt8] = { _ in [] }
    ) {
        bytes.append(bigEndian: authenticator)
        let covered = bytes.count
        bytes.append(bigEndian: UInt32(truncatingIfNeeded: signatureLength))
        for word in [operation, handle, id, responseTo] { bytes.append(bigEndian: word) }
        for list in [messageValues, objectValues] {
            for value in list {
                bytes.append(bigEndian: UInt16(truncatingIfNeeded: value.name.count))
                bytes.append(contentsOf: value.name)
                bytes.append(bigEndian: UInt32(truncatingIfNeeded: value.data.count))
                bytes.append(contentsOf: value.data)
            }
            bytes.append(bigEndian: UInt16(0))
        }
        if signatureLength > 0 { bytes.append(contentsOf: sign(bytes[covered...])) }
    }
}
