import Omapi
import OmapiClient
import Testing

/// What no recorded server does: it breaks the protocol, is slow, or is an enemy.
@Suite struct SessionTests {
    private static let greeting: [UInt8] = [0, 0, 0, 100, 0, 0, 0, 24]

    private func text(_ effects: [OmshellSession.Effect]) -> String {
        String(decoding: written(effects), as: UTF8.self)
    }

    private func command(_ line: String) -> OmshellSession.Input { .line(Array("\(line)\n".utf8)) }

    /// A session that has connected without a key and made an object.
    private func connected() -> OmshellSession {
        var session = newSession()
        _ = session.handle(command("connect"))
        _ = session.handle(.connected)
        #expect(text(session.handle(.received(Self.greeting))) == "obj: <null>\n> ")
        #expect(text(session.handle(command("new x"))) == "obj: x\n> ")
        return session
    }

    /// The number of the message in `effects`.
    private func id(_ effects: [OmshellSession.Effect]) -> UInt32 {
        for case .send(let bytes) in effects where bytes.count >= 20 {
            return bytes[16..<20].reduce(0) { $0 << 8 | UInt32($1) }
        }
        return 0
    }

    private func answer(
        _ operation: OmapiOperation, to id: UInt32, _ objectValues: [OmapiValue] = [],
        message: [OmapiValue] = []
    ) -> OmshellSession.Input {
        var bytes: [UInt8] = []
        OmapiMessage(
            operation, handle: 7, id: 1, responseTo: id, messageValues: message,
            objectValues: objectValues
        ).append(to: &bytes)
        return .received(bytes)
    }

    @Test func serverIsSoughtWhereItWasToldToBe() {
        var session = newSession()
        _ = session.handle(command("server 10.0.0.1"))
        _ = session.handle(command("port 65537"))
        let effects = session.handle(command("connect"))
        #expect(effects == [.connect(host: Array("10.0.0.1".utf8), port: 1)])
        #expect(
            text(session.handle(.connectionFailed(.hostUnknown)))
                == "dhcpctl_connect: host unknown\n> ")
    }

    @Test func servicesAreLookedUp() {
        var session = newSession()
        let asked = session.handle(command("port domain x"))
        #expect(asked == [.lookUpService(Array("domain".utf8))])
        #expect(text(session.handle(.service(53))) == "usage: port <server>\n> ")
        let effects = session.handle(command("connect"))
        #expect(effects == [.connect(host: Array("127.0.0.1".utf8), port: 53)])
    }

    @Test func anotherVersionIsNoServer() {
        var session = newSession()
        _ = session.handle(command("connect"))
        _ = session.handle(.connected)
        let effects = session.handle(.received([0, 0, 0, 101, 0, 0, 0, 24]))
        #expect(effects.contains(.disconnect))
        #expect(text(effects) == "dhcpctl_connect: no more\n> ")
    }

    @Test func silenceHasAnEnd() {
        var session = connected()
        #expect(session.handle(command("open")).last == .awaitBytes)
        let effects = session.handle(.timedOut)
        #expect(effects.contains(.disconnect))
        #expect(text(effects) == "can't open object: timed out\nobj: x\n> ")
        // The late answer would be mistaken for the next one's.
        #expect(
            text(session.handle(command("open")))
                == "can't open object: invalid argument\nobj: x\n> ")
    }

    @Test func anAnswerToNothingEndsTheConnection() {
        var session = connected()
        let asked = session.handle(command("open"))
        let effects = session.handle(answer(.update, to: id(asked) &+ 1))
        #expect(text(effects) == "can't open object: connection reset by peer\nobj: x\n> ")
    }

    @Test func aRequestFromTheServerEndsTheConnection() {
        var session = connected()
        _ = session.handle(command("open"))
        let effects = session.handle(answer(.open, to: 0))
        #expect(text(effects) == "can't open object: connection reset by peer\nobj: x\n> ")
    }

    @Test func answersComeInPieces() {
        var session = connected()
        let asked = session.handle(command("open"))
        guard
            case .received(let bytes) = answer(
                .update, to: id(asked), [OmapiValue("a", [0x80]), OmapiValue("b", [])])
        else { return }
        for byte in bytes.dropLast() {
            #expect(session.handle(.received([byte])) == [.awaitBytes])
        }
        #expect(text(session.handle(.received([bytes.last ?? 0]))) == "obj: x\na = 80\n> ")
    }

    /// An answer to a signed request that is not signed proves nothing (ISC takes it when only the
    /// number of the key is right).
    @Test func unsignedAnswerToSignedRequestIsRefused() {
        var session = newSession()
        _ = session.handle(command("key k YWJj"))
        _ = session.handle(command("connect"))
        _ = session.handle(.connected)
        let asked = session.handle(.received(Self.greeting))
        #expect(text(session.handle(answer(.update, to: id(asked)))) == "obj: <null>\n> ")
        _ = session.handle(command("new x"))
        let opened = session.handle(command("open"))
        var bytes: [UInt8] = []
        var forged = OmapiMessage(.update, handle: 9, id: 1, responseTo: id(opened))
        forged.objectValues = [OmapiValue("a", [1])]
        forged.authenticator = 7
        forged.append(to: &bytes)
        #expect(
            text(session.handle(.received(bytes)))
                == "can't open object: connection reset by peer\nobj: x\n> ")
    }

    /// ISC's shell crashes at a request after a failed second `connect`.
    @Test func requestAfterFailedConnectionSaysSo() {
        var session = connected()
        #expect(session.handle(command("connect")).contains(.disconnect))
        _ = session.handle(.connectionFailed(.noMore))
        #expect(
            text(session.handle(command("update")))
                == "can't update object: invalid argument\nobj: x\n> ")
        #expect(text(session.handle(command("disconnect"))) == "not connected\nobj: x\n> ")
    }

    /// A secret on a last line without line end makes ISC's shell collect memory for ever.
    @Test func lineEndMayBeMissing() {
        var session = newSession()
        #expect(text(session.handle(.line(Array("key k c2VjcmV0".utf8)))) == "> ")
        #expect(session.handle(.endOfInput) == [.leave(status: 0)])
    }

    @Test func unexpectedInputsAreIgnored() {
        var session = newSession()
        #expect(session.handle(.received([1, 2, 3])).isEmpty)
        #expect(session.handle(.connected).isEmpty)
        #expect(session.handle(.timedOut).isEmpty)
    }

    /// Random bytes, and a right answer with random changes, in every phase.
    @Test func noServerTrapsTheSession() {
        var random: UInt64 = 0x9e37_79b9_7f4a_7c15
        func next(_ limit: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % UInt64(limit))
        }
        for _ in 0..<2000 {
            var session = newSession()
            if next(2) == 0 { _ = session.handle(command("key k YWJj")) }
            _ = session.handle(command("connect"))
            var effects = session.handle(.connected)
            for round in 0..<8 {
                guard effects.last == .awaitBytes else {
                    _ = session.handle(command("new x"))
                    let line = ["open", "create", "update", "refresh", "remove"][next(5)]
                    effects = session.handle(command(line))
                    continue
                }
                var bytes = Self.greeting
                if round > 0,
                    case .received(let answered) = answer(
                        [.update, .status, .open, .notify][next(4)], to: id(effects),
                        [
                            OmapiValue("remote-handle", [1, 2, 3]),
                            OmapiValue("a", [UInt8(next(256))]),
                        ],
                        message: [OmapiValue("result", integer: UInt32(next(1 << 20)))])
                {
                    bytes = answered
                }
                for _ in 0..<next(3) { bytes[next(bytes.count)] = UInt8(next(256)) }
                if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
                effects = session.handle(.received(bytes))
                #expect(!effects.isEmpty)
            }
        }
    }
}
