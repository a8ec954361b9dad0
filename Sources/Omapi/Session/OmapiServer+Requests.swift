import Leases
import Wire

// One request and its reply.

extension OmapiServer {
    mutating func answer<Target: OmapiTarget & ~Copyable>(
        _ request: OmapiMessage, _ covered: [UInt8], on link: LinkID, _ target: inout Target,
        _ now: Now, _ effects: inout Effects, _ reply: inout Reply
    ) {
        var key: Int?
        if request.authenticator != 0 {
            guard let shown = verify(request, covered, link, &reply) else { return }
            key = shown
        }
        // The answer to a question that we never ask; ISC drops the connection.
        if request.responseTo != 0, request.operation != OmapiOperation.open.rawValue {
            return reply.end(because: "a reply without a question")
        }
        if demandsKey, key == nil || key != requiredKey, !isAuthenticatorOpen(request) {
            let failure =
                key == nil
                ? OmapiFailure(.noKey, "No authenticator on message")
                : OmapiFailure(.permissionDenied)
            complain(
                failure.message ?? failure.result.text, connections[link]?.from ?? .any, now,
                into: &effects)
            send(status(failure, to: request), signedBy: nil, into: &reply)
            return
        }
        let authenticator = key.map { (key: $0, handle: request.authenticator) }
        do throws(OmapiFailure) {
            let message = try perform(request, on: link, &target, now, &effects)
            if let message { send(message, signedBy: authenticator, into: &reply) }
        } catch {
            if isAuthenticatorOpen(request) {
                complain(
                    "key refused: \(error.result.text)", connections[link]?.from ?? .any, now,
                    into: &effects)
            }
            send(status(error, to: request), signedBy: authenticator, into: &reply)
        }
    }

    /// The key of a message whose signature is right and that was not sent before; else the
    /// connection ends.
    private mutating func verify(
        _ request: OmapiMessage, _ covered: [UInt8], _ link: LinkID, _ reply: inout Reply
    ) -> Int? {
        func refuse(_ result: OmapiResult, _ text: String) {
            send(status(OmapiFailure(result), to: request), signedBy: nil, into: &reply)
            reply.end(because: text)
        }
        guard let key = connections[link]?.authenticators[request.authenticator] else {
            refuse(.unknownKey, OmapiResult.unknownKey.text)
            return nil
        }
        guard isGenuine(request, covered, keys[key]) else {
            refuse(.badSignature, OmapiResult.badSignature.text)
            return nil
        }
        guard connections[link]?.recentIDs.contains(request.id) == false else {
            refuse(.badSignature, "message repeated")
            return nil
        }
        connections[link]?.note(request.id)
        return key
    }

    private func isGenuine(_ request: OmapiMessage, _ covered: [UInt8], _ key: OmapiKey) -> Bool {
        guard request.signature.count == key.algorithm.signatureLength else { return false }
        let wanted = signer(key.algorithm, key.secret, covered[...])
        return areEqualInConstantTime(wanted, request.signature)
    }

    private func isAuthenticatorOpen(_ request: OmapiMessage) -> Bool {
        request.operation == OmapiOperation.open.rawValue
            && request.messageValue("type")?.data.elementsEqual("authenticator".utf8) == true
    }

    /// `nil` when nothing is to be said: a shutdown is answered by the end of the connection (ISC).
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
            if case .authenticator = object {
                throw OmapiFailure(.success, "cannot update authenticator")
            }
            try target.update(
                object, values: request.objectValues.withoutRepetitions, now: now, into: &effects)
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

    // MARK: - OPEN

    private mutating func open<Target: OmapiTarget & ~Copyable>(
        _ request: OmapiMessage, on link: LinkID, _ target: inout Target, _ now: Now,
        _ effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        if request.responseTo != 0 {
            throw OmapiFailure(.invalidArgument, "OPEN can't be a response")
        }
        let mode = try openMode(request)
        let type = request.messageValue("type")?.data ?? []
        guard let kind = OmapiKind(name: type) else {
            if OmapiKind.isUnsearchable(type) {
                throw OmapiFailure(.notImplemented, "unsearchable object type")
            }
            if mode.contains(.create) {
                throw OmapiFailure(.invalidArgument, "type required on create")
            }
            return try object(request.handle)
        }
        let values = request.objectValues.withoutRepetitions
        if kind == .authenticator { return try authenticate(values, mode, on: link) }
        if let given = values.key("handle") {
            return try known(given, kind, mode, values, &target, now, &effects)
        }
        return try target.open(type: type, values: values, mode: mode, now: now, into: &effects)
    }

    private func openMode(_ request: OmapiMessage) throws(OmapiFailure) -> OmapiOpenMode {
        var mode: OmapiOpenMode = []
        let flags: [(String, OmapiOpenMode)] = [
            ("create", .create), ("update", .update), ("exclusive", .exclusive),
        ]
        for (name, flag) in flags {
            guard let value = request.messageValue(name), !value.data.isEmpty else { continue }
            guard let number = value.integer else {
                throw OmapiFailure(.invalidArgument, "invalid \(name) flag value")
            }
            if number != 0 { mode.insert(flag) }
        }
        return mode
    }

    /// A handle among the keys of an OPEN: it must be one of the type.
    private func known<Target: OmapiTarget & ~Copyable>(
        _ given: [UInt8], _ kind: OmapiKind, _ mode: OmapiOpenMode, _ values: [OmapiValue],
        _ target: inout Target, _ now: Now, _ effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        guard let number = OmapiValue("", given).integer else {
            throw OmapiFailure(.invalidArgument, "object lookup failed")
        }
        guard let object = handles.object(number) else {
            throw OmapiFailure(.notFound, "no object matches specification")
        }
        guard object.kind == kind else {
            throw OmapiFailure(.invalidArgument, "object lookup failed")
        }
        if mode.contains([.create, .exclusive]) {
            throw OmapiFailure(.alreadyExists, "specified object already exists")
        }
        if !mode.isDisjoint(with: [.create, .update]) {
            let rest = values.filter { !$0.isNamed("handle") }
            try target.update(object, values: rest, now: now, into: &effects)
        }
        return object
    }

    /// A key must be declared, by name and algorithm; another one than the demanded one is refused
    /// at once.
    private mutating func authenticate(
        _ values: [OmapiValue], _ mode: OmapiOpenMode, on link: LinkID
    ) throws(OmapiFailure) -> OmapiObject {
        guard let name = values.key("name") else {
            throw OmapiFailure(.notImplemented, "can't create new object")
        }
        let wireName = values.key("algorithm") ?? []
        let key = keys.firstIndex {
            Self.isSameName($0.name, name) && $0.algorithm == OmapiAlgorithm(wireName: wireName)
        }
        guard let key else {
            throw OmapiFailure(.notFound, "no object matches specification")
        }
        if mode.contains([.create, .exclusive]) {
            throw OmapiFailure(.alreadyExists, "specified object already exists")
        }
        if !mode.isDisjoint(with: [.create, .update]) {
            throw OmapiFailure(.success, "can't update object")
        }
        guard !demandsKey || key == requiredKey else {
            throw OmapiFailure(.badSignature, "can't select authenticator")
        }
        let object = OmapiObject.authenticator(key: key)
        connections[link]?.authenticators[handles.handle(object)] = key
        return object
    }

    // MARK: - Replies

    private mutating func description<Target: OmapiTarget & ~Copyable>(
        of object: OmapiObject, for request: OmapiMessage, _ target: borrowing Target, _ now: Now
    ) throws(OmapiFailure) -> OmapiMessage {
        var values: [OmapiValue]?
        let own = handles.handle(object)
        if case .authenticator(let key) = object {
            let name = keys[key].algorithm.rawValue + ".SIG-ALG.REG.INT."
            values = [
                OmapiValue("name", keys[key].name), OmapiValue("algorithm", Array(name.utf8)),
            ]
        } else {
            // Moved out and back: a copy would be made anew for each request.
            var numbering = OmapiHandles()
            swap(&numbering, &handles)
            values = target.attributes(of: object, now: now) { numbering.handle($0) }
            swap(&numbering, &handles)
        }
        guard let values else {
            handles.forget(object)
            throw OmapiFailure(.notFound, "no matching handle")
        }
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

extension OmapiServer.Connection {
    fileprivate mutating func note(_ id: UInt32) {
        isGenuine = true
        if recentIDs.count >= Self.recentIDsMax { recentIDs.removeFirst() }
        recentIDs.append(id)
    }
}

extension [OmapiValue] {
    /// Of values of one name the last counts, in the place of the first (ISC).
    var withoutRepetitions: [OmapiValue] {
        var result: [OmapiValue] = []
        for value in self {
            if let place = result.firstIndex(where: { $0.name == value.name }) {
                result[place] = value
            } else {
                result.append(value)
            }
        }
        return result
    }
}
