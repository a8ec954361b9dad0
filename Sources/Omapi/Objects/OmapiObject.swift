public import Leases
import Server
public import Wire

/// An object that a client can have in hand. Two requests for the same thing give equal values, so
/// it keeps its handle.
public enum OmapiObject: Hashable, Sendable {
    case lease(LeaseID)
    case host(name: [UInt8])
    case group(name: [UInt8])
    case classDeclaration(name: [UInt8])
    case subclass(name: [UInt8], data: [UInt8])
    case failoverState(RelationshipID)
    case control
    case interface(InterfaceID)
    case pool(PoolID)
    case subnet(UInt32)
    /// A key that the connection has shown; the index is that of ``OmapiServer``'s keys.
    case authenticator(key: Int)
    /// What an OPEN without keys gives (ISC): the first update makes it.
    case unmade(Makeable)

    /// The types that can be made.
    public enum Makeable: Hashable, Sendable {
        case host, group, classDeclaration, subclass

        var kind: OmapiKind {
            switch self {
            case .host: .host
            case .group: .group
            case .classDeclaration: .class
            case .subclass: .subclass
            }
        }
    }
}

extension OmapiObject {
    /// The same object after a reload; `nil` when it is gone.
    func after(_ outcome: ReloadOutcome) -> OmapiObject? {
        switch self {
        case .lease(let id): outcome.leases[id].map { .lease($0) }
        case .pool: outcome.leases.isIdentity ? self : nil
        case .failoverState(let id): outcome.relationship(id).map { .failoverState($0) }
        case .host, .group, .classDeclaration, .subclass, .control, .interface, .subnet,
            .authenticator, .unmade:
            self
        }
    }
}

/// How an OPEN wants its object (omapi.md §2).
public struct OmapiOpenMode: OptionSet, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Make the object if there is none.
    public static let create = OmapiOpenMode(rawValue: 1)
    /// With ``create``: fail if there is one.
    public static let exclusive = OmapiOpenMode(rawValue: 2)
    /// Set the given values on an object that was found.
    public static let update = OmapiOpenMode(rawValue: 4)
}

/// What stands behind the protocol: the server's objects.
///
/// A change puts its records and log lines into the effects; the reply to the client waits for the
/// last record, so that nothing is acknowledged before it is on disk.
public protocol OmapiTarget: ~Copyable {
    /// The object of a type that the keys among `values` name.
    mutating func open(
        type: [UInt8], values: [OmapiValue], mode: OmapiOpenMode, now: Now,
        into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject
    /// All readable attributes in ISC's order; `nil` when the object is gone. Objects referred to
    /// are given as handles through `handle`.
    func attributes(
        of object: OmapiObject, now: Now, handle: (OmapiObject) -> UInt32
    ) -> [OmapiValue]?
    /// Sets attributes.
    mutating func update(
        _ object: OmapiObject, values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure)
    /// Removes the object.
    mutating func remove(
        _ object: OmapiObject, now: Now, into effects: inout Effects
    ) throws(OmapiFailure)
}
