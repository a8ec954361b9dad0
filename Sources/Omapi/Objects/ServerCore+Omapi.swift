import Failover
public import Leases
public import Server
public import Wire

/// The server's objects as OMAPI shows them (omapi.md §4).
extension ServerCore: OmapiTarget {
    /// Finds the object that the values name, and changes it if asked to.
    public mutating func open(
        type: [UInt8], values: [OmapiValue], mode: OmapiOpenMode, now: Now,
        into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        guard let kind = OmapiType(name: type) else { throw OmapiFailure(.notFound) }
        let object: OmapiObject
        switch kind {
        case .control: object = .control
        case .failoverState: object = try relationship(named: values)
        case .lease: object = try lease(by: values)
        case .interface: object = try interface(named: values)
        case .pool, .subnet, .sharedNetwork:
            throw OmapiFailure(.notFound, "object lookup failed")
        case .host, .group, .class, .subclass:
            throw OmapiFailure(.notImplemented, "can't create new object")
        }
        if mode.contains([.create, .exclusive]), kind != .control {
            throw OmapiFailure(.alreadyExists, "specified object already exists")
        }
        if mode.contains(.update) {
            try update(object, values: values, now: now, into: &effects)
        }
        return object
    }

    /// What a refresh shows.
    public func attributes(
        of object: OmapiObject, now: Now, handle: (OmapiObject) -> UInt32
    ) -> [OmapiValue]? {
        switch object {
        case .failoverState(let id): failoverAttributes(id)
        case .lease(let id): leaseAttributes(id, handle: handle)
        case .control: [OmapiValue("state", integer: 0)]
        case .interface: [OmapiValue("state", Array("up".utf8))]
        case .pool(let id): poolAttributes(id)
        case .subnet: []
        case .host, .group, .classDeclaration, .subclass, .authenticator: nil
        }
    }

    /// Sets values, each as far as ISC lets it be set.
    public mutating func update(
        _ object: OmapiObject, values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        switch object {
        case .failoverState(let id):
            for value in values { try setFailover(id, value, now: now, into: &effects) }
        case .lease(let id):
            for value in values { try setLease(id, value, now: now, into: &effects) }
        case .control:
            for value in values where value.isNamed("state") {
                guard value.integer == 2 else { throw OmapiFailure(.invalidArgument) }
                shutDown(now: now, into: &effects)
            }
        default: throw OmapiFailure(.notImplemented)
        }
    }

    /// Nothing that exists so far can be removed.
    public mutating func remove(
        _ object: OmapiObject, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        throw OmapiFailure(.notImplemented, "no remove method for object")
    }
}

/// The types that an OPEN may name.
private enum OmapiType: String {
    case control, lease, host, group, `class`, subclass, interface, pool, subnet
    case failoverState = "failover-state"
    case sharedNetwork = "shared-network"

    init?(name: [UInt8]) { self.init(rawValue: String(decoding: name, as: UTF8.self)) }
}

extension OmapiValue {
    func isNamed(_ name: String) -> Bool { self.name.elementsEqual(name.utf8) }
}

// MARK: - interface, pool

extension ServerCore {
    private func interface(named values: [OmapiValue]) throws(OmapiFailure) -> OmapiObject {
        let name = values.first { $0.isNamed("name") }?.data ?? []
        guard let found = servedInterfaces.first(where: { Array($0.name.utf8) == name }) else {
            throw OmapiFailure(.notFound, "no object matches specification")
        }
        return .interface(found.id)
    }

    private func poolAttributes(_ id: PoolID) -> [OmapiValue] {
        func count(_ name: String, _ value: Int) -> OmapiValue {
            OmapiValue(name, integer: UInt32(clamping: value))
        }
        return [
            count("lease-count", leases.count(id)), count("free-leases", leases.count(id, .free)),
            count("backup-leases", leases.count(id, .backup)),
        ]
    }
}
