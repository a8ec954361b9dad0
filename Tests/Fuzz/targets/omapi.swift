import ConfParser
import Leases
import Omapi
import Server
import Wire

/// What an OMAPI client sends after its greeting: to a server without keys, and to one that demands
/// a key whose signatures are zeros, so that a fuzzer can make them. Every record that comes of it
/// must be read again without a complaint.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for key in [nil, Array("k1".utf8)] {
        var server = FuzzedServer(text)
        var session = OmapiServer(
            keys: [OmapiKey(name: Array("k1".utf8), algorithm: .md5, secret: [1])],
            requiredKey: key, firstID: 1
        ) { algorithm, _, _ in [UInt8](repeating: 0, count: algorithm.signatureLength) }
        var journal: [UInt8] = []
        for (number, piece) in pieces(bytes).enumerated() {
            let link = LinkID(UInt64(number % 2))
            if !session.has(link) {
                session.accept(link, now: server.now, into: &server.effects)
                session.receive(
                    OmapiServer.greeting, on: link, target: &server.core, now: server.now,
                    into: &server.effects)
            }
            session.receive(
                piece, on: link, target: &server.core, now: server.now, into: &server.effects)
            journal += server.effects.journal
            server.settle()
            server.pass(seconds: 1)
        }
        server.check()
        check(journal)
    }
    return 0
}

private func check(_ journal: [UInt8]) {
    var reader = LeaseFileReader(
        bytes: Array("authoring-byte-order little-endian;\n".utf8) + journal, path: [],
        family: .v4, tree: parsed(Array(text.utf8)).tree, recovery: .atNextRecord)
    while let item = reader.next() {
        if case .message(let message) = item {
            let line = message.lines.first ?? []
            // An identifier that is a statement is written as such and as itself (ISC).
            if line.starts(with: Array("Warning, host declaration".utf8)) { continue }
            preconditionFailure(
                String(decoding: line, as: UTF8.self) + "\n"
                    + String(decoding: journal, as: UTF8.self))
        }
    }
}

private let text = """
    omapi-port 7911;
    option local-text code 201 = text;
    class "plain" { match hardware; lease limit 4; }
    subclass "plain" 1:2:0:0:0:0:1;
    group printers { default-lease-time 777; }
    host fixed { hardware ethernet 2:0:0:0:0:2; fixed-address 10.77.0.32, 10.77.0.33; }
    host byid { option dhcp-client-identifier "byid"; }
    subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.100 10.77.0.119; }
    """
