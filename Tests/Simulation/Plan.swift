public import Wire

/// The conditions of one run: how the pair is configured and how often what goes wrong.
///
/// ``swarm(seed:)`` switches some faults off in each run (swarm testing), since faults that always
/// come together hide what each of them alone would show.
public struct Plan: Sendable {
    /// Seed of everything that happens in the run.
    public var seed: UInt64

    /// The shared pool.
    public var range = AddressRange(
        first: IPv4Address(10, 77, 0, 100), last: IPv4Address(10, 77, 0, 119))
    /// A second subnet behind a relay.
    public var relayedRange: AddressRange?
    /// `mclt` of the primary.
    public var mclt = 60
    /// `default-lease-time` and `max-lease-time`.
    public var leaseSeconds = 300
    /// `split`.
    public var split = 128
    /// `load balance max seconds`.
    public var loadBalanceSeconds = 3
    /// `max-response-delay`.
    public var responseSeconds = 20
    /// `max-unacked-updates`.
    public var maxUnacked = 10
    /// `min-balance` and `max-balance`.
    public var balanceSeconds = 5...30
    /// `ping-check`.
    public var isPinging = false
    /// How many clients there are.
    public var clientCount = 5

    /// True when there are hardly more addresses than clients, or fewer.
    public var isTight = false

    /// Parts of 1000 of the LAN's packets that never arrive, arrive twice, come late.
    public var lossPerMille = 0
    /// See ``lossPerMille``.
    public var duplicatePerMille = 0
    /// See ``lossPerMille``.
    public var latePerMille = 0
    /// Parts of 1000 of the disk's syncs that take up to 3 s.
    public var slowSyncPerMille = 0
    /// Each server's wall clock is wrong by at most this many seconds and may be stepped within.
    public var skewSeconds = 0
    /// Mean seconds between two faults of a kind; 0 is never.
    public var crashEverySeconds = 0
    /// See ``crashEverySeconds``.
    public var powerLossEverySeconds = 0
    /// See ``crashEverySeconds``: a server that loses its lease file in a crash.
    public var diskLossEverySeconds = 0
    /// See ``crashEverySeconds``: a disk that is full for a while.
    public var fullDiskEverySeconds = 0
    /// See ``crashEverySeconds``: a lease file that is written anew, which is no fault.
    public var rewriteEverySeconds = 0
    /// See ``crashEverySeconds``: a reload of the configuration, which is no fault either.
    public var reloadEverySeconds = 0
    /// See ``crashEverySeconds``: the cable between the servers.
    public var cutEverySeconds = 0
    /// See ``crashEverySeconds``: a failover connection that breaks.
    public var resetEverySeconds = 0
    /// See ``crashEverySeconds``: a server that the clients cannot reach.
    public var deafEverySeconds = 0
    /// See ``crashEverySeconds``: an outage of one server for longer than leases last.
    public var outageEverySeconds = 0
    /// See ``crashEverySeconds``: an operator stops a server, pauses it or says that one is down.
    public var operatorEverySeconds = 0
    /// True if operators declare a server down that is not.
    public var isCareless = false
    /// See ``crashEverySeconds``: a process that stands still for a while.
    public var pauseEverySeconds = 0
    /// How far a clock may drift in seven seconds.
    public var driftMilliseconds = 0
    /// Parts of 1000 of the clients' whims that are to leave for good; another client comes.
    public var leavingPerMille = 0
    /// True if the secondary treats the primary as ISC's does: see ``StockDisguise``.
    public var hasStockSecondary = false
    /// `auto-partner-down`
    public var autoPartnerDown = 0
    /// Seconds with faults; as long as it needs without them follows.
    public var stormSeconds = 900

    /// A calm pair with the values that the scenarios of the lab use.
    public init(seed: UInt64 = 1) { self.seed = seed }

    /// The conditions that belong to a seed.
    public static func swarm(seed: UInt64) -> Plan {
        var chance = Chance(seed: seed ^ 0x51ed_270b_a3f3_11c5)
        var plan = Plan(seed: seed)
        plan.clientCount = chance.pick(2...6)
        let isShort = chance.happens(perMille: 200)
        plan.chooseFaults(&chance)
        // Only who runs short of addresses is tempted to give away what is not free.
        plan.isTight = isShort || plan.diskLossEverySeconds > 0 && chance.happens(perMille: 700)
        let size = plan.clientCount + (plan.isTight ? chance.pick(-2...0) : chance.pick(4...14))
        plan.range = AddressRange(
            first: plan.range.first, last: IPv4Address(plan.range.first.rawValue + UInt32(size)))
        if chance.happens(perMille: 300) {
            plan.relayedRange = AddressRange(
                first: IPv4Address(10, 78, 0, 20), last: IPv4Address(10, 78, 0, 31))
        }
        plan.mclt = chance.pick([40, 60, 90, 150])
        plan.leaseSeconds = plan.mclt * chance.pick([1, 2, 3, 5])
        plan.split = chance.pick([0, 64, 128, 128, 128, 255, 256])
        plan.loadBalanceSeconds = chance.pick([0, 1, 3, 3, 3])
        plan.responseSeconds = chance.pick([10, 20, 30, 60])
        plan.maxUnacked = chance.pick([1, 2, 5, 10, 100])
        plan.balanceSeconds = chance.pick([2...5, 5...30, 30...120])
        plan.isPinging = chance.happens(perMille: 150)
        plan.stormSeconds = chance.pick(400...900)
        plan.chooseActs(seed)
        return plan
    }

    /// All runs that belong to a seed: the conditions themselves, and some of them once more with
    /// reloads on either side or with a secondary of ISC's.
    public static func runs(ofSeed seed: UInt64) -> [Plan] {
        let plan = swarm(seed: seed)
        var plans = [plan]
        if seed % 4 == 0 {
            plans.append(plan)
            plans[1].reloadEverySeconds = 40
        } else if seed % 4 == 1 {
            plans.append(plan)
            plans[1].hasStockSecondary = true
        }
        return plans
    }

    /// What distinguishes a run from the plain one of its seed, in words.
    public var variant: String {
        hasStockSecondary ? " with ISC's secondary" : reloadEverySeconds > 0 ? " with reloads" : ""
    }

    /// From a stream of its own, so that what had none of these stays as it was.
    private mutating func chooseActs(_ seed: UInt64) {
        var chance = Chance(seed: seed ^ 0x0b5e_55ed_c0ff_ee11)
        guard chance.happens(perMille: 650) else { return }
        func chosen(_ perMille: Int, _ values: [Int]) -> Int {
            chance.happens(perMille: perMille) ? chance.pick(values) : 0
        }
        outageEverySeconds = chosen(600, [100, 200, 400])
        operatorEverySeconds = chosen(350, [60, 200, 400])
        pauseEverySeconds = chosen(250, [60, 200])
        driftMilliseconds = chosen(250, [5, 50, 500])
        leavingPerMille = chosen(600, [200, 500, 800])
        isCareless = chance.happens(perMille: 150)
        autoPartnerDown = chosen(150, [5, 30, 90])
        if outageEverySeconds > 0 { stormSeconds += 8 * leaseSeconds }
        if outageEverySeconds > 0, chance.happens(perMille: 600) { skewSeconds = 0 }
    }

    private mutating func chooseFaults(_ chance: inout Chance) {
        func chosen(_ perMille: Int, _ values: [Int]) -> Int {
            chance.happens(perMille: perMille) ? chance.pick(values) : 0
        }
        lossPerMille = chosen(500, [20, 100, 300])
        duplicatePerMille = chosen(400, [20, 100, 300])
        latePerMille = chosen(400, [20, 200])
        slowSyncPerMille = chosen(500, [20, 200, 600])
        skewSeconds = chosen(400, [2, 10, 14])
        crashEverySeconds = chosen(600, [60, 200, 400])
        powerLossEverySeconds = chosen(400, [100, 300])
        diskLossEverySeconds = chosen(250, [150, 300])
        fullDiskEverySeconds = chosen(200, [100, 300])
        rewriteEverySeconds = chosen(300, [30, 200])
        cutEverySeconds = chosen(600, [50, 150, 300])
        resetEverySeconds = chosen(400, [30, 120])
        deafEverySeconds = chosen(300, [100, 300])
    }
}
