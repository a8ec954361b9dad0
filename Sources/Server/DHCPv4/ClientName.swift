import ConfParser
import Leases
import Wire

// The name of the client: option 81 of an answer (ddns.md §2), and host names by reverse look-up.

extension ServerCore {
    /// What the answer to option 81 says about who updates the client's name. Updates themselves
    /// are not made here.
    mutating func setClientName(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) {
        guard answer.kind != .offer, settings.namesClients, flag(.ddnsUpdates, default: true) else {
            return
        }
        let client = packet[DHCPv4Option.fqdn].flatMap { ClientFQDN(packet.bytes[$0]) }
        let wish = permission(.clientUpdates, default: .yes)
        let leavesToClient = client?.value(2) == [0]
        var name: [UInt8] = []
        var isServers: UInt8 = 1
        if wish == .yes, leavesToClient, client?.value(7) != nil, let own = client?.value(8) {
            (name, isServers) = (own, 0)
        } else {
            guard flag(.doForwardUpdates, default: true),
                answer.lease != nil || flag(.updateStaticLeases, default: false),
                let forward = forwardName(answer, into: &effects)
            else { return }
            name = forward
        }
        guard !name.isEmpty else { return }
        guard name.count <= 255 else {
            effects.log(.error, "client provided fqdn: too long")
            return
        }
        guard flag(.fqdnReply, default: true), let encoding = client?.value(3) else { return }
        if wish == .ignore, leavesToClient {
            // ISC: a white lie; the client may do as it likes with the name that it sent.
            guard let own = client?.value(8) else { return }
            (name, isServers) = (own, 0)
        }
        let values: [(UInt32, [UInt8])] = [
            (2, [isServers]), (1, [isServers]), (3, encoding), (4, [255]), (5, [255]), (8, name),
        ]
        for (code, value) in values {
            evaluator.reply.set(OptionReference(.fqdn, code), value)
        }
    }

    /// `ddns-hostname`, or the name of the host declaration, and `ddns-domainname`; empty if one
    /// is missing.
    private mutating func forwardName(
        _ answer: Answer, into effects: inout Effects
    ) -> [UInt8]? {
        var host = text(.ddnsHostname)
        if host == nil, let declaration = answer.host, flag(.useHostDeclNames, default: false) {
            host = Array(hostName(declaration))
        }
        guard let host, let domain = text(.ddnsDomainname) else { return [] }
        guard host.count + domain.count <= 253 else {
            effects.log(.error, "ddns_update: host.domain name too long")
            return nil
        }
        return host + [UInt8(ascii: ".")] + domain
    }

    /// The value of option 81: flags, two result codes, and the name as the client wants it; `nil`
    /// when nothing of the space is set.
    mutating func encodedName() -> [UInt8]? {
        var values = [[UInt8]](repeating: [], count: 9)
        let options = evaluator.reply.options(in: .fqdn)
        guard !options.isEmpty else { return nil }
        for option in options where option.code < 9 {
            guard let range = evaluator.value(option, packet) else { continue }
            values[Int(option.code)] = Array(evaluator.bytes[range])
        }
        func isTrue(_ code: Int) -> Bool { (values[code].first ?? 0) != 0 }
        var flags: UInt8 = 0
        if isTrue(1) { flags |= 2 }
        if isTrue(2) { flags |= 1 }
        if isTrue(3) { flags |= 4 }
        let head = [flags, values[4].first ?? 0, values[5].first ?? 0]
        guard isTrue(3) else { return head + values[8] }
        guard !values[8].isEmpty else { return head }
        return Self.labels(values[8]).map { head + $0 }
    }

    /// A name as labels; an empty label ends it. `nil` when that takes more than two bytes beyond
    /// the name itself.
    private static func labels(_ name: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        let parts = name.split(omittingEmptySubsequences: false) {
            $0 == 0 || $0 == UInt8(ascii: ".")
        }
        for label in parts {
            guard out.count + 1 + label.count <= name.count + 2 else { return nil }
            out.append(UInt8(truncatingIfNeeded: label.count))
            if label.isEmpty { return out }
            out.append(contentsOf: label)
        }
        guard out.count < name.count + 2 else { return nil }
        out.append(0)
        return out
    }

    // MARK: - get-lease-hostnames

    /// What is known about the name of an address.
    struct ReverseName {
        var name: [UInt8]?
        /// The question is still open.
        var isPending = false
        var until: Instant
    }

    /// Addresses whose names are remembered.
    static var reverseNamesMax: Int { 65_536 }

    /// The name of an address, when `get-lease-hostnames` asks for it. ISC waits for the name
    /// servers; here the answer leaves without a name as long as none is known.
    mutating func setReverseName(
        _ address: IPv4Address, _ exchange: Exchange, into effects: inout Effects
    ) {
        guard !isConfigured(DHCPv4Option.hostName), flag(.getLeaseHostnames, default: false) else {
            return
        }
        if let known = reverseNames[address], known.until > exchange.now.mono {
            if let name = known.name {
                // ISC: with its NUL.
                set(DHCPv4Option.hostName, name + [0])
            } else if !known.isPending {
                logNamelessness(address, into: &effects)
            }
            return
        }
        if reverseNames.count >= Self.reverseNamesMax { reverseNames.removeAll() }
        reverseNames[address] = ReverseName(
            isPending: true, until: exchange.now.mono.advanced(seconds: 60))
        effects.list.append(.lookUpName(address))
    }

    private func logNamelessness(_ address: IPv4Address, into effects: inout Effects) {
        effects.log(.error) {
            $0.append(text: "No hostname for ")
            $0.append(address)
        }
    }

    /// An answer of the name servers: good for an hour, none for a minute.
    mutating func takeReverseName(
        _ address: IPv4Address, _ name: [UInt8]?, now: Now, into effects: inout Effects
    ) {
        // What ISC says before the answer that this one has not waited for.
        if name == nil { logNamelessness(address, into: &effects) }
        reverseNames[address] = ReverseName(
            name: name, until: now.mono.advanced(seconds: name == nil ? 60 : 3600))
    }

    /// New addresses of host names of the configuration. What was known stays while the name
    /// servers cannot be asked.
    mutating func takeNames(
        _ answers: [(name: [UInt8], answer: NameTable.Answer)], into effects: inout Effects
    ) {
        for (name, answer) in answers {
            guard case .failed(let reason) = answer else { continue }
            effects.log(.error) {
                $0.append(contentsOf: name)
                $0.append(text: ": ")
                $0.append(contentsOf: reason)
            }
        }
        configuration.renewNames(answers)
        evaluator.names = configuration.names
        events.adoptNames(of: configuration)
    }
}
