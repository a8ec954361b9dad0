public import ConfParser
public import Leases
public import Wire

/// Runs the bodies of `on expiry` and `on release` that wait in leases.
///
/// It has an evaluator of its own, since a lease may end in the middle of an answer to somebody.
public struct EventRunner: ~Copyable, Sendable {
    private var evaluator: Evaluator
    private let nothing = DHCPv4Message()

    /// What a body may look at beside its lease.
    public struct Surroundings: Sendable {
        public var now: Timestamp
        /// The event is the doing of a packet.
        public var hasPacket = false
        public var isKnown = false
        /// The host declaration that the lease belongs to.
        public var host: HostID?

        /// An event of this moment.
        public init(now: Timestamp) { self.now = now }
    }

    /// A runner for the leases of a configuration; runs its outermost statements for the variables
    /// and functions that they make.
    public init(_ configuration: Configuration, hostname: [UInt8] = [], now: Timestamp = .none) {
        evaluator = Evaluator(configuration)
        evaluator.runStartup(hostname: hostname, now: now)
        evaluator.forgetOutput()
    }

    /// Knows the addresses of host names that a configuration knows.
    mutating func adoptNames(of configuration: Configuration) {
        evaluator.names = configuration.names
    }

    /// The configuration has been taken away from it; ``adopt(_:)`` gives it the present one.
    private(set) var isStale = false

    /// Lets go of the configuration, so that a change need not copy it.
    mutating func letGo() {
        guard !isStale else { return }
        evaluator.adopt(Configuration(options: evaluator.configuration.options))
        isStale = true
    }

    /// Works with this configuration from now on.
    mutating func adopt(_ configuration: Configuration) {
        evaluator.adopt(configuration)
        isStale = false
    }

    /// The lease is about to end by time: runs what it has for that and forgets all its bodies.
    /// Variables that are set belong to the lease.
    public mutating func willEnd(
        _ id: LeaseID, in leases: inout LeaseStore, now: Timestamp, into effects: inout Effects
    ) {
        let bodies = leases.bodies(id)
        guard !bodies.isEmpty else { return }
        guard let statements = bodies.statements(of: leases.endingEvent(id)) else { return }
        let variables = leases.details(id).variables
        let left = run(
            statements, id, leases, variables, Surroundings(now: now), nothing, into: &effects)
        leases.modifyDetails(id) {
            $0.variables = left
            $0.bodies = []
        }
    }

    /// Runs one body for a lease.
    /// - Parameter variables: of the lease.
    /// - Returns: the variables as the body left them.
    public mutating func run(
        _ statements: [Statement], _ id: LeaseID, _ leases: borrowing LeaseStore,
        _ variables: [LeaseVariable], _ surroundings: Surroundings,
        _ packet: borrowing DHCPv4Message, into effects: inout Effects
    ) -> [LeaseVariable] {
        let row = leases[id]
        var facts = Facts()
        facts.hasPacket = surroundings.hasPacket
        facts.isKnown = surroundings.isKnown
        facts.now = surroundings.now
        facts.lease = Facts.LeaseFacts(
            address: row.address, ends: row.ends, hardware: row.hardware,
            host: surroundings.host, isStatic: false)
        evaluator.begin(facts)
        evaluator.leaveClasses()
        evaluator.variables = Variables(variables)
        evaluator.run(evaluator.block(of: statements), packet)
        evaluator.handOver(into: &effects)
        return evaluator.variables.stored
    }
}

extension Evaluator {
    /// Hands over what statements logged and which programs they asked for.
    mutating func handOver(into effects: inout Effects) {
        for line in logs {
            effects.log(line.level) { $0.append(contentsOf: text(line)) }
        }
        for command in commands { effects.list.append(.execute(command)) }
        forgetOutput()
        if isFatal { effects.list.append(.exit(status: 1)) }
    }
}
