public import Leases
public import Server
public import Wire

/// The protocol side of all OMAPI connections: start-up, authentication, handles, requests and
/// replies.
///
/// A pure value: the shell brings bytes and takes bytes; what requests do happens in an
/// ``OmapiTarget``.
public struct OmapiServer: Sendable {
    private var keys: [OmapiKey]
    /// Index of the key that `omapi-key` demands.
    private var requiredKey: Int?
    private let signer: OmapiSigner
    private var connections: [LinkID: Connection] = [:]
    private var handles = OmapiHandles()
    private var nextID: UInt32

    /// One client.
    private struct Connection: Sendable {
        var stream = OmapiStream()
        /// Keys shown on this connection, by the handle of their authenticator.
        var authenticators: [UInt32: Int] = [:]
    }

    /// Version and header size that both sides send first.
    public static let greeting: [UInt8] = [0, 0, 0, 100, 0, 0, 0, 24]
    /// Connections at once; ISC stops at descriptor 200.
    public static let connectionLimit = 200

    /// What one call has to say to the client.
    private struct Reply {
        var bytes: [UInt8] = []
        var closes = false
        /// A line worth logging: why the connection ends.
        var complaint: String?

        mutating func end(because result: OmapiResult) {
            closes = true
            complaint = result.text
        }
    }

    /// - Parameter requiredKey: name given by `omapi-key`, one of `keys`.
    /// - Parameter firstID: where the ids of our messages begin; random in the daemon.
    public init(
        keys: [OmapiKey], requiredKey: [UInt8]?, firstID: UInt32, signer: @escaping OmapiSigner
    ) {
        self.keys = keys
        self.requiredKey = requiredKey.flatMap { name in keys.firstIndex { $0.name == name } }
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
            return connection
        }
        keys = new
        requiredKey = name.flatMap { name in new.firstIndex { $0.name == name } }
    }

    /// Ends all connections.
    public mutating func closeAll(into effects: inout Effects) {
        for link in connections.keys.sorted(by: { $0.index < $1.index }) {
            effects.list.append(.close(link, flush: true))
        }
        connections = [:]
    }

    /// True for a connection that is one of ours.
    public func has(_ link: LinkID) -> Bool { connections[link] != nil }

    /// A client connected; one too many is closed.
    public mutating func accept(_ link: LinkID, into effects: inout Effects) {
        guard connections.count < Self.connectionLimit else {
            effects.list.append(.close(link, flush: false))
            return
        }
        connections[link] = Connection()
        effects.peerSend(link) { $0.append(contentsOf: Self.greeting) }
    }

    /// A connection is gone.
    public mutating func closed(_ link: LinkID) { connections[link] = nil }

    /// Bytes of a client, in stream order. Replies and the end of the connection are effects.
    public mutating func receive<Target: OmapiTarget & ~Copyable>(
        _ bytes: [UInt8], on link: LinkID, target: inout Target, now: Now,
        into effects: inout Effects
    ) {
        var reply = Reply()
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
        finish(reply, link, &effects)
    }

    private mutating func finish(_ reply: Reply, _ link: LinkID, _ effects: inout Effects) {
        if !reply.bytes.isEmpty {
            effects.peerSend(link, after: effects.sequence) {
                $0.append(contentsOf: reply.bytes)
            }
        }
        if let complaint = reply.complaint { effects.log(.info, "OMAPI connection: \(complaint)") }
        guard reply.closes else { return }
        connections[link] = nil
        effects.list.append(.close(link, flush: true))
    }

    // MARK: - One request

    private mutating func answer<Target: OmapiTarget & ~Copyable>(
        _ request: OmapiMessage, _ covered: [UInt8], on link: LinkID, _ target: inout Target,
        _ now: Now, _ effects: inout Effects, _ reply: inout Reply
    ) {
        var key: Int?
        if request.authenticator != 0 {
            key = connections[link]?.authenticators[request.authenticator]
            guard let key, isGenuine(request, covered, keys[key]) else {
                send(status(OmapiFailure(.badSignature), to: request), signedBy: nil, into: &reply)
                reply.end(because: .badSignature)
                return
            }
        }
        if let required = requiredKey, key != required, !isAuthenticatorOpen(request) {
            let failure =
                key == nil
                ? OmapiFailure(.noKey, "No authenticator on message")
                : OmapiFailure(.permissionDenied)
            send(status(failure, to: request), signedBy: nil, into: &reply)
            return
        }
        let authenticator = key.map { (key: $0, handle: request.authenticator) }
        do throws(OmapiFailure) {
            let message = try perform(request, on: link, &target, now, &effects)
            if let message { send(message, signedBy: authenticator, into: &reply) }
        } catch {
            send(status(error, to: request), signedBy: authenticator, into: &reply)
        }
    }

    private mutating func perform<Target: OmapiTarget & ~Copyable>(
        _ request: OmapiMessage, on link: LinkID, _ target: inout Target, _ now: Now,
        _ effects: inout Effects
    ) throws(OmapiFailure) -> OmapiMessage? {
        switch OmapiOperation(rawValue: request.operation) {
        case .open:
            let object = try open(request, on: link, &target, now, &effects)
            return try description(of: object, for: request, target, now)
        case .refresh:
            return try description(of: try object(request.handle), for: request, target, now)
        case .update:
            let object = try object(request.handle)
            try target.update(object, values: request.objectValues, now: now, into: &effects)
            return status(OmapiFailure(.success), to: request)
        case .delete:
            let doomed = try object(request.handle)
            try target.remove(doomed, now: now, into: &effects)
            handles.forget(doomed)
            return status(OmapiFailure(.success), to: request)
        case .notify:
            throw OmapiFailure(.notImplemented, "notify not implemented yet")
        case .status:
            return nil
        case nil:
            throw OmapiFailure(.notImplemented)
        }
    }

    private func object(_ handle: UInt32) throws(OmapiFailure) -> OmapiObject {
        guard let object = handles.object(handle) else {
            throw OmapiFailure(.notFound, "no matching handle")
        }
        return object
    }

    private mutating func open<Target: OmapiTarget & ~Copyable>(
        _ request: OmapiMessage, on link: LinkID, _ target: inout Target, _ now: Now,
        _ effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        if request.responseTo != 0 {
            throw OmapiFailure(.invalidArgument, "OPEN can't be a response")
        }
        let mode = try openMode(request)
        guard let type = request.messageValue("type")?.data, !type.isEmpty else {
            if request.handle != 0 { return try object(request.handle) }
            throw OmapiFailure(.invalidArgument, "type required on create")
        }
        if type.elementsEqual("authenticator".utf8) {
            return try authenticate(request, on: link)
        }
        return try target.open(
            type: type, values: request.objectValues, mode: mode, now: now, into: &effects)
    }

    private func openMode(_ request: OmapiMessage) throws(OmapiFailure) -> OmapiOpenMode {
        var mode: OmapiOpenMode = []
        let flags: [(String, OmapiOpenMode)] = [
            ("create", .create), ("update", .update), ("exclusive", .exclusive),
        ]
        for (name, flag) in flags {
            guard let value = request.messageValue(name) else { continue }
            guard let number = value.integer else {
                throw OmapiFailure(.invalidArgument, "invalid \(name) flag value")
            }
            if number != 0 { mode.insert(flag) }
        }
        return mode
    }

    private mutating func authenticate(
        _ request: OmapiMessage, on link: LinkID
    ) throws(OmapiFailure) -> OmapiObject {
        let algorithm = request.objectValue("algorithm").flatMap {
            OmapiAlgorithm(wireName: $0.data)
        }
        let name = request.objectValue("name")?.data
        guard let algorithm,
            let key = keys.firstIndex(where: { $0.name == name && $0.algorithm == algorithm })
        else { throw OmapiFailure(.notFound) }
        let object = OmapiObject.authenticator(key: key)
        connections[link]?.authenticators[handles.handle(object)] = key
        return object
    }

    private func isAuthenticatorOpen(_ request: OmapiMessage) -> Bool {
        request.operation == OmapiOperation.open.rawValue
            && request.messageValue("type")?.data.elementsEqual("authenticator".utf8) == true
    }

    private func isGenuine(_ request: OmapiMessage, _ covered: [UInt8], _ key: OmapiKey) -> Bool {
        guard request.signature.count == key.algorithm.signatureLength else { return false }
        let wanted = signer(key.algorithm, key.secret, covered[...])
        return areEqualInConstantTime(wanted, request.signature)
    }

    // MARK: - Replies

    private mutating func description<Target: OmapiTarget & ~Copyable>(
        of object: OmapiObject, for request: OmapiMessage, _ target: borrowing Target, _ now: Now
    ) throws(OmapiFailure) -> OmapiMessage {
        let own = handles.handle(object)
        var values: [OmapiValue]?
        if case .authenticator = object {
            values = request.objectValues
        } else {
            var numbering = handles
            values = target.attributes(of: object, now: now) { numbering.handle($0) }
            handles = numbering
        }
        guard let values else { throw OmapiFailure(.notFound, "no matching handle") }
        var message = OmapiMessage(.update, handle: own, id: newID(), responseTo: request.id)
        message.objectValues = values
        return message
    }

    private mutating func status(_ outcome: OmapiFailure, to request: OmapiMessage) -> OmapiMessage
    {
        var message = OmapiMessage(.status, id: newID(), responseTo: request.id)
        message.messageValues = [OmapiValue("result", integer: outcome.result.rawValue)]
        if let text = outcome.message {
            message.messageValues.append(OmapiValue("message", Array(text.utf8)))
        }
        return message
    }

    private mutating func newID() -> UInt32 {
        nextID &+= 1
        return nextID
    }

    private func send(
        _ message: OmapiMessage, signedBy authenticator: (key: Int, handle: UInt32)?,
        into reply: inout Reply
    ) {
        guard let authenticator else {
            message.append(to: &reply.bytes)
            return
        }
        var signed = message
        signed.authenticator = authenticator.handle
        let key = keys[authenticator.key]
        let signer = signer
        signed.append(to: &reply.bytes, signatureLength: key.algorithm.signatureLength) {
            signer(key.algorithm, key.secret, $0)
        }
    }
}
