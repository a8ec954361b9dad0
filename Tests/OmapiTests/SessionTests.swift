import Leases
import Omapi
import Testing
import Wire

/// Objects of a server that has one failover relationship and nothing else.
private struct OneRelationship: OmapiTarget {
    var localState: UInt32 = 2
    let object = OmapiObject.failoverState(RelationshipID(0))

    mutating func open(
        type: [UInt8], values: [OmapiValue], mode: OmapiOpenMode, now: Now,
        into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        guard type.elementsEqual("failover-state".utf8), values.first?.data == Array("lab".utf8)
        else {
            throw OmapiFailure(.notFound, "no object matches specification")
        }
        return object
    }

    func attributes(
        of object: OmapiObject, now: Now, handle: (OmapiObject) -> UInt32
    ) -> [OmapiValue]? {
        [OmapiValue("local-state", integer: localState)]
    }

    mutating func update(
        _ object: OmapiObject, values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        for value in values { localState = value.integer ?? localState }
    }

    mutating func remove(
        _ object: OmapiObject, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        throw OmapiFailure(.notImplemented)
    }
}

@Suite struct SessionTests {
    static let key = OmapiKey(name: Array("k1".utf8), algorithm: .md5, secret: [1, 2, 3])
    /// Stands for an HMAC: sixteen bytes that depend on the covered bytes and the secret.
    static let signer: OmapiSigner = { algorithm, secret, bytes in
        let sum = (bytes + secret).reduce(UInt8(7)) { $0 &* 31 &+ $1 }
        return [UInt8](repeating: sum, count: algorithm.signatureLength)
    }

    private var target = OneRelationship()
    let link = LinkID(1)

    func server(requiring key: String? = nil) -> OmapiServer {
        OmapiServer(
            keys: [Self.key], requiredKey: key.map { Array($0.utf8) }, firstID: 0x6bcf_7842,
            signer: Self.signer)
    }

    func accept(_ server: inout OmapiServer) {
        var effects = Effects()
        server.accept(link, into: &effects)
        #expect(effects.arena == OmapiServer.greeting)
    }

    /// Brings bytes to the server; gives what it sends and whether it ends the connection.
    mutating func ask(_ server: inout OmapiServer, _ bytes: [UInt8]) -> (
        bytes: [UInt8], closes: Bool
    ) {
        var effects = Effects()
        let now = Now(wall: Timestamp(1_795_000_000), mono: Instant(nanoseconds: 1))
        server.receive(bytes, on: link, target: &target, now: now, into: &effects)
        var sent: [UInt8] = []
        var closes = false
        for effect in effects.list {
            switch effect {
            case .peerSend(_, let payload, _): sent += effects.arena[payload]
            case .close: closes = true
            default: break
            }
        }
        return (sent, closes)
    }

    func messages(_ bytes: [UInt8]) -> [OmapiMessage] {
        var stream = OmapiStream()
        stream.feed(OmapiServer.greeting + bytes)
        var found: [OmapiMessage] = []
        while let item = stream.next() {
            if case .message(let message, _) = item { found.append(message) }
        }
        return found
    }

    func open(_ type: String, _ values: [OmapiValue], id: UInt32 = 1) -> OmapiMessage {
        OmapiMessage(
            .open, id: id, messageValues: [OmapiValue("type", Array(type.utf8))],
            objectValues: values)
    }

    func encoded(_ message: OmapiMessage, signedAs authenticator: UInt32 = 0) -> [UInt8] {
        var message = message
        message.authenticator = authenticator
        var bytes: [UInt8] = []
        message.append(to: &bytes, signatureLength: authenticator == 0 ? 0 : 16) {
            Self.signer(.md5, Self.key.secret, $0)
        }
        return bytes
    }

    @Test mutating func anObjectIsOpenedAndChangedWithoutAKey() throws {
        var server = server()
        accept(&server)
        let name = OmapiValue("name", Array("lab".utf8))
        let first = ask(&server, OmapiServer.greeting + encoded(open("failover-state", [name])))
        let shown = try #require(messages(first.bytes).first)
        #expect(shown.operation == OmapiOperation.update.rawValue)
        #expect(shown.handle == 1)
        #expect(shown.responseTo == 1)
        #expect(shown.objectValue("local-state")?.integer == 2)
        var change = OmapiMessage(.update, handle: 1, id: 2)
        change.objectValues = [OmapiValue("local-state", integer: 4)]
        let second = ask(&server, encoded(change))
        #expect(messages(second.bytes).first?.messageValue("result")?.integer == 0)
        #expect(target.localState == 4)
    }

    @Test mutating func aDemandedKeyIsDemanded() throws {
        var server = server(requiring: "k1")
        accept(&server)
        let name = OmapiValue("name", Array("lab".utf8))
        let bare = ask(&server, OmapiServer.greeting + encoded(open("failover-state", [name])))
        let refusal = try #require(messages(bare.bytes).first)
        #expect(refusal.messageValue("result")?.integer == OmapiResult.noKey.rawValue)
        #expect(!bare.closes)

        let shown = ask(
            &server,
            encoded(
                open(
                    "authenticator",
                    [
                        OmapiValue("name", Array("k1".utf8)),
                        OmapiValue("algorithm", Array("hmac-md5.SIG-ALG.REG.INT.".utf8)),
                    ])))
        let authenticator = try #require(messages(shown.bytes).first)
        let signed = ask(
            &server, encoded(open("failover-state", [name]), signedAs: authenticator.handle))
        let reply = try #require(messages(signed.bytes).first)
        #expect(reply.authenticator == authenticator.handle)
        #expect(reply.signature.count == 16)
        #expect(reply.objectValue("local-state")?.integer == 2)
    }

    @Test mutating func anUnknownAuthenticatorEndsTheConnection() throws {
        var server = server(requiring: "k1")
        accept(&server)
        var forged = open("failover-state", [OmapiValue("name", Array("lab".utf8))])
        forged.authenticator = 1
        var bytes: [UInt8] = []
        forged.append(to: &bytes, signatureLength: 16) { _ in [UInt8](repeating: 0, count: 16) }
        let reply = ask(&server, OmapiServer.greeting + bytes)
        #expect(reply.closes)
        let refusal = try #require(messages(reply.bytes).first)
        #expect(refusal.messageValue("result")?.integer == OmapiResult.unknownKey.rawValue)
        #expect(refusal.authenticator == 0)
    }

    @Test mutating func unknownThingsAreRefusedInIscsWords() throws {
        var server = server()
        accept(&server)
        let reply = ask(
            &server,
            OmapiServer.greeting
                + encoded(open("lease", [OmapiValue("ip-address", [10, 9, 9, 9])])))
        let refusal = try #require(messages(reply.bytes).first)
        #expect(refusal.operation == OmapiOperation.status.rawValue)
        #expect(refusal.messageValue("result")?.integer == 0x17)
        #expect(
            refusal.messageValue("message")?.data == Array("no object matches specification".utf8))
    }
}
