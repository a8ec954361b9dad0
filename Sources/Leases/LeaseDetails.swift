public import ConfParser

/// What only some leases have; kept beside the flat rows and dropped when the binding ends.
public struct LeaseDetails: Sendable {
    /// `client-hostname`: option 12 of the client as received.
    public var hostname: [UInt8] = []
    /// Contents of option 82 as received (sub-options with code and length); empty if none.
    public var agentOptions: [UInt8] = []
    /// `set NAME = VALUE;` newest first, as the lease file writes them.
    public var variables: [LeaseVariable] = []

    /// The class whose lease limit this lease counts for.
    public var billing: LeaseBilling?
    /// Bodies of `on` that wait for the end of the binding.
    public var bodies: [LeaseRecord.EventBody] = []

    /// Nothing known.
    public init() {}

    /// True when the lease file would show none of it.
    public var isEmpty: Bool {
        hostname.isEmpty && agentOptions.isEmpty && !hasExtras
    }

    /// True when there is more than a host name and agent options.
    var hasExtras: Bool {
        !variables.isEmpty || billing != nil || !bodies.isEmpty
    }
}

/// `billing class` or `billing subclass`.
public struct LeaseBilling: Hashable, Sendable {
    public var className: [UInt8]
    /// The data of the subclass; `nil` for a class of its own.
    public var subclassData: [UInt8]?

    /// The class or subclass as the lease file names it.
    public init(className: [UInt8], subclassData: [UInt8]? = nil) {
        self.className = className
        self.subclassData = subclassData
    }
}

/// A variable that statements attached to a lease.
public struct LeaseVariable: Hashable, Sendable {
    /// Value kinds that the lease file can hold (leases.md §1.1).
    public enum Value: Hashable, Sendable {
        case data([UInt8])
        case number(UInt32)
        case boolean(Bool)
        /// A name whose value is null: it keeps its place among the others, and is not written.
        case unset
    }

    /// As in `set NAME = VALUE;`.
    public var name: [UInt8]
    public var value: Value

    /// The variable as read or as set.
    public init(name: [UInt8], value: Value) {
        self.name = name
        self.value = value
    }
}
