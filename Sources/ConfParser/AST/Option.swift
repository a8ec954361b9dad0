/// The number of an option space in an ``OptionTable``.
public struct OptionSpaceID: Hashable, Sendable {
    public var rawValue: UInt16

    public init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// The DHCPv4 options: the space of a name without prefix.
    public static let dhcp = OptionSpaceID(0)
    public static let nwip = OptionSpaceID(1)
    public static let fqdn = OptionSpaceID(2)
    /// Relay agent information.
    public static let agent = OptionSpaceID(3)
    public static let vendorClass = OptionSpaceID(4)
    public static let vendor = OptionSpaceID(5)
    public static let isc = OptionSpaceID(6)
    /// The DHCPv6 options.
    public static let dhcp6 = OptionSpaceID(7)
    public static let vsio = OptionSpaceID(8)
    public static let isc6 = OptionSpaceID(9)
    /// The bridge from `dhcp6.fqdn` to the fqdn space; has no options of its own.
    public static let fqdn6 = OptionSpaceID(10)
    /// Server parameters, as `default-lease-time`; never on the wire.
    public static let server = OptionSpaceID(11)
    /// The first number that a configuration's own `option space` gets.
    public static let firstUserDefined = OptionSpaceID(12)
}

/// One option: a space and a code in it. Names are resolved while parsing.
public struct OptionReference: Hashable, Sendable {
    public var space: OptionSpaceID
    public var code: UInt32

    public init(_ space: OptionSpaceID, _ code: UInt32) {
        self.space = space
        self.code = code
    }
}

/// What is known about one option: its name and the format of its value.
public struct OptionDefinition: Hashable, Sendable {
    public var reference: OptionReference
    /// As it was written where it was defined.
    public var name: [UInt8]
    /// Format letters of dhcpd: `I` address, `t` text, `A` array and so on (config-language.md
    /// §3.2). `E` and `N` are followed by the name of a space or enumeration and a full stop.
    public var format: [UInt8]

    public init(reference: OptionReference, name: [UInt8], format: [UInt8]) {
        self.reference = reference
        self.name = name
        self.format = format
    }
}

/// An option space: how codes and lengths are written, and which option carries it.
public struct OptionSpace: Hashable, Sendable {
    public var name: [UInt8]
    /// Bytes of a code on the wire: 1, 2 or 4.
    public var codeWidth: UInt8
    /// Bytes of a length on the wire: 1, 2, or 0 for "no length".
    public var lengthWidth: UInt8
    /// The code that ends a list of options, if the space has one.
    public var endCode: UInt32?
    /// The option whose value this space is, if any encapsulates it.
    public var parent: OptionReference?
    /// The first `hash size` or its default; kept for completeness only.
    public var hashSize: UInt32

    public init(
        name: [UInt8], codeWidth: UInt8 = 1, lengthWidth: UInt8 = 1, endCode: UInt32? = nil,
        parent: OptionReference? = nil, hashSize: UInt32 = 11
    ) {
        self.name = name
        self.codeWidth = codeWidth
        self.lengthWidth = lengthWidth
        self.endCode = endCode
        self.parent = parent
        self.hashSize = hashSize
    }
}
