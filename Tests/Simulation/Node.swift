import ConfParser
import Leases
import Server
import Wire

/// The two ends of a relationship.
enum Role: Int, Sendable, CaseIterable {
    case primary, secondary

    var partner: Role { self == .primary ? .secondary : .primary }
}

/// One of the two machines: its disk and its clock, and the server process while it runs.
final class Node {
    let role: Role
    /// `alpha` or `beta`.
    let name: String
    /// `dhcpd.conf`.
    var configuration: String
    /// What that means, with the text that it was compiled from.
    var compiled: (text: String, tree: ConfigurationTree, configuration: Server.Configuration)?
    /// How it differs from the one of the beginning.
    var variant = Configurations.Variant()
    /// Where clients and the partner reach it.
    let address: IPv4Address
    var disk = Disk()
    /// The running server.
    var process: Process?
    /// False while the machine has no power; then nobody answers for it.
    var isPowered = true
    /// True while no client's packet reaches it.
    var isDeaf = false
    /// True while nothing can be written.
    var isDiskFull = false
    /// True while its process stands still; what happens to it meanwhile waits.
    var isSuspended = false
    var suspendedActs: [(World) -> Void] = []
    /// Its operator has just demanded a state.
    var isOperated = false
    /// True if it treats its partner as ISC's server does.
    let isStock: Bool
    /// How far its wall clock is off, in milliseconds.
    var skewMilliseconds: Int = 0
    /// The largest distances from the truth its clock ever had.
    private(set) var skewRange = 0...0
    /// How often a process was started.
    var bootCount = 0
    /// The binding updates that it sent, by xid.
    var updates: [UInt32: [Wiretap.Message]] = [:]
    /// Lines of all its lives, only for scenarios.
    var log: [String] = []
    /// The state that its log spoke of last.
    var state = "down"
    /// All states that its log spoke of since its last start.
    var moves: [String] = []

    init(_ role: Role, _ plan: Plan) {
        self.role = role
        name = role == .primary ? "alpha" : "beta"
        address = IPv4Address(10, 77, 0, role == .primary ? 1 : 2)
        configuration = Configurations.text(role, plan)
        isStock = role == .secondary && plan.hasStockSecondary
    }

    func setSkew(milliseconds: Int) {
        skewMilliseconds = milliseconds
        skewRange =
            min(skewRange.lowerBound, milliseconds)...max(skewRange.upperBound, milliseconds)
    }

    /// What its two clocks show at a moment of the world.
    func clocks(_ time: Instant) -> Now {
        let milliseconds = Int(time.nanoseconds / 1_000_000) + skewMilliseconds
        let wall = Int(World.epoch) + (milliseconds >= 0 ? milliseconds / 1000 : -1)
        // Each machine counts its uptime from a moment of its own.
        let uptime = role == .primary ? UInt64(1_000_000_000) : 777_000_000_000
        return Now(
            wall: Timestamp(UInt32(clamping: wall)),
            mono: Instant(nanoseconds: time.nanoseconds + uptime))
    }

    /// The moment of the world at which its monotonic clock shows `mono`.
    func worldTime(_ mono: Instant) -> Instant {
        let uptime = role == .primary ? UInt64(1_000_000_000) : 777_000_000_000
        return Instant(nanoseconds: mono.nanoseconds > uptime ? mono.nanoseconds - uptime : 0)
    }
}

/// A server process as the shell would run it: the core, what it waits for, its end of the links.
final class Process {
    var core: ServerCore
    var effects = Effects()
    /// Which life of the machine this is.
    let number: Int
    /// Packets that wait for their record, in order.
    var packets: [HeldPacket] = []
    /// Its ends of links, by the number the core knows.
    var links: [(id: LinkID, end: LinkEnd)] = []
    var nextLink: UInt64 = 1
    /// Records handed to the writer and not yet written.
    var unwritten: [UInt8] = []
    var isSyncing = false
    /// The last attempt to write failed.
    var isFailing = false
    var isWaitingToRetry = false
    /// Turns in a row after which the next deadline had passed already.
    var hurries = 0
    /// Highest record on disk.
    var durable: Effects.Sequence = 0
    /// Only the timer of the latest setting counts.
    var timerSetting = 0
    var timerTime: Instant?
    /// Attempts to connect, by relationship; a changed number makes an attempt void.
    var dialAttempts: [RelationshipID: Int] = [:]
    var listeners: [(address: IPv4Address, port: UInt16)] = []
    /// The process ends in the middle of a turn, after so many more effects.
    var effectsUntilCrash: Int?

    /// The configuration as it was read, for reading lease files.
    var tree: ConfigurationTree
    /// What stands in the lease file.
    var mirror = Product.Mirror()

    init(core: consuming ServerCore, tree: ConfigurationTree, number: Int) {
        self.core = core
        self.tree = tree
        self.number = number
    }

    func end(_ id: LinkID) -> LinkEnd? { links.first { $0.id == id }?.end }

    func forget(_ id: LinkID) { links.removeAll { $0.id == id } }
}

/// A DHCP reply that waits for its record.
struct HeldPacket {
    var route: PacketRoute
    var bytes: [UInt8]
    var after: Effects.Sequence
    /// The sender's wall clock when the reply was made.
    var madeAt: Timestamp
}
