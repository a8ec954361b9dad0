import ConfParser
import Leases
import Server
import Wire

// host: made, found, changed and taken away. The lookup goes key by key in ISC's order; keys that
// lead to different hosts are in conflict.

extension ServerCore {
    func host(by values: [OmapiValue]) throws(OmapiFailure) -> Lookup {
        var found: HostID?
        var hasKey = false
        // Each key: what it leads to, and whether leading nowhere ends the search.
        var steps: [(host: HostID?, isFinal: Bool)] = []
        if let identifier = values.key("dhcp-client-identifier") {
            steps.append((configuration.host(identifier: identifier), true))
        }
        if let hardware = try values.hardwareKey() {
            steps.append((configuration.host(hardware: hardware), true))
        }
        if let octets = values.key("ip-address") {
            steps.append((host(ofLeaseAt: octets), false))
        }
        if let name = values.key("name") {
            steps.append((configuration.host(named: name), true))
        }
        for step in steps {
            hasKey = true
            if let found, step.isFinal || step.host != nil, step.host != found {
                throw OmapiFailure(.keyConflict)
            }
            if step.host == nil, step.isFinal || found == nil { return .nothing }
            found = found ?? step.host
        }
        guard hasKey, let found else { return .noKeys }
        return .found(.host(name: Array(configuration.name(of: found))))
    }

    /// ISC: an address is one of a lease, whose client is then looked for.
    private func host(ofLeaseAt octets: [UInt8]) -> HostID? {
        guard octets.count == 4 else { return nil }
        let address = IPv4Address(octets[0], octets[1], octets[2], octets[3])
        return leases.lease(at: address).flatMap {
            configuration.host(hardware: leases[$0].hardware)
        }
    }

    func hostAttributes(_ name: [UInt8]) -> [OmapiValue]? {
        guard let id = configuration.host(named: name) else { return nil }
        let host = configuration.declaration(of: id)
        var values: [OmapiValue] = []
        let octets = configuration.fixedAddresses(of: id).flatMap { address -> [UInt8] in
            if case .address(let address) = address { address.octets } else { [] }
        }
        if !octets.isEmpty { values.append(OmapiValue("ip-address", octets)) }
        if case .constant(let identifier)? = host.identifier, !identifier.isEmpty {
            values.append(OmapiValue("dhcp-client-identifier", identifier))
        }
        values.append(OmapiValue("name", name))
        if let hardware = host.hardware {
            values.append(OmapiValue("hardware-address", hardware.bytes))
            values.append(OmapiValue("hardware-type", integer: UInt32(hardware.type)))
        }
        return values
    }

    mutating func makeHost(
        _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        var draft = HostDraft(HostDeclaration(name: [], position: .none), isNew: true)
        for value in values { try set(value, of: &draft, into: &effects) }
        if draft.host.name.isEmpty { draft.host.name = madeUpName("nh", now) }
        let host = finished(draft, into: &effects)
        try run(.addHost(host), now: now, into: &effects)
        return .host(name: host.name)
    }

    mutating func setHost(
        _ name: [UInt8], _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard let id = configuration.host(named: name) else { throw OmapiFailure(.notFound) }
        var draft = HostDraft(configuration.declaration(of: id), isNew: false)
        for value in values { try set(value, of: &draft, into: &effects) }
        try run(.changeHost(finished(draft, into: &effects)), now: now, into: &effects)
    }

    /// A name for an object that was given none: the time and a number that nothing else has now.
    func madeUpName(_ prefix: String, _ now: Now) -> [UInt8] {
        var number = UInt64(configuration.hosts.count) + UInt64(configuration.namedGroups.count)
        while true {
            let name = Array(prefix.utf8) + hex(UInt64(now.wall.seconds)) + hex(number)
            let isTaken =
                configuration.host(named: name) != nil || configuration.namedGroups[name] != nil
            if !isTaken { return name }
            number += 1
        }
    }

    private func hex(_ number: UInt64) -> [UInt8] {
        let digits = Array(String(number, radix: 16).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 8 - digits.count)) + digits
    }

    // MARK: - Values

    private mutating func set(
        _ value: OmapiValue, of draft: inout HostDraft, into effects: inout Effects
    ) throws(OmapiFailure) {
        switch String(decoding: value.name, as: UTF8.self) {
        case "name":
            guard draft.host.name.isEmpty else { throw OmapiFailure(.alreadyExists) }
            draft.host.name = try value.text()
        case "group":
            let group = try value.text()
            guard configuration.namedGroups[group] != nil else { throw OmapiFailure(.notFound) }
            draft.host.group = group
            // ISC: the group's statements take the place of its own, unless some follow.
            draft.host.scope.statements = []
        case "hardware-address":
            let bytes = try value.text()
            guard bytes.count <= HardwareAddress.maxLength else {
                throw OmapiFailure(.invalidArgument)
            }
            draft.hardware = bytes
        case "hardware-type":
            guard let type = value.integer else { throw OmapiFailure(.invalidArgument) }
            draft.hardwareType = UInt8(truncatingIfNeeded: type)
        case "dhcp-client-identifier":
            draft.host.identifier = .constant(try value.text())
        case "ip-address":
            guard value.data.count % 4 == 0 else { throw OmapiFailure(.invalidArgument) }
            draft.host.fixedAddresses = stride(from: 0, to: value.data.count, by: 4).map {
                .constant(Array(value.data[$0..<($0 + 4)]))
            }
        case "statements":
            guard draft.host.scope.statements.isEmpty else { throw OmapiFailure(.alreadyExists) }
            draft.host.scope.statements = try statements(value, into: &effects)
        case "known": break
        default: throw OmapiFailure(.unknownAttribute)
        }
    }

    /// Statements as text; complaints about them go to the log.
    func statements(
        _ value: OmapiValue, into effects: inout Effects
    ) throws(OmapiFailure) -> [Statement] {
        let outcome = parseStatements(
            try value.text(), from: Array("network client".utf8), options: configuration.options,
            classes: configuration.classNames)
        log(outcome.messages, into: &effects)
        guard outcome.isWhole else { throw OmapiFailure(.parseError) }
        return outcome.statements
    }

    private func log(_ messages: [ParseMessage], into effects: inout Effects) {
        for message in messages {
            let level: LogLevel
            if case .diagnostic = message { level = .error } else { level = .info }
            for line in message.lines { effects.log(level) { $0.append(contentsOf: line) } }
        }
    }

    private func finished(_ draft: HostDraft, into effects: inout Effects) -> HostDeclaration {
        var host = draft.host
        if let bytes = draft.hardware {
            host.hardware = HardwareAddress(type: draft.hardwareType, bytes: bytes)
        }
        if !draft.isNew, draft.hasIdentifier { return host }
        log(host.adoptIdentifier(options: configuration.options), into: &effects)
        return host
    }
}

/// A host that is being put together: its hardware address comes in two values.
private struct HostDraft {
    var host: HostDeclaration
    var hardware: [UInt8]?
    /// ISC: without a type an address is of none.
    var hardwareType: UInt8
    let isNew: Bool
    let hasIdentifier: Bool

    init(_ host: HostDeclaration, isNew: Bool) {
        self.host = host
        self.isNew = isNew
        hardware = host.hardware?.bytes
        hardwareType = host.hardware?.type ?? 0
        hasIdentifier = host.identifier != nil
    }
}

extension OmapiValue {
    /// The bytes of a value that must have some.
    func text() throws(OmapiFailure) -> [UInt8] {
        guard !data.isEmpty else { throw OmapiFailure(.invalidArgument) }
        return data
    }
}
