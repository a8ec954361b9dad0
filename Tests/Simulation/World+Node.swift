import ConfParser
import Leases
import Server
import Wire

/// The shell's part: feeding the core, carrying out its effects in the order of their contract.
extension World {
    // MARK: - Life

    /// Starts the server of a machine: reads its lease file, writes it anew, lets the core begin.
    func boot(_ node: Node) {
        guard node.process == nil, violation == nil else { return }
        node.isPowered = true
        node.isDiskFull = false
        node.bootCount += 1
        network.powerChanged(self)
        note(node.name, "starts with \(node.disk.file.count) bytes of leases")
        guard let process = Product.boot(node, seed: chance.next(), now: node.clocks(now)) else {
            fail("\(node.name) does not start")
            return
        }
        node.process = process
        node.moves = []
        turn(node) { process, now in process.core.start(now: now, into: &process.effects) }
    }

    /// The process ends without a word; the kernel closes its connections.
    func kill(_ node: Node) {
        guard let process = node.process else { return }
        note(node.name, "is killed")
        node.process = nil
        node.isSuspended = false
        node.suspendedActs = []
        node.state = "down"
        for link in process.links { network.end(link.end, flush: true, self) }
    }

    /// The machine stops; nobody is told, and what was not synced may be gone.
    func losePower(_ node: Node) {
        guard node.isPowered else { return }
        note(node.name, "loses power")
        let process = node.process
        node.process = nil
        node.isSuspended = false
        node.suspendedActs = []
        node.state = "down"
        node.isPowered = false
        process?.links.forEach { $0.end.isOpen = false }
        let written = node.disk.file.count
        node.disk.losePower(&chance)
        note(node.name, "has \(node.disk.file.count) bytes left of \(written)")
    }

    /// SIGHUP: the running server takes another configuration; one that does not run will start
    /// with it.
    func reload(_ node: Node, _ variant: Configurations.Variant) {
        note(node.name, "gets the configuration \(variant)")
        node.variant = variant
        node.configuration = Configurations.text(node.role, plan, variant)
        let seed = chance.next()
        var needsRewrite: Bool? = false
        turn(node) { process, now in
            needsRewrite = Product.reload(node, process, seed: seed, now: now)
        }
        if needsRewrite == nil { fail("\(node.name) does not reload") }
        if needsRewrite == true { rewriteLeases(node) }
    }

    // MARK: - Turns

    /// An operator demands a state of the relationship.
    func operate(_ node: Node, to state: FailoverStateName) {
        node.isOperated = true
        turn(node) { process, now in
            process.core.setFailoverState(
                of: RelationshipID(0), to: state, now: now, into: &process.effects)
        }
        node.isOperated = false
    }

    func input(_ node: Node, _ input: Input) {
        if node.isSuspended, let process = node.process {
            return node.suspendedActs.append { world in
                if node.process === process { world.input(node, input) }
            }
        }
        turn(node) { process, now in process.core.step(input, now: now, into: &process.effects) }
    }

    func packet(_ node: Node, _ bytes: [UInt8], from source: IPv4Address) {
        guard let process = node.process else { return }
        if node.isSuspended {
            // As many as a socket keeps.
            guard node.suspendedActs.count < 30 else { return }
            return node.suspendedActs.append { $0.packet(node, bytes, from: source) }
        }
        if node.isStock, repeats(node, process, bytes) { return }
        safety.beforePacket(node, process)
        turn(node) { process, now in
            process.core.receive(
                bytes.span, on: InterfaceID(0), from: source, now: now, into: &process.effects)
        }
        safety.afterPacket(node, bytes, self)
    }

    private func turn(_ node: Node, _ act: (Process, Now) -> Void) {
        guard let process = node.process, violation == nil else { return }
        let clocks = node.clocks(now)
        process.effects.clear()
        act(process, clocks)
        perform(node, process, clocks)
        guard node.process === process else { return }
        safety.afterTurn(node, process, self)
        armTimer(node, process, clocks)
    }

    private func perform(_ node: Node, _ process: Process, _ clocks: Now) {
        process.unwritten += process.effects.journal
        startSync(node, process)
        for effect in process.effects.list {
            if let left = process.effectsUntilCrash {
                process.effectsUntilCrash = left - 1
                if left <= 0 { return kill(node) }
            }
            perform(effect, node, process, clocks)
            guard node.process === process else { return }
        }
        releasePackets(node, process)
        for link in process.links { network.release(link.end, process.durable, self) }
    }

    private func perform(
        _ effect: Effects.Effect, _ node: Node, _ process: Process, _ clocks: Now
    ) {
        switch effect {
        case .transmit(let route, let payload, let after):
            process.packets.append(
                HeldPacket(
                    route: route, bytes: Array(process.effects.arena[payload]), after: after,
                    madeAt: clocks.wall))
        case .peerSend(let link, let payload, let after):
            process.end(link)?.held.append(
                .bytes(Array(process.effects.arena[payload]), after: after))
        case .dial(let relationship, _, let address, let port):
            dial(node, process, relationship, address, port)
        case .stopDialling(let relationship):
            process.dialAttempts[relationship, default: 0] += 1
        case .listen(_, let address, let port):
            let isKnown = process.listeners.contains { $0 == (address, port) }
            if !isKnown { process.listeners.append((address, port)) }
        case .stopListening(let address, let port):
            process.listeners.removeAll { $0 == (address, port) }
        case .close(let link, let flush):
            guard let end = process.end(link) else { return }
            if flush { end.held.append(.close) } else { network.end(end, flush: false, self) }
            if !flush { process.forget(link) }
        case .execute, .lookUpName: break
        case .probe(let address): probe(address, node, process)
        case .log(_, let text):
            logged(node, process.effects.arena[text])
        case .exit(let status):
            note(node.name, "exits with \(status)")
            fail("\(node.name) ended itself with status \(status)")
        }
    }

    /// An echo request: a client that uses the address and is awake answers.
    private func probe(_ address: IPv4Address, _ node: Node, _ process: Process) {
        let isInUse = clients.contains { client in
            client.phase != .off && client.holds(at: now)?.address == address
        }
        guard isInUse, !node.isDeaf else { return }
        after(milliseconds: chance.pick(1...20)) { world in
            if node.process === process { world.input(node, .pingReply(address)) }
        }
    }

    private func logged(_ node: Node, _ line: ArraySlice<UInt8>) {
        history.note(now, node.name, bytes: line)
        if keepsLogs { node.log.append(String(decoding: line, as: UTF8.self)) }
        safety.logged(node, line, self)
    }

    private func releasePackets(_ node: Node, _ process: Process) {
        // What waits for nothing does not queue behind what waits.
        let ready = process.packets.filter { $0.after <= process.durable }
        guard !ready.isEmpty else { return }
        process.packets.removeAll { $0.after <= process.durable }
        for packet in ready {
            safety.leaves(packet, node, self)
            reply(packet, from: node)
        }
    }

    // MARK: - Disk

    private func startSync(_ node: Node, _ process: Process) {
        guard !process.isSyncing, !process.isWaitingToRetry, !process.unwritten.isEmpty else {
            return
        }
        process.isSyncing = true
        guard !node.isDiskFull else { return failSync(node, process) }
        let sequence = process.effects.sequence
        node.disk.append(process.unwritten)
        process.unwritten = []
        let count = node.disk.file.count
        let isSlow = chance.happens(perMille: isStormy ? plan.slowSyncPerMille : 0)
        after(milliseconds: isSlow ? chance.pick(100...3000) : chance.pick(0...5)) { world in
            world.synced(node, process, sequence, count)
        }
    }

    private func synced(
        _ node: Node, _ process: Process, _ sequence: Effects.Sequence, _ count: Int
    ) {
        guard node.process === process else { return }
        node.disk.synced(upTo: count)
        if node.isSuspended {
            return node.suspendedActs.append { $0.synced(node, process, sequence, count) }
        }
        process.isSyncing = false
        process.durable = sequence
        startSync(node, process)
        if process.isFailing {
            process.isFailing = false
            input(node, .writeRecovered)
        }
        input(node, .durable(sequence))
    }

    /// The lease file is written anew from memory; records of the meantime follow behind it.
    func rewriteLeases(_ node: Node) {
        guard let process = node.process, !process.isSyncing, !node.isDiskFull else { return }
        note(node.name, "writes its lease file anew")
        node.disk.replace(by: Product.leaseFile(process), isRewrite: true)
    }

    /// The disk is full: replies that wait are given up, the records are kept and tried again.
    private func failSync(_ node: Node, _ process: Process) {
        after(milliseconds: 1) { world in
            guard node.process === process else { return }
            process.isSyncing = false
            process.isWaitingToRetry = true
            world.after(milliseconds: 1000) { world in
                guard node.process === process else { return }
                process.isWaitingToRetry = false
                world.startSync(node, process)
            }
            guard !process.isFailing else { return }
            process.isFailing = true
            process.packets = []
            world.note(node.name, "cannot write its lease file")
            world.input(node, .writeFailed)
        }
    }

    // MARK: - Timer

    private static let hurriesMax = 200

    private func armTimer(_ node: Node, _ process: Process, _ clocks: Now) {
        guard let deadline = process.core.nextDeadline(now: clocks) else {
            process.timerSetting += 1
            process.timerTime = nil
            return
        }
        // A kernel wakes a process a little late, never early.
        let due = max(node.worldTime(deadline), now)
        process.hurries = deadline <= clocks.mono ? process.hurries + 1 : 0
        if process.hurries > Self.hurriesMax { fail("the timer of \(node.name) never rests") }
        if process.timerTime == due { return }
        process.timerSetting += 1
        process.timerTime = due
        let setting = process.timerSetting
        at(due.advanced(milliseconds: UInt64(chance.below(4)))) { world in
            guard node.process === process, process.timerSetting == setting else { return }
            process.timerTime = nil
            world.input(node, .tick)
        }
    }

    /// Sets a server's wall clock; a running server is told, as the kernel does.
    func stepClock(_ node: Node, milliseconds: Int) {
        note(node.name, "clock is off by \(milliseconds) ms now")
        node.setSkew(milliseconds: milliseconds)
        node.process?.timerTime = nil
        input(node, .tick)
    }
}
