public import Leases
public import Wire

/// One thing that a server was given, in the order in which it was: all of them together are enough
/// to do everything again (`-tf`, `-play`).
public enum TraceItem: Sendable {
    /// A file of the configuration as it was read; `nil` when it could not be.
    case file(path: [UInt8], bytes: [UInt8]?)
    /// What the name servers said of a host name before the service began.
    case name([UInt8], NameTable.Answer)
    /// The lease file as it was found.
    case leases([UInt8])
    /// What is neither file nor input.
    case beginning(TraceBeginning)
    /// A record that the shell added to the lease file by itself.
    case record([UInt8])
    /// The first acts of the core.
    case start(Now)
    /// A DHCP message.
    case packet(InterfaceID, source: IPv4Address, bytes: [UInt8], Now)
    /// Any other input; of connections of OMAPI, too.
    case input(Input, Now)
}

/// What a core is made with beside configuration and leases.
public struct TraceBeginning: Sendable {
    public var seed: UInt64
    /// The UDP port of command line or environment.
    public var port: UInt16?
    public var hostname: [UInt8]
    public var interfaces: [Interface]
    /// When the lease file was settled, and when the core was made.
    public var settled: Now
    public var made: Now

    /// All of it.
    public init(
        seed: UInt64, port: UInt16?, hostname: [UInt8], interfaces: [Interface], settled: Now,
        made: Now
    ) {
        self.seed = seed
        self.port = port
        self.hostname = hostname
        self.interfaces = interfaces
        self.settled = settled
        self.made = made
    }
}

/// The form of a trace: a line that names it, then items. Each is a byte that says which one it is,
/// its length in four bytes, and its fields; numbers are big-endian, texts follow their length in
/// four bytes. dhcpd(8) describes it for others.
public enum TraceFormat {
    /// The first line. Another form gets another number.
    public static let heading = Array("dhcpd trace 1\n".utf8)
    /// No item is longer: a lease file of some million leases.
    public static let itemBytesMax = 1 << 30

    /// The first byte of an item.
    enum Kind: UInt8 {
        case file = 1
        case name, leases, beginning, record, start, packet
        case connected = 16
        case dialFailed, accepted, listenFailed, peerBytes, closed, pingReply, nameFound
        case addressesFound, durable, writeFailed, writeRecovered, tick, stop
        /// Kept free for commands of operators that are no bytes; nothing reads it yet.
        case command
    }
}
