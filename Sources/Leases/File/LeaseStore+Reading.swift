public import ConfParser
public import Wire

// From the records of a lease file to rows (leases.md §3, failover.md §3.6).

/// What a lease file holds beside leases, and what is to be said about it.
public struct LeaseFileContents: Sendable {
    /// In the order in which ISC logs them.
    public var messages: [ParseMessage] = []
    /// The last one of each peer counts.
    public var failoverStates: [FailoverStateRecord] = []
    public var hosts: [HostDeclaration] = []
    public var groups: [GroupDeclaration] = []
    public var classes: [ClassDeclaration] = []
    public var subclasses: [SubclassDeclaration] = []
    /// The last `server-duid`.
    public var serverDUID: [UInt8]?

    /// Nothing read yet.
    public init() {}
}

extension LeaseStore {
    /// Reads a whole lease file into rows that are not yet enlisted.
    ///
    /// ``enlist()`` and ``settle(now:isExpiryHeld:willEnd:)`` are to follow.
    public mutating func load(
        _ reader: inout LeaseFileReader, now: Timestamp
    ) -> LeaseFileContents {
        var contents = LeaseFileContents()
        var emptyUIDs: Set<IPv4Address> = []
        var bogus: Set<IPv4Address> = []
        while let item = reader.next() {
            switch item {
            case .lease(let record):
                if !bogus.isEmpty { bogus.remove(record.address) }
                if lease(at: record.address) != nil, record.hasBogusState {
                    bogus.insert(record.address)
                } else if !apply(record, now: now) {
                    var line: [UInt8] = []
                    line.append(noSubnetFor: record.address)
                    contents.messages.append(.notice(Notice(.leaseWithoutSubnet, line)))
                } else if record.fields.contains(.uid), record.uid.isEmpty {
                    emptyUIDs.insert(record.address)
                } else if !emptyUIDs.isEmpty {
                    emptyUIDs.remove(record.address)
                }
            case .failoverState(let record): contents.failoverStates.append(record)
            case .host(let host): contents.hosts.append(host)
            case .group(let group): contents.groups.append(group)
            case .classOf(let declaration): contents.classes.append(declaration)
            case .subclass(let declaration): contents.subclasses.append(declaration)
            case .serverDUID(let duid): contents.serverDUID = duid
            case .message(let message): contents.messages.append(message)
            case .binding, .identityAssociation, .byteOrder: break
            }
        }
        // ISC: the table of client identifiers takes one without bytes for a mistake.
        for _ in emptyUIDs {
            contents.messages.append(.log(Array("Unexpected hash function at hash.c:46.".utf8)))
        }
        // ISC says this when it sorts what was read into the lists of the pools.
        for _ in bogus {
            contents.messages.append(.log(Array("Lease with bogus binding state: 0".utf8)))
        }
        return contents
    }

    /// Makes a lease what a record says, whatever an earlier record said. False when the address is
    /// in no pool.
    ///
    /// ISC: without `tstp` it is `ends`; without states see ``states(of:now:)``.
    @discardableResult
    public mutating func apply(_ record: LeaseRecord, now: Timestamp) -> Bool {
        guard let id = lease(at: record.address) else { return false }
        let states = Self.states(of: record, now: now)
        modify(id) {
            $0.starts = record.starts
            $0.ends = record.ends
            $0.tstp = record.fields.contains(.tstp) ? record.tstp : record.ends
            $0.tsfp = record.tsfp
            $0.atsfp = record.atsfp
            $0.cltt = record.cltt
            $0.bindingState = states.binding
            $0.nextBindingState = states.next
            $0.rewindBindingState = states.rewind
            $0.desiredBindingState = states.binding
            $0.flags = LeaseFlags(rawValue: record.flags).intersection([.reserved, .bootp])
        }
        setClient(id, uid: record.uid.span, hardware: record.hardware)
        if record.rare != nil || rows[id.row].detailsHandle != 0 {
            setDetails(id, Self.details(of: record.rare))
        }
        return true
    }

    /// ISC: without a state the lease is active if its end is to come, else free. A missing next or
    /// rewind state is the state itself.
    private static func states(
        of record: LeaseRecord, now: Timestamp
    ) -> (binding: BindingState, next: BindingState, rewind: BindingState) {
        var binding = BindingState(rawValue: record.bindingState)
        var next = BindingState(rawValue: record.nextBindingState)
        if binding == nil, record.ends > now {
            binding = .active
            next = next ?? .free
        }
        let state = binding ?? .free
        return (state, next ?? state, BindingState(rawValue: record.rewindBindingState) ?? state)
    }

    private static func details(of rare: LeaseRecord.Rare?) -> LeaseDetails {
        var details = LeaseDetails()
        guard let rare else { return details }
        details.hostname = rare.hostname
        details.agentOptions = rare.agentOptions
        // The file has the newest first, and reading puts each one in front (ISC).
        details.variables = rare.variables.reversed().map {
            LeaseVariable(name: $0.name, value: LeaseVariable.Value($0.value))
        }
        details.bodies = rare.bodies
        details.billing = rare.billing.map {
            LeaseBilling(className: $0.className, subclassData: $0.subclassData)
        }
        return details
    }
}

extension LeaseVariable.Value {
    init(_ value: LeaseRecord.Variable.Value) {
        switch value {
        case .data(let bytes): self = .data(bytes)
        case .number(let number): self = .number(number)
        case .boolean(let isTrue): self = .boolean(isTrue)
        }
    }
}

extension LeaseRecord {
    /// `binding` with anything but a state after it; ISC drops such a lease.
    fileprivate var hasBogusState: Bool { fields.contains(.bindingState) && bindingState == 0 }
}

extension Array where Element == UInt8 {
    /// What is said of a lease whose address is in no range.
    public mutating func append(noSubnetFor address: IPv4Address) {
        append(text: "lease ")
        append(address)
        append(text: ": no subnet.")
    }
}
