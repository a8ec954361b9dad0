import ConfParser
import Failover
public import Leases
public import Wire

// Operators' commands. Each change makes its record, and whoever answers the operator waits for the
// last one; effects on service begin with the next packet.

extension ServerCore {
    /// Carries a command out or refuses it as a whole.
    public mutating func execute(
        _ command: OperatorCommand, now: Now, into effects: inout Effects
    ) throws(OperatorRefusal) {
        switch command {
        case .addHost(let host): try add(host, into: &effects)
        case .changeHost(let host): try change(host, into: &effects)
        case .removeHost(let name): try removeHost(name, into: &effects)
        case .addGroup(let group): try add(group, into: &effects)
        case .removeGroup(let name): try removeGroup(name, into: &effects)
        case .addClass(let one, let group): try add(one, group, into: &effects)
        case .removeClass(let name): try removeClass(name, into: &effects)
        case .addSubclass(let one, let group): try add(one, group, into: &effects)
        case .removeSubclass(let name, let data):
            try removeSubclass(name, data, into: &effects)
        case .changeLease(let address, let change):
            guard let lease = leases.lease(at: address) else { throw .notFound }
            try self.change(lease, change, now: now, into: &effects)
        case .setFailoverState(let relationship, let state):
            guard relationships.indices.contains(Int(relationship.index)) else { throw .notFound }
            setFailoverState(of: relationship, to: state, now: now, into: &effects)
        case .shutDown: shutDown(now: now, into: &effects)
        }
    }

    // MARK: - Hosts

    private mutating func add(
        _ host: HostDeclaration, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard host.isIdentified else { throw .invalid }
        guard configuration.host(named: host.name) == nil else { throw .exists }
        guard Self.canBeWritten(name: host.name), canBeReadAgain(host.scope.statements) else {
            throw .notWritable
        }
        var host = host
        host.flags = .isDynamic
        enter(host, into: &effects)
    }

    /// ISC writes the host's end first, then the host as it is now. Its rewrite of the file then
    /// forgets a host that was in the configuration; ours keeps it.
    private mutating func change(
        _ host: HostDeclaration, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let id = configuration.host(named: host.name) else { throw .notFound }
        guard host.isIdentified else { throw .invalid }
        guard Self.canBeWritten(name: host.name), canBeReadAgain(host.scope.statements) else {
            throw .notWritable
        }
        try checkKeys(of: host, besides: id)
        let flags = configuration[id].flags.intersection(.isDynamic)
        var host = host
        host.flags = flags.union(.isDeleted)
        effects.commit { $0.append(record: host, leases.format) }
        if flags.isEmpty { leases.declarations.removeHost(host.name, isConfigured: true) }
        configuration.remove(id)
        host.flags = flags
        enter(host, into: &effects)
    }

    /// A key that the host has had stays its own, also when others have it.
    private func checkKeys(
        of host: HostDeclaration, besides id: HostID
    ) throws(OperatorRefusal) {
        let present = configuration[id]
        if let hardware = host.hardware, hardware != present.hardware,
            configuration.host(hardware: hardware) != nil
        {
            throw .conflict
        }
        guard case .constant(let identifier)? = host.identifier,
            !configuration.hostText(present.identifier).elementsEqual(identifier)
        else { return }
        if configuration.host(identifier: identifier) != nil { throw .conflict }
    }

    private mutating func enter(_ host: HostDeclaration, into effects: inout Effects) {
        configuration.add(host)
        leases.declarations.set(host)
        effects.commit { $0.append(record: host, leases.format) }
    }

    private mutating func removeHost(
        _ name: [UInt8], into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let id = configuration.host(named: name) else { throw .notFound }
        var host = HostDeclaration(name: name, position: .none)
        let flags = configuration[id].flags.intersection(.isDynamic)
        host.flags = flags.union(.isDeleted)
        configuration.remove(id)
        leases.declarations.removeHost(name, isConfigured: flags.isEmpty)
        effects.commit { $0.append(record: host, leases.format) }
    }

    /// Names stand in the lease file without quotes. ISC writes any name and cannot read it again.
    private static func canBeWritten(name: [UInt8]) -> Bool {
        let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            guard let first = part.first, first != UInt8(ascii: "-") else { return false }
            return part.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        }
    }

    /// Some statements are read as others than they are written: `default-lease-time ;` has no
    /// value. ISC's server ends itself on that one.
    private func canBeReadAgain(_ statements: [Statement]) -> Bool {
        guard !statements.isEmpty else { return true }
        guard !statements.contains(where: \.definesFunction) else { return false }
        var group = GroupDeclaration(name: Array("g".utf8), position: .none)
        group.scope.statements = statements
        var text: [UInt8] = []
        text.append(record: group, leases.format)
        let body = text.dropFirst("group g {".utf8.count).dropLast("}\n".utf8.count)
        // Something must be able to follow.
        let outcome = parseStatements(
            Array(body) + Array("unset v;".utf8), from: [], options: configuration.options,
            classes: configuration.classNames)
        return outcome.isWhole && outcome.statements.count == statements.count + 1
    }

    // MARK: - Groups

    private mutating func add(
        _ group: GroupDeclaration, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let name = group.name else { throw .invalid }
        guard Self.canBeWritten(name: name), isGroupName(name),
            canBeReadAgain(group.scope.statements)
        else { throw .notWritable }
        guard configuration.namedGroups[name] == nil else { throw .exists }
        var group = group
        group.flags = .isDynamic
        configuration.add(group)
        leases.declarations.set(group)
        effects.commit { $0.append(record: group, leases.format) }
    }

    /// A name of digits alone is a number, and a dot ends a name.
    private func isGroupName(_ name: [UInt8]) -> Bool {
        var reader = LeaseFileReader(
            bytes: Array("group ".utf8) + name + Array(" {\n  deleted;\n}\n".utf8), path: [],
            family: .v4, tree: ConfigurationTree(options: configuration.options),
            recovery: .atNextRecord)
        guard case .group(let group)? = reader.next() else { return false }
        return group.name == name
    }

    private mutating func removeGroup(
        _ name: [UInt8], into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let known = configuration.namedGroups[name] else { throw .notFound }
        var group = GroupDeclaration(name: name, position: .none)
        group.flags = known.isDynamic ? [.isDynamic, .isDeleted] : .isDeleted
        configuration.removeGroup(name)
        leases.declarations.removeGroup(name, isConfigured: !known.isDynamic)
        effects.commit { $0.append(record: group, leases.format) }
    }

    // MARK: - Classes

    private mutating func add(
        _ one: ClassDeclaration, _ group: [UInt8]?, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard !one.name.isEmpty else { throw .invalid }
        guard configuration.classNamed(one.name) == nil else { throw .exists }
        var one = one
        one.flags = .isDynamic
        configuration.addClass(one.name, group: group, matchesHardware: one.submatch != nil)
        leases.declarations.set(one)
        effects.commit { $0.append(record: one, leases.format) }
    }

    /// A class of the configuration stays: pools may be open to it alone. ISC removes it, and has
    /// it again after the next start.
    private mutating func removeClass(
        _ name: [UInt8], into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let id = configuration.classNamed(name) else { throw .notFound }
        guard configuration[id].flags.contains(.isDynamic) else { throw .forbidden }
        var one = ClassDeclaration(name: name, position: .none)
        one.flags = .isDeleted
        if configuration[id].submatch != nil { one.submatch = .hardware }
        configuration.remove(id)
        leases.declarations.removeClass(name)
        effects.commit { $0.append(record: one, leases.format) }
    }

    private mutating func add(
        _ one: SubclassDeclaration, _ group: [UInt8]?, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let parent = configuration.classNamed(one.className) else { throw .notFound }
        guard configuration.subclass(of: parent, data: one.data) == nil else { throw .exists }
        var one = one
        one.flags = .isDynamic
        configuration.addSubclass(of: parent, data: one.data, group: group)
        one.leaseLimit = configuration[parent].leaseLimit
        leases.declarations.set(one)
        effects.commit { $0.append(record: one, leases.format) }
    }

    private mutating func removeSubclass(
        _ name: [UInt8], _ data: [UInt8], into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard let parent = configuration.classNamed(name),
            let id = configuration.subclass(of: parent, data: data)
        else { throw .notFound }
        var one = SubclassDeclaration(className: name, data: data, position: .none)
        one.flags = .isDeleted
        one.leaseLimit = configuration[id].leaseLimit
        let isConfigured = !configuration[id].flags.contains(.isDynamic)
        configuration.remove(id)
        leases.declarations.removeSubclass(one, isConfigured: isConfigured)
        effects.commit { $0.append(record: one, leases.format) }
    }

    /// Active leases that count for the limit of a class or subclass.
    public func billedLeases(_ id: ClassID) -> Int {
        billed[billing(id)]?.count { leases[$0].bindingState == .active } ?? 0
    }

    // MARK: - Leases

    private mutating func change(
        _ id: LeaseID, _ change: LeaseChange, now: Now, into effects: inout Effects
    ) throws(OperatorRefusal) {
        switch change {
        case .state(let state):
            guard leases[id].bindingState != state else { throw .unchanged }
            guard setBindingState(of: id, to: state, now: now, into: &effects) else {
                throw .failed
            }
        case .end(let end): try setEnd(id, end, now: now, into: &effects)
        case .flags(let flags):
            leases.modify(id) { $0.flags = flags }
            commit(id, into: &effects)
        case .variable(let variable): try set(variable, of: id, into: &effects)
        }
    }

    private mutating func setEnd(
        _ id: LeaseID, _ end: Timestamp, now: Now, into effects: inout Effects
    ) throws(OperatorRefusal) {
        let row = leases[id]
        if relationship(of: id) == nil { leases.modify(id) { $0.ends = end } }
        guard row.nextBindingState != row.bindingState else {
            return commit(id, into: &effects)
        }
        let isDone = setBindingState(
            of: id, to: row.nextBindingState, now: now, into: &effects)
        if !isDone {
            leases.modify(id) { $0.ends = row.ends }
            throw .failed
        }
    }

    private static var variablesMax: Int { 64 }
    private static var variableBytesMax: Int { 1024 }

    /// Words of the language are no names.
    private func isVariableName(_ name: [UInt8]) -> Bool {
        guard Self.canBeWritten(name: name), name.count <= 64 else { return false }
        let statement = Array("set ".utf8) + name + Array(" = \"\";".utf8)
        return parseStatements(
            statement, from: [], options: configuration.options, classes: []
        ).isWhole
    }

    private mutating func set(
        _ variable: LeaseVariable, of id: LeaseID, into effects: inout Effects
    ) throws(OperatorRefusal) {
        guard isVariableName(variable.name) else { throw .notWritable }
        if case .data(let bytes) = variable.value, bytes.count > Self.variableBytesMax {
            throw .invalid
        }
        var variables = leases.details(id).variables
        if let place = variables.firstIndex(where: { $0.name == variable.name }) {
            variables[place] = variable
        } else {
            guard variables.count < Self.variablesMax else { throw .invalid }
            variables.insert(variable, at: 0)
        }
        leases.modifyDetails(id) { $0.variables = variables }
        commit(id, into: &effects)
    }
}

extension HostDeclaration {
    /// Without an address or an identifier nobody can be that host.
    fileprivate var isIdentified: Bool {
        if hardware != nil { return true }
        if case .constant(let identifier)? = identifier { return !identifier.isEmpty }
        return false
    }
}
