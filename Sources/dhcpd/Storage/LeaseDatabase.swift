import ConfParser
import Glibc
import Leases
import Server
import Wire

/// The lease file at the start: read, settled and written anew (leases.md §2.1, §3).
///
/// A class, and the leases optional, because they are moved out of it into the core.
final class LeaseDatabase {
    private var store: LeaseStore?
    /// What the file declared beside leases.
    let declarations: RunTimeDeclarations
    let contents: LeaseFileContents
    /// What `on expiry` of leases that ended meanwhile said, and the programs it asks for.
    let effects: Effects

    private init(
        _ store: consuming LeaseStore, _ contents: LeaseFileContents, _ effects: Effects
    ) {
        self.effects = effects
        declarations = store.declarations
        self.store = consume store
        self.contents = contents
    }

    /// The leases, once.
    func takeStore() -> LeaseStore {
        store.take() ?? LeaseStore(pools: [PoolDescription](), seed: 0)
    }

    /// Reads the bytes of a file and moves on every lease whose time has passed.
    static func read(
        _ bytes: [UInt8], at path: [UInt8], _ checked: CheckedConfiguration, seed: UInt64,
        now: Timestamp, hostname: [UInt8], recovery: LeaseFileReader.Recovery,
        diagnostics: DiagnosticOutput, log: Log, resolve: ([UInt8]) -> NameTable.Answer
    ) -> LeaseDatabase {
        let configuration = checked.configuration
        var store = LeaseStore(pools: configuration.leaseRanges, seed: seed)
        store.format = format(configuration)
        var reader = LeaseFileReader(
            bytes: bytes, path: path, family: .v4, tree: checked.tree, recovery: recovery,
            explains: diagnostics.wantsDetails, load: ConfigurationFile.load)
        let contents = store.load(&reader, now: now)
        store.declarations = RunTimeDeclarations(contents, over: checked.tree)
        let messages = contents.messages.evaluated(
            options: checked.tree.options, hostname: hostname, now: now, resolve: resolve)
        diagnostics.log(messages, log)
        if let reason = reader.fatal { log.fatal(reason) }
        store.enlist()
        let rules = configuration.relationships.map { peer in
            StartUpExpiry(
                peer, remembering: contents.failoverStates.last { $0.peerName == peer.name })
        }
        var events = EventRunner(configuration, hostname: hostname, now: now)
        var effects = Effects()
        store.settle(now: now, expiry: { rules[Int($0.index)] }) { store, id in
            events.willEnd(id, in: &store, now: now, into: &effects)
        }
        return LeaseDatabase(store, contents, effects)
    }

    /// The bytes of the lease file; one that cannot be opened ends the process.
    static func contents(of path: [UInt8], _ log: Log) -> [UInt8] {
        do throws(SystemError) {
            return try ConfigurationFile.read(path)
        } catch {
            let failure = ConfigurationFile.failure(error)
            if case .unreadable = failure { log.fatal(failure.complaint(path)) }
            let name = String(decoding: path, as: UTF8.self)
            log.write(.error, "Can't open lease database \(name): \(error.message) --")
            log.write(.error, "  check for failed database rewrite attempt!")
            log.write(.error, "Please read the dhcpd.leases manual page if you")
            log.fatal("don't know what to do about this.")
        }
    }

    /// How records are spelled.
    static func format(_ configuration: Configuration) -> LeaseFileFormat {
        var format = LeaseFileFormat(options: configuration.options)
        if configuration.writesIdentifiersInHex { format.idFormat = .hex }
        if configuration.writesLocalTime { format.timeFormat = .local(TimeZone.current()) }
        return format
    }

    /// The last state of each relationship of the configuration that the file tells of.
    private func states(_ configuration: Configuration) -> [FailoverStateRecord] {
        configuration.relationships.compactMap { peer in
            contents.failoverStates.last { $0.peerName == peer.name }
        }
    }

    /// Writes the whole file, piece by piece, as at the start.
    /// - Returns: how many leases it holds.
    func write(
        _ configuration: Configuration, to file: inout LeaseFile.Replacement
    ) throws(LeaseFile.Failure) -> Int {
        var behind: WriteBehind?
        var failure: LeaseFile.Failure?
        let count = render(configuration) { text, isLast in
            do throws(LeaseFile.Failure) {
                // Most files are of one piece, which needs no thread.
                if !isLast, behind == nil { behind = try Self.writer(behind: file) }
                if let behind {
                    file.count(text.count)
                    text = try behind.write(text)
                } else {
                    try file.append(text, isServing: false)
                }
            } catch {
                (behind, failure) = (nil, error)
            }
            return failure == nil
        }
        if let failure { throw failure }
        try behind?.finish()
        return count
    }

    private static func writer(
        behind file: borrowing LeaseFile.Replacement
    ) throws(LeaseFile.Failure) -> WriteBehind {
        do throws(SystemError) {
            return try WriteBehind(file)
        } catch {
            throw LeaseFile.Failure("Can't create new lease file", error.code)
        }
    }

    /// The whole file.
    func text(_ configuration: Configuration) -> [UInt8] {
        var whole: [UInt8] = []
        _ = render(configuration) { text, _ in
            whole += text
            return true
        }
        return whole
    }

    /// Makes the file piece by piece, for as long as each one is taken.
    private func render(
        _ configuration: Configuration, _ take: (inout [UInt8], _ isLast: Bool) -> Bool
    ) -> Int {
        var text: [UInt8] = []
        var snapshot = LeaseFileSnapshot(
            networks: configuration.networks.map(\.pools), failoverStates: states(configuration))
        guard let leases = store.take() else { return 0 }
        var goesOn = true
        while goesOn {
            let isDone = snapshot.render(from: leases, limit: 4096, into: &text)
            goesOn = take(&text, isDone) && !isDone
            text.removeAll(keepingCapacity: true)
        }
        store = consume leases
        return snapshot.written
    }

    /// Logs what was written; classes, groups and hosts appear if any is declared. What ISC's
    /// server ends at when it writes it ends ours.
    static func report(
        _ configuration: Configuration, _ declarations: RunTimeDeclarations, leases: String,
        to log: Log
    ) {
        let unwritable = declarations.functionHolders
        if configuration.classCount > 0 || !declarations.classes.isEmpty
            || declarations.writtenClassCount > 0
        {
            let count = declarations.writtenClassCount
            log.write(.info, "Wrote \(count) class decls to leases file.")
        }
        if unwritable.contains(.groups) { log.fatal(FunctionHolders.complaint) }
        if configuration.namedGroupCount > 0 || declarations.hasHadGroups {
            log.write(.info, "Wrote \(declarations.writtenGroupCount) group decls to leases file.")
        }
        if !configuration.hosts.isEmpty || declarations.hasHadHosts {
            let deleted = declarations.deletedHosts.count
            log.write(.info, "Wrote \(deleted) deleted host decls to leases file.")
            if unwritable.contains(.hosts) { log.fatal(FunctionHolders.complaint) }
            // ISC: always 0.
            log.write(.info, "Wrote 0 new dynamic host decls to leases file.")
        }
        log.write(.info, "Wrote \(leases)")
    }
}
