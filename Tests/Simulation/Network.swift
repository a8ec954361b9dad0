import Leases
import Server
import Wire

/// One end of a TCP connection as a process sees it.
final class LinkEnd {
    let node: Node
    /// The life of the machine that it belongs to.
    let processNumber: Int
    let id: LinkID
    /// False when this end has closed or died; what arrives then is answered with a reset.
    var isOpen = true
    /// What the core has given to send and whose record is not on disk.
    var held: [Held] = []
    /// What travels from here to the other end.
    var travelling: [Segment] = []
    var isTravelling = false
    /// The other end; `nil` before the connection exists.
    weak var other: LinkEnd?
    var wiretap = Wiretap()
    /// Set if this end is to behave as ISC's.
    var disguise: StockDisguise?

    enum Held {
        case bytes([UInt8], after: Effects.Sequence)
        case close
    }

    enum Segment {
        /// The last step of the handshake: the other end learns of the connection.
        case open
        case bytes([UInt8])
        case finish
        case reset
    }

    init(_ node: Node, _ process: Process) {
        self.node = node
        processNumber = process.number
        id = LinkID(process.nextLink)
        process.nextLink += 1
        if node.isStock { disguise = StockDisguise() }
    }

    /// The process that owns this end, while it runs and has not closed it.
    var process: Process? {
        guard isOpen, let process = node.process, process.number == processNumber else {
            return nil
        }
        return process
    }
}

/// The cable between the servers and the connections on it.
final class Network {
    /// Nothing passes; connections stand still and nobody is told.
    private(set) var isCut = false
    private var ends: [LinkEnd] = []

    /// Seconds that a connection attempt waits for an answer before it tries again.
    static let synRetrySeconds = [1, 2, 4, 8, 16, 32, 64]

    // MARK: - Cable

    func cut(_ world: World) {
        guard !isCut else { return }
        isCut = true
        world.note("cable", "is cut")
    }

    func heal(_ world: World) {
        guard isCut else { return }
        isCut = false
        world.note("cable", "is whole again")
        for end in ends { travel(end, world) }
    }

    /// A machine came up or went down: what waits for it travels on or is refused.
    func powerChanged(_ world: World) {
        for end in ends { travel(end, world) }
    }

    /// A connection breaks: what travels is lost, both ends are told.
    func reset(_ world: World) {
        let alive = ends.filter { $0.isOpen && $0.other?.isOpen == true }
        guard !alive.isEmpty else { return }
        let end = world.chance.pick(alive)
        world.note("cable", "a connection breaks")
        end.travelling = [.reset]
        end.other?.travelling = [.reset]
        travel(end, world)
        end.other.map { travel($0, world) }
    }

    // MARK: - Connections

    func connect(_ dialer: LinkEnd, _ acceptor: LinkEnd) {
        dialer.other = acceptor
        acceptor.other = dialer
        ends.append(dialer)
        ends.append(acceptor)
    }

    /// Gives to the network what no longer waits for a record.
    func release(_ end: LinkEnd, _ durable: Effects.Sequence, _ world: World) {
        while let first = end.held.first {
            switch first {
            case .bytes(let bytes, let after):
                guard after <= durable else { return }
                end.held.removeFirst()
                watch(bytes, end, world)
                send(bytes, from: end, world)
            case .close:
                end.held.removeFirst()
                self.end(end, flush: true, world)
                end.node.process?.forget(end.id)
            }
        }
    }

    /// Messages on their way, for the story and the checks.
    private func watch(_ bytes: [UInt8], _ end: LinkEnd, _ world: World) {
        for message in end.wiretap.take(bytes) {
            if message.type != 11 { world.note(end.node.name, ">> " + message.description) }
            end.disguise?.said(message)
            if message.type == 3 { end.node.updates[message.xid, default: []].append(message) }
            world.safety.leaves(message, end, world)
        }
    }

    /// Cuts a stream into pieces wherever chance will.
    private func send(_ bytes: [UInt8], from end: LinkEnd, _ world: World) {
        guard end.isOpen else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let isWhole = world.chance.happens(perMille: 850)
            let count = isWhole ? rest.count : 1 + world.chance.below(rest.count)
            end.travelling.append(.bytes(Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        travel(end, world)
    }

    /// This end closes: in order, or at once with the loss of what travels.
    func end(_ end: LinkEnd, flush: Bool, _ world: World) {
        guard end.isOpen else { return }
        end.isOpen = false
        end.held = []
        if flush {
            end.travelling.append(.finish)
        } else {
            let kept = world.chance.below(end.travelling.count + 1)
            end.travelling.removeLast(end.travelling.count - kept)
            end.travelling.append(.reset)
        }
        travel(end, world)
    }

    func travel(_ end: LinkEnd, _ world: World) {
        guard !end.isTravelling, !end.travelling.isEmpty, !isCut else { return }
        guard let other = end.other, end.node.isPowered, other.node.isPowered else { return }
        end.isTravelling = true
        let delay = world.chance.happens(perMille: 50) ? 400 : 8
        world.after(milliseconds: world.chance.pick(0...delay)) { world in
            end.isTravelling = false
            guard !world.network.isCut, other.node.isPowered, !end.travelling.isEmpty else {
                return
            }
            let segment = end.travelling.removeFirst()
            world.network.arrive(segment, at: other, world)
            world.network.travel(end, world)
        }
    }

    private func arrive(_ segment: LinkEnd.Segment, at end: LinkEnd, _ world: World) {
        guard let process = end.process else {
            refuse(end, segment, world)
            return
        }
        switch segment {
        case .open:
            process.links.append((end.id, end))
            guard let other = end.other else { return }
            world.input(
                end.node,
                .accepted(
                    end.id, from: other.node.address, at: end.node.address,
                    port: Configurations.port))
        case .bytes(let bytes):
            let heard = end.disguise?.heard(bytes) ?? bytes
            if !heard.isEmpty { world.input(end.node, .peerBytes(end.id, heard)) }
        case .finish, .reset:
            end.isOpen = false
            end.held = []
            if case .finish = segment { end.travelling.append(.reset) }
            process.forget(end.id)
            world.input(end.node, .closed(end.id))
            travel(end, world)
        }
        drop()
    }

    /// Bytes for an end that is gone: the kernel answers with a reset.
    private func refuse(_ end: LinkEnd, _ segment: LinkEnd.Segment, _ world: World) {
        end.isOpen = false
        if case .reset = segment { return drop() }
        guard let other = end.other, other.isOpen else { return drop() }
        if end.travelling.isEmpty { end.travelling.append(.reset) }
        travel(end, world)
    }

    private func drop() {
        ends.removeAll { !$0.isOpen && $0.other?.isOpen != true && $0.travelling.isEmpty }
    }
}

// MARK: - Dialling

extension World {
    func dial(
        _ node: Node, _ process: Process, _ relationship: RelationshipID, _ address: IPv4Address,
        _ port: UInt16
    ) {
        let attempt = process.dialAttempts[relationship, default: 0] + 1
        process.dialAttempts[relationship] = attempt
        syn(node, process, relationship, attempt, try: 0)
    }

    private func syn(
        _ node: Node, _ process: Process, _ relationship: RelationshipID, _ attempt: Int,
        try number: Int
    ) {
        func isVoid() -> Bool {
            node.process !== process || process.dialAttempts[relationship] != attempt
        }
        after(milliseconds: chance.pick(0...10)) { world in
            guard !isVoid() else { return }
            let target = world.nodes[node.role.partner.rawValue]
            guard !world.network.isCut, target.isPowered else {
                guard number < Network.synRetrySeconds.count else {
                    process.dialAttempts[relationship] = attempt + 1
                    world.input(
                        node,
                        .dialFailed(
                            relationship, reason: "connection timed out", isImmediate: false)
                    )
                    return
                }
                world.after(milliseconds: Network.synRetrySeconds[number] * 1000) { world in
                    guard !isVoid() else { return }
                    world.syn(node, process, relationship, attempt, try: number + 1)
                }
                return
            }
            world.handshake(node, process, relationship, attempt, target)
        }
    }

    private func handshake(
        _ node: Node, _ process: Process, _ relationship: RelationshipID, _ attempt: Int,
        _ target: Node
    ) {
        process.dialAttempts[relationship] = attempt + 1
        let isListening = target.process?.listeners.contains { $0.address == target.address }
        guard let partner = target.process, isListening == true else {
            input(
                node,
                .dialFailed(relationship, reason: "connection refused", isImmediate: false))
            return
        }
        let dialer = LinkEnd(node, process)
        let acceptor = LinkEnd(target, partner)
        network.connect(dialer, acceptor)
        dialer.travelling = [.open]
        process.links.append((dialer.id, dialer))
        network.travel(dialer, self)
        input(node, .connected(relationship, dialer.id))
    }
}
