public import ConfParser
public import Leases
public import Wire

/// A configuration made ready for answering: flat arrays that refer to each other by number.
///
/// Packets never change it, operators can: hosts, groups and classes come and go by OMAPI. What
/// packets change (leases, spawned subclasses, variables) lives elsewhere.
public struct Configuration: Sendable {
    /// Statements and expressions of all scopes.
    public internal(set) var program = Program()
    /// Indexed by ``ScopeID``; parents come before their children.
    public internal(set) var scopes: [ScopeRow] = []
    /// Indexed by ``NetworkID``.
    public internal(set) var networks: [NetworkRow] = []
    /// Indexed by ``SubnetID``.
    public internal(set) var subnets: [SubnetRow] = []
    /// Indexed by ``PoolID``.
    public internal(set) var pools: [PoolRow] = []
    /// Indexed by ``HostID``.
    public internal(set) var hosts: [HostRow] = []
    /// Indexed by ``ClassID``: classes and declared subclasses.
    public internal(set) var classes: [ClassRow] = []
    /// The classes that every packet is tried against, in order.
    public internal(set) var classOrder: [ClassID] = []
    /// True when some class or subclass has a lease limit.
    public internal(set) var hasBillingClasses = false
    /// Indexed by ``RelationshipID``.
    public internal(set) var relationships: [FailoverPeerDeclaration] = []
    /// `failover peer NAME state { }` of the configuration file.
    public internal(set) var failoverStates: [FailoverStateRecord] = []
    public internal(set) var keys: [KeyDeclaration] = []
    public internal(set) var zones: [ZoneDeclaration] = []
    public internal(set) var options: OptionTable
    public internal(set) var serverDUID: ServerDUID?
    /// `lease-id-format hex`
    public internal(set) var writesIdentifiersInHex = false
    /// `db-time-format local`
    public internal(set) var writesLocalTime = false
    /// Scopes of named groups.
    public internal(set) var namedGroups: [[UInt8]: NamedGroup] = [:]
    /// Number of named groups, for the line `Wrote %d group decls to leases file.`
    public var namedGroupCount: Int { namedGroups.count }
    /// `omapi-port` is given: what operators may ask for is kept beside the compiled form.
    public internal(set) var isOpenToOperators = false
    /// Of the hosts that have any, when ``isOpenToOperators``.
    var hostExtras: [UInt32: HostExtras] = [:]
    /// Rows of hosts that were taken away, to be used again.
    var freeHosts: [UInt32] = []
    /// Rows of classes that were taken away, to be used again.
    var freeClasses: [UInt32] = []

    /// DHCPv6: the ranges of each pool that is too large for its addresses to be counted.
    public internal(set) var uncountedRanges: [[UInt8]] = []

    /// Addresses of host names that stand in the configuration, as far as they were looked up.
    public internal(set) var names = NameTable()

    var subnetIndex = SubnetIndex()
    var hostIndex = HostIndex()
    var subclassIndex = SubclassIndex()
    var classesByName: [[UInt8]: ClassID] = [:]
    var fixedAddresses: [FixedAddress] = []
    /// The entries of hosts that have names among them, as they were declared.
    var namedHosts: [UInt32: [FixedAddress]] = [:]
    /// Names and identifiers of hosts.
    var hostTexts: [UInt8] = []
    /// Scopes of hosts made at run time.
    var runTimeScopes: [RunTimeScope: ScopeID] = [:]
    /// Bytes of ``hostTexts`` that no host needs any more.
    var lostHostText = 0
    var templates = TemplateTable()

    init(options: OptionTable) { self.options = options }
}

/// One scope: statements, and the scope around it.
public struct ScopeRow: Sendable {
    /// The enclosing scope; `nil` for the outermost.
    public var parent: ScopeID?
    public var statements: BlockID
    public var isAuthoritative: Bool
    /// True when every statement does nothing but set an option or parameter.
    public var onlySetsOptions: Bool
}

/// `shared-network`, or the implicit one of a lone subnet.
public struct NetworkRow: Sendable {
    /// As in log lines; `ADDRESS/LENGTH` for an implicit one.
    public var name: [UInt8]
    /// `interface NAME;`
    public var interface: [UInt8]?
    public var scope: ScopeID
    public var isImplicit: Bool
    /// In the order in which addresses are sought.
    public var pools: [PoolID] = []
    public var subnets: [SubnetID] = []
}

/// `subnet`
public struct SubnetRow: Sendable {
    public var address: IPv4Address
    public var netmask: IPv4Address
    public var network: NetworkID
    /// The scope of the network itself when the network is implicit.
    public var scope: ScopeID
    /// `interface NAME;`
    public var interface: [UInt8]?

    /// True when the address is inside.
    @inlinable
    public func contains(_ candidate: IPv4Address) -> Bool {
        candidate.rawValue & netmask.rawValue == address.rawValue
    }
}

/// A pool of addresses, declared or implied by a `range` outside of any pool.
public struct PoolRow: Sendable {
    public var network: NetworkID
    public var scope: ScopeID
    /// Sorted, neighbouring ranges not joined.
    public var ranges: [AddressRange] = []
    /// Empty: everybody who is not prohibited.
    public var permits: [Permit] = []
    public var prohibits: [Permit] = []
    public var relationship: RelationshipID?
    /// `allow after`
    public var validFrom: Timestamp?
    /// `deny after`: leases end by then.
    public var validUntil: Timestamp?
}

/// One entry of a pool's lists of permits or prohibits.
public enum Permit: Hashable, Sendable {
    case unknown
    case known
    case authenticated
    case unauthenticated
    case all
    case dynamicBootp
    /// The class itself and its subclasses.
    case members(of: ClassID)
    case after(Timestamp)
}

/// `host`. There may be half a million of them: everything of variable size is in an arena.
public struct HostRow: Sendable {
    /// In ``Configuration/hostTexts``.
    public var name: ByteRange
    /// Client identifier, in ``Configuration/hostTexts``; empty if none.
    public var identifier: ByteRange
    public var hardware: HardwareAddress
    public var scope: ScopeID
    /// Where its fixed addresses are in the table of all.
    var firstFixedAddress: UInt32 = 0
    public internal(set) var fixedAddressCount: UInt16 = 0
    /// Made by an operator, or taken away by one: then nothing leads to it any more.
    public internal(set) var flags: DeclarationFlags = []
    /// Next host of the chain by hardware or identifier (ISC has one chain for both).
    public internal(set) var next: HostID?
}

/// Statements of hosts that operators made, and what lies around them.
struct RunTimeScope: Hashable, Sendable {
    var parent: ScopeID
    var statements: [Statement]
}

/// What a host has beside its row, as declared: for records of the lease file.
struct HostExtras: Sendable {
    var group: [UInt8]?
    var statements: [Statement] = []
    var identifierOption: HostIdentifier?

    var isEmpty: Bool { group == nil && statements.isEmpty && identifierOption == nil }
}

/// `group NAME`
public struct NamedGroup: Sendable {
    public var scope: ScopeID
    /// Made by an operator.
    public var isDynamic: Bool
    /// It has statements, so that none can be set (ISC).
    public var hasStatements: Bool
}

/// `fixed-address`: an address, or a name that is looked up.
public enum FixedAddress: Hashable, Sendable {
    case address(IPv4Address)
    case name(ByteRange)

    var isName: Bool { if case .name = self { true } else { false } }
}

/// `class` and `subclass`
public struct ClassRow: Sendable {
    /// The class that a subclass belongs to.
    public var parent: ClassID?
    /// Name of a class, data of a subclass, in ``Program/bytes``.
    public var text: ByteRange
    public var scope: ScopeID
    /// `match if`
    public var matchIf: ExpressionID?
    /// `match` or `spawn with`
    public var submatch: ExpressionID?
    public var isSpawning = false
    /// 0 for none.
    public var leaseLimit: Int32 = 0
    /// True when it has declared subclasses.
    public var hasSubclasses = false
    /// Made by an operator, or taken away by one.
    public var flags: DeclarationFlags = []
}

/// A run of bytes in an arena.
@frozen
public struct ByteRange: Hashable, Sendable {
    public var start: UInt32
    public var count: UInt32

    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    public static let empty = ByteRange(start: 0, count: 0)

    @inlinable public var isEmpty: Bool { count == 0 }
    /// As indices.
    @inlinable public var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
