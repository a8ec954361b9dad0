public import ConfParser
import Leases
import Wire

// Hosts that come, change and go while the server runs.

extension Configuration {
    /// A run of the host texts.
    func hostText(_ range: ByteRange) -> ArraySlice<UInt8> { hostTexts[range.range] }

    mutating func internHostText(_ bytes: [UInt8]) -> ByteRange {
        guard !bytes.isEmpty else { return .empty }
        let range = ByteRange(start: UInt32(hostTexts.count), count: UInt32(bytes.count))
        hostTexts += bytes
        return range
    }

    /// The host of a name, when ``isOpenToOperators``.
    public func host(named name: some Collection<UInt8>) -> HostID? {
        hostIndex.byName.find(hashBytes(name)) {
            hostText(hosts[Int($0)].name).elementsEqual(name)
        }.map { HostID($0) }
    }

    /// A host as it would be declared; what only a file can say is left out.
    public func declaration(of id: HostID) -> HostDeclaration {
        let row = self[id]
        var host = HostDeclaration(name: Array(hostText(row.name)), position: .none)
        if !row.identifier.isEmpty {
            host.identifier = .constant(Array(hostText(row.identifier)))
        }
        if !row.hardware.isNone { host.hardware = row.hardware }
        host.fixedAddresses = declaredAddresses(of: id).map {
            switch $0 {
            case .address(let address): .constant(address.octets)
            case .name(let range): .hostLookup(name: Array(hostText(range)), .all)
            }
        }
        host.flags = row.flags
        if let extras = hostExtras[id.index] {
            host.group = extras.group
            host.scope.statements = extras.statements
            host.hostIdentifier = extras.identifierOption
        }
        return host
    }

    /// Adds a host outside of all other declarations. No other may have its name.
    mutating func add(_ host: HostDeclaration) {
        var compiler = ConfigurationCompiler(resuming: &self)
        compiler.declare(
            host, at: ConfigurationCompiler.Place(scope: .root, network: nil, pool: nil))
        compiler.finish(&self)
        if let id = self.host(named: host.name) { replaceNames(of: id) }
    }

    /// Takes a host out of everything that leads to it.
    mutating func remove(_ id: HostID) {
        unchain(id)
        hostIndex.byName.remove(id.index, hash: hashBytes(hostText(self[id].name)))
        let row = self[id]
        lostHostText += Int(row.name.count) + Int(row.identifier.count)
        hosts[Int(id.index)] = HostRow(
            name: .empty, identifier: .empty, hardware: .none, scope: .root)
        hosts[Int(id.index)].flags = .isDeleted
        hostExtras[id.index] = nil
        namedHosts[id.index] = nil
        freeHosts.append(id.index)
        if lostHostText > 1 << 16, lostHostText * 2 > hostTexts.count { compactHosts() }
    }

    /// The chain that a host is on is found by either key; the next of the chain takes its place at
    /// the head (ISC).
    private mutating func unchain(_ id: HostID) {
        let row = self[id]
        let identifier = Array(hostText(row.identifier))
        let heads = [host(identifier: identifier), host(hardware: row.hardware)]
        for head in heads {
            var previous = head
            while let current = previous, current != id {
                if self[current].next == id { hosts[Int(current.index)].next = row.next }
                previous = self[current].next
            }
        }
        if heads[0] == id {
            hostIndex.byIdentifier.remove(id.index, hash: hashBytes(identifier))
            insertHead(ofChain: row.next, identifier: identifier)
        }
        if heads[1] == id {
            hostIndex.byHardware.remove(id.index, hash: row.hardware.hash(seed: 0))
            insertHead(ofChain: row.next, hardware: row.hardware)
        }
        forgetIdentifierOption(of: id)
    }

    /// The first of the rest of a chain that has this identifier heads it from now on.
    private mutating func insertHead(ofChain rest: HostID?, identifier: [UInt8]) {
        var next = rest
        while let host = next, !hostText(self[host].identifier).elementsEqual(identifier) {
            next = self[host].next
        }
        guard let next else { return }
        hostIndex.byIdentifier.insert(next.index, hash: hashBytes(identifier))
    }

    private mutating func insertHead(ofChain rest: HostID?, hardware: HardwareAddress) {
        var next = rest
        while let host = next, self[host].hardware != hardware { next = self[host].next }
        guard let next else { return }
        hostIndex.byHardware.insert(next.index, hash: hardware.hash(seed: 0))
    }

    private mutating func forgetIdentifierOption(of id: HostID) {
        guard hostExtras[id.index]?.identifierOption != nil else { return }
        for place in hostIndex.identifiers.indices where hostIndex.identifiers[place].host == id {
            let row = hostIndex.identifiers[place]
            hostIndex.byIdentifierOption.remove(
                UInt32(place),
                hash: hashBytes(hostText(row.value), seed: UInt64(row.option.code)))
        }
    }

    /// Copies what hosts still need of the texts and of the fixed addresses.
    private mutating func compactHosts() {
        let old = hostTexts
        var texts: [UInt8] = []
        func moved(_ range: ByteRange) -> ByteRange {
            guard !range.isEmpty else { return range }
            let start = UInt32(texts.count)
            texts += old[range.range]
            return ByteRange(start: start, count: range.count)
        }
        func moved(_ entry: FixedAddress) -> FixedAddress {
            if case .name(let range) = entry { .name(moved(range)) } else { entry }
        }
        var table: [FixedAddress] = []
        for index in hosts.indices where !hosts[index].flags.contains(.isDeleted) {
            hosts[index].name = moved(hosts[index].name)
            hosts[index].identifier = moved(hosts[index].identifier)
            let first = UInt32(table.count)
            table += fixedAddresses(of: HostID(UInt32(index))).map(moved)
            if let entries = namedHosts[UInt32(index)] {
                namedHosts[UInt32(index)] = entries.map(moved)
            }
            hosts[index].firstFixedAddress = first
        }
        for index in hostIndex.identifiers.indices {
            hostIndex.identifiers[index].value = moved(hostIndex.identifiers[index].value)
        }
        (hostTexts, fixedAddresses, lostHostText) = (texts, table, 0)
    }
}

// MARK: - Groups

extension Configuration {
    /// Names a group, or gives the name of one to another.
    mutating func add(_ group: GroupDeclaration) {
        guard let name = group.name else { return }
        var compiler = ConfigurationCompiler(resuming: &self)
        let scope = compiler.addScope(group.scope, parent: .root)
        compiler.finish(&self)
        namedGroups[name] = NamedGroup(
            scope: scope, isDynamic: true, hasStatements: !group.scope.statements.isEmpty)
    }

    /// A group has no name any more; hosts that were declared with it keep its statements.
    mutating func removeGroup(_ name: [UInt8]) { namedGroups[name] = nil }
}

// MARK: - Classes

extension Configuration {
    /// Adds a class that packets can be in by `match hardware` or only by `add`. No other may have
    /// its name.
    mutating func addClass(_ name: [UInt8], group: [UInt8]?, matchesHardware: Bool) {
        var compiler = ConfigurationCompiler(resuming: &self)
        let text = compiler.code.intern(name)
        let submatch = matchesHardware ? compiler.code.expression(.hardware) : nil
        compiler.finish(&self)
        var row = ClassRow(text: text, scope: scope(ofGroup: group))
        row.submatch = submatch
        row.flags = .isDynamic
        let id = enter(row)
        classesByName[name] = id
        classOrder.append(id)
    }

    /// Adds a subclass to a class; the class may not have one of these data.
    mutating func addSubclass(of parent: ClassID, data: [UInt8], group: [UInt8]?) {
        let outer = self[parent]
        var compiler = ConfigurationCompiler(resuming: &self)
        let text = compiler.code.intern(data)
        compiler.finish(&self)
        var row = ClassRow(
            text: text, scope: group.map { scope(ofGroup: $0) } ?? outer.scope)
        row.parent = parent
        row.leaseLimit = outer.leaseLimit
        row.flags = .isDynamic
        let id = enter(row)
        classes[Int(parent.index)].hasSubclasses = true
        subclassIndex.table.insert(
            id.index, hash: hashBytes(data, seed: UInt64(parent.index)))
    }

    /// Takes a class with its subclasses, or a subclass, out of everything that leads to it.
    mutating func remove(_ id: ClassID) {
        let row = self[id]
        if row.parent == nil {
            for index in classes.indices where classes[index].parent == id {
                if !classes[index].flags.contains(.isDeleted) {
                    remove(ClassID(UInt32(index)))
                }
            }
            classesByName[name(of: id)] = nil
            classOrder.removeAll { $0 == id }
        } else {
            let seed = UInt64(row.parent?.index ?? 0)
            subclassIndex.table.remove(
                id.index, hash: hashBytes(program.text(row.text), seed: seed))
        }
        // A pool may speak of a class of the file, whose row therefore stays.
        let isReusable = row.flags.contains(.isDynamic)
        classes[Int(id.index)].flags.insert(.isDeleted)
        if isReusable { freeClasses.append(id.index) }
    }

    private func scope(ofGroup name: [UInt8]?) -> ScopeID {
        name.flatMap { namedGroups[$0]?.scope } ?? .root
    }

    private mutating func enter(_ row: ClassRow) -> ClassID {
        if let free = freeClasses.popLast() {
            classes[Int(free)] = row
            return ClassID(free)
        }
        classes.append(row)
        return ClassID(UInt32(classes.count - 1))
    }
}
