import Leases
import Server
import Wire

/// What must hold after every event.
struct Safety {
    private struct Hold {
        var client: Client
        var until: Instant
    }

    /// Everyone who holds an address, or held it not long ago.
    private var holders: [IPv4Address: [Hold]] = [:]
    private var rowsBefore: [LeaseRow] = []
    private var rowsAfter: [LeaseRow] = []
    private var turns = 0
    /// Every so many turns of a process the costly checks run.
    private static let turnsBetweenRereads = 200

    // MARK: - One holder

    /// A client was told that an address is its own: nobody else may be using it.
    ///
    /// Servers measure leases by their own clocks in whole seconds, so two holds may overlap by as
    /// much as the clocks ever differed, and the rounding.
    mutating func taken(_ lease: Client.Lease, by client: Client, _ world: World) {
        let tolerance = Self.toleranceMilliseconds(world)
        var others: [Hold] = []
        for hold in holders[lease.address] ?? [] where hold.client !== client {
            // A client that released or lost its lease uses it no more.
            guard hold.client.lease?.address == lease.address else { continue }
            guard let current = hold.client.holds(at: world.now) else { continue }
            others.append(hold)
            if current.until > world.now.advanced(milliseconds: UInt64(tolerance)),
                !world.promise.isBroken
            {
                world.fail(
                    "\(lease.address) is held by \(client.name) and by \(hold.client.name), "
                        + "whose lease runs for \(Self.seconds(current.until, world)) s more")
            }
        }
        others.append(Hold(client: client, until: lease.until))
        holders[lease.address] = others
    }

    private static func seconds(_ time: Instant, _ world: World) -> UInt64 {
        (time.nanoseconds - min(world.now.nanoseconds, time.nanoseconds)) / 1_000_000_000
    }

    static func toleranceMilliseconds(_ world: World) -> Int {
        let low = world.nodes.map(\.skewRange.lowerBound).min() ?? 0
        let high = world.nodes.map(\.skewRange.upperBound).max() ?? 0
        return high - low + 2000
    }

    // MARK: - Packets

    /// An ACK leaves a server: what it promises is on disk, and within what the partner knows.
    func leaves(_ held: HeldPacket, _ node: Node, _ world: World) {
        guard let packet = ClientPacket(held.bytes), packet.kind == .ack,
            let seconds = packet.leaseSeconds
        else { return }
        let end = UInt64(held.madeAt.seconds) + UInt64(seconds)
        let hardware = packet.hardwareNumber
        let notes = node.disk.durable.notes[packet.yiaddr] ?? []
        let isDurable = notes.contains { note in
            note.isActive && note.hardware == hardware && UInt64(note.ends) >= end
        }
        if !isDurable {
            world.fail(
                "\(node.name) tells \(packet.hardwareText) that it has \(packet.yiaddr) "
                    + "until \(end), which is not on its disk")
        }
        let partner = world.nodes[node.role.partner.rawValue]
        let known = partner.disk.durable.latestKnown[packet.yiaddr] ?? 0
        // A clock that was set back makes what is left of a lease look longer.
        let skew = (node.skewRange.upperBound - node.skewRange.lowerBound + 999) / 1000
        let limit =
            UInt64(max(known, held.madeAt.seconds)) + UInt64(world.plan.mclt) + UInt64(skew)
        if end > limit {
            world.fail(
                "\(node.name) grants \(packet.yiaddr) until \(end), \(end - limit) s more than "
                    + "its partner knows and MCLT allow")
        }
    }

    mutating func beforePacket(_ node: Node, _ process: Process) {
        Product.copyRows(process, to: &rowsBefore)
    }

    /// A packet may make only those leases active that are this server's to give.
    mutating func afterPacket(_ node: Node, _ bytes: [UInt8], _ world: World) {
        guard let process = node.process, world.violation == nil else { return }
        Product.copyRows(process, to: &rowsAfter)
        for (before, after) in zip(rowsBefore, rowsAfter) where after.bindingState == .active {
            let isSameClient = before.hardware == after.hardware
            if before.flags.contains(.disputed), !isSameClient {
                world.fail("\(node.name) gave away \(after.address), which is disputed")
            }
            switch before.bindingState {
            case .active where isSameClient: continue
            case .free where node.role == .primary: continue
            case .backup where node.role == .secondary: continue
            case .abandoned where node.role == .primary: continue
            case .expired where isSameClient, .released where isSameClient: continue
            default: break
            }
            // Later: what the partner promised before it went down has run out.
            if node.state == "partner-down",
                world.promise.hasBeenAlone(
                    node, seconds: world.plan.mclt - Self.toleranceMilliseconds(world) / 1000,
                    at: world.now)
            {
                continue
            }
            world.fail(
                "\(node.name) in \(node.state) gave away \(after.address), which was "
                    + "\(before.bindingState.name)")
        }
    }

    // MARK: - Failover messages

    private static let stateNames: [UInt8: String] = [
        2: "normal", 3: "communications-interrupted", 4: "partner-down", 5: "potential-conflict",
        6: "recover", 7: "paused", 8: "shutdown", 9: "recover-done", 10: "resolution-interrupted",
        11: "conflict-done", 254: "recover-wait",
    ]

    /// A message leaves a server: what it says has happened is on disk.
    func leaves(_ message: Wiretap.Message, _ end: LinkEnd, _ world: World) {
        let durable = end.node.disk.durable
        switch message.type {
        case 4 where message.rejectReason == nil:
            // A link's xids begin anew, and an acknowledgement may be repeated on the next link.
            let updates = (end.other?.node.updates[message.xid] ?? []).filter {
                $0.address == message.address
            }
            let notes = durable.notes[message.address ?? .any] ?? []
            let isDurable = updates.contains { update in
                notes.contains { Self.note($0, holds: update) }
            }
            if !isDurable {
                world.fail("\(end.node.name) sent \(message.description), not on its disk")
            }
        case 10 where message.flags == 0:
            let name = Self.stateNames[message.state ?? 0] ?? "unknown"
            if !durable.states.contains(name) {
                world.fail("\(end.node.name) announces \(name), which is not on its disk")
            }
        default: break
        }
    }

    private static func note(_ note: LeaseNotes.Note, holds update: Wiretap.Message) -> Bool {
        if let potential = update.potentialExpiration, note.tsfp != potential { return false }
        // A lease that both have renewed lasts until the later end.
        return update.status != 2
            || note.isActive && note.ends >= update.expiration ?? .max
    }

    // MARK: - Turns

    mutating func afterTurn(_ node: Node, _ process: Process, _ world: World) {
        world.promise.watch(world)
        if let complaint = Product.complaint(process) {
            return world.fail("\(node.name): \(complaint)")
        }
        checkOwners(world)
        turns += 1
        if turns % Self.turnsBetweenRereads == 0 { checkReread(node, process, world) }
    }

    private static let serving = ["normal", "communications-interrupted"]

    /// No address may be the primary's to give and the secondary's at once.
    private func checkOwners(_ world: World) {
        guard let primary = world.nodes[0].process, let secondary = world.nodes[1].process,
            world.nodes.allSatisfy({ Self.serving.contains($0.state) }), !world.promise.isBroken
        else { return }
        if let address = Product.ownedTwice(primary, secondary) {
            world.fail("\(address) is free on the primary and backup on the secondary")
        }
    }

    /// What a restart would read is what the server believes.
    /// - Parameter isWhole: the whole file is read, not only what was written since the last time.
    func checkReread(_ node: Node, _ process: Process, _ world: World, isWhole: Bool = false) {
        guard process.unwritten.isEmpty else { return }
        let wall = node.clocks(world.now).wall
        let difference = Product.rereadDifference(node, process, wall, isWhole: isWhole)
        if let difference {
            world.fail("\(node.name): its lease file differs from its memory: \(difference)")
        }
    }

    // MARK: - State transitions

    /// ISC's server says this and ends (failover.md §11 D2).
    private static let lastWords = Array("Peer sim: Invalid attempt to move from ".utf8)
    private static let ended = Array("failover peer sim: declared otherwise".utf8)
    private static let moved = Array("failover peer sim: I move from ".utf8)

    /// Transitions of the tables in failover.md §4.4 and §4.5; from `startup` any is possible.
    private static let tabled: [String: Set<String>] = [
        "normal": [
            "potential-conflict", "shutdown", "partner-down", "communications-interrupted",
        ],
        "communications-interrupted": ["normal", "potential-conflict", "partner-down"],
        "partner-down": ["potential-conflict", "normal"],
        "potential-conflict": [
            "shutdown", "recover", "partner-down", "resolution-interrupted", "conflict-done",
            "normal",
        ],
        "resolution-interrupted": ["potential-conflict", "partner-down"],
        "conflict-done": ["normal", "shutdown"],
        "recover": ["potential-conflict", "partner-down", "recover-done", "recover-wait"],
        "recover-wait": ["recover-done"],
        "recover-done": ["normal", "partner-down"],
    ]

    func logged(_ node: Node, _ line: ArraySlice<UInt8>, _ world: World) {
        // After a reload the relationship may begin anew, as after a start.
        if line.starts(with: Self.ended) { node.moves = [] }
        if line.starts(with: Self.lastWords) {
            world.fail("\(node.name) hears in conflict-done what would end ISC's server")
        }
        guard line.starts(with: Self.moved) else { return }
        let text = String(decoding: line.dropFirst(Self.moved.count), as: UTF8.self)
        let words = text.split(separator: " ")
        guard words.count == 3, words[1] == "to" else { return }
        let (old, new) = (String(words[0]), String(words[2]))
        let isFirst = node.moves.isEmpty
        if !isFirst, old != node.state {
            world.fail("\(node.name) says it leaves \(old), but it was in \(node.state)")
        }
        if isFirst != (new == "startup") {
            world.fail("\(node.name) begins with a move from \(old) to \(new)")
        }
        world.promise.moved(node, from: old, to: new, at: world.now)
        let isTabled =
            node.isOperated || isFirst || old == "startup"
            || Self.tabled[old]?.contains(new) == true
        if !isTabled { world.fail("\(node.name) moved from \(old) to \(new)") }
        node.state = new
        node.moves.append(new)
    }
}
