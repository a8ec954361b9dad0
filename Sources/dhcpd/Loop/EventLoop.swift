import Glibc
import Leases
import Server
import Wire

/// The one loop: waits, reads what is ready, lets the core decide, carries out what it decided.
///
/// It owns all state and takes no lock but the tiny one of the writer's mailbox.
struct EventLoop: ~Copyable {
    var core: ServerCore
    let log: Log
    var poller: Poller
    private var timer: LoopTimer
    private let clockWatch: ClockWatch
    private let signals: SignalSource
    var listening: Listening
    private let fallback: FallbackSocket
    private let ping: PingSocket?
    private let port: UInt16
    var sender: PacketSender
    private var batch = ReceiveBatch()
    var peers = PeerTable()
    var omapi: OmapiService?
    var journal: Journal
    private var held = HeldEffects()
    var effects = Effects()
    var now = Clock.now()
    var exitStatus: Int32?
    var snapshot: LeaseFileSnapshot?
    var reload: ReloadProgress
    private var programs = ProgramQueue()
    private var names: NameService
    private let pingIdentifier: UInt16
    /// `-tf`
    private(set) var trace: TraceRecorder?

    /// Frames read from one socket in one turn: enough for a good group, few enough that other
    /// sockets get their turn.
    private static let framesPerTurn = 256

    /// Everything that the loop is made of.
    struct Parts: ~Copyable {
        var core: ServerCore
        var log: Log
        var signals: SignalSource
        var listening: Listening
        var fallback: FallbackSocket
        var ping: PingSocket?
        var port: UInt16
        var writer: Writer
        var omapi: OmapiService?
        var reload: ReloadProgress
        var trace: TraceRecorder?
    }

    init(_ parts: consuming Parts) throws(SystemError) {
        let poller = try Poller()
        let timer = try LoopTimer()
        let clockWatch = try ClockWatch()
        for (index, served) in parts.listening.sockets.enumerated() {
            try poller.add(
                served.socket.descriptor.number, PollTag(.rawSocket, UInt64(index)))
        }
        try poller.add(parts.fallback.descriptor.number, PollTag(.fallback))
        if let ping = parts.ping { try poller.add(ping.descriptor.number, PollTag(.ping)) }
        try poller.add(timer.descriptor.number, PollTag(.timer))
        try poller.add(clockWatch.descriptor.number, PollTag(.clock))
        try poller.add(parts.signals.descriptor.number, PollTag(.signals))
        try poller.add(parts.writer.toLoop.number, PollTag(.writer))
        try poller.add(parts.reload.reloader.toLoop.number, PollTag(.reload))
        self.poller = poller
        self.timer = timer
        self.clockWatch = clockWatch
        log = parts.log
        listening = parts.listening
        reload = parts.reload
        fallback = parts.fallback
        ping = parts.ping
        port = parts.port
        journal = Journal(writer: parts.writer)
        sender = PacketSender(
            sockets: parts.listening.sockets, fallback: parts.fallback, port: parts.port,
            log: parts.log)
        pingIdentifier = UInt16(truncatingIfNeeded: getpid())
        names = NameService(parts.core.configuration, now: now.mono)
        core = parts.core
        omapi = parts.omapi
        trace = parts.trace
        signals = parts.signals
        journal.rewrite.noteRewrite(at: now.mono)
    }

    /// The core's first acts: its lines come before `Server starting service.`.
    /// - Parameter commands: programs that leases which ended before the start ask for.
    mutating func start(commands: [[[UInt8]]]) {
        now = Clock.now()
        for command in commands { programs.submit(command, poller, log: log) }
        omapi?.listen(&peers, poller, now: now, log: log)
        note(.start(now))
        core.start(now: now, into: &effects)
        finishTurn()
    }

    /// Serves until the end is asked for and everything is written; gives the exit status.
    mutating func run() -> Int32 {
        var events: [PollEvent] = []
        programs.open(poller, log: log)
        while true {
            poller.wait(into: &events)
            now = Clock.now()
            for event in events { handle(event) }
            finishTurn()
            if reload.isReading {
                finishReload()
                finishTurn()
            }
            if let exitStatus, isReadyToExit { return exitStatus }
        }
    }

    /// With a file that cannot be written there is nothing to wait for: what it lacks was not
    /// promised to anybody.
    private var isReadyToExit: Bool { journal.isSettled || journal.isFailing }

    private mutating func handle(_ event: PollEvent) {
        switch event.tag.kind {
        case .rawSocket: receive(Int(event.tag.number))
        case .fallback: fallback.discard()
        case .ping: receivePings()
        case .timer: timer.acknowledge()
        case .clock:
            clockWatch.acknowledge()
            feed(.tick)
        case .signals: takeSignals()
        case .writer: takeReport()
        case .reload: reload.reloader.toLoop.take()
        case .listener: peers.accept(event.tag.number, poller)
        case .dial: peers.finishDial(event.tag.number, poller)
        case .link: peers.handle(event, poller)
        case .programs: programs.takeLines(log: log)
        case .names:
            for input in names.takeAnswers(now: now.mono) {
                feed(input)
            }
        }
    }
}

// MARK: - Input

extension EventLoop {
    private mutating func receive(_ index: Int) {
        guard exitStatus == nil, index < listening.sockets.count else { return }
        let number = listening.sockets[index].socket.descriptor.number
        var left = Self.framesPerTurn
        while left > 0 {
            do throws(SystemError) {
                let count = try batch.receive(from: number)
                for frame in 0..<count { receive(frame, at: index) }
                left -= ReceiveBatch.capacity
                if count < ReceiveBatch.capacity { return }
            } catch {
                let name = String(decoding: listening.sockets[index].name, as: UTF8.self)
                log.write(.error, "receive_packet failed on \(name): \(error.message)")
                return
            }
        }
    }

    private mutating func receive(_ index: Int, at place: Int) {
        let frame = batch.frame(index)
        // ISC: a frame of a VLAN belongs to the VLAN's own interface.
        guard frame.vlan == 0 else { return }
        let batch = batch
        batch.withBytes(index, length: frame.length) { bytes in
            switch ReceivedFrame(
                bytes, port: port, isChecksumPending: frame.isChecksumPending)
            {
            case .datagram(let source, _, let payload):
                listening.sockets[place].statistics.good()
                let (message, id) = (bytes.extracting(payload), listening.sockets[place].id)
                if trace != nil {
                    var copy: [UInt8] = []
                    copy.append(span: message)
                    note(.packet(id, source: source, bytes: copy, now))
                }
                core.receive(message, on: id, from: source, now: now, into: &effects)
            case .badIPChecksum: listening.sockets[place].statistics.badIPChecksum(log)
            case .badUDPChecksum: listening.sockets[place].statistics.badUDPChecksum(log)
            case .tooLong: listening.sockets[place].statistics.longDatagram(log)
            case .notForUs: break
            }
        }
    }

    /// Hands an input to the core.
    private mutating func feed(_ input: Input) {
        note(.input(input, now))
        core.step(input, now: now, into: &effects)
    }

    /// Writes down what the core is about to be given, if a trace is wanted.
    private mutating func note(_ item: TraceItem) {
        guard let recorder = trace else { return }
        do throws(SystemError) {
            try recorder.note(item)
        } catch {
            log.write(.error, "the trace ends here: \(error.message)")
            trace = nil
        }
    }

    private mutating func receivePings() {
        while let source = ping?.nextReply() {
            feed(.pingReply(source))
        }
    }

    private mutating func takeSignals() {
        while let signal = signals.next() {
            if signal == SIGHUP {
                if exitStatus == nil { beginReload() }
                continue
            }
            feed(.stop)
            if exitStatus == nil { exitStatus = 0 }
        }
    }

    private mutating func takeReport() {
        journal.writer.toLoop.take()
        switch journal.takeReport(now: now, log: log) {
        case nil: return
        case .durable(let sequence):
            release()
            feed(.durable(sequence))
        case .recovered(let sequence):
            feed(.writeRecovered)
            release()
            feed(.durable(sequence))
        case .failed:
            held.dropPackets()
            feed(.writeFailed)
        }
    }
}

// MARK: - The end of a turn

extension EventLoop {
    private mutating func finishTurn() {
        // What has arrived comes before what is due: a partner that spoke while this process stood
        // still was not silent, and what it acknowledged is not to be said again.
        takeInputs()
        if let deadline = core.nextDeadline(now: now), deadline <= now.mono {
            feed(.tick)
        }
        carryOut()
        takeInputs()
        peers.flush(poller)
        writeJournal()
        omapi?.listen(&peers, poller, now: now, log: log)
        names.askAgain(now: now.mono, poller, log: log)
        let deadlines = [
            core.nextDeadline(now: now), journal.deadline, omapi?.deadline, names.deadline,
            peers.inputs.isEmpty ? nil : now.mono,
        ]
        timer.arm(deadlines.compactMap { $0 }.min())
    }

    /// Acts may have results at once, such as a dial that is refused. Each round is an answer to
    /// the one before and ends in a timer soon; the bound is against a fault of ours.
    private mutating func takeInputs() {
        for _ in 0..<16 where !peers.inputs.isEmpty {
            var inputs: [Input] = []
            swap(&inputs, &peers.inputs)
            for input in inputs { dispatch(input) }
            carryOut()
        }
    }

    private mutating func dispatch(_ input: Input) {
        note(.input(input, now))
        let isTaken = omapi?.take(input, core: &core, now: now, into: &effects) ?? false
        if !isTaken { core.step(input, now: now, into: &effects) }
    }

    private mutating func writeJournal() {
        if !journal.isSettled, journal.rewrite.beginIfDue(now: now) {
            snapshot = core.leaseFileSnapshot()
        }
        let wasRunning = journal.rewrite.isRunning
        journal.pump(now: now) { piece in
            snapshot?.render(
                from: core.leases, limit: RewriteProgress.leasesPerPiece, into: &piece) ?? true
        }
        if wasRunning, !journal.rewrite.isRunning, let done = snapshot.take() {
            log.write(.info, "Wrote \(done.written) leases to leases file.")
        }
    }

    /// Carries out what may be done now and keeps what must wait.
    private mutating func carryOut() {
        for effect in effects.list {
            switch effect {
            case .transmit(_, _, let after) where after > journal.durable:
                held.hold(effect, after: after)
            case .peerSend(let link, _, let after)
            where after > journal.durable || held.isWaiting(on: link):
                held.hold(effect, after: after)
            case .close(let link, flush: true) where held.isWaiting(on: link):
                held.hold(effect, after: 0)
            default: perform(effect, effects.arena)
            }
        }
        held.seal(&effects)
        journal.collect(&effects)
        effects.clear()
    }

    /// Carries out what waited for records that are durable now.
    private mutating func release() {
        while let batch = held.next(durable: journal.durable) {
            for effect in batch.list { perform(effect, batch.arena) }
            held.recycle(batch)
        }
    }

    private mutating func perform(_ effect: Effects.Effect, _ arena: borrowing [UInt8]) {
        switch effect {
        case .transmit(let route, let payload, _): sender.send(arena[payload], route)
        case .peerSend(let link, let payload, _): peers.send(arena[payload], on: link)
        case .dial(let relationship, let from, let to, let port):
            peers.dial(relationship, from: from, to: to, port: port, poller)
        case .stopDialling(let relationship): peers.stopDialling(relationship)
        case .listen(let relationship, let address, let port):
            peers.listen(relationship, address: address, port: port, poller)
        case .stopListening(let address, let port):
            peers.stopListening(address: address, port: port)
        case .close(let link, let flush): peers.close(link, flush: flush, poller)
        case .probe(let address): probe(address)
        case .log(let level, let text): log.write(level, arena[text])
        case .lookUpName(let address): names.ask(address, poller, log: log)
        case .execute(let command): programs.submit(command, poller, log: log)
        case .exit(let status): exitStatus = status
        }
    }

    private func probe(_ address: IPv4Address) {
        guard let ping else { return }
        let failure = ping.probe(address, identifier: pingIdentifier)
        if failure != 0 {
            log.write(.error, "icmp_echorequest \(address): \(errorText(failure))")
        }
    }
}
