public import ConfParser
import Leases
import Wire

extension Configuration {
    /// Compiles what was read. The tree must be without errors; it can be thrown away afterwards.
    public init(_ tree: ConfigurationTree) {
        var compiler = ConfigurationCompiler(options: tree.options)
        compiler.compile(tree)
        self = compiler.configuration
    }
}

/// Walks the tree once, in the order of the text.
struct ConfigurationCompiler {
    var configuration: Configuration
    var code = ProgramBuilder()
    /// It works for an operator, on a configuration that is in use.
    let isResumed: Bool
    /// Statements of classes: a class may be declared in several places.
    var classStatements: [Int: [Statement]] = [:]
    /// By network: pools in the order in which ISC's list has them.
    var poolOrder: [[Int]] = []
    var drafts: [PoolDraft] = []
    /// By network.
    var ponds: [Int: [Pond]] = [:]
    /// Last known end of the chain that a host heads.
    var chainEnds: [UInt32: UInt32] = [:]

    /// Where a declaration stands.
    struct Place {
        var scope: ScopeID
        var network: Int?
        /// The pool that `range` belongs to.
        var pool: Int?
        /// The pond that `range6` and `prefix6` belong to.
        var pond: PondPlace?
    }

    init(options: OptionTable) {
        configuration = Configuration(options: options)
        isResumed = false
    }

    /// Goes on with a finished configuration, which is empty meanwhile; ``finish(_:)`` gives it
    /// back.
    init(resuming finished: inout Configuration) {
        configuration = Configuration(options: finished.options)
        isResumed = true
        swap(&configuration, &finished)
        var program = Program()
        swap(&program, &configuration.program)
        code = ProgramBuilder(continuing: program)
    }

    /// Ends what ``init(resuming:)`` began.
    mutating func finish(_ target: inout Configuration) {
        configuration.program = code.program
        code = ProgramBuilder()
        swap(&configuration, &target)
    }

    mutating func compile(_ tree: ConfigurationTree) {
        configuration.relationships = tree.failoverPeers
        configuration.failoverStates = tree.failoverStates
        configuration.keys = tree.keys
        configuration.zones = tree.zones
        configuration.serverDUID = tree.serverDUID
        configuration.writesIdentifiersInHex = tree.writesIdentifiersInHex
        configuration.writesLocalTime = tree.writesLocalTime
        configuration.isOpenToOperators = tree.root.statements.contains {
            if case .option(_, ServerParameter.omapiPort.reference, _) = $0 { true } else { false }
        }
        let root = addScope(
            Self.builtInStatements + tree.root.statements, parent: nil,
            isAuthoritative: tree.root.isAuthoritative)
        declare(tree.root.declarations, at: Place(scope: root, network: nil, pool: nil))
        finishClasses()
        finishPools()
        configuration.program = code.program
        configuration.subnetIndex = SubnetIndex(configuration.subnets)
        configuration.uncountedRanges = largePonds()
        configuration.templates = TemplateTable(configuration)
    }

    /// ISC: statements that come before those of the outermost scope.
    private static let builtInStatements: [Statement] = [
        .option(
            .supersede, ServerParameter.ddnsHostname.reference,
            .pick([
                .option(OptionReference(.fqdn, 6)), .option(OptionReference(.dhcp, 12)),
                .configOption(OptionReference(.dhcp, 12)),
            ])),
        .option(
            .supersede, ServerParameter.ddnsDomainname.reference,
            .configOption(OptionReference(.dhcp, 15))),
        .option(
            .supersede, ServerParameter.ddnsRevDomainname.reference,
            .constant(Array("in-addr.arpa.".utf8))),
    ]

    mutating func addScope(_ scope: Scope, parent: ScopeID?) -> ScopeID {
        addScope(scope.statements, parent: parent, isAuthoritative: scope.isAuthoritative)
    }

    mutating func addScope(
        _ statements: [Statement], parent: ScopeID?, isAuthoritative: Bool
    ) -> ScopeID {
        let id = ScopeID(UInt32(configuration.scopes.count))
        let block = code.block(statements)
        configuration.scopes.append(
            ScopeRow(
                parent: parent, statements: block, isAuthoritative: isAuthoritative,
                onlySetsOptions: code.program.onlySetsOptions(block)))
        return id
    }

    /// Depth is that of the text, which the parser limits.
    mutating func declare(_ declarations: [Declaration], at place: Place) {
        reserve(declarations)
        for declaration in declarations {
            switch declaration {
            case .sharedNetwork(let network): declare(network, at: place)
            case .subnet(let subnet): declare(subnet, at: place)
            case .subnet6(let subnet): declare(subnet, at: place)
            case .group(let group): declare(group, at: place)
            case .host(let host): declare(host, at: place)
            case .classOf(let row): declare(row, at: place)
            case .subclass(let row): declare(row)
            case .subclasses(let list): declare(list)
            case .pool(let pool): declare(pool, at: place)
            case .pool6(let pool): declare(pool6: pool, at: place)
            case .range(let range): declare(range, at: place)
            case .range6(let range): declare(range, at: place)
            case .prefix6(let prefixes): declare(prefixes, at: place)
            }
        }
    }

    /// Room for a long list at once: tables that grow by doubling leave holes behind.
    private mutating func reserve(_ declarations: [Declaration]) {
        guard declarations.count > 1_000 else { return }
        var (hosts, subclasses, subnets) = (0, 0, 0)
        for declaration in declarations {
            switch declaration {
            case .host: hosts += 1
            case .subclass: subclasses += 1
            case .subnet: subnets += 1
            default: break
            }
        }
        if hosts > configuration.hosts.count {
            configuration.hosts.reserveCapacity(configuration.hosts.count + hosts)
        }
        reserve(subclasses: subclasses)
        if subnets > configuration.subnets.count {
            configuration.subnets.reserveCapacity(configuration.subnets.count + subnets)
            configuration.networks.reserveCapacity(configuration.networks.count + subnets)
            // Its own and that of its pool.
            configuration.scopes.reserveCapacity(configuration.scopes.count + 2 * subnets)
            poolOrder.reserveCapacity(poolOrder.count + subnets)
            drafts.reserveCapacity(drafts.count + subnets)
        }
    }

    /// Room for as many more subclasses.
    mutating func reserve(subclasses: Int) {
        guard subclasses > configuration.classes.count else { return }
        configuration.classes.reserveCapacity(configuration.classes.count + subclasses)
        configuration.subclassIndex.table.reserve(subclasses)
    }

    private mutating func declare(_ network: SharedNetworkDeclaration, at place: Place) {
        let scope = addScope(network.scope, parent: place.scope)
        let number = addNetwork(
            name: network.name, interface: network.interface, scope: scope, isImplicit: false)
        declare(
            network.scope.declarations, at: Place(scope: scope, network: number, pool: nil))
    }

    mutating func addNetwork(
        name: [UInt8], interface: [UInt8]?, scope: ScopeID, isImplicit: Bool
    ) -> Int {
        configuration.networks.append(
            NetworkRow(name: name, interface: interface, scope: scope, isImplicit: isImplicit))
        poolOrder.append([])
        return configuration.networks.count - 1
    }

    private mutating func declare(_ subnet: SubnetDeclaration, at place: Place) {
        let scope = addScope(subnet.scope, parent: place.scope)
        let network: Int
        if subnet.isInSharedNetwork, let outer = place.network {
            network = outer
            if configuration.networks[network].interface == nil {
                configuration.networks[network].interface = subnet.interface
            }
        } else {
            network = addNetwork(
                name: Self.implicitName(subnet), interface: subnet.interface, scope: scope,
                isImplicit: true)
        }
        configuration.networks[network].subnets.append(
            SubnetID(UInt32(configuration.subnets.count)))
        configuration.subnets.append(
            SubnetRow(
                address: subnet.address, netmask: subnet.netmask,
                network: NetworkID(UInt32(network)), scope: scope, interface: subnet.interface))
        declare(subnet.scope.declarations, at: Place(scope: scope, network: network, pool: nil))
    }

    private mutating func declare(_ group: GroupDeclaration, at place: Place) {
        let scope = addScope(group.scope, parent: place.scope)
        if let name = group.name {
            configuration.namedGroups[name] =
                group.flags.contains(.isDeleted)
                ? nil
                : NamedGroup(
                    scope: scope, isDynamic: group.flags.contains(.isDynamic),
                    hasStatements: !group.scope.statements.isEmpty)
        }
        declare(
            group.scope.declarations,
            at: Place(
                scope: scope, network: place.network, pool: place.pool, pond: place.pond))
    }

    /// `ADDRESS/LENGTH`; a mask with holes is written out.
    static func implicitName(_ subnet: SubnetDeclaration) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity("255.255.255.255/32".utf8.count)
        name.append(subnet.address)
        name.append(UInt8(ascii: "/"))
        let wildcard = ~subnet.netmask.rawValue
        if wildcard & (wildcard &+ 1) == 0 {
            name.append(decimal: UInt64(subnet.netmask.rawValue.nonzeroBitCount))
        } else {
            name.append(subnet.netmask)
        }
        return name
    }
}
