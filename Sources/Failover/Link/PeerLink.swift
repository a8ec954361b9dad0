import Leases
import Wire

/// One TCP connection of a relationship.
struct PeerLink: Sendable {
    /// How far the handshake is.
    enum Phase: Sendable {
        /// We are secondary: the partner must say CONNECT.
        case awaitingConnect
        /// We are primary and have said CONNECT.
        case awaitingConnectAcknowledgement
        /// The link of the relationship; there is at most one.
        case established
    }

    let id: LinkID
    let isDialled: Bool
    var phase: Phase
    var stream = MessageStream()
    /// By when the handshake must be over.
    let handshakeLimit: Instant
    private var nextXid: UInt32 = 0

    /// Messages that came before the handshake and were not acted upon.
    var strayCount = 0

    /// So many of them cost the link.
    static let strayMax = 16
    /// Links without a finished handshake that a relationship keeps; beyond it the oldest goes.
    static let halfOpenMax = 8

    init(_ id: LinkID, isDialled: Bool, isPrimary: Bool, now: Now) {
        self.id = id
        self.isDialled = isDialled
        phase = isPrimary ? .awaitingConnectAcknowledgement : .awaitingConnect
        handshakeLimit = now.mono.advanced(seconds: Timers.handshakeSeconds)
    }

    /// A transaction id for a message that is not a response; the first is 0.
    mutating func takeXid() -> UInt32 {
        defer { nextXid &+= 1 }
        return nextXid
    }

    /// A transaction id for a BNDUPD, where 0 means "none in flight".
    mutating func takeUpdateXid() -> UInt32 {
        if nextXid == 0 { nextXid = 1 }
        return takeXid()
    }
}
