import ConfParser
public import Leases
public import Wire

/// All relationships of a server, and the accepted links of which it is not yet known whose they
/// are. The server's core forwards its inputs to this.
///
/// ISC gives an accepted link to the relationship that was declared last among those with the
/// caller's address, so that two relationships between the same servers cannot work. Here such a
/// link waits for CONNECT, which names the relationship (failover.md §11 D5).
public struct FailoverEndpoint: Sendable {
    /// In order of declaration; `RelationshipID` is the index.
    public internal(set) var relationships: [Relationship]
    var unbound: [UnboundLink] = []

    /// An accepted link that several relationships could own.
    struct UnboundLink: Sendable {
        var id: LinkID
        /// Last declared first.
        var candidates: [Int]
        var bytes: [UInt8] = []
        /// After this the link goes to a relationship where we are primary, if there is one.
        var limit: Instant
    }

    /// Accepted links that wait for CONNECT; beyond it the oldest goes.
    static let unboundMax = 32
    /// Seconds in which a primary that dialled us says CONNECT.
    static let patienceSeconds: UInt32 = 2

    /// The relationships in order of declaration.
    public init(_ relationships: [Relationship]) {
        self.relationships = relationships
    }

    /// A relationship by its number.
    public subscript(id: RelationshipID) -> Relationship {
        // Without a copy: this is asked several times for each packet.
        _read { yield relationships[Int(id.index)] }
        _modify { yield &relationships[Int(id.index)] }
    }

    /// The relationship of a pool, if it has one.
    public func relationship(of pool: PoolID) -> RelationshipID? {
        relationships.first { $0.owns(pool) }?.id
    }

    /// Enters startup, dials and listens, for each relationship.
    public mutating func start(leases: inout LeaseStore, now: Now, into effects: inout Effects) {
        for index in relationships.indices {
            relationships[index].start(leases: &leases, now: now, into: &effects)
        }
    }

    /// A dial of a relationship succeeded.
    public mutating func connected(
        _ id: RelationshipID, _ link: LinkID, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        guard relationships.indices.contains(Int(id.index)) else { return }
        self[id].connected(link, leases: &leases, now: now, into: &effects)
    }

    /// A dial of a relationship failed.
    public mutating func dialFailed(
        _ id: RelationshipID, reason: String, isImmediate: Bool, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        guard relationships.indices.contains(Int(id.index)) else { return }
        self[id].dialFailed(
            reason: reason, isImmediate: isImmediate, leases: &leases, now: now, into: &effects)
    }

    /// A listener of a relationship could not be opened.
    public mutating func listenFailed(
        _ id: RelationshipID, reason: String, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        guard relationships.indices.contains(Int(id.index)) else { return }
        self[id].listenFailed(reason: reason, leases: &leases, now: now, into: &effects)
    }

    /// Somebody connected to a listener.
    public mutating func accepted(
        _ link: LinkID, from peer: IPv4Address, at address: IPv4Address, port: UInt16,
        leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        let candidates = relationships.indices.reversed().filter {
            let configuration = relationships[$0].configuration
            return configuration.peerAddresses.contains(peer) && configuration.port == port
                && (configuration.address == address || address.isZero)
        }
        guard let first = candidates.first else {
            effects.log(.info, "failover: listener: no matching state")
            effects.list.append(.close(link, flush: false))
            return
        }
        if candidates.count == 1 {
            relationships[first].accepted(link, leases: &leases, now: now, into: &effects)
            return
        }
        if unbound.count >= Self.unboundMax {
            effects.list.append(.close(unbound.removeFirst().id, flush: false))
        }
        unbound.append(
            UnboundLink(
                id: link, candidates: Array(candidates),
                limit: now.mono.advanced(seconds: Self.patienceSeconds)))
    }

    /// Bytes of a link.
    public mutating func received(
        _ bytes: [UInt8], on link: LinkID, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        if let owner = relationships.firstIndex(where: { $0.has(link) }) {
            relationships[owner].received(
                bytes, on: link, leases: &leases, now: now, into: &effects)
            return
        }
        guard let index = unbound.firstIndex(where: { $0.id == link }) else { return }
        unbound[index].bytes += bytes
        var stream = MessageStream()
        stream.append(unbound[index].bytes)
        guard let decoded = stream.next() else { return }
        let waiting = unbound.remove(at: index)
        bind(
            waiting, to: owner(of: waiting, saying: decoded), sending: true, &leases, now, &effects)
    }

    /// The relationship that the first message names. Whatever else it is, the last declared one
    /// refuses it.
    private func owner(of link: UnboundLink, saying decoded: DecodedMessage) -> Int? {
        if case .message(let message) = decoded, message.type == .connect {
            let named = link.candidates.first {
                relationships[$0].configuration.name == message.relationshipName
            }
            if let named { return named }
        }
        return link.candidates.first
    }

    private mutating func bind(
        _ link: UnboundLink, to owner: Int?, sending: Bool, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        guard let owner else {
            effects.list.append(.close(link.id, flush: false))
            return
        }
        relationships[owner].accepted(link.id, leases: &leases, now: now, into: &effects)
        if sending {
            relationships[owner].received(
                link.bytes, on: link.id, leases: &leases, now: now, into: &effects)
        }
    }

    /// A link is gone.
    public mutating func closed(
        _ link: LinkID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        unbound.removeAll { $0.id == link }
        if let owner = relationships.firstIndex(where: { $0.has(link) }) {
            relationships[owner].closed(link, leases: &leases, now: now, into: &effects)
        }
    }

    /// Does everything that is due.
    public mutating func tick(leases: inout LeaseStore, now: Now, into effects: inout Effects) {
        while let first = unbound.first, first.limit <= now.mono {
            unbound.removeFirst()
            // The partner waits for our CONNECT; a primary of ours that has no link says it.
            let owner = first.candidates.first {
                relationships[$0].configuration.isPrimary && !relationships[$0].isConnected
            }
            bind(
                first, to: owner ?? first.candidates.first, sending: !first.bytes.isEmpty, &leases,
                now, &effects)
        }
        for index in relationships.indices {
            relationships[index].tick(leases: &leases, now: now, into: &effects)
        }
    }

    /// When ``tick(leases:now:into:)`` has something to do, ends of leases included.
    public func nextDeadline(leases: borrowing LeaseStore, now: Now) -> Instant? {
        var earliest = unbound.first?.limit
        for index in relationships.indices {
            let deadline = relationships[index].nextDeadline(leases: leases, now: now)
            guard let deadline else { continue }
            earliest = min(earliest ?? deadline, deadline)
        }
        return earliest
    }
}
