import ConfParser
import Failover
import Leases
import Server
import Wire

/// What the simulation needs of the product beyond the interface of the core: starting a server
/// from its two files, and looking at its leases.
enum Product {
    /// Reads configuration and lease file as the executable does, and writes the latter anew.
    static func boot(_ node: Node, seed: UInt64, now: Now) -> Process? {
        guard let (tree, configuration) = compiled(node) else { return nil }
        var store = emptyStore(configuration, seed)
        let states = read(node.disk.file, tree, into: &store, now.wall)
        let rules = configuration.relationships.map {
            StartUpExpiry($0, remembering: states.last)
        }
        store.settle(now: now.wall, expiry: { rules[Int($0.index)] })
        var snapshot = LeaseFileSnapshot(
            networks: configuration.networks.map(\.pools), failoverStates: states.suffix(1))
        var file: [UInt8] = []
        while !snapshot.render(from: store, limit: 64, into: &file) {}
        node.disk.replace(by: file)
        let core = ServerCore(
            configuration: configuration, interfaces: [interface(node)], leases: store,
            failoverStates: states.suffix(1), seed: seed, now: now)
        return Process(core: core, tree: tree, number: node.bootCount)
    }

    /// What `dhcpd.conf` says; it is read again only when it is another one.
    private static func compiled(
        _ node: Node
    ) -> (tree: ConfigurationTree, configuration: Server.Configuration)? {
        if let known = node.compiled, known.text == node.configuration {
            return (known.tree, known.configuration)
        }
        let text = Array(node.configuration.utf8)
        let outcome = parseConfiguration(path: Array("dhcpd.conf".utf8), family: .v4) { _ in
            .bytes(text)
        }
        guard !outcome.hasErrors, outcome.fatal == nil else { return nil }
        let configuration = Server.Configuration(outcome.tree)
        node.compiled = (node.configuration, outcome.tree, configuration)
        return (outcome.tree, configuration)
    }

    private static func interface(_ node: Node) -> Interface {
        Interface(
            id: InterfaceID(0), name: "eth0", addresses: [node.address],
            hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, UInt8(node.role.rawValue)])
                ?? .none)
    }

    /// Swaps the configuration of the node in; true if the lease file is to be written anew, `nil`
    /// if that did not go.
    static func reload(_ node: Node, _ process: Process, seed: UInt64, now: Now) -> Bool? {
        guard let (tree, configuration) = compiled(node) else { return nil }
        let replacement = Replacement(configuration, interfaces: [interface(node)])
        process.tree = tree
        process.mirror = Mirror()
        return process.core.reload(replacement, seed: seed, now: now, into: &process.effects)?
            .needsRewrite
    }

    private static func emptyStore(
        _ configuration: Server.Configuration, _ seed: UInt64
    ) -> LeaseStore {
        LeaseStore(
            pools: configuration.pools.map {
                PoolDescription(ranges: $0.ranges, relationship: $0.relationship)
            }, seed: seed)
    }

    /// Reads the leases of a lease file; gives its states.
    private static func read(
        _ file: [UInt8], _ tree: ConfigurationTree, into store: inout LeaseStore, _ now: Timestamp
    ) -> [ConfParser.FailoverStateRecord] {
        let states = load(file, tree, into: &store, now)
        store.enlist()
        return states
    }

    private static func load(
        _ records: [UInt8], _ tree: ConfigurationTree, into store: inout LeaseStore,
        _ now: Timestamp
    ) -> [ConfParser.FailoverStateRecord] {
        var reader = LeaseFileReader(
            bytes: records, path: Array("dhcpd.leases".utf8), family: .v4, tree: tree,
            recovery: .atNextRecord)
        return store.load(&reader, now: now).failoverStates
    }

    /// The leases as far as they were read from the file; of a file that has only grown since, the
    /// new records are read.
    struct Mirror: ~Copyable {
        fileprivate var store: LeaseStore?
        fileprivate var replacements = 0
        fileprivate var count = 0
    }

    /// The lease file as the server would write it now.
    static func leaseFile(_ process: Process) -> [UInt8] {
        var snapshot = process.core.leaseFileSnapshot()
        var file: [UInt8] = []
        while !snapshot.render(from: process.core.leases, limit: 64, into: &file) {}
        return file
    }

    /// All leases of a server.
    static func rows(_ process: Process) -> [LeaseRow] {
        var rows: [LeaseRow] = []
        copyRows(process, to: &rows)
        return rows
    }

    /// The same, into an array that is there already.
    static func copyRows(_ process: Process, to rows: inout [LeaseRow]) {
        rows.removeAll(keepingCapacity: true)
        for index in 0..<process.core.leases.count {
            rows.append(process.core.leases[LeaseID(UInt32(index))])
        }
    }

    /// The first address that is free here and backup there, disputed ones apart.
    static func ownedTwice(_ primary: Process, _ secondary: Process) -> IPv4Address? {
        for index in 0..<primary.core.leases.count {
            let row = primary.core.leases[LeaseID(UInt32(index))]
            guard row.bindingState == .free, !row.flags.contains(.disputed),
                let other = secondary.core.leases.lease(at: row.address)
            else { continue }
            if secondary.core.leases[other].bindingState == .backup { return row.address }
        }
        return nil
    }

    /// The leases of both servers, as far as both know the address.
    static func pairs(_ left: Process, _ right: Process) -> [(LeaseRow, LeaseRow)] {
        rows(left).compactMap { row in
            right.core.leases.lease(at: row.address).map { (row, right.core.leases[$0]) }
        }
    }

    /// What the lease store finds wrong with itself.
    static func complaint(_ process: Process) -> String? { process.core.leases.brokenInvariant() }

    /// The first difference between the lease file and the memory of a server.
    /// - Parameter isWhole: the file is read from its beginning.
    static func rereadDifference(
        _ node: Node, _ process: Process, _ now: Timestamp, isWhole: Bool
    ) -> String? {
        var mirror = Mirror()
        swap(&mirror, &process.mirror)
        let isGrown = mirror.replacements == node.disk.replacements && !isWhole
        if !isGrown { mirror = Mirror() }
        var store = mirror.store.take() ?? emptyStore(process.core.configuration, 1)
        let records = Array(node.disk.file[mirror.count...])
        _ = load(records, process.tree, into: &store, now)
        let difference = difference(process, store, now)
        mirror.store = consume store
        mirror.count = node.disk.file.count
        mirror.replacements = node.disk.replacements
        swap(&mirror, &process.mirror)
        return difference
    }

    private static func difference(
        _ process: Process, _ store: borrowing LeaseStore, _ now: Timestamp
    ) -> String? {
        for index in 0..<process.core.leases.count {
            let id = LeaseID(UInt32(index))
            let (memory, file) = (process.core.leases[id], store[id])
            // ISC: an address that nobody has or had is left out of a rewrite.
            let isWorthless =
                !process.core.leases.isWorthWriting(id) || !store.isWorthWriting(id)
            if memory.bindingState == file.bindingState, isWorthless { continue }
            var expected = memory
            // ISC: the reader takes `ends` for a `tstp` that is not there.
            if !memory.tstp.isSet { expected.tstp = file.ends }
            // An OFFER holds its address for a while by its `ends` and with the client's name, and
            // writes nothing.
            let isHeld = memory.ends > file.ends && memory.ends <= now + 120
            if memory.bindingState != .active || isHeld { expected.ends = file.ends }
            // Nor does an answer that repeats what was granted.
            if memory.cltt > file.cltt { expected.cltt = file.cltt }
            let difference = difference(expected, file)
            if let difference { return "\(memory.address): \(difference)" }
            guard memory.bindingState == .active else { continue }
            if memory.hardware != file.hardware { return "\(memory.address): hardware" }
            if process.core.leases.uid(id) != store.uid(id) { return "\(memory.address): uid" }
        }
        return nil
    }

    private static func difference(_ memory: LeaseRow, _ file: LeaseRow) -> String? {
        if memory.bindingState != file.bindingState {
            return "\(file.bindingState.name) in the file, \(memory.bindingState.name) here"
        }
        let times: [(String, KeyPath<LeaseRow, Timestamp>)] = [
            ("starts", \.starts), ("ends", \.ends), ("tstp", \.tstp), ("tsfp", \.tsfp),
            ("atsfp", \.atsfp), ("cltt", \.cltt),
        ]
        for (name, path) in times where memory[keyPath: path] != file[keyPath: path] {
            let (left, right) = (memory[keyPath: path].seconds, file[keyPath: path].seconds)
            return "\(memory.bindingState.name) \(name) is \(right) in the file, \(left) here"
        }
        if memory.rewindBindingState != file.rewindBindingState {
            return "rewind \(file.rewindBindingState.name) in the file, "
                + "\(memory.rewindBindingState.name) here"
        }
        return nil
    }

    /// The hash bucket of a client without an identifier (RFC 3074).
    static func bucket(_ hardware: [UInt8]) -> UInt8 { LoadBalanceHash.hash(hardware) }
}
