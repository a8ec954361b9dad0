public import Wire

/// What a step of the core asks of the shell, and in which order it may happen.
///
/// One value is reused for ever: payload bytes stand in `arena`, lease-file records in `journal`.
/// The contract:
/// - `journal` is appended to the lease file and synced; then the core's waiting packets are
///   released by `sequence`.
/// - an effect with `after: n` must not leave the machine before record `n` is durable; `n == 0`
///   waits for nothing;
/// - order is kept among the effects of one link, and among packets that wait for a record; a
///   packet that waits for nothing may overtake those that do.
public struct Effects: Sendable {
    /// Number of a record since the start of the process; 0 is "no record".
    public typealias Sequence = UInt64

    /// One thing for the shell to do.
    public enum Effect: Sendable {
        /// Send a DHCP message.
        case transmit(PacketRoute, payload: Range<Int>, after: Sequence)
        /// Write to a failover link.
        case peerSend(LinkID, payload: Range<Int>, after: Sequence)
        /// Open a TCP connection from `from` to `to`; answered by connected or failed.
        case dial(RelationshipID, from: IPv4Address, to: IPv4Address, port: UInt16)
        /// Give up a connection attempt in progress.
        case stopDialling(RelationshipID)
        /// Listen on an address; relationships with the same address and port share a listener.
        case listen(RelationshipID, address: IPv4Address, port: UInt16)
        /// Close the listener of an address and port; links that came by it stay.
        case stopListening(address: IPv4Address, port: UInt16)
        /// Close a link, after what was written to it has left if `flush`.
        case close(LinkID, flush: Bool)
        /// Send one ICMP echo request to an address, answered by `Input.pingReply` if anybody
        /// answers (server-v4.md §8.4). The core keeps the time.
        case probe(IPv4Address)
        /// A log line without its newline.
        case log(LogLevel, text: Range<Int>)
        /// Ask the name servers for the name of an address, answered by `Input.nameFound`.
        case lookUpName(IPv4Address)
        /// Run a program with these arguments, the first of which names it; never by a shell, and
        /// nothing waits for it.
        case execute([[UInt8]])
        /// End the process in order with this status, after everything before it is done.
        case exit(status: Int32)
    }

    /// What is to be done, in order.
    public var list: [Effect] = []
    /// Payload bytes of the effects of this turn.
    public var arena: [UInt8] = []
    /// Lease-file records of this turn, in order.
    public var journal: [UInt8] = []
    /// Number of the last record appended to `journal`, over all turns.
    public var sequence: Sequence = 0

    /// An empty buffer.
    public init() {}

    /// Forgets what the shell has carried out; keeps the buffers and the count of records.
    public mutating func clear() {
        list.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
        journal.removeAll(keepingCapacity: true)
    }

    /// Appends one lease-file record and returns its number, to be used as `after`.
    @discardableResult
    public mutating func commit(_ render: (inout [UInt8]) -> Void) -> Sequence {
        render(&journal)
        sequence += 1
        return sequence
    }

    /// Appends a log line.
    public mutating func log(_ level: LogLevel, _ render: (inout [UInt8]) -> Void) {
        let start = arena.count
        render(&arena)
        list.append(.log(level, text: start..<arena.count))
    }

    /// Appends a log line given as a string; for lines that are rare.
    public mutating func log(_ level: LogLevel, _ text: String) {
        log(level) { $0.append(string: text) }
    }

    /// Appends bytes for a link.
    public mutating func peerSend(
        _ link: LinkID, after: Sequence = 0, _ render: (inout [UInt8]) -> Void
    ) {
        let start = arena.count
        render(&arena)
        list.append(.peerSend(link, payload: start..<arena.count, after: after))
    }
}

/// Syslog priorities that ISC uses; `fatal` is logged like `error` and ends the process.
public enum LogLevel: UInt8, Sendable {
    case fatal, error, info, debug
}

/// Where a DHCP message goes (server-v4.md §2.1).
public enum PacketRoute: Hashable, Sendable {
    /// A frame on an interface's raw socket: to `destination` port `port`, link-layer address
    /// `hardware` (broadcast if empty).
    case raw(
        interface: InterfaceID, source: IPv4Address, destination: IPv4Address, port: UInt16,
        hardware: HardwareAddress)
    /// The UDP socket and the kernel's routing.
    case routed(destination: IPv4Address, port: UInt16)
}

/// Number of a network interface that the server listens on, in order of discovery.
@frozen
public struct InterfaceID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}
