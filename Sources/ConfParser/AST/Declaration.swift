public import Wire

/// What stands between one pair of braces, or in the whole file.
public struct Scope: Hashable, Sendable {
    /// Executable statements, settings among them, in the order of the text.
    public var statements: [Statement]
    /// In the order of the text.
    public var declarations: [Declaration]
    /// Copied from the enclosing scope when this one was opened, then set by `authoritative`.
    public var isAuthoritative: Bool

    public init(
        statements: [Statement] = [], declarations: [Declaration] = [],
        isAuthoritative: Bool = false
    ) {
        self.statements = statements
        self.declarations = declarations
        self.isAuthoritative = isAuthoritative
    }
}

/// A declaration. `failover peer`, `zone`, `key` and the server-wide statements are not here but in
/// ``ConfigurationTree``.
public indirect enum Declaration: Hashable, Sendable {
    case sharedNetwork(SharedNetworkDeclaration)
    case subnet(SubnetDeclaration)
    case subnet6(Subnet6Declaration)
    case group(GroupDeclaration)
    case host(HostDeclaration)
    case classOf(ClassDeclaration)
    /// A subclass with a block.
    case subclass(SubclassDeclaration)
    /// Subclasses without one.
    case subclasses(SubclassList)
    case pool(PoolDeclaration)
    case pool6(PoolDeclaration)
    case range(RangeDeclaration)
    case range6(Range6Declaration)
    case prefix6(Prefix6Declaration)
}

extension Declaration {
    /// What stands between the braces; `nil` for a declaration without a block.
    public var scope: Scope? {
        get {
            switch self {
            case .sharedNetwork(let network): network.scope
            case .subnet(let subnet): subnet.scope
            case .subnet6(let subnet): subnet.scope
            case .group(let group): group.scope
            case .host(let host): host.scope
            case .classOf(let one): one.scope
            case .subclass(let one): one.scope
            case .pool(let pool), .pool6(let pool): pool.scope
            case .subclasses, .range, .range6, .prefix6: nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .sharedNetwork(var network):
                network.scope = newValue
                self = .sharedNetwork(network)
            case .subnet(var subnet):
                subnet.scope = newValue
                self = .subnet(subnet)
            case .subnet6(var subnet):
                subnet.scope = newValue
                self = .subnet6(subnet)
            case .group(var group):
                group.scope = newValue
                self = .group(group)
            case .host(var host):
                host.scope = newValue
                self = .host(host)
            case .classOf(var one):
                one.scope = newValue
                self = .classOf(one)
            case .subclass(var one):
                one.scope = newValue
                self = .subclass(one)
            case .pool(var pool):
                pool.scope = newValue
                self = .pool(pool)
            case .pool6(var pool):
                pool.scope = newValue
                self = .pool6(pool)
            case .subclasses, .range, .range6, .prefix6: break
            }
        }
    }
}

/// `shared-network NAME { }`
public struct SharedNetworkDeclaration: Hashable, Sendable {
    public var name: [UInt8]
    public var interface: [UInt8]?
    /// `failover peer NAME;` directly inside, the last one; also resolved in each pool. Index into
    /// ``ConfigurationTree/failoverPeers``.
    public var failoverPeer: Int?
    public var scope: Scope
    public var position: SourcePosition

    public init(
        name: [UInt8], interface: [UInt8]? = nil, failoverPeer: Int? = nil, scope: Scope = Scope(),
        position: SourcePosition
    ) {
        self.name = name
        self.interface = interface
        self.failoverPeer = failoverPeer
        self.scope = scope
        self.position = position
    }
}

/// `subnet A netmask M { }`
///
/// Outside a shared network it makes its own one, named `A/LEN`, which shares the scope. A subnet
/// in a `group` in a shared network also makes its own one (``isInSharedNetwork`` is false).
public struct SubnetDeclaration: Hashable, Sendable {
    public var address: IPv4Address
    /// May have holes.
    public var netmask: IPv4Address
    public var interface: [UInt8]?
    /// True directly inside a `shared-network`.
    public var isInSharedNetwork: Bool
    public var scope: Scope
    public var position: SourcePosition

    public init(
        address: IPv4Address, netmask: IPv4Address, interface: [UInt8]? = nil,
        isInSharedNetwork: Bool, scope: Scope = Scope(), position: SourcePosition
    ) {
        self.address = address
        self.netmask = netmask
        self.interface = interface
        self.isInSharedNetwork = isInSharedNetwork
        self.scope = scope
        self.position = position
    }
}

/// `subnet6 A/N { }`
public struct Subnet6Declaration: Hashable, Sendable {
    public var address: IPv6Bytes
    public var prefixLength: UInt8
    public var interface: [UInt8]?
    /// True directly inside a `shared-network`.
    public var isInSharedNetwork: Bool
    public var scope: Scope
    public var position: SourcePosition

    public init(
        address: IPv6Bytes, prefixLength: UInt8, interface: [UInt8]? = nil,
        isInSharedNetwork: Bool, scope: Scope = Scope(), position: SourcePosition
    ) {
        self.address = address
        self.prefixLength = prefixLength
        self.interface = interface
        self.isInSharedNetwork = isInSharedNetwork
        self.scope = scope
        self.position = position
    }
}

/// How a declaration came to be: in the configuration, at run time, or taken away at run time.
public struct DeclarationFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let isDynamic = DeclarationFlags(rawValue: 1)
    public static let isStatic = DeclarationFlags(rawValue: 2)
    public static let isDeleted = DeclarationFlags(rawValue: 4)
}

/// `group [NAME] { }`
public struct GroupDeclaration: Hashable, Sendable {
    public var name: [UInt8]?
    public var flags: DeclarationFlags
    public var scope: Scope
    public var position: SourcePosition

    public init(
        name: [UInt8]?, flags: DeclarationFlags = [], scope: Scope = Scope(),
        position: SourcePosition
    ) {
        self.name = name
        self.flags = flags
        self.scope = scope
        self.position = position
    }
}

/// `host NAME { }`. Kept small: there may be half a million of them.
public struct HostDeclaration: Hashable, Sendable {
    public var name: [UInt8]
    /// The client identifier: `uid`, else the value of an unconditional `option
    /// dhcp-client-identifier`.
    public var identifier: Expression?
    /// `fixed-address` or `fixed-address6`: constants of 4 or 16 bytes each, and host names to look
    /// up.
    public var fixedAddresses: [Expression]
    /// `fixed-prefix6`, each one.
    public var fixedPrefixes: [IPv6Prefix]
    public var hostIdentifier: HostIdentifier?
    /// `group NAME;`: the named group whose scope lies around this host.
    public var group: [UInt8]?
    public var scope: Scope
    public var hardware: HardwareAddress?
    public var flags: DeclarationFlags
    public var position: SourcePosition

    public init(name: [UInt8], position: SourcePosition) {
        self.name = name
        self.position = position
        fixedAddresses = []
        fixedPrefixes = []
        scope = Scope()
        flags = []
    }
}

/// `host-identifier option NAME VALUE` and `host-identifier v6relopt N NAME VALUE`.
public struct HostIdentifier: Hashable, Sendable {
    public var option: OptionReference
    public var value: [UInt8]
    /// `v6relopt`: the relay, counted from the client; larger than 32 is the outermost.
    public var relay: UInt32?

    public init(option: OptionReference, value: [UInt8], relay: UInt32?) {
        self.option = option
        self.value = value
        self.relay = relay
    }
}

/// `class "NAME" { }`. A name may be declared again: later blocks add to the class (ISC).
public struct ClassDeclaration: Hashable, Sendable {
    public var name: [UInt8]
    /// `match if`
    public var matchIf: Expression?
    /// `match`, or `spawn with`: the data that a subclass is chosen by.
    public var submatch: Expression?
    /// True for `spawn with`.
    public var isSpawning: Bool
    /// `lease limit`; `nil` when not given, 0 means none.
    public var leaseLimit: Int32?
    public var flags: DeclarationFlags
    public var scope: Scope
    public var position: SourcePosition

    public init(name: [UInt8], position: SourcePosition) {
        self.name = name
        self.position = position
        isSpawning = false
        flags = []
        scope = Scope()
    }
}

/// `subclass "NAME" DATA { }`, and the old `vendor-class` and `user-class`.
public struct SubclassDeclaration: Hashable, Sendable {
    /// Name of the class it belongs to.
    public var className: [UInt8]
    /// What the class's `match` must give.
    public var data: [UInt8]
    /// `lease limit`; `nil` when not given.
    public var leaseLimit: Int32?
    public var flags: DeclarationFlags
    public var scope: Scope
    public var position: SourcePosition

    public init(className: [UInt8], data: [UInt8], position: SourcePosition) {
        self.className = className
        self.data = data
        self.position = position
        flags = []
        scope = Scope()
    }
}
