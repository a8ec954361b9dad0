public import Wire

// The rules of binding states without failover (server-v4.md §10.1). Pools with a relationship are
// moved by module Failover, which uses the same building blocks.

/// What an ACK or a BOOTP reply gives to a client.
public struct LeaseBinding: Sendable {
    public var starts: Timestamp
    public var ends: Timestamp
    public var uid: [UInt8]
    public var hardware: HardwareAddress
    public var isBOOTP: Bool

    /// A binding that begins at `starts`, which is also the client's last contact.
    public init(
        starts: Timestamp, ends: Timestamp, uid: [UInt8], hardware: HardwareAddress,
        isBOOTP: Bool = false
    ) {
        self.starts = starts
        self.ends = ends
        self.uid = uid
        self.hardware = hardware
        self.isBOOTP = isBOOTP
    }
}

extension LeaseStore {
    /// Holds a lease that is on offer until `end`, so that nobody else is offered it. No record is
    /// written for that, and the state stays.
    public mutating func hold(_ id: LeaseID, until end: Timestamp) {
        modify(id) { $0.ends = end }
    }

    /// ACK: the lease becomes active, whoever held it. The rewind state stays as it is (ISC); the
    /// next state is `free`, with failover `expired`. `tstp` is cleared: with failover the caller
    /// sets it (failover.md §6.5).
    public mutating func bind(_ id: LeaseID, _ binding: LeaseBinding) {
        // Before the rest changes: its place in the chains follows from what it was (ISC).
        setClient(id, uid: binding.uid.span, hardware: binding.hardware)
        let hasRelationship = relationship(rows[id.row].pool) != nil
        modify(id) {
            $0.starts = binding.starts
            $0.ends = binding.ends
            $0.cltt = binding.starts
            $0.tstp = .none
            $0.atsfp = .none
            $0.bindingState = .active
            $0.desiredBindingState = .active
            $0.nextBindingState = hasRelationship ? .expired : .free
            // ISC: the mark stays when the client turns to DHCP.
            if binding.isBOOTP { $0.flags.insert(.bootp) }
        }
    }

    /// RELEASE without failover: free at once. The client is remembered, its variables are not.
    public mutating func release(_ id: LeaseID, at now: Timestamp) {
        let wasActive = rows[id.row].bindingState == .active
        modify(id) {
            $0.ends = now
            Self.moveOn(&$0, to: .free)
        }
        if wasActive { return endBinding(id, keepsVariables: false) }
        // ISC: what was offered of an abandoned address is forgotten in part only.
        rows[id.row].tstp = now
        modifyDetails(id) { $0.variables = [] }
    }

    /// An operator ends the binding, or lets an abandoned address be used again.
    public mutating func free(_ id: LeaseID) {
        modify(id) { Self.moveOn(&$0, to: .free) }
        endBinding(id)
    }

    /// DECLINE, or somebody answered a ping: nobody gets the address until `end`, and its client is
    /// forgotten.
    public mutating func abandon(_ id: LeaseID, until end: Timestamp) {
        let wasActive = rows[id.row].bindingState == .active
        let offered = wasActive ? LeaseDetails() : details(id)
        setClient(id, uid: [], hardware: .none)
        modify(id) {
            $0.ends = end
            $0.bindingState = .abandoned
            $0.desiredBindingState = .abandoned
            $0.nextBindingState = .free
        }
        // ISC: `tstp` follows only when a binding ends here.
        let tstp = wasActive ? end : rows[id.row].tstp
        endBinding(id, keepsVariables: false)
        rows[id.row].tstp = tstp
        guard !offered.hostname.isEmpty || !offered.bodies.isEmpty else { return }
        modifyDetails(id) {
            $0.hostname = offered.hostname
            $0.bodies = offered.bodies
        }
    }

    /// The end of a lease's time without failover; from ``nextDue(at:)``. True when that was the
    /// end of a binding: its `on expiry` must have run before this call.
    ///
    /// ISC: an active lease becomes free also when the record named `expired`, `released` or
    /// `abandoned` as the next state; what was not active keeps its data.
    @discardableResult
    public mutating func moveOn(_ id: LeaseID) -> Bool {
        let next = rows[id.row].nextBindingState
        let wasBound = isBound(id)
        modify(id) { Self.moveOn(&$0, to: next == .backup ? .backup : .free) }
        if wasBound { endBinding(id) }
        return wasBound
    }

    /// True when the next ``moveOn(_:)`` ends a binding, so that `on expiry` is to be run.
    public func isBound(_ id: LeaseID) -> Bool {
        rows[id.row].bindingState == .active || rows[id.row].nextBindingState == .active
    }

    static func moveOn(_ row: inout LeaseRow, to state: BindingState) {
        row.bindingState = state
        row.nextBindingState = state
        row.desiredBindingState = state
    }

    /// What the end of a binding takes with it (failover.md §6.4): class billing, agent options,
    /// host name and `on` bodies; `tstp` becomes `ends`. Variables stay, unless the client gave the
    /// lease back.
    public mutating func endBinding(_ id: LeaseID, keepsVariables: Bool = true) {
        rows[id.row].tstp = rows[id.row].ends
        guard let layout = layout(id) else { return }
        var rest = LeaseDetails()
        if keepsVariables { rest.variables = extras[layout.extras].variables }
        setDetails(id, rest)
    }
}
