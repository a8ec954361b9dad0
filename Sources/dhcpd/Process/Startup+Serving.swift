import CLinux
import ConfParser
import Glibc
import Leases
import Server
import Wire

extension Startup {
    /// From a checked configuration to the loop and its end.
    func serve(
        _ given: consuming CheckedConfiguration, _ privileges: Privileges, _ ping: PingSocket?,
        _ daemon: consuming Daemon
    ) -> Never {
        var checked = consume given
        if arguments.test == nil, !arguments.hasNoPidFile, PidFile.namesLiveProcess(paths.pid) {
            log.fatal("There's already a DHCP server running.")
        }
        if arguments.test == nil, checked.parameters.ddnsUpdateStyle != 0 {
            log.write(.error, "Dynamic DNS is configured, but this server makes no updates.")
        }
        let seed = Clock.seed()
        let (settled, hostname) = (Clock.now(), NameLookup.hostname())
        var bytes = LeaseDatabase.contents(of: paths.leases, log)
        let database = LeaseDatabase.read(
            bytes, at: paths.leases, checked, seed: seed, now: settled.wall, hostname: hostname,
            recovery: arguments.test == nil ? .atNextRecord : .asISC,
            diagnostics: DiagnosticOutput(arguments), log: log
        ) { reader.source.addresses($0) }
        let commands = reportEndings(database.effects)
        if arguments.test == .leases {
            testRewrite(checked, database.declarations) { new throws(LeaseFile.Failure) in
                let count = try database.write(checked.configuration, to: &new)
                return "\(count) leases to leases file."
            }
        }
        var file = rewrite(database, checked, privileges)
        var listening = Listening(
            port: checked.port, isQuiet: arguments.isQuiet, log: log)
        listening.open(InterfaceChoice(checked.configuration, named: arguments.interfaces))
        let fallback = FallbackSocket(
            address: checked.parameters.localAddress ?? .any, port: checked.port, log: log)
        if !arguments.isQuiet {
            log.write(.info, "Sending on   Socket/fallback/fallback-net")
        }
        appendDUID(database.contents.serverDUID, listening, checked.configuration, to: &file)
        let states = database.contents.failoverStates
        for line in reader.apply(database.declarations, to: &checked) { log.write(.error, line) }
        let made = Clock.now()
        reader.source.note(.leases(bytes))
        reader.source.note(
            .beginning(
                TraceBeginning(
                    seed: seed, port: reader.paths.port, hostname: hostname,
                    interfaces: listening.interfaces, settled: settled, made: made)))
        let core = ServerCore(
            configuration: checked.configuration, interfaces: listening.interfaces,
            leases: database.takeStore(), failoverStates: states, seed: seed, now: made,
            parameters: checked.parameters, hostname: hostname)
        let omapi = OmapiService(checked.configuration, checked.parameters, seed: seed)
        // Nothing returns from here: what is not given back now is kept for good.
        bytes = []
        checked.tree = ConfigurationTree()
        checked.configuration = Configuration(checked.tree)
        clinux_give_back_memory()
        run(
            core, commands, file, listening, fallback, ping, checked.port, omapi,
            Reloader.Fixed(checked, reader.paths), privileges, daemon)
    }

    /// Says what `on expiry` of leases that ended meanwhile said. With `-T` its programs are run
    /// here and now, as ISC does; else they are given back, to be run once the server serves.
    private func reportEndings(_ effects: Effects) -> [[[UInt8]]] {
        var commands: [[[UInt8]]] = []
        for effect in effects.list {
            switch effect {
            case .log(let level, let text): log.write(level, effects.arena[text])
            case .execute(let command):
                guard arguments.test != nil else {
                    commands.append(command)
                    continue
                }
                for line in ProgramRunner.run(command) { log.write(.error, line) }
            default: break
            }
        }
        return commands
    }

    /// `-T`: a file like the one that would be written is made and removed again.
    func testRewrite(
        _ checked: CheckedConfiguration, _ declarations: RunTimeDeclarations,
        _ write: (inout LeaseFile.Replacement) throws(LeaseFile.Failure) -> String
    ) -> Never {
        do throws(LeaseFile.Failure) {
            var new = try LeaseFile.makeReplacement(
                for: paths.leases, seconds: Clock.now().wall.seconds, owner: nil)
            let name = new.path
            let written = try write(&new)
            new.discard()
            LeaseDatabase.report(
                checked.configuration, declarations, leases: written, to: log)
            log.write(
                .debug,
                Array("Lease file test successful, removing temp lease file: ".utf8) + name)
        } catch {
            log.write(.error, error.text)
        }
        leaveProcess(0)
    }

    /// Writes the file anew. When that fails the old one, which is whole, is gone on with.
    private func rewrite(
        _ database: LeaseDatabase, _ checked: CheckedConfiguration, _ privileges: Privileges
    ) -> LeaseFile {
        do throws(LeaseFile.Failure) {
            var new = try LeaseFile.makeReplacement(
                for: paths.leases, seconds: Clock.now().wall.seconds, owner: privileges.fileOwner)
            let count: Int
            do throws(LeaseFile.Failure) {
                count = try database.write(checked.configuration, to: &new)
            } catch {
                new.discard()
                throw error
            }
            let written = "\(count) leases to leases file."
            guard database.declarations.functionHolders.isEmpty else {
                new.discard()
                LeaseDatabase.report(
                    checked.configuration, database.declarations, leases: written, to: log)
                log.fatal(FunctionHolders.complaint)
            }
            LeaseDatabase.report(
                checked.configuration, database.declarations, leases: written, to: log)
            return try LeaseFile.install(
                new, as: paths.leases, isSynced: checked.parameters.usesFsync
            ) {
                log.write(.error, $0)
            }
        } catch {
            log.write(.error, error.text)
        }
        do throws(SystemError) {
            return try LeaseFile(appendingTo: paths.leases, isSynced: checked.parameters.usesFsync)
        } catch {
            log.fatal("Can't open \(String(decoding: paths.leases, as: UTF8.self)) for append.")
        }
    }

    /// The DUID is made when none is known, and follows every rewrite at the start.
    private func appendDUID(
        _ known: [UInt8]?, _ listening: Listening, _ configuration: Configuration,
        to file: inout LeaseFile
    ) {
        let duid: [UInt8]
        if let known {
            duid = known
        } else if let first = listening.interfaces.first {
            duid = ServerIdentifier.make(
                configuration.serverDUID, hardware: first.hardware, now: Clock.now().wall)
        } else {
            return
        }
        var record: [UInt8] = []
        record.append(serverDUID: duid, LeaseFileFormat(options: configuration.options))
        do throws(LeaseFile.Failure) {
            try file.append(record)
            reader.source.note(.record(record))
        } catch {
            log.write(.info, "write_server_duid: unable to write server-duid")
            log.write(.info, error.text)
        }
    }

    private func run(
        _ core: consuming ServerCore, _ commands: [[[UInt8]]], _ file: consuming LeaseFile,
        _ listening: Listening,
        _ fallback: FallbackSocket, _ ping: PingSocket?, _ port: UInt16,
        _ omapi: OmapiService?, _ fixed: Reloader.Fixed, _ privileges: Privileges,
        _ daemon: consuming Daemon
    ) -> Never {
        let status: Int32
        do throws(SystemError) {
            let writer = try Writer(owner: privileges.fileOwner)
            var again = reader
            again.isQuiet = true
            again.source = .machine
            var trace: TraceRecorder?
            if case .recording(let recorder) = reader.source { trace = recorder }
            let reloader = try Reloader(again, fixed, interfaces: arguments.interfaces)
            var loop = try EventLoop(
                EventLoop.Parts(
                    core: core, log: log, signals: try SignalSource(), listening: listening,
                    fallback: fallback, ping: ping, port: port, writer: writer, omapi: omapi,
                    reload: ReloadProgress(reloader: reloader, service: service), trace: trace))
            loop.start(commands: commands)
            writePidFile()
            privileges.drop(log: log)
            // Capabilities are a matter of each thread, so the writer starts after they are gone.
            try writer.start(file)
            if !arguments.logsToStandardError { log.toStandardError = false }
            daemon.detach(log: log)
            log.write(.info, "Server starting service.")
            service.notify("READY=1")
            status = loop.run()
        } catch {
            log.fatal("\(error.call): \(error.message)")
        }
        service.notify("STOPPING=1")
        if !arguments.hasNoPidFile { try? Files.remove(paths.pid) }
        leaveProcess(status)
    }

    private func writePidFile() {
        guard !arguments.hasNoPidFile else { return }
        do throws(SystemError) {
            try PidFile.write(paths.pid)
        } catch {
            let name = String(decoding: paths.pid, as: UTF8.self)
            log.write(.error, "Can't create PID file \(name): \(error.message).")
        }
    }

    /// The socket of the ping check; without it there are no pings.
    func openPing() -> PingSocket? {
        do throws(SystemError) {
            return try PingSocket()
        } catch {
            log.write(.error, "unable to create icmp socket: \(error.message)")
            return nil
        }
    }
}
