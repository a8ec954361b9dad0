/// Number of a compiled scope.
@frozen
public struct ScopeID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
    /// The outermost scope.
    public static let root = ScopeID(0)
}

/// Number of a shared network, in order of declaration; implicit ones are counted.
@frozen
public struct NetworkID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number of a subnet, in order of declaration.
@frozen
public struct SubnetID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number of a host declaration, in order of declaration.
@frozen
public struct HostID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number of a class or subclass. Those that packets make by `spawn with` have numbers of their
/// own.
@frozen
public struct ClassID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }

    /// The first number of spawned subclasses.
    static let firstSpawned: UInt32 = 1 << 31
    /// A subclass that a packet made.
    public init(spawned number: UInt32) { index = Self.firstSpawned | number }
    /// Its place among those that packets made; `nil` for a declared one.
    var spawnedNumber: Int? {
        index >= Self.firstSpawned ? Int(index - Self.firstSpawned) : nil
    }
}

/// Number of an expression in a ``Program``.
@frozen
public struct ExpressionID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// Number of a list of statements in a ``Program``.
@frozen
public struct BlockID: Hashable, Sendable {
    public var index: UInt32
    @inlinable public init(_ index: UInt32) { self.index = index }
}
