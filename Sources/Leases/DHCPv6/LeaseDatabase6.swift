public import ConfParser
import Wire

/// What a DHCPv6 lease file says: identity associations with their active and abandoned bindings.
public struct LeaseDatabase6: Sendable {
    /// Everything else in the file, and what is to be said about it.
    public private(set) var contents = LeaseFileContents()
    private var associations: [Kept] = []
    private var indices: [Key: Int] = [:]
    /// Which association has an address or prefix.
    private var holders: [Holding: Key] = [:]
    private let pools: AddressPools6
    private var isForeignOrder = false

    private struct Key: Hashable {
        var kind: IdentityAssociationRecord.Kind
        var bytes: [UInt8]
    }

    private struct Holding: Hashable {
        var kind: IdentityAssociationRecord.Kind
        var address: IPv6Bytes
        var length: UInt8
    }

    /// Without bindings when it was replaced by a later record.
    private struct Kept {
        var key: Key
        var cltt: Timestamp
        var bindings: [IdentityAssociationRecord.Binding]
    }

    /// Nothing read yet.
    public init(pools: AddressPools6) { self.pools = pools }

    /// Reads a whole file.
    public mutating func load(_ reader: inout LeaseFileReader) {
        while let item = reader.next() {
            switch item {
            case .message(let message): contents.messages.append(message)
            case .host(let host): contents.hosts.append(host)
            case .group(let group): contents.groups.append(group)
            case .classOf(let one): contents.classes.append(one)
            case .subclass(let one): contents.subclasses.append(one)
            case .serverDUID(let duid): contents.serverDUID = duid
            case .byteOrder(let isLittleEndian): isForeignOrder = !isLittleEndian
            case .failoverState: break
            case .lease(let lease):
                say(.leaseWithoutSubnet, "lease \(lease.address): no subnet.")
            case .binding(let kind, let key, let binding):
                check(Key(kind: kind, bytes: ordered(key)), binding, &reader)
            case .identityAssociation(let record): keep(record)
            }
        }
    }

    private mutating func say(_ id: NoticeID, _ line: String) {
        contents.messages.append(.notice(Notice(id, Array(line.utf8))))
    }

    private mutating func check(
        _ key: Key, _ binding: IdentityAssociationRecord.Binding,
        _ reader: inout LeaseFileReader
    ) {
        let kind = key.kind
        guard pools.contains(binding, kind) else {
            switch kind {
            case .na:
                say(.leaseWithoutPool, "No pool found for IA_NA address \(binding.address)")
            case .ta:
                say(.leaseWithoutPool, "No pool found for IA_TA address \(binding.address)")
            case .pd:
                say(
                    .leaseWithoutPool,
                    "No pool found for prefix \(binding.address)/\(binding.length)")
            }
            return
        }
        let holding = Holding(kind: kind, address: binding.address, length: binding.length)
        // Its own former record does not count.
        if binding.isKept, let holder = holders[holding], holder != key {
            reader.reportDuplicate(kind, binding)
        }
    }

    /// The last record of an association replaces all before.
    private mutating func keep(_ record: IdentityAssociationRecord) {
        let key = Key(kind: record.kind, bytes: ordered(record.key))
        let bindings = record.bindings.filter { $0.isKept && pools.contains($0, record.kind) }
        if let old = indices[key] { release(old) }
        for binding in bindings {
            let holding = Holding(
                kind: record.kind, address: binding.address, length: binding.length)
            if let holder = holders[holding], let index = indices[holder] {
                associations[index].bindings.removeAll {
                    $0.address == binding.address && $0.length == binding.length
                }
            }
            holders[holding] = key
        }
        indices[key] = associations.count
        associations.append(Kept(key: key, cltt: record.cltt, bindings: bindings))
    }

    private mutating func release(_ index: Int) {
        let old = associations[index]
        for binding in old.bindings {
            holders[
                Holding(kind: old.key.kind, address: binding.address, length: binding.length)] = nil
        }
        associations[index].bindings = []
    }

    /// The key with its IAID in the byte order that is written.
    private func ordered(_ key: [UInt8]) -> [UInt8] {
        isForeignOrder ? key.prefix(4).reversed() + key.dropFirst(4) : key
    }
}

// MARK: - Writing

extension LeaseDatabase6 {
    /// How many associations of a kind are written.
    public func count(_ kind: IdentityAssociationRecord.Kind) -> Int {
        associations.count { $0.key.kind == kind && !$0.bindings.isEmpty }
    }

    /// The whole file as it is written at the start.
    public func render(
        _ declarations: RunTimeDeclarations, _ format: LeaseFileFormat
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.appendLeaseFileHeader()
        declarations.append(to: &text, format)
        if let duid = contents.serverDUID {
            text.append(text: "server-duid ")
            text.append(leaseID: duid, format.idFormat)
            text.append(text: ";\n\n")
        }
        for kind in [IdentityAssociationRecord.Kind.na, .ta, .pd] {
            for one in associations where one.key.kind == kind && !one.bindings.isEmpty {
                append(one, to: &text, format)
            }
        }
        return text
    }

    private func append(_ one: Kept, to text: inout [UInt8], _ format: LeaseFileFormat) {
        switch one.key.kind {
        case .na: text.append(text: "ia-na ")
        case .ta: text.append(text: "ia-ta ")
        case .pd: text.append(text: "ia-pd ")
        }
        text.append(leaseID: one.key.bytes, format.idFormat)
        text.append(text: " {\n")
        if one.cltt.isSet { text.append(leaseTime: "cltt", one.cltt, format.timeFormat) }
        for binding in one.bindings {
            text.append(text: one.key.kind == .pd ? "  iaprefix " : "  iaaddr ")
            text.append(string: binding.address.description)
            if one.key.kind == .pd {
                text.append(UInt8(ascii: "/"))
                text.append(decimal: UInt64(binding.length))
            }
            text.append(text: " {\n")
            append(binding, to: &text, format)
            text.append(text: "  }\n")
        }
        text.append(text: "}\n\n")
    }

    private func append(
        _ binding: IdentityAssociationRecord.Binding, to text: inout [UInt8],
        _ format: LeaseFileFormat
    ) {
        text.append(text: "    binding state ")
        text.append(text: BindingState(rawValue: binding.state)?.name ?? "free")
        text.append(text: ";\n    preferred-life ")
        text.append(decimal: UInt64(binding.preferredLife))
        text.append(text: ";\n    max-life ")
        text.append(decimal: UInt64(binding.maxLife))
        text.append(text: ";\n  ")
        text.append(leaseTime: "ends", binding.ends, format.timeFormat)
        for variable in binding.variables.reversed() {
            text.append(text: "  ")
            text.append(
                variable:
                    LeaseVariable(
                        name: variable.name, value: LeaseVariable.Value(variable.value)))
        }
        for body in binding.bodies {
            var printer = StatementText(format.options)
            printer.write(on: body, indent: 4)
            text.append(contentsOf: printer.text.dropFirst())
            text.append(UInt8(ascii: "\n"))
        }
    }
}

extension IdentityAssociationRecord.Binding {
    /// Bindings in other states are forgotten.
    fileprivate var isKept: Bool {
        state == BindingState.active.rawValue || state == BindingState.abandoned.rawValue
    }
}
