import ConfParser
import Glibc
import Leases
import Server
import Wire

// `-play`: everything that a trace tells of is done again, as fast as it goes, and nothing leaves
// the process but log lines and, at the end, a lease file.

extension Startup {
    /// The trace of the command line; a file that is none ends the process.
    func readTrace(_ path: [UInt8]) -> TraceTape {
        let name = String(decoding: path, as: UTF8.self)
        do throws(SystemError) {
            guard let tape = TraceTape(try Files.read(path)) else {
                log.fatal("\(name): not a trace of this server.")
            }
            return tape
        } catch {
            log.fatal("Can't open trace \(name): \(error.message)")
        }
    }

    /// Plays a trace back.
    func playBack(_ tape: TraceTape, _ checked: CheckedConfiguration) -> Never {
        let beginning = tape.beginning
        let database = LeaseDatabase.read(
            tape.leases, at: paths.leases, checked, seed: beginning.seed,
            now: beginning.settled.wall, hostname: beginning.hostname, recovery: .atNextRecord,
            diagnostics: DiagnosticOutput(arguments), log: log
        ) { reader.source.addresses($0) }
        var file = database.text(checked.configuration)
        let states = database.contents.failoverStates
        var served = checked
        for line in reader.apply(database.declarations, to: &served) { log.write(.error, line) }
        let core = ServerCore(
            configuration: served.configuration, interfaces: beginning.interfaces,
            leases: database.takeStore(), failoverStates: states, seed: beginning.seed,
            now: beginning.made, parameters: checked.parameters, hostname: beginning.hostname)
        var player = TracePlayer(
            core: core,
            omapi: OmapiService(checked.configuration, checked.parameters, seed: beginning.seed),
            log: log)
        for item in tape.items { player.play(item, into: &file) }
        if let damage = tape.damage {
            log.write(.error, "the trace ends at byte \(damage), in the middle of an item.")
        }
        write(file)
        log.write(.info, "Played back \(tape.items.count) items of the trace.")
        leaveProcess(0)
    }

    private func write(_ bytes: [UInt8]) {
        do throws(LeaseFile.Failure) {
            var new = try LeaseFile.makeReplacement(
                for: paths.leases, seconds: Clock.now().wall.seconds, owner: nil)
            try new.append(bytes)
            _ = try LeaseFile.install(new, as: paths.leases, isSynced: false) {
                log.write(.error, $0)
            }
        } catch {
            log.fatal(error.text)
        }
    }
}

/// A core, and what stands between it and its inputs.
private struct TracePlayer: ~Copyable {
    var core: ServerCore
    var omapi: OmapiService?
    let log: Log
    var effects = Effects()

    init(core: consuming ServerCore, omapi: OmapiService?, log: Log) {
        self.core = core
        self.omapi = omapi
        self.log = log
    }

    mutating func play(_ item: TraceItem, into file: inout [UInt8]) {
        switch item {
        case .record(let bytes): file += bytes
        case .start(let now): core.start(now: now, into: &effects)
        case .packet(let interface, let source, let bytes, let now):
            core.receive(bytes.span, on: interface, from: source, now: now, into: &effects)
        case .input(let input, let now):
            let isTaken = omapi?.take(input, core: &core, now: now, into: &effects) ?? false
            if !isTaken { core.step(input, now: now, into: &effects) }
        case .file, .name, .leases, .beginning: break
        }
        for effect in effects.list {
            if case .log(let level, let text) = effect { log.write(level, effects.arena[text]) }
        }
        file += effects.journal
        effects.clear()
    }
}
