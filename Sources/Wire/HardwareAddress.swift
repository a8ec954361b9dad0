/// A link-layer address with its ARP hardware type, as ISC keeps it: type byte first, up to 20
/// bytes of address.
///
/// Packets carry at most 16 bytes (`chaddr`); 20 are for InfiniBand in host declarations. The value
/// holds no reference, so a lease row stays flat.
@frozen
public struct HardwareAddress: Hashable, Sendable {
    /// `htype`: 1 Ethernet, 6 token ring, 8 FDDI, 32 InfiniBand.
    public var type: UInt8
    /// Number of address bytes, 0...20.
    public private(set) var length: UInt8
    /// Bytes past `length` are 0. An array of bytes, so that the value is no larger than it must
    /// be: there is one in each lease row.
    @usableFromInline var storage: [20 of UInt8]

    /// Most address bytes that can be kept.
    public static let maxLength = 20
    /// No address and no type: the mark of a lease that never had a client.
    public static let none = HardwareAddress()

    /// Neither type nor bytes.
    public init() { (type, length, storage) = (0, 0, .init(repeating: 0)) }

    /// An Ethernet address, in the order of the wire.
    public init(ethernet octets: InlineArray<6, UInt8>) {
        self.init()
        (type, length) = (1, 6)
        for index in 0..<6 { storage[index] = octets[index] }
    }

    /// An address of at most ``maxLength`` bytes; longer input is `nil`.
    public init?(type: UInt8, bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.maxLength else { return nil }
        self.init()
        self.type = type
        length = UInt8(bytes.count)
        var index = 0
        for byte in bytes {
            storage[index] = byte
            index += 1
        }
    }

    /// True for ``none``: neither type nor bytes.
    @inlinable
    public var isNone: Bool { type == 0 && length == 0 }

    /// One address byte; `index` must be below `length`.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < Int(length))
        return storage[index]
    }

    @inlinable
    public static func == (left: HardwareAddress, right: HardwareAddress) -> Bool {
        guard left.type == right.type, left.length == right.length else { return false }
        for index in 0..<Int(left.length) where left.storage[index] != right.storage[index] {
            return false
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(length)
        for index in 0..<Int(length) { hasher.combine(storage[index]) }
    }

    /// The address bytes without the type.
    public var bytes: [UInt8] { (0..<Int(length)).map { self[$0] } }

    /// Type byte and address bytes: what `hardware` evaluates to and failover option 5 carries.
    public var typedBytes: [UInt8] { [type] + bytes }

    /// A number that spreads well over all fields: the key of the lease index.
    @inlinable
    public func hash(seed: UInt64) -> UInt64 {
        var value = seed ^ (UInt64(type) << 8 | UInt64(length))
        var word: UInt64 = 0
        for index in 0..<Int(length) {
            word = word << 8 | UInt64(storage[index])
            guard index & 7 == 7 || index == Int(length) - 1 else { continue }
            value ^= word
            value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
            word = 0
        }
        value = (value ^ value >> 29) &* 0xc4ce_b9fe_1a85_ec53
        return value ^ value >> 33
    }
}

extension Array where Element == UInt8 {
    /// Appends the address bytes as `02:00:00:00:00:01`.
    public mutating func append(_ address: HardwareAddress) {
        for index in 0..<Int(address.length) {
            if index > 0 { append(UInt8(ascii: ":")) }
            append(hex: address[index])
        }
    }
}
