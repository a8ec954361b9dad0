import ConfParser
import Omapi
import Wire

/// A key as the shell was told it; whether the server knows it shows at the connection.
struct ClientKey: Sendable {
    var name: [UInt8]
    /// As it goes over the wire.
    var algorithm: [UInt8]
    var secret: [UInt8]
}

/// One connection to a server, from the greeting on: shows the key, signs requests, checks answers.
///
/// Stricter than ISC's: an answer to a signed request must be signed with the same key. A server
/// that breaks the protocol in any way loses its connection.
struct OmapiLink: Sendable {
    /// What came of received bytes.
    enum Outcome: Sendable {
        /// More has to come.
        case pending
        /// The key was accepted, or there is none.
        case ready
        /// The key was refused.
        case refused(ResultCode)
        /// The answer to the request.
        case answer(OmapiMessage)
        /// Nothing can follow on this connection.
        case lost
    }

    private enum State: Sendable {
        case greeting
        case authenticating
        case ready
        case lost
    }

    private let key: ClientKey?
    private let signer: OmapiSigner
    private var state = State.greeting
    private var stream = OmapiStream()
    private var nextID: UInt32
    /// The server's number of the key, once it was accepted.
    private var authenticator: UInt32 = 0
    /// The request that waits for its answer.
    private var pendingID: UInt32?

    init(key: ClientKey?, firstID: UInt32, signer: @escaping OmapiSigner) {
        self.key = key
        self.signer = signer
        nextID = firstID
    }

    /// What both sides send first.
    var greeting: [UInt8] { OmapiServer.greeting }

    /// The bytes of a request. A key that cannot sign ends the connection.
    mutating func request(_ message: OmapiMessage) -> Result<[UInt8], RequestFailure> {
        guard case .ready = state else { return .failure(RequestFailure(.invalidArgument)) }
        var message = message
        message.id = takeID()
        var bytes: [UInt8] = []
        guard let key else {
            message.append(to: &bytes)
            return .success(bytes)
        }
        guard let algorithm = OmapiAlgorithm(wireName: key.algorithm) else {
            state = .lost
            return .failure(RequestFailure(.invalidArgument))
        }
        guard !key.secret.isEmpty else {
            state = .lost
            return .failure(RequestFailure(.nullKey))
        }
        message.authenticator = authenticator
        message.append(to: &bytes, signatureLength: algorithm.signatureLength) {
            signer(algorithm, key.secret, $0)
        }
        return .success(bytes)
    }

    /// Why nothing was sent.
    struct RequestFailure: Error {
        let code: ResultCode
        init(_ code: ResultCode) { self.code = code }
    }

    /// Takes received bytes; `reply` gets what has to be sent at once.
    mutating func receive(_ bytes: [UInt8], reply: inout [UInt8]) -> Outcome {
        stream.feed(bytes)
        while let item = stream.next() {
            let outcome = take(item, reply: &reply)
            if case .pending = outcome { continue }
            if case .lost = outcome { state = .lost }
            return outcome
        }
        return .pending
    }

    private mutating func take(_ item: OmapiStream.Item, reply: inout [UInt8]) -> Outcome {
        switch item {
        case .broken: return .lost
        case .startup(let version, _):
            guard version == 100, case .greeting = state else { return .lost }
            guard let key else {
                state = .ready
                return .ready
            }
            state = .authenticating
            var message = OmapiMessage(.open, id: takeID())
            message.messageValues = [OmapiValue("type", [UInt8](literal: "authenticator"))]
            message.objectValues = [
                OmapiValue("name", key.name), OmapiValue("algorithm", key.algorithm),
            ]
            message.append(to: &reply)
            return .pending
        case .message(let message, let covered):
            guard let id = pendingID, message.responseTo == id else { return .lost }
            pendingID = nil
            switch state {
            case .authenticating: return finishAuthentication(message)
            case .ready: return isGenuine(message, covered) ? .answer(message) : .lost
            case .greeting, .lost: return .lost
            }
        }
    }

    private mutating func finishAuthentication(_ message: OmapiMessage) -> Outcome {
        guard message.authenticator == 0 else { return .lost }
        if let code = message.statusCode, code != .success { return .refused(code) }
        guard message.operation == OmapiOperation.update.rawValue, message.handle != 0 else {
            return .lost
        }
        authenticator = message.handle
        state = .ready
        return .ready
    }

    private func isGenuine(_ message: OmapiMessage, _ covered: [UInt8]) -> Bool {
        guard message.authenticator == authenticator else { return false }
        guard let key else { return true }
        guard let algorithm = OmapiAlgorithm(wireName: key.algorithm) else { return false }
        let wanted = signer(algorithm, key.secret, covered[...])
        return areEqualInConstantTime(wanted, message.signature)
    }

    private mutating func takeID() -> UInt32 {
        defer { nextID &+= 1 }
        pendingID = nextID
        return nextID
    }
}

extension OmapiMessage {
    /// The result that a STATUS carries; `nil` for other messages.
    var statusCode: ResultCode? {
        guard operation == OmapiOperation.status.rawValue else { return nil }
        return messageValue("result")?.integer.map { ResultCode($0) } ?? .unexpected
    }
}
