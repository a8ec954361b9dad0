import ConfParser
import Wire

extension ConfigurationCompiler {
    mutating func declare(_ host: HostDeclaration, at place: Place) {
        let parent =
            host.group.flatMap { configuration.namedGroups[$0]?.scope } ?? place.scope
        let scope = hostScope(host.scope, parent: parent)
        if !host.scope.declarations.isEmpty {
            declare(
                host.scope.declarations, at: Place(scope: scope, network: nil, pool: nil))
        }
        // A host that was taken away at run time is remembered for the lease file only.
        guard !host.flags.contains(.isDeleted) else { return }
        var identifier = ByteRange.empty
        if case .constant(let bytes)? = host.identifier {
            identifier = configuration.internHostText(bytes)
        }
        var row = HostRow(
            name: configuration.internHostText(host.name), identifier: identifier,
            hardware: host.hardware ?? .none, scope: scope)
        row.flags = host.flags
        row.firstFixedAddress = UInt32(configuration.fixedAddresses.count)
        for expression in host.fixedAddresses { addFixedAddresses(expression) }
        row.fixedAddressCount = UInt16(
            clamping: configuration.fixedAddresses.count - Int(row.firstFixedAddress))
        enter(row, host)
    }

    /// A host without statements has the scope around it. Hosts made at run time share scopes, so
    /// that making and removing them for years needs no more room.
    private mutating func hostScope(_ scope: Scope, parent: ScopeID) -> ScopeID {
        if scope.statements.isEmpty, scope.declarations.isEmpty { return parent }
        guard isResumed else { return addScope(scope, parent: parent) }
        let key = RunTimeScope(parent: parent, statements: scope.statements)
        if let known = configuration.runTimeScopes[key] { return known }
        let made = addScope(scope, parent: parent)
        configuration.runTimeScopes[key] = made
        return made
    }

    private mutating func enter(_ row: HostRow, _ host: HostDeclaration) {
        let number: UInt32
        if let free = configuration.freeHosts.popLast() {
            number = free
            configuration.hosts[Int(free)] = row
        } else {
            number = UInt32(configuration.hosts.count)
            configuration.hosts.append(row)
        }
        chain(number)
        if let identifier = host.hostIdentifier { index(identifier, of: number) }
        guard configuration.isOpenToOperators else { return }
        let extras = HostExtras(
            group: host.group, statements: host.scope.statements,
            identifierOption: host.hostIdentifier)
        if !extras.isEmpty { configuration.hostExtras[number] = extras }
        insertByName(number)
    }

    private mutating func addFixedAddresses(_ expression: Expression) {
        switch expression {
        case .constant(let bytes) where bytes.count % 4 == 0:
            for start in stride(from: 0, to: bytes.count, by: 4) {
                let value = bytes[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                configuration.fixedAddresses.append(.address(IPv4Address(value)))
            }
        case .hostLookup(let name, _):
            configuration.fixedAddresses.append(.name(configuration.internHostText(name)))
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
        let key = configuration.hostText(identifier)
        return configuration.hostIndex.byIdentifier.find(hashBytes(key)) {
            configuration.hostText(configuration.hosts[Int($0)].identifier).elementsEqual(key)
        }
    }

    private mutating func insertByHardware(_ number: UInt32) {
        let hardware = configuration.hosts[Int(number)].hardware
        configuration.hostIndex.byHardware.insert(number, hash: hardware.hash(seed: 0))
    }

    private mutating func insertByIdentifier(_ number: UInt32) {
        let key = configuration.hostText(configuration.hosts[Int(number)].identifier)
        configuration.hostIndex.byIdentifier.insert(number, hash: hashBytes(key))
    }

    private mutating func insertByName(_ number: UInt32) {
        let key = configuration.hostText(configuration.hosts[Int(number)].name)
        configuration.hostIndex.byName.insert(number, hash: hashBytes(key))
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
            option: identifier.option, value: configuration.internHostText(identifier.value),
            host: HostID(number))
        if !configuration.hostIndex.identifierOptions.contains(row.option) {
            configuration.hostIndex.identifierOptions.insert(row.option, at: 0)
        }
        let place = UInt32(configuration.hostIndex.identifiers.count)
        configuration.hostIndex.identifiers.append(row)
        configuration.hostIndex.byIdentifierOption.insert(
            place, hash: hashBytes(identifier.value, seed: UInt64(row.option.code)))
    }
}
