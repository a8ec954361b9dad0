import ConfParser
import Wire

// Host names where addresses are expected. ISC asks the name servers each time and waits; here the
// shell asks before the start and then every hour, and the answers become part of the
// configuration.

extension Configuration {
    /// Looks up every host name that is not known yet, each once, and puts the addresses in.
    /// - Returns: a log line for each name that has none.
    public mutating func resolveNames(_ resolve: ([UInt8]) -> NameTable.Answer) -> [[UInt8]] {
        var complaints: [[UInt8]] = []
        for name in hostNames where names[name] == nil {
            let answer = resolve(name)
            names.set(name, answer)
            if case .failed(let reason) = answer {
                complaints.append(name + Array(": ".utf8) + reason)
            }
        }
        for index in relationships.indices {
            replace(&relationships[index].own.address)
            replace(&relationships[index].peer.address)
        }
        replaceFixedAddresses()
        return complaints
    }

    /// Takes new answers for names that were looked up before. A name keeps its addresses when the
    /// name servers cannot be asked.
    mutating func renewNames(_ answers: [(name: [UInt8], answer: NameTable.Answer)]) {
        for (name, answer) in answers {
            if case .failed = answer, !addresses(name).isEmpty { continue }
            names.set(name, answer)
        }
        replaceFixedAddresses()
    }

    /// Takes over what another configuration knows already.
    public mutating func adoptNames(of other: Configuration) { names = other.names }

    /// All host names, each once, in order of appearance.
    public var hostNames: [[UInt8]] {
        var found: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        func add(_ name: [UInt8]) {
            if known.insert(name).inserted { found.append(name) }
        }
        for peer in relationships {
            for case .hostLookup(let name, _)? in [peer.own.address, peer.peer.address] {
                add(name)
            }
        }
        let named = namedHosts.sorted { $0.key < $1.key }.flatMap(\.value)
        for case .name(let range) in named + fixedAddresses { add(Array(hostText(range))) }
        for node in program.nodes where node.kind == .hostLookup {
            add(Array(program.text(ByteRange(start: node.a, count: node.b))))
        }
        return found
    }

    private func addresses(_ name: [UInt8]) -> [IPv4Address] {
        guard case .addresses(let found)? = names[name] else { return [] }
        return found
    }

    private func replace(_ expression: inout Expression?) {
        guard case .hostLookup(let name, _)? = expression else { return }
        let found = addresses(name)
        if !found.isEmpty { expression = .constant(found.flatMap(\.octets)) }
    }

    /// A name may have several addresses; the entries of later hosts move up.
    private mutating func replaceFixedAddresses() {
        if namedHosts.isEmpty {
            for index in hosts.indices {
                let entries = Array(fixedAddresses(of: HostID(UInt32(index))))
                if entries.contains(where: \.isName) { namedHosts[UInt32(index)] = entries }
            }
        }
        guard !namedHosts.isEmpty else { return }
        var table: [FixedAddress] = []
        for index in hosts.indices {
            let first = table.count
            table += resolved(declaredAddresses(of: HostID(UInt32(index))))
            hosts[index].firstFixedAddress = UInt32(first)
            hosts[index].fixedAddressCount = UInt16(clamping: table.count - first)
        }
        fixedAddresses = table
    }

    /// Puts in what is known of the names of a host that was added while the server runs.
    mutating func replaceNames(of id: HostID) {
        let entries = Array(fixedAddresses(of: id))
        guard entries.contains(where: \.isName) else { return }
        namedHosts[id.index] = entries
        let found = resolved(entries)
        hosts[Int(id.index)].firstFixedAddress = UInt32(fixedAddresses.count)
        hosts[Int(id.index)].fixedAddressCount = UInt16(clamping: found.count)
        fixedAddresses += found
    }

    /// The fixed addresses of a host as declared, with names instead of what they lead to.
    func declaredAddresses(of id: HostID) -> [FixedAddress] {
        namedHosts[id.index] ?? Array(fixedAddresses(of: id))
    }

    private func resolved(_ entries: [FixedAddress]) -> [FixedAddress] {
        entries.flatMap { entry -> [FixedAddress] in
            guard case .name(let range) = entry else { return [entry] }
            let found = addresses(Array(hostText(range)))
            return found.isEmpty ? [entry] : found.map { .address($0) }
        }
    }
}
