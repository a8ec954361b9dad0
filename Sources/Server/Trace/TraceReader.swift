import Leases
import Wire

/// Reads a trace item by item. Whatever the bytes are, it ends: with the last whole item, and with
/// ``damage`` if that was not the end of the bytes.
public struct TraceReader: Sendable {
    private let bytes: [UInt8]
    private var offset: Int
    /// Where the bytes stopped making sense, if they did.
    public private(set) var damage: Int?

    /// `nil` unless the heading is that of a trace of this form.
    public init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: TraceFormat.heading) else { return nil }
        self.bytes = bytes
        offset = TraceFormat.heading.count
    }

    /// The next item; `nil` at the end.
    public mutating func next() -> TraceItem? {
        guard damage == nil, offset < bytes.count else { return nil }
        var head = Fields(bytes[offset...])
        guard let kind = head.byte(), let length = head.long(), Int(length) <= head.rest.count,
            Int(length) <= TraceFormat.itemBytesMax
        else {
            damage = offset
            return nil
        }
        var fields = Fields(head.rest.prefix(Int(length)))
        guard let kind = TraceFormat.Kind(rawValue: kind), let item = fields.item(kind),
            fields.rest.isEmpty
        else {
            damage = offset
            return nil
        }
        offset += 5 + Int(length)
        return item
    }
}

/// The fields of an item; every read is checked.
private struct Fields {
    var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func number(_ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func byte() -> UInt8? { number(1).map { UInt8(truncatingIfNeeded: $0) } }
    mutating func short() -> UInt16? { number(2).map { UInt16(truncatingIfNeeded: $0) } }
    mutating func long() -> UInt32? { number(4).map { UInt32(truncatingIfNeeded: $0) } }
    mutating func address() -> IPv4Address? { long().map { IPv4Address($0) } }
    mutating func link() -> LinkID? { number(8).map { LinkID($0) } }
    mutating func relationship() -> RelationshipID? { long().map { RelationshipID($0) } }

    mutating func bytes() -> [UInt8]? {
        guard let length = long(), Int(length) <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return Array(rest.prefix(Int(length)))
    }

    mutating func flag() -> Bool? {
        guard let value = byte(), value < 2 else { return nil }
        return value == 1
    }

    mutating func now() -> Now? {
        guard let wall = long(), let fraction = long(), let mono = number(8) else { return nil }
        return Now(
            wall: Timestamp(wall), mono: Instant(nanoseconds: mono),
            nanoseconds: min(fraction, 999_999_999))
    }

    mutating func addresses() -> [IPv4Address]? {
        guard let octets = bytes(), octets.count % 4 == 0 else { return nil }
        return stride(from: 0, to: octets.count, by: 4).map {
            IPv4Address(octets[$0], octets[$0 + 1], octets[$0 + 2], octets[$0 + 3])
        }
    }

    mutating func answer() -> NameTable.Answer? {
        guard let isFound = flag() else { return nil }
        return isFound
            ? addresses().map { NameTable.Answer.addresses($0) }
            : bytes().map { NameTable.Answer.failed($0) }
    }

    /// A text that may be absent.
    mutating func optionalBytes() -> [UInt8]?? {
        guard let isThere = flag(), let value = bytes() else { return nil }
        return .some(isThere ? value : nil)
    }
}

extension Fields {
    mutating func item(_ kind: TraceFormat.Kind) -> TraceItem? {
        switch kind {
        case .file:
            guard let path = bytes(), let content = optionalBytes() else { return nil }
            return .file(path: path, bytes: content)
        case .name:
            guard let name = bytes(), let answer = answer() else { return nil }
            return .name(name, answer)
        case .leases: return bytes().map { .leases($0) }
        case .beginning: return beginning().map { .beginning($0) }
        case .record: return bytes().map { .record($0) }
        case .start: return now().map { .start($0) }
        case .packet:
            guard let now = now(), let interface = long(), let source = address(),
                let message = bytes()
            else { return nil }
            return .packet(InterfaceID(interface), source: source, bytes: message, now)
        default:
            guard let now = now(), let input = input(kind) else { return nil }
            return .input(input, now)
        }
    }

    private mutating func input(_ kind: TraceFormat.Kind) -> Input? {
        switch kind {
        case .connected:
            guard let id = relationship(), let link = link() else { return nil }
            return .connected(id, link)
        case .dialFailed:
            guard let id = relationship(), let isImmediate = flag(), let reason = bytes() else {
                return nil
            }
            return .dialFailed(
                id, reason: String(decoding: reason, as: UTF8.self), isImmediate: isImmediate)
        case .accepted:
            guard let link = link(), let from = address(), let at = address(), let port = short()
            else { return nil }
            return .accepted(link, from: from, at: at, port: port)
        case .listenFailed:
            guard let id = relationship(), let reason = bytes() else { return nil }
            return .listenFailed(id, reason: String(decoding: reason, as: UTF8.self))
        case .peerBytes:
            guard let link = link(), let stream = bytes() else { return nil }
            return .peerBytes(link, stream)
        case .closed: return link().map { .closed($0) }
        case .pingReply: return address().map { .pingReply($0) }
        case .nameFound:
            guard let address = address(), let name = optionalBytes() else { return nil }
            return .nameFound(address, name)
        case .addressesFound:
            guard let name = bytes(), let answer = answer() else { return nil }
            return .addressesFound(name, answer)
        case .durable: return number(8).map { .durable($0) }
        case .writeFailed: return .writeFailed
        case .writeRecovered: return .writeRecovered
        case .tick: return .tick
        case .stop: return .stop
        case .file, .name, .leases, .beginning, .record, .start, .packet, .command: return nil
        }
    }

    private mutating func beginning() -> TraceBeginning? {
        guard let seed = number(8), let port = short(), let hostname = bytes(),
            let settled = now(), let made = now(), let count = short()
        else { return nil }
        var interfaces: [Interface] = []
        for _ in 0..<count {
            guard let id = long(), let name = bytes(), let addresses = addresses(),
                let type = byte(), let hardware = bytes()
            else { return nil }
            interfaces.append(
                Interface(
                    id: InterfaceID(id), name: String(decoding: name, as: UTF8.self),
                    addresses: addresses,
                    hardware: HardwareAddress(type: type, bytes: hardware) ?? .none))
        }
        return TraceBeginning(
            seed: seed, port: port == 0 ? nil : port, hostname: hostname, interfaces: interfaces,
            settled: settled, made: made)
    }
}
