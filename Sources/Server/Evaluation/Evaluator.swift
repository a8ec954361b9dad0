public import ConfParser
public import Leases
public import Wire

/// Runs statements and evaluates expressions: for a packet, for a lease's event, or for nothing at
/// all at start-up.
///
/// One value lives as long as its configuration and is reused: ``begin(_:)`` forgets the last
/// packet. Values come out as ranges of ``bytes``, valid until the next `begin`.
public struct Evaluator: ~Copyable, Sendable {
    /// The options of the reply, as set so far.
    public var reply = OptionValues()
    /// What is known beside packet and reply.
    public var facts = Facts()
    /// Variables of the lease in hand; without one statements use ``globals``.
    public var variables = Variables()
    /// Variables and functions that the outermost statements made at start-up.
    public var globals = Variables()
    /// Results of expressions.
    public private(set) var bytes: [UInt8] = []
    /// What `log` and evaluation errors said, in order.
    public private(set) var logs: [LogLine] = []
    /// Texts of ``logs``.
    public private(set) var logBytes: [UInt8] = []
    /// The classes of the packet, at most ``classLimit``, in the order of matching; then those that
    /// `add` named. They stay until ``leaveClasses()``.
    public internal(set) var classes: [ClassID] = []
    /// Programs that `execute` asks for, in order.
    public internal(set) var commands: [[[UInt8]]] = []
    /// What `on` stored: blocks by event; `nil` inside means "removed".
    public internal(set) var events: [StoredEvent] = []
    /// Host names that are not in ``names`` yet; each once.
    public internal(set) var unresolvedNames: [[UInt8]] = []
    /// Addresses of host names, as far as known.
    public var names = NameTable()
    /// Name of this machine, for `gethostname ()`.
    public var hostname: [UInt8] = []
    /// True once a `log (fatal, …)` was run: the process has to end with ``logs``' last line.
    public internal(set) var isFatal = false

    /// What `return` gave in the function being called.
    var returned: Variables.Value?
    var hasReturned = false
    /// A call gave data where it cannot be used, and ISC did not clear them away.
    var hasLeftover = false
    /// The last empty `substring` lay within its data, which have an address then.
    var emptyHasAddress = false
    /// Frames of functions being called, the innermost last.
    var frames: [Variables] = []
    var depth = 0
    /// The option space of option 43 once `parse-vendor-option` was run.
    var vendorSpace: OptionSpaceID?
    /// A change is between ``beginChange()`` and ``endChange()``.
    var configuration: Configuration
    /// The configuration's program, followed by bodies that came with leases.
    private(set) var program: Program
    /// Where those bodies are.
    private var compiled: [[Statement]: BlockID] = [:]
    /// Different bodies that are kept compiled; a lease file can hold any number.
    private static let compiledLimit = 1000

    /// Deepest nesting of blocks, expressions and calls; deeper is null.
    static let depthLimit = 1000
    /// Most calls and values of options for one packet: functions that call themselves twice would
    /// otherwise never end.
    static let workLimit = 10_000
    private var work = 0

    /// An evaluator for a configuration; run ``runStartup()`` before anything else.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        program = configuration.program
        names = configuration.names
    }

    /// One line of output.
    public struct LogLine: Sendable {
        public var level: LogLevel
        /// In ``Evaluator/logBytes``.
        public var text: Range<Int>
    }

    /// A body that `on` attached to the lease.
    public struct StoredEvent: Sendable {
        public var events: LeaseEvents
        public var body: BlockID?
    }

    /// Forgets the last packet; ``globals`` and ``names`` stay.
    public mutating func begin(_ facts: Facts) {
        self.facts = facts
        reply.removeAll()
        variables.removeAll()
        bytes.removeAll(keepingCapacity: true)
        logs.removeAll(keepingCapacity: true)
        logBytes.removeAll(keepingCapacity: true)
        commands.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        (depth, work, vendorSpace, isFatal) = (0, 0, nil, false)
        (returned, hasReturned) = (nil, false)
    }

    /// Lets go of the program, so that a change of the configuration need not copy it.
    mutating func beginChange() {
        program = Program()
        compiled.removeAll()
    }

    /// What ``beginChange()`` announced is done.
    mutating func endChange() { program = configuration.program }

    /// Works with another configuration, or a changed one, from now on; functions and variables
    /// stay.
    mutating func adopt(_ other: Configuration) {
        beginChange()
        configuration = other
        endChange()
    }

    /// The block of statements that a lease has kept; compiled when they are not known yet.
    mutating func block(of statements: [Statement]) -> BlockID {
        if let known = compiled[statements] { return known }
        if compiled.count >= Self.compiledLimit {
            program = configuration.program
            compiled.removeAll()
        }
        var held = Program()
        swap(&held, &program)
        var builder = ProgramBuilder(continuing: held)
        let block = builder.block(statements)
        program = builder.program
        compiled[statements] = block
        return block
    }

    /// Forgets log lines and commands that were handed over.
    public mutating func forgetOutput() {
        logs.removeAll(keepingCapacity: true)
        logBytes.removeAll(keepingCapacity: true)
        commands.removeAll(keepingCapacity: true)
    }

    /// Runs the outermost statements as at start-up: with neither packet nor lease. Variables and
    /// functions that they make become ``globals``; the values stay in ``reply``.
    public mutating func runStartup(hostname: [UInt8] = [], now: Timestamp = .none) {
        var facts = Facts()
        facts.now = now
        self.hostname = hostname
        globals.removeAll()
        unresolvedNames.removeAll()
        begin(facts)
        run(.root, DHCPv4Message())
    }

    /// Runs the scopes around `scope` that are not around `limit` as well, outermost first, then
    /// `scope` itself (config-language.md §8).
    public mutating func run(
        _ scope: ScopeID, upTo limit: ScopeID? = nil, _ packet: borrowing DHCPv4Message
    ) {
        var around = limit
        while let outer = around {
            if outer == scope { return }
            around = configuration[outer].parent
        }
        let row = configuration[scope]
        if let parent = row.parent { run(parent, upTo: limit, packet) }
        run(row.statements, packet)
    }

    /// The value of an option of the reply, or `nil` when it is not set or null.
    public mutating func value(
        _ option: OptionReference, _ packet: borrowing DHCPv4Message
    ) -> Range<Int>? {
        guard let part = reply.firstPart(option) else { return nil }
        return value(of: part, option, packet)
    }

    /// Opens one level of nesting; false when there is too much of it.
    mutating func enter() -> Bool {
        guard depth < Self.depthLimit else { return false }
        depth += 1
        return true
    }

    /// Opens a call or the value of an option: all that can make one text be evaluated repeatedly.
    mutating func enterAgain() -> Bool {
        work += 1
        if work == Self.workLimit {
            logError("too many function calls at once; the rest is taken as null")
        }
        return work < Self.workLimit && enter()
    }

    // MARK: - Results and lines

    /// Copies bytes behind the results.
    mutating func push(_ value: some Collection<UInt8>) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: value)
        return start..<bytes.count
    }

    mutating func pushByte(_ byte: UInt8) { bytes.append(byte) }

    /// Copies a part of the results to their end.
    mutating func pushAgain(_ range: Range<Int>) {
        for index in range { bytes.append(bytes[index]) }
    }

    /// Changes bytes of the results in place.
    mutating func change(_ range: Range<Int>, _ body: (UInt8) -> UInt8) {
        for index in range { bytes[index] = body(bytes[index]) }
    }

    mutating func swapBytes(_ left: Int, _ right: Int) { bytes.swapAt(left, right) }

    mutating func log(_ level: LogLevel, _ text: some Collection<UInt8>) {
        let start = logBytes.count
        logBytes.append(contentsOf: text)
        logs.append(LogLine(level: level, text: start..<logBytes.count))
    }

    mutating func logError(_ text: String) { log(.error, text.utf8) }

    /// The text of a line.
    public func text(_ line: LogLine) -> ArraySlice<UInt8> { logBytes[line.text] }
}

/// What expressions may look at, beside the packet and the reply.
public struct Facts: Sendable {
    /// False at start-up and for events of a lease.
    public var hasPacket = false
    /// A host declaration matches the client.
    public var isKnown = false
    public var now = Timestamp.none
    /// The lease in hand.
    public var lease: LeaseFacts?

    /// Nothing known.
    public init() {}

    /// What expressions ask about a lease.
    public struct LeaseFacts: Sendable {
        public var address: IPv4Address
        public var ends: Timestamp
        public var hardware: HardwareAddress
        /// The host declaration that the lease belongs to.
        public var host: HostID?
        /// True for a fixed address.
        public var isStatic: Bool

        /// The facts of one lease.
        public init(
            address: IPv4Address, ends: Timestamp, hardware: HardwareAddress, host: HostID?,
            isStatic: Bool
        ) {
            self.address = address
            self.ends = ends
            self.hardware = hardware
            self.host = host
            self.isStatic = isStatic
        }
    }
}

/// Addresses of host names: filled by the shell, which alone can ask the name servers.
public struct NameTable: Sendable {
    private var answers: [[UInt8]: Answer] = [:]

    /// What the name servers said.
    public enum Answer: Sendable {
        /// At least one address.
        case addresses([IPv4Address])
        /// The reason, as ISC words it, without the name: `host unknown.` and so on.
        case failed([UInt8])
    }

    /// Nothing known.
    public init() {}

    /// Keeps an answer, replacing an older one.
    public mutating func set(_ name: [UInt8], _ answer: Answer) { answers[name] = answer }

    /// The answer for a name, if there was one.
    public subscript(name: [UInt8]) -> Answer? { answers[name] }

    /// Forgets all answers, so that names are asked for again.
    public mutating func removeAll() { answers.removeAll() }
}
