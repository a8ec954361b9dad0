import Omapi
import OmapiClient

/// What a user types and a server sends, in turn: each piece goes to what the session waits for. A
/// server that signs is an enemy too, so its signatures are as easy to make as numbers.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    var session = OmshellSession(firstID: 0x6b8b_4567) { algorithm, _, _ in
        [UInt8](repeating: 0, count: algorithm.signatureLength)
    }
    var effects = session.start()
    for piece in pieces(bytes) {
        for _ in 0..<4 {
            switch effects.last {
            case .connect: effects = session.handle(.connected)
            case .lookUpService: effects = session.handle(.service(piece.first.map { UInt16($0) }))
            default: break
            }
        }
        switch effects.last {
        case .readLine:
            effects = session.handle(.line(Array(piece.prefix(OmshellSession.Limit.line))))
        case .awaitBytes:
            effects = session.handle(piece.isEmpty ? .closed : .received(piece))
        default: break
        }
        precondition(!effects.isEmpty, "a session always asks for something")
    }
    _ = session.handle(.timedOut)
    _ = session.handle(.endOfInput)
    return 0
}
