import ConfParser
public import Leases
public import Wire

/// What the statements around a pool leave when they do nothing but set options: made once, so that
/// a packet starts with the result instead of running the statements.
struct Template: Sendable {
    var entries: [OptionValues.Entry] = []
    var parts: [OptionValues.Part] = []
    var bytes: [UInt8] = []
}

/// Templates by subnet and pool.
struct TemplateTable: Sendable {
    private var templates: [Template?] = []
    /// By subnet: where its templates begin; the first is that of no pool, then one for each pool
    /// of its network.
    private var starts: [UInt32] = []
    /// Larger configurations run their statements: a template costs half a kilobyte or more.
    private static let limit = 4096

    init() {}

    init(_ configuration: Configuration) {
        var count = 0
        for subnet in configuration.subnets {
            starts.append(UInt32(count))
            count += 1 + configuration[subnet.network].pools.count
        }
        guard count <= Self.limit else {
            starts = []
            return
        }
        var evaluator = Evaluator(configuration)
        for subnet in configuration.subnets {
            templates.append(Self.make(&evaluator, configuration, [subnet.scope]))
            for pool in configuration[subnet.network].pools {
                let scopes = [subnet.scope, configuration[pool].scope]
                templates.append(Self.make(&evaluator, configuration, scopes))
            }
        }
    }

    private static func make(
        _ evaluator: inout Evaluator, _ configuration: Configuration, _ scopes: [ScopeID]
    ) -> Template? {
        for scope in scopes {
            var next: ScopeID? = scope
            while let id = next {
                guard configuration[id].onlySetsOptions else { return nil }
                next = configuration[id].parent
            }
        }
        evaluator.begin(Facts())
        var limit: ScopeID?
        for scope in scopes {
            evaluator.run(scope, upTo: limit, DHCPv4Message())
            limit = scope
        }
        return evaluator.reply.template
    }

    /// The template of a subnet and a pool of its network; `nil` when statements must run.
    func find(_ subnet: SubnetID, pool: Int?) -> Template? {
        guard Int(subnet.index) < starts.count else { return nil }
        return templates[Int(starts[Int(subnet.index)]) + (pool.map { $0 + 1 } ?? 0)]
    }
}

extension Evaluator {
    /// Runs what stands around a pool, or around a subnet for an address outside of any pool: the
    /// first statements of a reply. Nothing may have been set before.
    public mutating func run(
        subnet: SubnetID, pool: PoolID?, _ packet: borrowing DHCPv4Message
    ) {
        let network = configuration[configuration[subnet].network]
        // The pools of a network have consecutive numbers.
        let ordinal = pool.flatMap { pool in
            network.pools.first.map { Int(pool.index) - Int($0.index) }
        }
        let isOfNetwork = ordinal.map { network.pools.indices.contains($0) } ?? true
        if isOfNetwork, let template = configuration.templates.find(subnet, pool: ordinal) {
            reply.assign(template)
            return
        }
        runStatements(subnet: subnet, pool: pool, packet)
    }

    /// The same, when something has been set before. ISC: the pool of an INFORM may be one
    /// of another network than its subnet; what stands around the pool does not count then.
    mutating func runStatements(
        subnet: SubnetID, pool: PoolID?, _ packet: borrowing DHCPv4Message
    ) {
        run(configuration[subnet].scope, packet)
        if let pool {
            let network = configuration[pool].network
            run(configuration[pool].scope, upTo: configuration[network].scope, packet)
        }
    }
}
