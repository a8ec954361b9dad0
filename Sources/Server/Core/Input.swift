public import Leases
public import Wire

/// Everything that can happen to a ``ServerCore`` except a DHCP message, which has a method of its
/// own (``ServerCore/receive(_:on:from:now:into:)``) so that its bytes are borrowed and not copied.
public enum Input: Sendable {
    /// Our dial succeeded; the shell numbered the link.
    case connected(RelationshipID, LinkID)
    /// Our dial failed. `isImmediate` when the system refused at once (failover.md §1.5: retry in
    /// 90 s instead of 5 s).
    case dialFailed(RelationshipID, reason: String, isImmediate: Bool)
    /// Somebody connected to a listener.
    case accepted(LinkID, from: IPv4Address, at: IPv4Address, port: UInt16)
    /// A listener could not be opened.
    case listenFailed(RelationshipID, reason: String)
    /// Bytes of a failover link, in stream order.
    case peerBytes(LinkID, [UInt8])
    /// The link is gone; nothing more comes from it.
    case closed(LinkID)
    /// An ICMP echo reply came from this address.
    case pingReply(IPv4Address)
    /// What the name servers say about an address (``Effects/Effect/lookUpName(_:)``).
    case nameFound(IPv4Address, [UInt8]?)
    /// What they say now about a host name of the configuration.
    case addressesFound([UInt8], NameTable.Answer)
    /// All records up to this one are on disk.
    case durable(Effects.Sequence)
    /// The lease file cannot be written; nothing after the last durable record is on disk.
    case writeFailed
    /// The file can be written again.
    case writeRecovered
    /// A deadline of ``ServerCore/nextDeadline(now:)`` has passed, or the wall clock was stepped.
    case tick
    /// An operator wants something; ``ServerCore/execute(_:now:into:)`` also says whether it was
    /// done.
    case command(OperatorCommand)
    /// An operator or a signal asks for the end of the process.
    case stop
}

/// A network interface that the server listens on.
public struct Interface: Sendable {
    public var id: InterfaceID
    /// Name as the system has it, `eth0`.
    public var name: String
    /// All IPv4 addresses; the first one is the default server identifier.
    public var addresses: [IPv4Address]
    /// Its link-layer address.
    public var hardware: HardwareAddress

    /// An interface as the shell found it.
    public init(
        id: InterfaceID, name: String, addresses: [IPv4Address], hardware: HardwareAddress
    ) {
        self.id = id
        self.name = name
        self.addresses = addresses
        self.hardware = hardware
    }
}
