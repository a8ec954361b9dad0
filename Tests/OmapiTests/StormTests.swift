import ConfParser
import Leases
import Server
import Testing
import Wire

@testable import Omapi

/// Requests without end, sensible ones and others; the lease file must always tell what the server
/// would tell.
@Suite struct StormTests {
    @Test(arguments: 1...24) func theLeaseFileTellsWhatTheServerTells(seed: UInt64) throws {
        var world = OperatedServer(key: seed % 2 == 0 ? Array("k1".utf8) : nil)
        var chance = Chance(seed: seed)
        for _ in 0..<250 { world.send(Self.request(&chance, world.authenticator)) }
        #expect(world.core.leases.brokenInvariant() == nil)
        let journal = world.journal
        let rewritten = world.rewritten()
        for text in [journal, rewritten] {
            let again = OperatedServer(key: nil, leaseFile: text)
            #expect(again.complaints.map { String(decoding: $0, as: UTF8.self) } == [])
            for object in Self.objects {
                #expect(again.attributes(object) == world.attributes(object), "\(object)")
            }
        }
        Self.checkIndices(world)
    }

    /// Whatever a host is found by leads to it.
    private static func checkIndices(_ world: borrowing OperatedServer) {
        let configuration = world.core.configuration
        for name in names {
            guard let id = configuration.host(named: name) else { continue }
            let host = configuration.declaration(of: id)
            var chains: [HostID?] = []
            if let hardware = host.hardware {
                chains.append(configuration.host(hardware: hardware))
            }
            if case .constant(let identifier)? = host.identifier {
                chains.append(configuration.host(identifier: identifier))
            }
            for start in chains {
                var next = start
                while let current = next, current != id { next = configuration[current].next }
                #expect(next == id)
            }
        }
    }

    // MARK: - Requests

    static let names = ["a", "b", "c", "fixed", "byid", "inner"].map { Array($0.utf8) }
    private static let hardware: [[UInt8]] = (1...5).map { [2, 0, 0, 0, 0, $0] }
    private static let identifiers = ["byid", "x", "\u{1}y"].map { Array($0.utf8) }
    private static let groups = ["printers", "g", "h"].map { Array($0.utf8) }
    private static let classes = ["plain", "k", "l"].map { Array($0.utf8) }
    private static let statements = [
        "filename \"f\";", "option host-name \"n\";", "nonsense",
        "if known { option host-name = \"k\"; } else { default-lease-time 9; }",
    ].map { Array($0.utf8) }

    static let objects: [OmapiObject] =
        names.map { .host(name: $0) } + groups.map { .group(name: $0) }
        + classes.map { .classDeclaration(name: $0) }
        + classes.flatMap { name in
            hardware.map { .subclass(name: name, data: $0) }
        }

    private static func request(_ chance: inout Chance, _ authenticator: UInt32) -> OmapiMessage {
        let operations: [OmapiOperation] = [.open, .open, .open, .open, .update, .delete, .refresh]
        var message = OmapiMessage(
            chance.pick(operations), handle: UInt32(chance.below(12)), id: chance.id())
        message.authenticator = authenticator
        let kind = chance.pick(["host", "host", "host", "group", "class", "subclass", "lease"])
        if message.operation == OmapiOperation.open.rawValue {
            message.handle = 0
            message.messageValues.append(OmapiValue("type", Array(kind.utf8)))
            for flag in ["create", "exclusive", "update"] where chance.below(3) > 0 {
                message.messageValues.append(OmapiValue(flag, integer: 1))
            }
        }
        message.objectValues = (0..<chance.below(4)).map { _ in value(of: kind, &chance) }
        return message
    }

    private static func value(of kind: String, _ chance: inout Chance) -> OmapiValue {
        switch kind {
        case "group":
            return chance.below(2) == 0
                ? OmapiValue("name", chance.pick(groups))
                : OmapiValue("statements", chance.pick(statements))
        case "class", "subclass":
            return [
                OmapiValue("name", chance.pick(classes)),
                OmapiValue("hashstring", chance.pick(hardware)),
                OmapiValue("match", Array("hardware".utf8)),
                OmapiValue("group", chance.pick(groups)),
            ][chance.below(4)]
        default: break
        }
        return [
            OmapiValue("name", chance.pick(names)),
            OmapiValue("hardware-address", chance.pick(hardware)),
            OmapiValue("hardware-type", integer: 1),
            OmapiValue("dhcp-client-identifier", chance.pick(identifiers)),
            OmapiValue("ip-address", [10, 0, 0, UInt8(100 + chance.below(9))]),
            OmapiValue("group", chance.pick(groups)),
            OmapiValue("statements", chance.pick(statements)),
            OmapiValue("state", integer: UInt32(chance.below(9))),
            OmapiValue("colour", Array("red".utf8)),
        ][chance.below(9)]
    }
}

/// Numbers that depend on a seed alone.
struct Chance {
    private var state: UInt64
    private var lastID: UInt32 = 0

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    mutating func id() -> UInt32 {
        lastID += 1
        return lastID
    }
}
