public import ConfParser
import Failover
public import Leases
public import Wire

/// The whole server as a value: configuration, leases and one failover machine per relationship.
///
/// It decides everything and touches nothing: inputs and both clocks come in, ``Effects`` go out.
/// The executable and the simulation are its two shells.
public struct ServerCore: ~Copyable {
    /// What it was started with or the last reload brought, and what operators have changed since.
    /// It lives in the evaluator: a second copy would have to be changed as well, and changes would
    /// copy what they touch.
    public internal(set) var configuration: Configuration {
        _read { yield evaluator.configuration }
        _modify {
            events.letGo()
            evaluator.beginChange()
            defer { evaluator.endChange() }
            yield &evaluator.configuration
        }
    }
    /// All leases.
    public internal(set) var leases: LeaseStore
    var interfaces: [ServedInterface]

    /// The packet in hand, its reply, and what is needed to make one; reused.
    var packet = DHCPv4Message()
    var reply = DHCPv4Reply()
    var packer = DHCPv4OptionPacker()
    var optionOrder = OptionOrder()
    /// The text of option 56 of a NAK: it keeps its last value until another client's case
    /// overwrites it (ISC: server-v4.md §5, §12 row 5).
    var nakText: StaticString = ""
    var complaints = Complaints()
    /// The client ends its texts with NUL.
    var terminatesText = false
    /// Which codes are of format `t`, and those that are built from an option space, in the order
    /// of the spaces.
    var textOptions: [Bool]
    var encapsulatingCodes: [UInt8]
    /// Runs the statements of the configuration.
    var evaluator: Evaluator
    /// Runs what leases have kept for their end.
    var events: EventRunner
    /// Programs that the outermost statements ask for.
    private let startupCommands: [[[UInt8]]]
    /// Subclasses that packets have made.
    var spawned = SpawnedClasses()
    /// Source address of the reply in hand; also its server identifier.
    var replySource = IPv4Address.any

    /// OFFERs that wait for a ping, by address, and their deadlines in order.
    var probes: [IPv4Address: Probe] = [:]
    var probeOrder: [(address: IPv4Address, deadline: Instant)] = []
    /// Active leases that were offered anew: the next ACK writes them.
    var notReusable: Set<LeaseID> = []
    /// Pools over their `log-threshold-high`, with the number of used leases that ends it.
    var thresholdResets: [PoolID: Int] = [:]
    /// An orderly end under way.
    var shutdown: Shutdown?
    /// Leases by the class whose limit they count for; some may have ended since.
    var billed: [LeaseBilling: [LeaseID]] = [:]
    /// Where the site's own codes of the reply in hand come from.
    var siteSpace: SiteSpace?
    /// The lowest codes of such spaces, as far as they were used.
    var siteMinimums: [OptionSpaceID: UInt32] = [:]
    /// Names of addresses, for `get-lease-hostnames`.
    var reverseNames: [IPv4Address: ReverseName] = [:]
    /// INFORMs refused since the advice was last given.
    var informsRefused = 0

    /// The relationships with partners.
    var failover: FailoverEndpoint
    /// Settings of the outermost scope, which hold for the whole process.
    var settings: Settings

    /// An interface and the network that it serves.
    struct ServedInterface {
        var interface: Interface
        /// `nil` when no subnet has an address of it.
        var network: NetworkID?

        init(_ interface: Interface, _ configuration: Configuration) {
            self.interface = interface
            let match = configuration.network(
                ofInterface: Array(interface.name.utf8), addresses: interface.addresses)
            if case .network(let found) = match { network = found }
        }
    }

    /// A server at rest: ``start(now:into:)`` sets it going.
    /// - Parameter leases: as read from the lease file, settled and in their lists.
    /// - Parameter failoverStates: of the lease file; a relationship without one begins anew.
    /// - Parameter seed: of the core's random numbers.
    /// - Parameter parameters: what holds for the process; without it the configuration is asked.
    /// - Parameter hostname: name of this machine, for `gethostname ()`.
    public init(
        configuration: Configuration, interfaces: [Interface], leases: consuming LeaseStore,
        failoverStates: [ConfParser.FailoverStateRecord], seed: UInt64, now: Now,
        parameters: ProcessParameters? = nil, hostname: [UInt8] = []
    ) {
        self.leases = leases
        self.interfaces = interfaces.map { ServedInterface($0, configuration) }
        // Made ready before it becomes a part: changing it within a half-made core is compiled
        // wrongly with optimisation (Swift 6.3.1 releases what it does not hold).
        var evaluator = Evaluator(configuration)
        evaluator.runStartup(hostname: hostname, now: now.wall)
        settings =
            parameters.map { Settings($0, hostname: hostname) }
            ?? Settings(asking: &evaluator, hostname: hostname)
        startupCommands = evaluator.commands
        self.evaluator = evaluator
        events = EventRunner(configuration, hostname: hostname, now: now.wall)
        failover = Self.relationships(configuration, failoverStates, seed: seed, now: now)
        textOptions = Self.textOptions(configuration)
        encapsulatingCodes = Self.encapsulatingCodes(configuration)
    }

    static func textOptions(_ configuration: Configuration) -> [Bool] {
        (0..<256).map {
            configuration.options.format(.init(.dhcp, UInt32($0))).first == UInt8(ascii: "t")
        }
    }

    static func encapsulatingCodes(_ configuration: Configuration) -> [UInt8] {
        configuration.options.spaces.compactMap { space in
            guard let parent = space.parent, parent.space == .dhcp else { return nil }
            return UInt8(exactly: parent.code)
        }
    }

    /// The first acts after the lease file was read: enter startup, dial and listen for each
    /// relationship.
    public mutating func start(now: Now, into effects: inout Effects) {
        for command in startupCommands { effects.list.append(.execute(command)) }
        countBilledLeases()
        failover.start(leases: &leases, now: now, into: &effects)
    }

    /// Takes one DHCP message (the UDP payload) that arrived on an interface.
    public mutating func receive(
        _ message: Span<UInt8>, on interface: InterfaceID, from source: IPv4Address, now: Now,
        into effects: inout Effects
    ) {
        guard let index = interfaces.firstIndex(where: { $0.interface.id == interface }) else {
            return
        }
        take(message, interface: index, source: source, now: now, into: &effects)
        runEndings(now: now, into: &effects)
    }

    /// Takes any other input.
    public mutating func step(_ input: Input, now: Now, into effects: inout Effects) {
        if !stepFailover(input, now: now, into: &effects) {
            switch input {
            case .pingReply(let address): takePingReply(address, now: now, into: &effects)
            case .nameFound(let address, let name):
                takeReverseName(address, name, now: now, into: &effects)
            case .addressesFound(let name, let answer):
                takeNames([(name, answer)], into: &effects)
            case .tick: tick(now: now, into: &effects)
            case .command(let command): try? execute(command, now: now, into: &effects)
            default: break
            }
        }
        runEndings(now: now, into: &effects)
        continueShutdown(now: now, into: &effects)
    }

    /// The moment by which the shell must give a `tick`, or `nil` when nothing is due. Wall-clock
    /// deadlines (lease ends) are converted by way of `now`.
    public func nextDeadline(now: Now) -> Instant? {
        var deadline: Instant?
        if let probe = probeOrder.first { deadline = probe.deadline }
        if let limit = shutdown.flatMap({ $0.isOver ? nil : $0.limit }) {
            deadline = deadline.map { min($0, limit) } ?? limit
        }
        if let due = failover.nextDeadline(leases: leases, now: now) {
            deadline = deadline.map { min($0, due) } ?? due
        }
        if let expiry = leases.nextExpiry {
            let instant = now.instant(of: expiry)
            deadline = deadline.map { min($0, instant) } ?? instant
        }
        return deadline
    }
}
