public import Leases
public import Server
public import Wire

/// The protocol side of all OMAPI connections: start-up, authentication, handles, requests and
/// replies.
///
/// A pure value: the shell brings bytes and takes bytes; what requests do happens in an
/// ``OmapiTarget``.
public struct OmapiServer: Sendable {
    private(set) var keys: [OmapiKey]
    /// `omapi-key` is given: nothing is done for messages that are not signed with it.
    private(set) var demandsKey: Bool
    /// Index of that key; `nil` when it has no secret or algorithm, so that nobody can have it.
    private(set) var requiredKey: Int?
    let signer: OmapiSigner
    var connections: [LinkID: Connection] = [:]
    var handles = OmapiHandles()
    private var nextID: UInt32
    /// Messages so far, as the measure of how long a connection has been idle.
    private var clock: UInt64 = 0
    private var complaints = Complaints()

    /// One client.
    struct Connection: Sendable {
        var stream = OmapiStream()
        var from: IPv4Address
        /// Keys shown on this connection, by the handle of their authenticator.
        var authenticators: [UInt32: Int] = [:]
        /// Ids of the last signed messages: no client uses one twice.
        var recentIDs: [UInt32] = []
        /// A signed message was genuine.
        var isGenuine = false
        /// ``OmapiServer/clock`` at its last message.
        var lastUse: UInt64

        static let recentIDsMax = 64
    }

    /// Version and header size that both sides send first.
    public static let greeting: [UInt8] = [0, 0, 0, 100, 0, 0, 0, 24]
    /// Connections at once; ISC stops at descriptor 200, and then nobody gets in.
    public static let connectionLimit = 128

    /// What one call has to say to the client.
    struct Reply {
        var bytes: [UInt8] = []
        var closes = false
        /// A line worth logging: why the connection ends.
        var complaint: String?

        mutating func end(because result: OmapiResult) { end(because: result.text) }

        mutating func end(because text: String) {
            closes = true
            complaint = text
        }
    }

    /// - Parameter requiredKey: name given by `omapi-key`.
    /// - Parameter firstID: where the ids of our messages begin; random in the daemon.
    public init(
        keys: [OmapiKey], requiredKey: [UInt8]?, firstID: UInt32, signer: @escaping OmapiSigner
    ) {
        self.keys = keys
        demandsKey = requiredKey != nil
        self.requiredKey = Self.index(ofKey: requiredKey, in: keys)
        self.signer = signer
        nextID = firstID
    }

    /// Goes on with other keys and other numbers of objects. Connections stay; what was shown with
    /// a key that is gone counts no more.
    public mutating func adopt(
        keys new: [OmapiKey], requiredKey name: [UInt8]?, after outcome: ReloadOutcome
    ) {
        let former = keys
        func number(_ key: Int) -> Int? { new.firstIndex(of: former[key]) }
        handles.rename { object in
            guard case .authenticator(let key) = object else { return object.after(outcome) }
            return number(key).map { .authenticator(key: $0) }
        }
        connections = connections.mapValues {
            var connection = $0
            connection.authenticators = connection.authenticators.compactMapValues(number)
            connection.isGenuine = connection.isGenuine && !connection.authenticators.isEmpty
            return connection
        }
        keys = new
        demandsKey = name != nil
        requiredKey = Self.index(ofKey: name, in: new)
    }

    private static func index(ofKey name: [UInt8]?, in keys: [OmapiKey]) -> Int? {
        name.flatMap { name in keys.firstIndex { isSameName($0.name, name) } }
    }

    /// Ends all connections.
    public mutating func closeAll(into effects: inout Effects) {
        for link in connections.keys.sorted(by: { $0.index < $1.index }) {
            effects.list.append(.close(link, flush: true))
        }
        connections = [:]
    }

    /// Names of keys are domain names: letter case does not count.
    static func isSameName(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
        return left.lazy.map(lowered).elementsEqual(right.lazy.map(lowered))
    }

    /// True for a connection that is one of ours.
    public func has(_ link: LinkID) -> Bool { connections[link] != nil }

    /// A client connected. When there are too many the one that has been idle longest goes, and
    /// whoever has shown no key before those who have.
    public mutating func accept(
        _ link: LinkID, from: IPv4Address = .any, now: Now? = nil, into effects: inout Effects
    ) {
        if connections.count >= Self.connectionLimit { evict(now, into: &effects) }
        clock += 1
        connections[link] = Connection(from: from, lastUse: clock)
        effects.peerSend(link) { $0.append(contentsOf: Self.greeting) }
    }

    private mutating func evict(_ now: Now?, into effects: inout Effects) {
        let idlest = connections.min {
            ($0.value.isGenuine ? 1 : 0, $0.value.lastUse)
                < ($1.value.isGenuine ? 1 : 0, $1.value.lastUse)
        }
        guard let (link, connection) = idlest else { return }
        complain(
            "too many connections, closing one that is idle", connection.from, now, into: &effects)
        connections[link] = nil
        effects.list.append(.close(link, flush: false))
    }

    /// A connection is gone.
    public mutating func closed(_ link: LinkID) { connections[link] = nil }

    /// Bytes of a client, in stream order. Replies and the end of the connection are effects.
    public mutating func receive<Target: OmapiTarget & ~Copyable>(
        _ bytes: [UInt8], on link: LinkID, target: inout Target, now: Now,
        into effects: inout Effects
    ) {
        guard connections[link] != nil else { return }
        var reply = Reply()
        clock += 1
        connections[link]?.lastUse = clock
        connections[link]?.stream.feed(bytes)
        while !reply.closes, let item = connections[link]?.stream.next() {
            switch item {
            case .startup(let version, _):
                if version != 100 { reply.end(because: .versionMismatch) }
            case .message(let message, let covered):
                answer(message, covered, on: link, &target, now, &effects, &reply)
            case .broken:
                reply.end(because: .protocolError)
            }
        }
        finish(reply, link, now, &effects)
    }

    private mutating func finish(
        _ reply: Reply, _ link: LinkID, _ now: Now, _ effects: inout Effects
    ) {
        if !reply.bytes.isEmpty {
            effects.peerSend(link, after: effects.sequence) {
                $0.append(contentsOf: reply.bytes)
            }
        }
        guard reply.closes else { return }
        let from = connections.removeValue(forKey: link)?.from
        if let complaint = reply.complaint {
            complain("\(complaint), connection closed", from ?? .any, now, into: &effects)
        }
        effects.list.append(.close(link, flush: true))
    }

    /// Strangers cannot fill the log: only so many lines in a second.
    mutating func complain(
        _ text: String, _ from: IPv4Address, _ now: Now?, into effects: inout Effects
    ) {
        if let now { complaints.now = now.mono }
        guard complaints.isAllowed() else { return }
        effects.log(.error, "OMAPI client \(from): \(text)")
    }

    /// The id of our next message.
    mutating func newID() -> UInt32 {
        nextID &+= 1
        return nextID
    }
}
