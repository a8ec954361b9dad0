/// Row of a lease in the ``LeaseStore``.
@frozen
public struct LeaseID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    @inlinable var row: Int { Int(index) }
}

/// Number of a pool in the ``LeaseStore`` and in the compiled configuration, in order of
/// declaration.
@frozen
public struct PoolID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number of a failover relationship, in order of declaration.
@frozen
public struct RelationshipID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number that the shell gives to a TCP link; never used twice in one run.
@frozen
public struct LinkID: Hashable, Sendable {
    public var index: UInt64
    @inlinable public init(_ index: UInt64) { self.index = index }
}
