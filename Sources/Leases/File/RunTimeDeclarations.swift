public import ConfParser
import Wire

/// What was declared while the server ran, by OMAPI: hosts, groups and classes of the lease file.
///
/// They are part of the configuration from the next start on, and every rewrite of the lease file
/// keeps
/// them (leases.md §1.3).
public struct RunTimeDeclarations: Sendable {
    /// In the order in which they were made.
    public private(set) var hosts: [HostDeclaration] = []
    /// Hosts of the configuration that were taken away.
    public private(set) var deletedHosts: [[UInt8]] = []
    public private(set) var groups: [GroupDeclaration] = []
    public private(set) var classes: [ClassDeclaration] = []
    public private(set) var subclasses: [SubclassDeclaration] = []

    /// Nothing declared.
    public init() {}

    /// What a lease file says, on top of a configuration.
    public init(_ contents: LeaseFileContents, over tree: ConfigurationTree) {
        classes = contents.classes.filter { !$0.flags.contains(.isDeleted) }
        subclasses = contents.subclasses
        for group in contents.groups { add(group) }
        guard !contents.hosts.isEmpty || groups.contains(where: { !$0.scope.declarations.isEmpty })
        else { return }
        var configured: Set<[UInt8]> = []
        Self.collectHosts(tree.root, 0, &configured)
        for group in groups {
            for case .host(let host) in group.scope.declarations { add(host, configured) }
        }
        for host in contents.hosts { add(host, configured) }
    }

    /// True if the lease file tells of leases alone.
    public var isEmpty: Bool {
        hosts.isEmpty && deletedHosts.isEmpty && groups.isEmpty && classes.isEmpty
            && subclasses.isEmpty
    }

    private mutating func add(_ group: GroupDeclaration) {
        groups.removeAll { $0.name != nil && $0.name == group.name }
        if !group.flags.contains(.isDeleted) { groups.append(group) }
    }

    private mutating func add(_ host: HostDeclaration, _ configured: Set<[UInt8]>) {
        hosts.removeAll { $0.name == host.name }
        guard host.flags.contains(.isDeleted) else {
            hosts.append(host)
            return
        }
        if configured.contains(host.name), !deletedHosts.contains(host.name) {
            deletedHosts.append(host.name)
        }
    }

    private static let depthMax = 1000

    private static func collectHosts(
        _ scope: Scope, _ depth: Int, _ names: inout Set<[UInt8]>
    ) {
        guard depth <= depthMax else { return }
        for declaration in scope.declarations {
            if case .host(let host) = declaration { names.insert(host.name) }
            if let inner = declaration.scope { collectHosts(inner, depth + 1, &names) }
        }
    }
}

// MARK: - Into the configuration

extension RunTimeDeclarations {
    /// The configuration with these declarations at its end, and without the deleted hosts.
    public func applied(to tree: ConfigurationTree) -> ConfigurationTree {
        var tree = tree
        if !deletedHosts.isEmpty {
            Self.remove(Set(deletedHosts), from: &tree.root, 0)
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

    private static func remove(_ names: Set<[UInt8]>, from scope: inout Scope, _ depth: Int) {
        guard depth <= depthMax else { return }
        scope.declarations.removeAll {
            if case .host(let host) = $0 { names.contains(host.name) } else { false }
        }
        for index in scope.declarations.indices {
            guard var inner = scope.declarations[index].scope else { continue }
            remove(names, from: &inner, depth + 1)
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

    /// All records that are to be kept, as the lease file has them.
    public func rendered(_ format: LeaseFileFormat) -> [UInt8] {
        var text: [UInt8] = []
        append(to: &text, format)
        return text
    }

    /// Appends all records that are to be kept.
    func append(to text: inout [UInt8], _ format: LeaseFileFormat) {
        for one in classes where !one.flags.isEmpty { append(one, to: &text, format) }
        for one in subclasses where !one.flags.isEmpty { append(one, to: &text, format) }
        for group in groups where !group.flags.isEmpty { append(group, to: &text, format) }
        for name in deletedHosts {
            text.append(text: "host ")
            text.append(contentsOf: name)
            text.append(text: " {\n  deleted;\n}\n")
        }
        for host in hosts where host.flags.contains(.isDynamic) {
            append(host, to: &text, format)
        }
    }

    private func append(
        _ one: ClassDeclaration, to text: inout [UInt8], _ format: LeaseFileFormat
    ) {
        text.append(text: "class ")
        text.append(quoted: one.name)
        text.append(text: " {\n")
        text.append(flags: one.flags)
        text.append(leaseLimit: one.leaseLimit)
        if let condition = one.matchIf {
            text.append(text: "  match if ")
            text.append(expression: condition, format.options)
            text.append(text: ";\n")
        }
        if let data = one.submatch {
            text.append(text: one.isSpawning ? "  spawn with " : "  match ")
            text.append(expression: data, format.options)
            text.append(text: ";\n")
        }
        text.append(statements: one.scope.statements, format.options)
        text.append(text: "}\n\n")
    }

    private func append(
        _ one: SubclassDeclaration, to text: inout [UInt8], _ format: LeaseFileFormat
    ) {
        text.append(text: "subclass ")
        text.append(quoted: one.className)
        text.append(text: " ")
        text.append(classData: one.data)
        text.append(text: " {\n")
        text.append(flags: one.flags)
        text.append(leaseLimit: one.leaseLimit)
        text.append(statements: one.scope.statements, format.options)
        text.append(text: "}\n\n")
    }

    private func append(
        _ group: GroupDeclaration, to text: inout [UInt8], _ format: LeaseFileFormat
    ) {
        text.append(text: "group ")
        text.append(contentsOf: group.name ?? [])
        text.append(text: " {\n")
        text.append(flags: group.flags)
        text.append(statements: group.scope.statements, format.options)
        text.append(text: "}\n")
    }

    private func append(
        _ host: HostDeclaration, to text: inout [UInt8], _ format: LeaseFileFormat
    ) {
        text.append(text: "host ")
        text.append(contentsOf: host.name)
        text.append(text: " {\n  dynamic;\n")
        if let hardware = host.hardware {
            text.append(text: "  hardware ")
            text.append(hardwareType: hardware.type)
            if hardware.length > 0 { text.append(UInt8(ascii: " ")) }
            text.append(hardware)
            text.append(text: ";\n")
        }
        if case .constant(let uid)? = host.identifier {
            text.append(text: "  uid ")
            if uid.allSatisfy(\.isPrintable), !uid.isEmpty {
                text.append(quoted: uid)
            } else {
                text.append(colonHex: uid)
            }
            text.append(text: ";\n")
        }
        text.append(addresses: host.fixedAddresses)
        if let group = host.group {
            text.append(text: "  group ")
            text.append(quoted: group)
            text.append(text: ";\n")
        }
        text.append(statements: host.scope.statements, format.options)
        text.append(text: "}\n")
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
            append(text: isFirst ? "  fixed-address " : ", ")
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
