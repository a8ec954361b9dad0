import ConfParser
import Leases
import Server
import Wire

@testable import Omapi

/// A whole server with one OMAPI client.
struct OperatedServer: ~Copyable {
    var core: ServerCore
    var session: OmapiServer
    var effects = Effects()
    /// All records so far.
    var journal: [UInt8] = []
    /// What reading the lease file said.
    let complaints: [[UInt8]]
    /// Of the key that the client has shown; 0 without one.
    private(set) var authenticator: UInt32 = 0
    private let key: OmapiKey

    static let link = LinkID(1)
    static let now = Now(
        wall: Timestamp(1_795_000_000), mono: Instant(nanoseconds: 1_000_000_000))
    static let text = """
        omapi-port 7911;
        option local-text code 201 = text;
        class "plain" { match hardware; lease limit 4; }
        subclass "plain" 2:0:0:0:0:1;
        group printers { default-lease-time 777; }
        group { host inner { hardware ethernet 2:0:0:0:0:4; } }
        host fixed { hardware ethernet 2:0:0:0:0:5; fixed-address 10.0.0.32, 10.0.0.33;
            option host-name "fixed"; }
        host byid { option dhcp-client-identifier "byid"; }
        subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.119; }
        """

    static let tree: ConfigurationTree = parseConfiguration(path: [], family: .v4) { _ in
        .bytes(Array(text.utf8))
    }.tree

    init(key: [UInt8]?, keys: [OmapiKey]? = nil, leaseFile: [UInt8] = []) {
        var store = LeaseStore(pools: Configuration(Self.tree).leaseRanges, seed: 1)
        store.format = LeaseFileFormat(options: Self.tree.options)
        var reader = LeaseFileReader(
            bytes: Array("authoring-byte-order little-endian;\n".utf8) + leaseFile, path: [],
            family: .v4, tree: Self.tree, recovery: .atNextRecord)
        let contents = store.load(&reader, now: Self.now.wall)
        // An identifier that is a statement is written as such and as itself (ISC).
        let remark = Array("Warning, host declaration".utf8)
        complaints = contents.messages.flatMap(\.lines).filter { !$0.starts(with: remark) }
        let declarations = RunTimeDeclarations(contents, over: Self.tree)
        store.declarations = declarations
        store.enlist()
        core = ServerCore(
            configuration: Configuration(declarations.applied(to: Self.tree)), interfaces: [],
            leases: store, failoverStates: [], seed: 1, now: Self.now)
        self.key = OmapiKey(name: Array("k1".utf8), algorithm: .sha1, secret: [1, 2, 3])
        session = OmapiServer(
            keys: keys ?? [self.key], requiredKey: key, firstID: 7, signer: SessionTests.signer)
        session.accept(Self.link, now: Self.now, into: &effects)
        _ = deliver(OmapiServer.greeting)
        guard let key else { return }
        let shown = send(
            OmapiMessage(
                .open, id: .max, messageValues: [OmapiValue("type", Array("authenticator".utf8))],
                objectValues: [
                    OmapiValue("name", key),
                    OmapiValue("algorithm", Array("hmac-sha1.SIG-ALG.REG.INT.".utf8)),
                ]))
        authenticator = shown?.handle ?? 0
    }

    /// Sends a request, signed once a key has been shown; gives the answer.
    @discardableResult
    mutating func send(_ message: OmapiMessage, secret: [UInt8]? = nil) -> OmapiMessage? {
        var bytes: [UInt8] = []
        let length = message.authenticator == 0 ? 0 : key.algorithm.signatureLength
        let key = key
        message.append(to: &bytes, signatureLength: length) {
            SessionTests.signer(key.algorithm, secret ?? key.secret, $0)
        }
        return deliver(bytes)
    }

    private mutating func deliver(_ bytes: [UInt8]) -> OmapiMessage? {
        session.receive(bytes, on: Self.link, target: &core, now: Self.now, into: &effects)
        var stream = OmapiStream()
        stream.feed(OmapiServer.greeting)
        var answer: OmapiMessage?
        for case .peerSend(_, let payload, let after) in effects.list
        where Array(effects.arena[payload]) != OmapiServer.greeting {
            // No answer before its record is on disk.
            precondition(after == effects.sequence)
            stream.feed(Array(effects.arena[payload]))
        }
        while let item = stream.next() {
            if case .message(let message, _) = item { answer = message }
        }
        journal += effects.journal
        effects.clear()
        return answer
    }

    /// What a client would be shown, without handles.
    func attributes(_ object: OmapiObject) -> [OmapiValue]? {
        core.attributes(of: object, now: Self.now) { _ in 0 }
    }

    /// The lease file as a rewrite makes it.
    func rewritten() -> [UInt8] {
        var text: [UInt8] = []
        var snapshot = core.leaseFileSnapshot()
        while !snapshot.render(from: core.leases, limit: 100, into: &text) {}
        // Its own first lines stand in front.
        let mark = Array("little-endian;\n\n".utf8)
        let start = text.indices.first { text[$0...].starts(with: mark) }
        return Array(text[(start.map { $0 + mark.count } ?? 0)...])
    }
}
