import ConfParser
import Leases
import Omapi
import Server
import Signing
import Wire

/// The OMAPI listener and its connections beside the loop's other peers.
struct OmapiService {
    private(set) var port: UInt16
    private var server: OmapiServer
    /// The listener is open, or when to try again.
    private var isListening = false
    private var retryAt: Instant?
    private static let retrySeconds: UInt32 = 5

    /// `nil` without `omapi-port`: then nothing of this exists.
    init?(_ configuration: Configuration, _ parameters: ProcessParameters, seed: UInt64) {
        guard let port = parameters.omapiPort else { return nil }
        self.port = port
        server = OmapiServer(
            keys: Self.keys(configuration), requiredKey: parameters.omapiKey,
            firstID: UInt32(truncatingIfNeeded: seed),
            signer: { Signature.hmac($0, secret: $1, $2) })
    }

    private static func keys(_ configuration: Configuration) -> [OmapiKey] {
        configuration.keys.compactMap { key -> OmapiKey? in
            guard let name = key.algorithm, let algorithm = OmapiAlgorithm(wireName: name),
                let secret = key.secret
            else { return nil }
            return OmapiKey(name: key.name, algorithm: algorithm, secret: secret)
        }
    }

    /// Goes on after a reload. Connections stay, also when the port is another one.
    /// - Returns: false without `omapi-port`: all connections are ended.
    mutating func adopt(
        _ configuration: Configuration, _ parameters: ProcessParameters,
        after outcome: ReloadOutcome, _ peers: inout PeerTable, into effects: inout Effects
    ) -> Bool {
        if parameters.omapiPort != port {
            peers.stopListening(address: .any, port: port)
            (isListening, retryAt) = (false, nil)
        }
        guard let wanted = parameters.omapiPort else {
            server.closeAll(into: &effects)
            return false
        }
        port = wanted
        server.adopt(
            keys: Self.keys(configuration), requiredKey: parameters.omapiKey, after: outcome)
        return true
    }

    /// When ``listen(_:_:now:log:)`` should be called again.
    var deadline: Instant? { isListening ? nil : retryAt }

    /// Opens the listener unless it is open; ISC tries every five seconds.
    mutating func listen(
        _ peers: inout PeerTable, _ poller: borrowing Poller, now: Now, log: Log
    ) {
        guard !isListening, retryAt.map({ $0 <= now.mono }) ?? true else { return }
        do throws(SystemError) {
            try peers.listen(address: .any, port: port, poller)
            isListening = true
        } catch {
            log.write(.error, "Can't start OMAPI protocol: \(PeerError.reason(error.code))")
            retryAt = now.mono.advanced(seconds: Self.retrySeconds)
        }
    }

    /// Takes an input that is about an OMAPI connection; false if it is not.
    mutating func take(
        _ input: Input, core: inout ServerCore, now: Now, into effects: inout Effects
    ) -> Bool {
        switch input {
        case .accepted(let link, let from, let address, let port)
        where address.isZero && port == self.port:
            server.accept(link, from: from, now: now, into: &effects)
        case .peerBytes(let link, let bytes) where server.has(link):
            server.receive(bytes, on: link, target: &core, now: now, into: &effects)
        case .closed(let link) where server.has(link):
            server.closed(link)
        default: return false
        }
        return true
    }
}
