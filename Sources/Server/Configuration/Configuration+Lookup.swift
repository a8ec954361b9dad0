import ConfParser
public import Leases
public import Wire

extension Configuration {
    /// The subnet of an address: of several the one that was declared last (ISC).
    public func subnet(of address: IPv4Address) -> SubnetID? {
        subnetIndex.find(address, in: subnets)
    }

    /// The subnet of a network that has the address, again the last declared one.
    public func subnet(of address: IPv4Address, in network: NetworkID) -> SubnetID? {
        networks[Int(network.index)].subnets.last { self[$0].contains(address) }
    }

    /// A row by number.
    @inlinable public subscript(id: ScopeID) -> ScopeRow { scopes[Int(id.index)] }
    /// A row by number.
    @inlinable public subscript(id: NetworkID) -> NetworkRow { networks[Int(id.index)] }
    /// A row by number.
    @inlinable public subscript(id: SubnetID) -> SubnetRow { subnets[Int(id.index)] }
    /// A row by number.
    @inlinable public subscript(id: PoolID) -> PoolRow { pools[Int(id.index)] }
    /// A row by number.
    @inlinable public subscript(id: HostID) -> HostRow { hosts[Int(id.index)] }
    /// A row by number; not for classes spawned at run time.
    @inlinable public subscript(id: ClassID) -> ClassRow { classes[Int(id.index)] }

    /// Class by name, in the exact case.
    public func classNamed(_ name: [UInt8]) -> ClassID? { classesByName[name] }

    /// The declared subclass of a class that has these data.
    public func subclass(of parent: ClassID, data: some Collection<UInt8>) -> ClassID? {
        let hash = hashBytes(data, seed: UInt64(parent.index))
        return subclassIndex.table.find(hash) {
            classes[Int($0)].parent == parent
                && program.text(classes[Int($0)].text).elementsEqual(data)
        }.map { ClassID($0) }
    }

    /// Name of a class; a subclass has that of its class. Not for classes spawned at run time.
    public func name(of id: ClassID) -> [UInt8] {
        Array(program.text(self[self[id].parent ?? id].text))
    }

    /// Names of all classes.
    public var classNames: Set<[UInt8]> { Set(classesByName.keys) }

    /// Relationship by name, in the exact case.
    public func relationship(named name: [UInt8]) -> RelationshipID? {
        relationships.firstIndex { $0.name == name }.map { RelationshipID(UInt32($0)) }
    }

    /// What a ``LeaseStore`` is made of: the ranges and the relationship of each pool.
    public var leaseRanges: [PoolDescription] {
        pools.map { PoolDescription(ranges: $0.ranges, relationship: $0.relationship) }
    }

    /// Number of classes and subclasses that stand in the configuration.
    public var classCount: Int { classes.count }
}
