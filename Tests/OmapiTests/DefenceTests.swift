import Leases
import Testing
import Wire

@testable import Omapi

/// What strangers try.
@Suite struct DefenceTests {
    private let name = Array("k1".utf8)

    private func find(id: UInt32, authenticator: UInt32) -> OmapiMessage {
        var message = OmapiMessage(
            .open, id: id, messageValues: [OmapiValue("type", Array("host".utf8))],
            objectValues: [OmapiValue("name", Array("fixed".utf8))])
        message.authenticator = authenticator
        return message
    }

    @Test func aSignatureOfAnotherSecretEndsTheConnection() {
        var server = OperatedServer(key: name)
        #expect(server.authenticator != 0)
        let good = server.send(find(id: 1, authenticator: server.authenticator))
        #expect(good?.objectValue("name")?.data == Array("fixed".utf8))
        let forged = server.send(
            find(id: 2, authenticator: server.authenticator), secret: [3, 2, 1])
        #expect(
            forged?.messageValue("result")?.integer == OmapiResult.badSignature.rawValue)
        #expect(forged?.signature == [])
        #expect(!server.session.has(OperatedServer.link))
    }

    @Test func aRepeatedMessageEndsTheConnection() {
        var server = OperatedServer(key: name)
        let message = find(id: 5, authenticator: server.authenticator)
        #expect(server.send(message)?.messageValue("result") == nil)
        #expect(
            server.send(message)?.messageValue("result")?.integer
                == OmapiResult.badSignature.rawValue)
        #expect(!server.session.has(OperatedServer.link))
    }

    /// The demanded key is declared without a secret: nobody can have it.
    @Test func aKeyWithoutSecretLetsNobodyIn() {
        var server = OperatedServer(key: name, keys: [])
        let refused = server.send(find(id: 1, authenticator: 0))
        #expect(refused?.messageValue("result")?.integer == OmapiResult.noKey.rawValue)
    }

    @Test func letterCaseOfKeyNamesDoesNotCount() {
        let server = OperatedServer(key: Array("K1".utf8))
        #expect(server.authenticator != 0)
    }

    @Test func theIdlestConnectionGoesFirst() {
        var server = OperatedServer(key: name)
        for number in 0..<UInt64(OmapiServer.connectionLimit + 50) {
            server.session.accept(
                LinkID(100 + number), now: OperatedServer.now, into: &server.effects)
        }
        #expect(server.session.connections.count == OmapiServer.connectionLimit)
        #expect(!server.session.has(LinkID(100)))
        #expect(server.session.has(LinkID(100 + UInt64(OmapiServer.connectionLimit))))
        // The client at work has shown nothing yet, but who has is kept.
        #expect(!server.session.has(OperatedServer.link))
        var busy = OperatedServer(key: name)
        _ = busy.send(find(id: 1, authenticator: busy.authenticator))
        for number in 0..<UInt64(OmapiServer.connectionLimit + 50) {
            busy.session.accept(
                LinkID(100 + number), now: OperatedServer.now, into: &busy.effects)
        }
        #expect(busy.session.has(OperatedServer.link))
    }

    @Test func handlesAreBounded() {
        var handles = OmapiHandles()
        let key = handles.handle(.authenticator(key: 0))
        for number in 0..<UInt32(OmapiHandles.limit + 10) {
            _ = handles.handle(.lease(LeaseID(number)))
        }
        #expect(handles.count == OmapiHandles.limit)
        #expect(handles.object(key) == .authenticator(key: 0))
        #expect(handles.object(2) == nil)
    }

    @Test func aMessageThatComesByteByByteIsRead() throws {
        var stream = OmapiStream()
        var bytes = OmapiServer.greeting
        find(id: 9, authenticator: 0).append(to: &bytes)
        var found: [OmapiMessage] = []
        for byte in bytes {
            stream.feed([byte])
            while let item = stream.next() {
                if case .message(let message, _) = item { found.append(message) }
            }
        }
        #expect(found.map(\.id) == [9])
    }
}
