import ConfParser
import Leases
import Server
import Wire

/// A server in virtual time, small enough to be made anew for each input.
struct FuzzedServer: ~Copyable {
    var core: ServerCore
    var effects = Effects()
    var milliseconds: UInt64 = 1_000_000

    /// Seeds are written as if at this moment.
    static let noon: UInt32 = 1_800_000_000

    init(_ text: String) {
        let configuration = Configuration(parsed(Array(text.utf8)).tree)
        var store = LeaseStore(pools: configuration.leaseRanges, seed: 1)
        store.enlist()
        let interface = Interface(
            id: InterfaceID(0), name: "eth0", addresses: [IPv4Address(10, 77, 0, 1)],
            hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? .none)
        let now = Now(wall: Timestamp(Self.noon), mono: Instant(nanoseconds: 1_000_000_000_000))
        core = ServerCore(
            configuration: configuration, interfaces: [interface], leases: store,
            failoverStates: [], seed: 1, now: now)
        core.start(now: now, into: &effects)
        settle()
    }

    var now: Now {
        Now(
            wall: Timestamp(Self.noon + UInt32(truncatingIfNeeded: milliseconds / 1000) - 1000),
            mono: Instant(nanoseconds: milliseconds * 1_000_000))
    }

    /// Everything asked for is done: records are on disk and the effects are forgotten.
    mutating func settle() {
        for _ in 0..<4 {
            let sequence = effects.sequence
            effects.clear()
            core.step(.durable(sequence), now: now, into: &effects)
        }
        effects.clear()
    }

    mutating func receive(_ message: [UInt8]) {
        core.receive(
            message.span, on: InterfaceID(0), from: IPv4Address(10, 77, 0, 9), now: now,
            into: &effects)
        settle()
    }

    mutating func step(_ input: Input) {
        core.step(input, now: now, into: &effects)
        settle()
    }

    /// Time passes, and the core gets what it asked for in between, up to a limit.
    mutating func pass(seconds: UInt64) {
        let end = milliseconds + seconds * 1000
        for _ in 0..<32 {
            guard let deadline = core.nextDeadline(now: now) else { break }
            let due = max(deadline.nanoseconds / 1_000_000, milliseconds)
            guard due <= end else { break }
            milliseconds = due
            step(.tick)
        }
        milliseconds = end
    }

    /// What the store itself finds wrong.
    func check() {
        if let wrong = core.leases.brokenInvariant() { preconditionFailure(wrong) }
    }
}

/// Reads one file; whatever it includes cannot be opened.
func parsed(_ bytes: [UInt8]) -> ParseOutcome {
    parseConfiguration(path: Array("dhcpd.conf".utf8), family: .v4) { path in
        path.elementsEqual("dhcpd.conf".utf8) ? .bytes(bytes) : .failed(Array("No".utf8))
    }
}

/// An input as several: they are divided by four bytes that a fuzzer finds in its seeds.
func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
    let mark: [UInt8] = [0xde, 0xad, 0xbe, 0xef]
    var pieces: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count, pieces.count < 16 {
        if bytes[index...].starts(with: mark) {
            pieces.append([])
            index += mark.count
        } else {
            pieces[pieces.count - 1].append(bytes[index])
            index += 1
        }
    }
    return pieces
}
