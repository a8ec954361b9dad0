public import ConfParser
public import Failover
public import Leases
public import Wire

/// Everything that an operator can have done, whichever protocol he speaks: as a value, so that it
/// can be recorded, replayed and simulated like a packet.
public enum OperatorCommand: Hashable, Sendable {
    /// Declares a host of a new name.
    case addHost(HostDeclaration)
    /// Declares a host of this name anew; its name stays.
    case changeHost(HostDeclaration)
    case removeHost([UInt8])
    /// Declares a named group.
    case addGroup(GroupDeclaration)
    case removeGroup([UInt8])
    /// Declares a class that packets are in by `match hardware`, if at all by itself.
    case addClass(ClassDeclaration, group: [UInt8]?)
    case removeClass([UInt8])
    case addSubclass(SubclassDeclaration, group: [UInt8]?)
    case removeSubclass(class: [UInt8], data: [UInt8])
    case changeLease(IPv4Address, LeaseChange)
    /// Puts a failover relationship into a state.
    case setFailoverState(RelationshipID, FailoverState)
    /// Ends the process in order.
    case shutDown
}

/// What can be changed of a lease.
public enum LeaseChange: Hashable, Sendable {
    case state(BindingState)
    /// ISC: the lease takes its next state, whatever the new end is.
    case end(Timestamp)
    case flags(LeaseFlags)
    /// Sets a variable of the lease.
    case variable(LeaseVariable)
}

/// Why a command was not carried out. Nothing is changed then.
public enum OperatorRefusal: Error, Hashable, Sendable {
    /// There is one of that name.
    case exists
    case notFound
    /// Another one has the same key.
    case conflict
    /// What was asked makes no sense.
    case invalid
    /// It has that value already.
    case unchanged
    /// It cannot become that.
    case failed
    /// It has to stay as it is.
    case forbidden
    /// Its record could not be read again.
    case notWritable
}
