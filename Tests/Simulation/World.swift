public import Wire

/// Two servers, their cable, their disks and clocks, and a LAN with clients, all in one thread and
/// in virtual time.
///
/// Everything that happens is an act in one queue; all chance comes from one stream. So a seed is a
/// run, and a failure is a seed.
public final class World {
    /// True time since the world began; no server sees it.
    public internal(set) var now = Instant(nanoseconds: 0)
    /// The conditions of this run.
    public let plan: Plan
    var chance: Chance
    var nodes: [Node] = []
    var clients: [Client] = []
    let network = Network()
    var safety = Safety()
    var history: History
    /// What went against an invariant; the run ends with the first one.
    public private(set) var violation: String?
    /// How many acts were carried out.
    public private(set) var actCount = 0
    private var queue = EventQueue()
    /// True while chance may do harm.
    var isStormy = false
    /// True when all log lines are to be kept, for scenarios.
    var keepsLogs = false
    /// True while one server is out of order for long.
    var isOutage = false
    var promise = Promise()
    /// How many addresses clients may still decline.
    var declinesLeft = 2

    /// The wall clock of a server whose clock is right, at the beginning of the world.
    static let epoch: UInt64 = 1_795_226_400
    /// More acts at one moment mean that something runs in circles.
    private static let actsPerMomentMax = 20_000
    private var actsAtThisMoment = 0

    /// A world in which nothing has been started.
    public init(_ plan: Plan, historyLines: Int = 400) {
        self.plan = plan
        history = History(capacity: historyLines)
        chance = Chance(seed: plan.seed)
        nodes = [Node(.primary, plan), Node(.secondary, plan)]
    }

    // MARK: - Time

    func after(milliseconds: Int, _ act: @escaping (World) -> Void) {
        queue.add(at: now.advanced(milliseconds: UInt64(max(0, milliseconds))), act)
    }

    func at(_ time: Instant, _ act: @escaping (World) -> Void) {
        queue.add(at: max(time, now), act)
    }

    /// Lets so much time pass, or less if an invariant breaks.
    public func run(milliseconds: UInt64) {
        let end = now.advanced(milliseconds: milliseconds)
        while violation == nil, let time = queue.firstTime, time <= end {
            guard let next = queue.popFirst() else { break }
            actsAtThisMoment = next.time == now ? actsAtThisMoment + 1 : 0
            if actsAtThisMoment > Self.actsPerMomentMax { fail("the world runs in circles") }
            now = next.time
            actCount += 1
            next.act(self)
        }
        if violation == nil { now = end }
    }

    /// Lets so many seconds pass.
    public func run(seconds: Int) { run(milliseconds: UInt64(max(0, seconds)) * 1000) }

    // MARK: - Records

    func note(_ who: String, _ text: @autoclosure () -> String) {
        history.note(now, who, text())
    }

    func fail(_ text: String) {
        guard violation == nil else { return }
        violation = text
        history.note(now, "VIOLATION", text)
    }

    /// The last lines of logs and events, for a person to read.
    public func story(last count: Int) -> String { history.rendered(last: count) }
}
