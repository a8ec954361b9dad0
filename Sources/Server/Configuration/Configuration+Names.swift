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
        for case .name(let range) in named + fixedAddresses { add(Array(program.text(range))) }
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
                if entries.contains(where: { if case .name = $0 { true } else { false } }) {
                    namedHosts[UInt32(index)] = entries
                }
            }
        }
        guard !namedHosts.isEmpty else { return }
        var table: [FixedAddress] = []
        for index in hosts.indices {
            let first = table.count
            let entries =
                namedHosts[UInt32(index)] ?? Array(fixedAddresses(of: HostID(UInt32(index))))
            for entry in entries {
                switch entry {
                case .address: table.append(entry)
                case .name(let range):
                    let found = addresses(Array(program.text(range)))
                    table += found.isEmpty ? [entry] : found.map { .address($0) }
                }
            }
            hosts[index].firstFixedAddress = UInt32(first)
            hosts[index].fixedAddressCount = UInt16(clamping: table.count - first)
        }
        fixedAddresses = table
    }
}
