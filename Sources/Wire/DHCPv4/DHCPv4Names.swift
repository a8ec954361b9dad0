/// Value of option 53 (RFC 2132 §9.6, RFC 4388 §6.1).
@frozen
public struct DHCPv4MessageType: Hashable, Sendable {
    /// The byte as it stands in the option.
    public var rawValue: UInt8

    /// Any value, known or not.
    @inlinable
    public init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// The client's messages and the server's answers.
    public static let discover = DHCPv4MessageType(1)
    public static let offer = DHCPv4MessageType(2)
    public static let request = DHCPv4MessageType(3)
    public static let decline = DHCPv4MessageType(4)
    public static let ack = DHCPv4MessageType(5)
    public static let nak = DHCPv4MessageType(6)
    public static let release = DHCPv4MessageType(7)
    public static let inform = DHCPv4MessageType(8)
    public static let leaseQuery = DHCPv4MessageType(10)
    public static let leaseUnassigned = DHCPv4MessageType(11)
    public static let leaseUnknown = DHCPv4MessageType(12)
    public static let leaseActive = DHCPv4MessageType(13)
}

/// Codes of the options that the server itself reads or writes (RFC 2132 and successors).
public enum DHCPv4Option {
    /// What a client or a server says about the network.
    public static let pad: UInt8 = 0
    public static let subnetMask: UInt8 = 1
    public static let routers: UInt8 = 3
    public static let nameServers: UInt8 = 5
    public static let domainNameServers: UInt8 = 6
    public static let hostName: UInt8 = 12
    public static let broadcastAddress: UInt8 = 28
    public static let vendorEncapsulated: UInt8 = 43
    /// What steers the exchange.
    public static let requestedAddress: UInt8 = 50
    public static let leaseTime: UInt8 = 51
    public static let overload: UInt8 = 52
    public static let messageType: UInt8 = 53
    public static let serverIdentifier: UInt8 = 54
    public static let parameterRequestList: UInt8 = 55
    public static let message: UInt8 = 56
    public static let maxMessageSize: UInt8 = 57
    public static let renewalTime: UInt8 = 58
    public static let rebindingTime: UInt8 = 59
    public static let vendorClass: UInt8 = 60
    public static let clientIdentifier: UInt8 = 61
    public static let nwipSuboptions: UInt8 = 63
    public static let userClass: UInt8 = 77
    public static let fqdn: UInt8 = 81
    public static let agentInformation: UInt8 = 82
    public static let clientLastTransaction: UInt8 = 91
    public static let associatedAddress: UInt8 = 92
    public static let subnetSelection: UInt8 = 118
    public static let end: UInt8 = 255
}

/// Where the fields of a BOOTP message stand (RFC 951 §3, RFC 2131 §2).
public enum DHCPv4Layout {
    /// The fixed header without the cookie.
    public static let headerSize = 236
    /// Header and cookie: where options begin.
    public static let optionsStart = 240
    /// Least size of a reply (RFC 951: a BOOTP message has 300 bytes).
    public static let minReplySize = 300
    /// `chaddr`, 16 bytes.
    public static let hardware = 28..<44
    /// `sname`, 64 bytes.
    public static let serverName = 44..<108
    /// `file`, 128 bytes.
    public static let file = 108..<236
    /// The broadcast bit of `flags`.
    public static let broadcastFlag: UInt16 = 0x8000
    /// The magic cookie.
    public static let cookie: UInt32 = 0x6382_5363
}
