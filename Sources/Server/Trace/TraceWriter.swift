import Leases
import Wire

extension Array where Element == UInt8 {
    /// Appends an item of a trace; what a heading does is the caller's affair.
    public mutating func append(trace item: TraceItem) {
        let start = count
        append(contentsOf: [0, 0, 0, 0, 0])
        let kind = appendFields(item)
        self[start] = kind.rawValue
        let length = UInt32(clamping: count - start - 5)
        for place in 0..<4 {
            self[start + 1 + place] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * place))
        }
    }

    private mutating func appendFields(_ item: TraceItem) -> TraceFormat.Kind {
        switch item {
        case .file(let path, let bytes):
            append(traced: path)
            append(bytes == nil ? 0 : 1)
            append(traced: bytes ?? [])
            return .file
        case .name(let name, let answer):
            append(traced: name)
            append(traced: answer)
            return .name
        case .leases(let bytes):
            append(traced: bytes)
            return .leases
        case .beginning(let beginning):
            append(traced: beginning)
            return .beginning
        case .record(let bytes):
            append(traced: bytes)
            return .record
        case .start(let now):
            append(traced: now)
            return .start
        case .packet(let interface, let source, let bytes, let now):
            append(traced: now)
            append(bigEndian: interface.index)
            append(bigEndian: source.rawValue)
            append(traced: bytes)
            return .packet
        case .input(let input, let now):
            append(traced: now)
            return appendFields(input)
        }
    }

    private mutating func appendFields(_ input: Input) -> TraceFormat.Kind {
        switch input {
        case .connected(let id, let link):
            append(bigEndian: id.index)
            append(traced: link.index)
            return .connected
        case .dialFailed(let id, let reason, let isImmediate):
            append(bigEndian: id.index)
            append(isImmediate ? 1 : 0)
            append(traced: Array(reason.utf8))
            return .dialFailed
        case .accepted(let link, let from, let address, let port):
            append(traced: link.index)
            append(bigEndian: from.rawValue)
            append(bigEndian: address.rawValue)
            append(bigEndian: port)
            return .accepted
        case .listenFailed(let id, let reason):
            append(bigEndian: id.index)
            append(traced: Array(reason.utf8))
            return .listenFailed
        case .peerBytes(let link, let bytes):
            append(traced: link.index)
            append(traced: bytes)
            return .peerBytes
        case .closed(let link):
            append(traced: link.index)
            return .closed
        case .pingReply(let address):
            append(bigEndian: address.rawValue)
            return .pingReply
        case .nameFound(let address, let name):
            append(bigEndian: address.rawValue)
            append(name == nil ? 0 : 1)
            append(traced: name ?? [])
            return .nameFound
        case .addressesFound(let name, let answer):
            append(traced: name)
            append(traced: answer)
            return .addressesFound
        case .durable(let sequence):
            append(traced: sequence)
            return .durable
        case .writeFailed: return .writeFailed
        case .writeRecovered: return .writeRecovered
        case .tick: return .tick
        // The shell gives none: operators speak OMAPI, and its bytes are in the trace.
        case .command: return .command
        case .stop: return .stop
        }
    }

    private mutating func append(traced number: UInt64) {
        append(bigEndian: UInt32(truncatingIfNeeded: number >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: number))
    }

    private mutating func append(traced bytes: [UInt8]) {
        append(bigEndian: UInt32(clamping: bytes.count))
        append(contentsOf: bytes)
    }

    private mutating func append(traced now: Now) {
        append(bigEndian: now.wall.seconds)
        append(bigEndian: now.nanoseconds)
        append(traced: now.mono.nanoseconds)
    }

    private mutating func append(traced answer: NameTable.Answer) {
        switch answer {
        case .addresses(let found):
            append(1)
            append(traced: found.flatMap(\.octets))
        case .failed(let reason):
            append(0)
            append(traced: reason)
        }
    }

    private mutating func append(traced beginning: TraceBeginning) {
        append(traced: beginning.seed)
        append(bigEndian: beginning.port ?? 0)
        append(traced: beginning.hostname)
        append(traced: beginning.settled)
        append(traced: beginning.made)
        append(bigEndian: UInt16(clamping: beginning.interfaces.count))
        for interface in beginning.interfaces.prefix(Int(UInt16.max)) {
            append(bigEndian: interface.id.index)
            append(traced: Array(interface.name.utf8))
            append(traced: interface.addresses.flatMap(\.octets))
            append(interface.hardware.type)
            append(traced: Array(interface.hardware.bytes))
        }
    }
}
