import ConfParser
public import Omapi
import Wire

/// The command shell of OMAPI without its terminal and its socket: lines, answers of the system and
/// bytes of the server go in; text, bytes to send and wishes come out.
///
/// Commands, texts and their order are those of ISC's omshell, which tools drive through a pipe.
public struct OmshellSession: Sendable {
    /// Limits that ISC's omshell does not have; it waits for ever.
    public enum Limit {
        /// The server may let a request wait for this long.
        public static let replySeconds = 60
        /// Bytes of one line, as in ISC's buffer; what is longer counts as several lines.
        public static let line = 1023
    }

    /// What can happen.
    public enum Input: Sendable {
        /// A line, with its end if it has one; answers ``Effect/readLine``.
        case line([UInt8])
        case endOfInput
        /// Answers ``Effect/lookUpService(_:)``.
        case service(UInt16?)
        /// Answer ``Effect/connect(host:port:)``.
        case connected
        case connectionFailed(ResultCode)
        /// Answer ``Effect/awaitBytes``.
        case received([UInt8])
        case closed
        case timedOut
    }

    /// What the program has to do, in this order. The last one always asks for an input, or leaves.
    public enum Effect: Hashable, Sendable {
        /// To standard output.
        case output([UInt8])
        /// To standard error, a whole line.
        case complain([UInt8])
        /// To standard error and the system's log, a whole line.
        case log([UInt8], isDebug: Bool)
        case readLine
        case lookUpService([UInt8])
        case connect(host: [UInt8], port: UInt16)
        case send([UInt8])
        /// Wait for bytes of the server, for ``Limit/replySeconds`` at most.
        case awaitBytes
        case disconnect
        case leave(status: Int32)
    }

    /// What the session waits for.
    enum Phase: Sendable {
        case line
        /// The line names a service.
        case service(line: [UInt8])
        case connection
        case greeting
        case answer(Request)
    }

    /// A request under way.
    enum Request: Sendable {
        case open, update, refresh, remove

        /// What a failure is called.
        var complaint: StaticString {
            switch self {
            case .open: "can't open object: "
            case .update: "can't update object: "
            case .refresh: "can't refresh object: "
            case .remove: "can't destroy object: "
            }
        }
    }

    var phase = Phase.line
    var host = [UInt8](literal: "127.0.0.1")
    var port: UInt16 = 7911
    var algorithm = [UInt8](literal: "hmac-md5")
    var keyName: [UInt8]?
    var secret: [UInt8] = []
    /// ISC: stays so when the server is gone, until `disconnect` has worked.
    var isConnected = false
    /// False after an attempt that failed: ISC holds no connection then, and crashes at the next
    /// request.
    var hasConnection = false
    /// The connection as long as it works.
    var link: OmapiLink?
    var object: RemoteObject?

    private let signer: OmapiSigner
    /// Where the numbers of messages begin.
    private var nextID: UInt32

    /// - Parameter firstID: of the first message; random in the program.
    public init(firstID: UInt32, signer: @escaping OmapiSigner) {
        nextID = firstID
        self.signer = signer
    }

    /// The first prompt.
    public func start() -> [Effect] {
        var effects: [Effect] = []
        prompt(&effects)
        return effects
    }

    /// Takes one input. One that answers nothing is ignored.
    public mutating func handle(_ input: Input) -> [Effect] {
        var effects: [Effect] = []
        switch (phase, input) {
        case (_, .endOfInput): return [.leave(status: 0)]
        case (.line, .line(let line)): run(line, service: nil, &effects)
        case (.service(let line), .service(let port)):
            phase = .line
            run(line, service: .some(port), &effects)
        case (.connection, .connected):
            connected(&effects)
        case (.connection, .connectionFailed(let code)):
            failConnection(code, &effects)
        case (.greeting, .received(let bytes)), (.answer, .received(let bytes)):
            receive(bytes, &effects)
        case (.greeting, .closed), (.answer, .closed):
            lose(&effects)
        case (.greeting, .timedOut):
            failConnection(.timedOut, &effects)
        case (.answer(let request), .timedOut):
            dropLink(&effects)
            finish(request, .timedOut, &effects)
        default: return []
        }
        if case .line = phase { prompt(&effects) }
        return effects
    }

    /// What is open, if anything, and `> `.
    private func prompt(_ effects: inout [Effect]) {
        var text: [UInt8] = []
        if isConnected {
            if let object {
                object.appendListing(to: &text)
            } else {
                text.append(text: "obj: <null>\n")
            }
        }
        text.append(text: "> ")
        effects.append(.output(text))
        effects.append(.readLine)
    }

    // MARK: - The connection

    /// ISC leaves a connection that it has open, and forgets about it.
    mutating func connect(_ effects: inout [Effect]) {
        if link != nil { effects.append(.disconnect) }
        link = nil
        hasConnection = false
        phase = .connection
        effects.append(.connect(host: host, port: port))
    }

    private mutating func connected(_ effects: inout [Effect]) {
        let key = keyName.map {
            ClientKey(
                name: $0, algorithm: algorithm + [UInt8](literal: ".SIG-ALG.REG.INT."),
                secret: secret)
        }
        let link = OmapiLink(key: key, firstID: nextID, signer: signer)
        nextID = nextID &* 1_664_525 &+ 1_013_904_223
        effects.append(.send(link.greeting))
        effects.append(.awaitBytes)
        self.link = link
        phase = .greeting
    }

    private mutating func failConnection(_ code: ResultCode, _ effects: inout [Effect]) {
        if link != nil { effects.append(.disconnect) }
        link = nil
        phase = .line
        var line = [UInt8](literal: "dhcpctl_connect: ")
        line.append(string: code.text)
        effects.append(.complain(line))
    }

    private mutating func receive(_ bytes: [UInt8], _ effects: inout [Effect]) {
        var reply: [UInt8] = []
        let outcome = link?.receive(bytes, reply: &reply) ?? .lost
        if !reply.isEmpty { effects.append(.send(reply)) }
        switch (phase, outcome) {
        case (_, .pending):
            effects.append(.awaitBytes)
        case (.greeting, .ready):
            isConnected = true
            hasConnection = true
            phase = .line
        case (.greeting, .refused(let code)):
            failConnection(code, &effects)
        case (.answer(let request), .answer(let message)):
            take(message, for: request, &effects)
        default:
            lose(&effects)
        }
    }

    /// The server is gone, or broke the protocol.
    private mutating func lose(_ effects: inout [Effect]) {
        guard case .answer(let request) = phase else {
            failConnection(.noMore, &effects)
            return
        }
        dropLink(&effects)
        // ISC tells the objects whose values were on the way; a removal has none.
        if case .remove = request {
            finish(request, .noMore, &effects)
        } else {
            finish(request, .connectionReset, &effects)
        }
    }

    private mutating func dropLink(_ effects: inout [Effect]) {
        if link != nil { effects.append(.disconnect) }
        link = nil
    }

    // MARK: - Requests

    /// Sends what `message` says about the open object.
    mutating func send(_ message: OmapiMessage, _ request: Request, _ effects: inout [Effect]) {
        switch link?.request(message) ?? .failure(.init(.invalidArgument)) {
        case .success(let bytes):
            effects.append(.send(bytes))
            effects.append(.awaitBytes)
            phase = .answer(request)
        case .failure(let failure):
            dropLink(&effects)
            // ISC waits for an answer to a `refresh` that was never sent, and finds nothing to wait
            // for.
            if case .refresh = request {
                finish(request, .noMore, &effects)
            } else {
                finish(request, failure.code, &effects)
            }
        }
    }

    private mutating func take(
        _ message: OmapiMessage, for request: Request, _ effects: inout [Effect]
    ) {
        if let code = message.statusCode {
            finish(request, code, &effects)
            return
        }
        if case .remove = request {
            lose(&effects)
            return
        }
        guard message.operation == OmapiOperation.update.rawValue else {
            lose(&effects)
            return
        }
        let isUnderstood = object?.take(message.objectValues, handle: message.handle) ?? false
        finish(request, isUnderstood ? .success : .invalidArgument, &effects)
    }

    private mutating func finish(
        _ request: Request, _ code: ResultCode, _ effects: inout [Effect]
    ) {
        phase = .line
        guard code == .success else {
            var text = [UInt8](literal: request.complaint)
            text.append(string: code.text)
            text.append(UInt8(ascii: "\n"))
            effects.append(.output(text))
            return
        }
        if case .remove = request { object = nil }
    }
}
