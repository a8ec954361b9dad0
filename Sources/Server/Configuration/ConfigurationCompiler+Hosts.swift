import ConfParser
import Wire

extension ConfigurationCompiler {
    mutating func declare(_ host: HostDeclaration, at place: Place) {
        let parent = host.group.flatMap { namedGroups[$0] } ?? place.scope
        let scope =
            host.scope.statements.isEmpty && host.scope.declarations.isEmpty
            ? parent : addScope(host.scope, parent: parent)
        if !host.scope.declarations.isEmpty {
            declare(
                host.scope.declarations, at: Place(scope: scope, network: nil, pool: nil))
        }
        // A host that was taken away at run time is remembered for the lease file only.
        guard !host.flags.contains(.isDeleted) else { return }
        var identifier = ByteRange.empty
        if case .constant(let bytes)? = host.identifier { identifier = code.intern(bytes) }
        var row = HostRow(
            name: code.intern(host.name), identifier: identifier,
            hardware: host.hardware ?? .none, scope: scope)
        row.firstFixedAddress = UInt32(configuration.fixedAddresses.count)
        for expression in host.fixedAddresses { addFixedAddresses(expression) }
        row.fixedAddressCount = UInt16(
            clamping: configuration.fixedAddresses.count - Int(row.firstFixedAddress))
        let number = UInt32(configuration.hosts.count)
        configuration.hosts.append(row)
        chain(number)
        if let identifier = host.hostIdentifier { index(identifier, of: number) }
    }

    private mutating func addFixedAddresses(_ expression: Expression) {
        switch expression {
        case .constant(let bytes) where bytes.count == 4:
            let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            configuration.fixedAddresses.append(.address(IPv4Address(value)))
        case .hostLookup(let name, _):
            configuration.fixedAddresses.append(.name(code.intern(name)))
        default:
            break
        }
    }

    /// Enters a host under its hardware address and its identifier.
    ///
    /// ISC: both kinds of chain run through one link per host, and a new host goes to the end.
    private mutating func chain(_ number: UInt32) {
        let host = configuration.hosts[Int(number)]
        if !host.hardware.isNone {
            if let head = head(hardware: host.hardware) {
                append(number, to: head)
            } else {
                insertByHardware(number)
            }
        }
        guard !host.identifier.isEmpty else { return }
        if let head = head(identifier: host.identifier) {
            append(number, to: head)
        } else {
            insertByIdentifier(number)
        }
    }

    // Copies of the arrays must not live while a host is changed, or each change copies them all;
    // hence these small functions.

    private func head(hardware: HardwareAddress) -> UInt32? {
        configuration.hostIndex.byHardware.find(hardware.hash(seed: 0)) {
            configuration.hosts[Int($0)].hardware == hardware
        }
    }

    private func head(identifier: ByteRange) -> UInt32? {
        let key = code.program.text(identifier)
        return configuration.hostIndex.byIdentifier.find(hashBytes(key)) {
            code.program.text(configuration.hosts[Int($0)].identifier).elementsEqual(key)
        }
    }

    private mutating func insertByHardware(_ number: UInt32) {
        let hosts = configuration.hosts
        configuration.hostIndex.byHardware.insert(
            number, hash: hosts[Int(number)].hardware.hash(seed: 0)
        ) { hosts[Int($0)].hardware.hash(seed: 0) }
    }

    private mutating func insertByIdentifier(_ number: UInt32) {
        let hosts = configuration.hosts
        let program = code.program
        func hash(_ row: UInt32) -> UInt64 {
            hashBytes(program.text(hosts[Int(row)].identifier))
        }
        configuration.hostIndex.byIdentifier.insert(number, hash: hash(number), rehash: hash)
    }

    /// Adds at the end of a chain; a host that is on it already stays where it is.
    private mutating func append(_ number: UInt32, to head: UInt32) {
        var end = chainEnds[head] ?? head
        while end != number, let next = configuration.hosts[Int(end)].next { end = next.index }
        if end != number { configuration.hosts[Int(end)].next = HostID(number) }
        chainEnds[head] = number
    }

    private mutating func index(_ identifier: HostIdentifier, of number: UInt32) {
        // The relay form is for DHCPv6.
        guard identifier.relay == nil else { return }
        let row = HostIdentifierRow(
            option: identifier.option, value: code.intern(identifier.value), host: HostID(number))
        if !configuration.hostIndex.identifierOptions.contains(row.option) {
            configuration.hostIndex.identifierOptions.insert(row.option, at: 0)
        }
        let place = UInt32(configuration.hostIndex.identifiers.count)
        configuration.hostIndex.identifiers.append(row)
        let rows = configuration.hostIndex.identifiers
        let program = code.program
        func hash(_ index: UInt32) -> UInt64 {
            let row = rows[Int(index)]
            return hashBytes(program.text(row.value), seed: UInt64(row.option.code))
        }
        configuration.hostIndex.byIdentifierOption.insert(place, hash: hash(place), rehash: hash)
    }
}
