import Glibc
import Leases
import Server
import Wire

/// Writes down what the server is given (`-tf`). Each item is in the file before the core sees it,
/// so that the trace of a server that dies ends with what killed it.
final class TraceRecorder: Sendable {
    private let file: FileDescriptor

    /// Begins a new file; one that exists is replaced.
    init(path: [UInt8]) throws(SystemError) {
        file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try write(TraceFormat.heading)
    }

    /// Adds an item.
    func note(_ item: TraceItem) throws(SystemError) {
        var bytes: [UInt8] = []
        bytes.append(trace: item)
        try write(bytes)
    }

    private func write(_ bytes: [UInt8]) throws(SystemError) {
        let error = file.writeAll(bytes).error
        if error != 0 { throw SystemError("write", code: error) }
    }
}

/// What a server reads before its service begins: from the machine, the same with a copy for a
/// trace, or out of a trace.
enum TraceSource: Sendable {
    case machine
    case recording(TraceRecorder)
    case tape(TraceTape)

    /// A file of the configuration.
    func file(
        _ path: [UInt8], _ read: ([UInt8]) throws(SystemError) -> [UInt8]
    ) throws(SystemError) -> [UInt8] {
        if case .tape(let tape) = self {
            guard let bytes = tape.files[path] ?? nil else {
                throw SystemError("open", code: ENOENT)
            }
            return bytes
        }
        do throws(SystemError) {
            let bytes = try read(path)
            note(.file(path: path, bytes: bytes))
            return bytes
        } catch {
            note(.file(path: path, bytes: nil))
            throw error
        }
    }

    /// The addresses of a host name.
    func addresses(_ name: [UInt8]) -> NameTable.Answer {
        if case .tape(let tape) = self {
            return tape.names[name] ?? .failed(Array("host unknown.".utf8))
        }
        let answer = NameLookup.addresses(name)
        note(.name(name, answer))
        return answer
    }

    /// The name of this machine.
    var hostname: [UInt8] {
        if case .tape(let tape) = self { return tape.beginning.hostname }
        return NameLookup.hostname()
    }

    /// The moment at which the lease file is settled.
    func settling() -> Now {
        if case .tape(let tape) = self { return tape.beginning.settled }
        return Clock.now()
    }

    /// Adds an item if a trace is written. When that fails, what was read is used all the same,
    /// and the first item of the service will say so.
    func note(_ item: TraceItem) {
        if case .recording(let recorder) = self { try? recorder.note(item) }
    }
}

/// A trace that was read.
struct TraceTape: Sendable {
    var files: [[UInt8]: [UInt8]?] = [:]
    var names: [[UInt8]: NameTable.Answer] = [:]
    var leases: [UInt8] = []
    var beginning: TraceBeginning
    /// Records and inputs, in order.
    var items: [TraceItem] = []
    /// Where the trace stopped making sense, if it did.
    var damage: Int?

    /// `nil` unless there is a heading and a beginning.
    init?(_ bytes: [UInt8]) {
        guard var reader = TraceReader(bytes) else { return nil }
        var beginning: TraceBeginning?
        var items: [TraceItem] = []
        while let item = reader.next() {
            switch item {
            case .file(let path, let bytes): files[path] = bytes
            case .name(let name, let answer): names[name] = answer
            case .leases(let bytes): leases = bytes
            case .beginning(let found): beginning = found
            case .record, .start, .packet, .input: items.append(item)
            }
        }
        guard let beginning else { return nil }
        self.beginning = beginning
        self.items = items
        damage = reader.damage
    }
}
