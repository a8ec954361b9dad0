public import ConfParser
public import Leases
public import Wire

/// One failover relationship: its endpoint state, its links and its update queues.
///
/// A value that decides and does nothing: events come in by the methods, everything to be done goes
/// out as ``Effects``. `enter(_:)` is the only writer of the state.
public struct Relationship: Sendable {
    /// Number of the relationship.
    public internal(set) var id: RelationshipID
    /// What was declared.
    public internal(set) var configuration: RelationshipConfiguration
    var poolSet: Set<PoolID>

    /// Own state, and since when it lasts.
    public private(set) var state: FailoverState
    public private(set) var startOfState: Timestamp
    /// The state to return to while ``state`` is startup.
    public private(set) var remembered: FailoverState
    /// The partner's state and when we heard of it by our own clock.
    public internal(set) var partnerState: FailoverState
    public internal(set) var partnerTime: Timestamp
    /// Seconds that a lease may go beyond what the partner knows.
    public internal(set) var mclt: UInt32
    /// Which clients are whose; `nil` on a secondary that was never connected.
    public internal(set) var buckets: HashBuckets?
    /// What the partner announced.
    public internal(set) var peerMaxUnacked: UInt32
    public internal(set) var peerReceiveTimer: UInt32

    var links: [PeerLink] = []
    var established: LinkID?
    var lastHeard = Instant(nanoseconds: 0)
    var isDialling = false
    var isFirstDial = true
    var isFirstListen = true
    var nextPeerAddress = 0
    var timers = Timers()
    var chance: Chance

    var updates = UpdateQueue()
    /// Updates in flight that were given up for one of the partner's, by their xids.
    var surrendered: [LeaseID: UInt32] = [:]
    var acknowledgements: [Acknowledgement] = []
    /// What the partner refused and is to be told again, and after how long.
    var refused: [LeaseID] = []
    var retrySeconds = Timers.refusedSeconds
    /// The partner was asked what it knows of leases that it refused to be given.
    var isAskingAboutRefused = false
    /// It was asked on this link, and has said, what it knew: updates that wait for its window come
    /// later than its state.
    var isAskingAboutUnheard = false
    var hasHeardAll = false
    /// The partner has not reported its state on this link yet, nor have we ours.
    var isFirstReport = true
    var hasToldState = false
    var isUpdateRequestAllOutstanding = false
    /// How often the partner's state led back to recover on this link.
    var relapses = 0
    /// The partner is let back into normal once it has been sent all that it does not know.
    var isAdmitting = false
    /// The partner has come to a resolution, not to a recovery: it knows what it has promised.
    var remembersPromises = false
    var lastBalance: Instant?
    /// How the free leases of each pool go down, and when a shortage was explained last.
    var supplies: [PoolID: Supply] = [:]
    var lastExplanation: Instant?

    /// A BNDACK to be sent.
    struct Acknowledgement: Sendable {
        var address: IPv4Address
        var xid: UInt32
    }

    /// A relationship as it was when the last process ended; nothing is remembered of a new one.
    public init(
        _ id: RelationshipID, _ configuration: RelationshipConfiguration,
        remembered record: FailoverStateRecord?, now: Now, seed: UInt64
    ) {
        self.id = id
        self.configuration = configuration
        poolSet = Set(configuration.pools)
        state = Self.resumed(record?.myState ?? .recover)
        remembered = state
        // Conflicts that began in recover are settled with all that the partner knows; nothing says
        // whether these did.
        isUpdateRequestAllOutstanding =
            state == .recover || state == .potentialConflict || state == .resolutionInterrupted
        startOfState = record?.myStateTime ?? now.wall
        partnerState = record?.partnerState ?? .unknown
        partnerTime = record?.partnerStateTime ?? now.wall
        let learned = configuration.isPrimary ? nil : record?.mclt
        mclt = learned ?? configuration.mclt
        buckets = configuration.hba.flatMap(HashBuckets.init)
        peerMaxUnacked = configuration.peerMaxUnackedUpdates
        peerReceiveTimer = configuration.peerMaxResponseDelay
        chance = Chance(seed: seed)
    }

    /// What the state record in the lease file says (failover.md §3.5).
    public var record: FailoverStateRecord {
        var record = FailoverStateRecord(peerName: configuration.name)
        record.myState = state == .startup ? remembered : state
        record.myStateTime = startOfState
        record.partnerState = partnerState
        record.partnerStateTime = partnerTime
        if !configuration.isPrimary { record.mclt = mclt }
        return record
    }

    /// What clients get now.
    public var service: Service { Service(own: state, partner: partnerState) }

    /// Updates that the partner has not acknowledged yet.
    public var unackedUpdates: Int { updates.flightCount }

    /// True while a link is established.
    public var isConnected: Bool { established != nil }

    /// A transition with all its effects, in the order of failover.md §4.2.
    mutating func enter(
        _ next: FailoverState, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let old = state
        if old == .normal || old == .potentialConflict || old == .partnerDown {
            takeBackUpdates(&leases, now)
        }
        if next == .startup { remembered = old }
        if next != .recoverWait, next != .startup, old != .startup { startOfState = now.wall }
        // ISC counts partner-down from the state before, and takes the partner's leases too soon.
        if old == .startup, next == .partnerDown, remembered != .partnerDown {
            startOfState = now.wall
        }
        if old == .startup, next == .recover, remembered != .recover {
            startOfState = lastOperation(leases, now)
        }
        if old == .shutdown, next == .recover, partnerState == .partnerDown, updates.isEmpty {
            startOfState = now.wall - mclt
        }
        state = next
        // Before the state is on disk, so that whoever reads it there finds them held.
        if next == .partnerDown { holdEndedLeases(&leases, now, &effects) }
        commitRecord(&leases, &effects)
        logPeer(.info, &effects) {
            $0.append(text: "I move from ")
            $0.append(text: old.word)
            $0.append(text: " to ")
            $0.append(text: next.word)
        }
        logIfBothNormal(&effects)
        if old == .startup { timers.startup = nil }
        timers.autoPartnerDown = nil
        timers.recoverWait = nil
        isAdmitting = false
        if next != .normal {
            timers.rebalance = nil
            timers.held = nil
        }
        if old == .partnerDown, next != .partnerDown { markPartnerDown(false, &leases) }
        unparkLeases(&leases)
        sendState(now, &effects)
        didEnter(&leases, now, &effects)
    }

    /// The state that a new process goes on from. ISC's server stays in those that an operator set,
    /// for ever (failover.md §11 D13).
    private static func resumed(_ last: FailoverState) -> FailoverState {
        switch last {
        case .startup: .unknown
        case .paused: .normal
        case .shutdown: .recover
        default: last
        }
    }

    /// The last moment at which this server can have promised something that its partner was not
    /// told. ISC takes the start of the state before, which may be long ago (failover.md §11 D11).
    private func lastOperation(_ leases: borrowing LeaseStore, _ now: Now) -> Timestamp {
        var last = startOfState
        for pool in configuration.pools {
            for list in PoolList.allCases {
                for lease in leases.inOrder(pool, list) { last = max(last, leases[lease].cltt) }
            }
        }
        return min(last, now.wall)
    }

    private mutating func didEnter(
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        switch state {
        case .communicationsInterrupted:
            if configuration.autoPartnerDown > 0 {
                timers.autoPartnerDown = now.mono.advanced(seconds: configuration.autoPartnerDown)
            }
            // An operator ended a pause: a partner that has recovered meanwhile said so before,
            // and waits for us to be normal.
            if isConnected, partnerState == .recoverDone {
                sendUpdates(&leases, now, &effects)
                enter(.normal, &leases, now, &effects)
            }
        case .normal:
            balanceAll(mayAsk: false, &leases, now, &effects)
            unholdLeases(&leases, now, &effects)
            announcePending(&leases)
            if updates.waitingCount > 0 {
                sendUpdates(&leases, now, &effects)
                log(.info, &effects, "Sending updates to ", ".")
            }
        case .potentialConflict:
            remembersPromises = true
            if configuration.isPrimary || partnerState == .conflictDone {
                requestUpdates(all: false, now, &effects)
            }
        case .startup:
            timers.startup = now.mono.advanced(seconds: Timers.startupSeconds)
        case .recoverWait:
            let end = startOfState + mclt
            if end > now.wall {
                timers.recoverWait = end
            } else {
                enter(.recoverDone, &leases, now, &effects)
            }
        case .recover:
            requestUpdates(all: true, now, &effects)
        case .recoverDone:
            // A partner that became normal too early will not say so again (§11 D29).
            if isConnected, partnerState == .normal {
                enter(.normal, &leases, now, &effects)
            } else if partnerState == .shutdown {
                // It has been out of service all the time and told us what it knew.
                enter(.partnerDown, &leases, now, &effects)
            }
        case .partnerDown:
            markPartnerDown(true, &leases)
        case .paused, .shutdown, .resolutionInterrupted, .conflictDone, .unknown: break
        }
    }
}
