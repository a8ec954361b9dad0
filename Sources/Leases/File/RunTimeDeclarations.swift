public import ConfParser
public import Wire

/// What was declared while the server ran, by OMAPI: hosts, groups and classes of the lease file.
///
/// They are part of the configuration from the next start on, and every rewrite of the lease file
/// keeps them (leases.md §1.3).
public struct RunTimeDeclarations: Sendable {
    private var hostTable = NamedTable<HostDeclaration>()
    private var deletedHostTable = NamedTable<[UInt8]>()
    /// Hosts that the lease file has without `dynamic`, and the configuration not at all: they are
    /// served, and the next rewrite forgets them (ISC).
    private var passingHosts: Set<[UInt8]> = []
    private var groupTable = NamedTable<GroupDeclaration>()
    private var namelessGroups: [GroupDeclaration] = []
    private var deletedGroupTable = NamedTable<[UInt8]>()
    private var classTable = NamedTable<ClassDeclaration>()
    /// By the name of the class, its length first, and the data.
    private var subclassTable = NamedTable<SubclassDeclaration>()
    private var deletedSubclassTable = NamedTable<SubclassDeclaration>()
    /// What of the configuration is `dynamic` and has a function in it.
    private var configuredFunctions = FunctionHolders()

    /// True once a host was declared, even if it is gone: ISC tells how many hosts it writes, then.
    public private(set) var hasHadHosts = false
    /// The same for named groups.
    public private(set) var hasHadGroups = false

    /// In the order in which they were made.
    public var hosts: [HostDeclaration] { hostTable.values }
    /// Hosts of the configuration that were taken away.
    public var deletedHosts: [[UInt8]] { deletedHostTable.values }
    public var groups: [GroupDeclaration] { namelessGroups + groupTable.values }
    /// Named groups of the configuration that were taken away.
    public var deletedGroups: [[UInt8]] { deletedGroupTable.values }
    public var classes: [ClassDeclaration] { classTable.values }
    public var subclasses: [SubclassDeclaration] { subclassTable.values }

    /// Nothing declared.
    public init() {}

    /// What a lease file says, on top of a configuration.
    public init(_ contents: LeaseFileContents, over tree: ConfigurationTree) {
        configuredFunctions = FunctionHolders(tree.root)
        for one in contents.classes {
            set(one)
            if one.flags.contains(.isDeleted) { removeClass(one.name) }
        }
        guard !contents.hosts.isEmpty || !contents.groups.isEmpty || !contents.subclasses.isEmpty
        else { return }
        var configured = Configured()
        Self.collect(tree.root, 0, &configured)
        for one in contents.subclasses {
            set(one)
            guard one.flags.contains(.isDeleted) else { continue }
            let key = Self.key(one.className, one.data)
            removeSubclass(one, isConfigured: configured.subclasses.contains(key))
        }
        for group in contents.groups {
            add(group, configured)
            guard !group.flags.contains(.isDeleted) else { continue }
            for case .host(let host) in group.scope.declarations { add(host, configured) }
            hasHadHosts = hasHadHosts || Self.hasHost(group.scope, 0)
        }
        for host in contents.hosts { add(host, configured) }
    }

    /// What ``rendered(_:)`` gave, in the terms of another configuration.
    public init(rendered text: [UInt8], over tree: ConfigurationTree, now: Timestamp) {
        self.init()
        guard !text.isEmpty else { return }
        var reader = LeaseFileReader(
            bytes: text, path: [], family: .v4, tree: tree, recovery: .atNextRecord)
        var store = LeaseStore(pools: [PoolDescription](), seed: 0)
        self = RunTimeDeclarations(store.load(&reader, now: now), over: tree)
    }

    /// True if the lease file tells of leases alone.
    public var isEmpty: Bool {
        hostTable.isEmpty && deletedHostTable.isEmpty && groupTable.isEmpty
            && namelessGroups.isEmpty && deletedGroupTable.isEmpty && classTable.isEmpty
            && subclassTable.isEmpty && deletedSubclassTable.isEmpty
    }

    /// Names that the configuration itself declares.
    private struct Configured {
        var hosts: Set<[UInt8]> = []
        var groups: Set<[UInt8]> = []
        /// By their keys.
        var subclasses: Set<[UInt8]> = []
    }

    private mutating func add(_ group: GroupDeclaration, _ configured: Configured) {
        guard let name = group.name else {
            if !group.flags.contains(.isDeleted) { namelessGroups.append(group) }
            return
        }
        if group.flags.contains(.isDeleted) {
            removeGroup(name, isConfigured: configured.groups.contains(name))
        } else {
            set(group)
        }
    }

    private mutating func add(_ host: HostDeclaration, _ configured: Configured) {
        if host.flags.contains(.isDeleted) {
            removeHost(host.name, isConfigured: configured.hosts.contains(host.name))
        } else {
            set(host)
            if !host.flags.contains(.isDynamic), !configured.hosts.contains(host.name) {
                passingHosts.insert(host.name)
            }
        }
    }

    private static let depthMax = 1000

    private static func hasHost(_ scope: Scope, _ depth: Int) -> Bool {
        scope.declarations.contains { declaration in
            if case .host = declaration { return true }
            return depth < depthMax && declaration.scope.map { hasHost($0, depth + 1) } == true
        }
    }

    private static func collect(_ scope: Scope, _ depth: Int, _ names: inout Configured) {
        guard depth <= depthMax else { return }
        for one in scope.subclasses { names.subclasses.insert(key(one.className, one.data)) }
        for declaration in scope.declarations {
            switch declaration {
            case .host(let host): names.hosts.insert(host.name)
            case .group(let group): if let name = group.name { names.groups.insert(name) }
            default: break
            }
            if let inner = declaration.scope { collect(inner, depth + 1, &names) }
        }
    }
}

// MARK: - Changing

extension RunTimeDeclarations {
    /// A host is made or changed.
    public mutating func set(_ host: HostDeclaration) {
        hasHadHosts = true
        hostTable.set(host.name, host)
        passingHosts.remove(host.name)
    }

    /// A host is taken away; one of the configuration has to be remembered as such.
    public mutating func removeHost(_ name: [UInt8], isConfigured: Bool) {
        hostTable.remove(name)
        passingHosts.remove(name)
        if isConfigured { deletedHostTable.set(name, name) }
    }

    /// A group is made or changed.
    public mutating func set(_ group: GroupDeclaration) {
        guard let name = group.name else { return }
        hasHadGroups = true
        groupTable.set(name, group)
    }

    /// A group is taken away; one of the configuration has to be remembered as such.
    public mutating func removeGroup(_ name: [UInt8], isConfigured: Bool) {
        groupTable.remove(name)
        if isConfigured { deletedGroupTable.set(name, name) }
    }

    /// The group of a name, if it was made at run time.
    public func group(named name: [UInt8]) -> GroupDeclaration? { groupTable[name] }

    /// A class is made.
    public mutating func set(_ one: ClassDeclaration) { classTable.set(one.name, one) }

    /// A class is taken away, with what it had.
    public mutating func removeClass(_ name: [UInt8]) {
        classTable.remove(name)
        for one in subclasses where one.className == name {
            removeSubclass(one, isConfigured: false)
        }
    }

    /// A subclass is made.
    public mutating func set(_ one: SubclassDeclaration) {
        subclassTable.set(Self.key(one.className, one.data), one)
    }

    /// A subclass is taken away; one of the configuration has to be remembered as such.
    public mutating func removeSubclass(_ one: SubclassDeclaration, isConfigured: Bool) {
        let key = Self.key(one.className, one.data)
        subclassTable.remove(key)
        if isConfigured { deletedSubclassTable.set(key, one) }
    }

    private static func key(_ className: [UInt8], _ data: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: UInt32(clamping: className.count))
        return key + className + data
    }
}

// MARK: - Into the configuration

extension RunTimeDeclarations {
    /// The configuration with these declarations at its end, and without the deleted hosts.
    public func applied(to tree: ConfigurationTree) -> ConfigurationTree {
        var tree = tree
        if !deletedHostTable.isEmpty || !deletedGroupTable.isEmpty
            || !deletedSubclassTable.isEmpty
        {
            let gone = Configured(
                hosts: Set(deletedHosts), groups: Set(deletedGroups),
                subclasses: Set(
                    deletedSubclassTable.values.map { Self.key($0.className, $0.data) }))
            Self.remove(gone, from: &tree.root, 0)
        }
        tree.root.declarations += groups.map { group in
            var group = group
            // Its hosts are among ``hosts``.
            group.scope.declarations = []
            return .group(group)
        }
        tree.root.declarations += classes.map { .classOf($0) }
        tree.root.declarations += subclasses.map { .subclass($0) }
        tree.root.declarations += hosts.map { .host($0) }
        return tree
    }

    /// A group that is gone loses its name; the hosts in it stay (ISC).
    private static func remove(_ gone: Configured, from scope: inout Scope, _ depth: Int) {
        guard depth <= depthMax else { return }
        scope.declarations.removeAll {
            switch $0 {
            case .host(let host): gone.hosts.contains(host.name)
            case .subclass(let one): gone.subclasses.contains(key(one.className, one.data))
            default: false
            }
        }
        for index in scope.declarations.indices {
            if case .subclasses(var list) = scope.declarations[index], !gone.subclasses.isEmpty {
                let name = list.className
                list.removeAll { gone.subclasses.contains(key(name, $0)) }
                scope.declarations[index] = .subclasses(list)
            }
            if case .group(var group) = scope.declarations[index], let name = group.name,
                gone.groups.contains(name)
            {
                group.name = nil
                scope.declarations[index] = .group(group)
            }
            guard var inner = scope.declarations[index].scope else { continue }
            remove(gone, from: &inner, depth + 1)
            scope.declarations[index].scope = inner
        }
    }
}

// MARK: - Into the lease file

extension RunTimeDeclarations {
    /// How many classes and subclasses the file gets: those marked as made at run time.
    public var writtenClassCount: Int {
        classes.count { !$0.flags.isEmpty } + subclasses.count { !$0.flags.isEmpty }
    }

    /// How many groups the file gets.
    public var writtenGroupCount: Int { groups.count { !$0.flags.isEmpty } }

    /// The `dynamic` groups and hosts that ISC's server cannot write, and ends itself at.
    public var functionHolders: FunctionHolders {
        var holders = configuredFunctions
        holders.insert(groups, hosts)
        return holders
    }

    /// All records, as the lease file has them.
    public func rendered(_ format: LeaseFileFormat) -> [UInt8] {
        var text: [UInt8] = []
        append(to: &text, format)
        for host in hosts where passingHosts.contains(host.name) {
            text.append(record: host, format)
        }
        return text
    }

    /// Appends all records that are to be kept.
    ///
    /// ISC forgets a change of a host of the configuration here: such a host has no `dynamic`.
    func append(to text: inout [UInt8], _ format: LeaseFileFormat) {
        for one in classes where !one.flags.isEmpty { text.append(record: one, format) }
        for one in deletedSubclassTable.values { text.append(record: one, format) }
        for one in subclasses where !one.flags.isEmpty { text.append(record: one, format) }
        for name in deletedGroups {
            text.append(text: "group ")
            text.append(contentsOf: name)
            text.append(text: " {\n  deleted;\n}\n")
        }
        for group in groups where !group.flags.isEmpty { text.append(record: group, format) }
        for name in deletedHosts {
            text.append(text: "host ")
            text.append(contentsOf: name)
            text.append(text: " {\n  deleted;\n}\n")
        }
        for host in hosts where !passingHosts.contains(host.name) {
            text.append(record: host, format)
        }
    }
}

extension Array where Element == UInt8 {
    /// Appends the record of a class; of one that is gone its name and flags.
    public mutating func append(record one: ClassDeclaration, _ format: LeaseFileFormat) {
        append(text: "class ")
        append(quoted: one.name)
        append(text: " {\n")
        append(flags: one.flags)
        append(leaseLimit: one.leaseLimit)
        if let condition = one.matchIf {
            append(text: "  match if ")
            append(expression: condition, format.options)
            append(text: ";\n")
        }
        if let data = one.submatch {
            append(text: one.isSpawning ? "  spawn with " : "  match ")
            append(expression: data, format.options)
            append(text: ";\n")
        }
        append(statements: one.scope.statements, format.options)
        append(text: "}\n\n")
    }

    /// Appends the record of a subclass.
    public mutating func append(record one: SubclassDeclaration, _ format: LeaseFileFormat) {
        append(text: "subclass ")
        append(quoted: one.className)
        append(text: " ")
        append(classData: one.data)
        append(text: " {\n")
        append(flags: one.flags)
        append(leaseLimit: one.leaseLimit)
        append(statements: one.scope.statements, format.options)
        append(text: "}\n\n")
    }

    /// Appends the record of a named group; of one that is gone its name and flags.
    public mutating func append(record group: GroupDeclaration, _ format: LeaseFileFormat) {
        append(text: "group ")
        append(contentsOf: group.name ?? [])
        append(text: " {\n")
        append(flags: group.flags)
        if !group.flags.contains(.isDeleted) {
            append(statements: group.scope.statements, format.options)
        }
        append(text: "}\n")
    }

    /// Appends the record of a host; of one that is gone its name and flags.
    public mutating func append(record host: HostDeclaration, _ format: LeaseFileFormat) {
        append(text: "host ")
        append(contentsOf: host.name)
        append(text: " {\n")
        append(flags: host.flags.subtracting(.isStatic))
        if !host.flags.contains(.isDeleted) { append(contentsOf: host, format) }
        append(text: "}\n")
    }

    private mutating func append(contentsOf host: HostDeclaration, _ format: LeaseFileFormat) {
        if let hardware = host.hardware {
            append(text: "  hardware ")
            append(hardwareType: hardware.type)
            if hardware.length > 0 { append(UInt8(ascii: " ")) }
            append(hardware)
            append(text: ";\n")
        }
        if case .constant(let uid)? = host.identifier, !uid.isEmpty {
            append(text: "  uid ")
            if uid.isWritableAsIs { append(quoted: uid) } else { append(colonHex: uid) }
            append(text: ";\n")
        }
        append(addresses: host.fixedAddresses)
        if let group = host.group {
            append(text: "  group ")
            append(quoted: group)
            append(text: ";\n")
        }
        append(statements: host.scope.statements, format.options)
    }
}

extension Array where Element == UInt8 {
    /// `static` has no effect, but is kept.
    fileprivate mutating func append(flags: DeclarationFlags) {
        if flags.contains(.isDynamic) { append(text: "  dynamic;\n") }
        if flags.contains(.isStatic) { append(text: "  static;\n") }
        if flags.contains(.isDeleted) { append(text: "  deleted;\n") }
    }

    fileprivate mutating func append(leaseLimit: Int32?) {
        guard let leaseLimit, leaseLimit > 0 else { return }
        append(text: "  lease limit ")
        append(decimal: Int(leaseLimit))
        append(text: ";\n")
    }

    fileprivate mutating func append(addresses: [Expression]) {
        var isFirst = true
        for address in addresses {
            append(text: isFirst ? "  fixed-address " : ",")
            isFirst = false
            switch address {
            case .constant(let octets) where octets.count == 4:
                append(
                    IPv4Address(octets[0], octets[1], octets[2], octets[3]))
            case .constant(let octets) where octets.count == 16:
                append(string: IPv6Bytes(octets: octets).description)
            case .hostLookup(let name, _): append(contentsOf: name)
            default: break
            }
        }
        if !isFirst { append(text: ";\n") }
    }

    fileprivate mutating func append(expression: Expression, _ options: OptionTable) {
        var printer = StatementText(options)
        printer.write(expression)
        append(contentsOf: printer.text)
    }

    /// Statements of a record, each on a line of its own, indented by eight.
    fileprivate mutating func append(statements: [Statement], _ options: OptionTable) {
        guard !statements.isEmpty else { return }
        var printer = StatementText(options)
        printer.write(statements, indent: 8)
        append(contentsOf: printer.text.dropFirst())
        append(UInt8(ascii: "\n"))
    }
}
