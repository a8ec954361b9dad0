public import ConfParser
import Failover
public import Leases
public import Wire

/// What a reload puts in the place of what is there. Everything that takes time was done before:
/// the core only swaps.
public struct Replacement: Sendable {
    public var configuration: Configuration
    /// What is served from now on; an interface that was served before keeps its number.
    public var interfaces: [Interface]
    public var parameters: ProcessParameters?
    /// Name of this machine.
    public var hostname: [UInt8] = []
    /// How lease-file records are written from now on.
    public var format: LeaseFileFormat
    /// What the lease file declares, in the terms of the new configuration; `nil` leaves it.
    public var declarations: RunTimeDeclarations?
    /// For `on` bodies of leases, which speak of option spaces by number: options and names of the
    /// new configuration, without its declarations.
    public var tree: ConfigurationTree?

    /// A compiled configuration, with the names in it looked up.
    public init(_ configuration: Configuration, interfaces: [Interface]) {
        self.configuration = configuration
        self.interfaces = interfaces
        format = LeaseFileFormat(options: configuration.options)
    }
}

/// What a reload has done to the numbers that others may have kept.
public struct ReloadOutcome: Sendable {
    public let leases: LeaseRemap
    /// By former number: the relationship that has the same name now.
    let relationships: [RelationshipID?]

    /// The present number of a failover relationship; `nil` when none has its name any more.
    public func relationship(_ former: RelationshipID) -> RelationshipID? {
        relationships.indices.contains(Int(former.index))
            ? relationships[Int(former.index)] : nil
    }

    /// True when the lease file should be written anew: it tells of leases that are gone.
    public var needsRewrite: Bool { !leases.isIdentity }
}

extension ServerCore {
    /// Goes on with another configuration. Leases, timers, OFFERs that wait and failover
    /// connections stay as far as the new one has them; the rest is as after a restart.
    /// - Parameter seed: of the random numbers of relationships that begin.
    /// - Returns: `nil` when the server is ending; then nothing was done.
    public mutating func reload(
        _ new: Replacement, seed: UInt64, now: Now, into effects: inout Effects
    ) -> ReloadOutcome? {
        guard shutdown == nil else { return nil }
        runEndings(now: now, into: &effects)
        let declared = Self.relationshipConfigurations(new.configuration)
        let successors = failover.successors(declared)
        let names = failover.relationships.map(\.configuration.name)
        failover.endRelationships(successors, now: now, into: &effects)
        adoptFormat(new)
        if let declarations = new.declarations { leases.declarations = declarations }
        let remap = adoptPools(new.configuration, successors)
        adoptConfiguration(new, now, into: &effects)
        for address in remap.lost {
            effects.log(.error) { $0.append(noSubnetFor: address) }
        }
        renumber(remap)
        failover.adopt(
            declared, successors, remap, seed: seed, leases: &leases, now: now, into: &effects)
        return ReloadOutcome(
            leases: remap,
            relationships: names.map { new.configuration.relationship(named: $0) })
    }

    private mutating func adoptFormat(_ new: Replacement) {
        let names = configuration.options.spaces.map(\.name)
        let isSpelledAlike = new.configuration.options.spaces.map(\.name).starts(with: names)
        if let tree = new.tree, !isSpelledAlike { leases.rereadBodies(tree) }
        leases.format = new.format
    }

    private mutating func adoptPools(
        _ configuration: Configuration, _ successors: [RelationshipID?]
    ) -> LeaseRemap {
        let pools = configuration.leaseRanges
        let isSame = successors.indices.allSatisfy {
            successors[$0] == RelationshipID(UInt32($0))
        }
        if isSame, leases.hasPools(pools) { return LeaseRemap() }
        return leases.adopt(pools) { successors[Int($0.index)] }
    }

    private mutating func adoptConfiguration(
        _ new: Replacement, _ now: Now, into effects: inout Effects
    ) {
        interfaces = new.interfaces.map { ServedInterface($0, new.configuration) }
        var fresh = Evaluator(new.configuration)
        fresh.runStartup(hostname: new.hostname, now: now.wall)
        settings =
            new.parameters.map { Settings($0, hostname: new.hostname) }
            ?? Settings(asking: &fresh, hostname: new.hostname)
        for command in fresh.commands { effects.list.append(.execute(command)) }
        evaluator = fresh
        events = EventRunner(new.configuration, hostname: new.hostname, now: now.wall)
        textOptions = Self.textOptions(new.configuration)
        encapsulatingCodes = Self.encapsulatingCodes(new.configuration)
        // The next packet makes them again; leases count for them by name.
        spawned = SpawnedClasses()
    }

    /// Whatever knows leases by number.
    private mutating func renumber(_ remap: LeaseRemap) {
        let hadLimits = !billed.isEmpty
        if remap.isIdentity {
            if !hadLimits { countBilledLeases() }
            return
        }
        for (address, probe) in probes {
            if let lease = remap[probe.lease] {
                probes[address]?.lease = lease
            } else {
                probes[address] = nil
            }
        }
        probeOrder.removeAll { probes[$0.address] == nil }
        notReusable = Set(notReusable.compactMap { remap[$0] })
        // Their pools may be others; at worst a line about a threshold comes twice.
        thresholdResets = [:]
        billed = [:]
        countBilledLeases()
    }
}
