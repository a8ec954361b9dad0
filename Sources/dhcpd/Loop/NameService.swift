import Leases
import Server
import Wire

/// Asks the name servers while the server serves: hourly for the host names of the configuration
/// (ISC: when the last answer is that old), and for the names of addresses.
///
/// There is neither thread nor descriptor as long as nothing is asked.
struct NameService {
    private enum Question: Sendable {
        case addresses([UInt8])
        case name(IPv4Address)
    }

    private enum Answer: Sendable {
        case addresses([UInt8], NameTable.Answer)
        case name(IPv4Address, [UInt8]?)
    }

    private var helper: Helper<Question, Answer>?
    /// Host names of the configuration, and when each is asked for again.
    private var names: [(name: [UInt8], due: Instant)] = []
    /// ISC keeps an answer for an hour, and a failure for eight minutes.
    private static let knownSeconds: UInt32 = 3600
    private static let failedSeconds: UInt32 = 480
    private static let waitingMax = 10_000

    /// The names were looked up just now.
    init(_ configuration: Configuration, now: Instant) {
        for name in configuration.hostNames {
            var seconds = Self.knownSeconds
            if case .failed? = configuration.names[name] { seconds = Self.failedSeconds }
            names.append((name, now.advanced(seconds: seconds)))
        }
    }

    /// When ``askAgain(now:_:log:)`` has something to do.
    var deadline: Instant? { names.map(\.due).min() }

    /// Asks for the names whose time has come.
    mutating func askAgain(now: Instant, _ poller: borrowing Poller, log: Log) {
        for index in names.indices where names[index].due <= now {
            names[index].due = now.advanced(seconds: Self.knownSeconds)
            ask(.addresses(names[index].name), poller, log: log)
        }
    }

    /// Asks for the name of an address.
    mutating func ask(_ address: IPv4Address, _ poller: borrowing Poller, log: Log) {
        ask(.name(address), poller, log: log)
    }

    private mutating func ask(_ question: Question, _ poller: borrowing Poller, log: Log) {
        do throws(SystemError) {
            if helper == nil {
                let new = try Helper<Question, Answer>(waitingMax: Self.waitingMax) {
                    switch $0 {
                    case .addresses(let name): .addresses(name, NameLookup.addresses(name))
                    case .name(let address): .name(address, NameLookup.name(of: address))
                    }
                }
                try poller.add(new.toLoop.number, PollTag(.names))
                try new.start()
                helper = new
            }
        } catch {
            log.write(.error, "\(error.call): \(error.message)")
        }
        // What is refused is asked for again when it is needed.
        _ = helper?.submit(question)
    }

    /// What became known.
    mutating func takeAnswers(now: Instant) -> [Input] {
        var inputs: [Input] = []
        for answer in helper?.takeOutcomes() ?? [] {
            switch answer {
            case .name(let address, let name): inputs.append(.nameFound(address, name))
            case .addresses(let name, let found):
                inputs.append(.addressesFound(name, found))
                guard case .failed = found, let index = names.firstIndex(where: { $0.name == name })
                else { continue }
                names[index].due = now.advanced(seconds: Self.failedSeconds)
            }
        }
        return inputs
    }
}
