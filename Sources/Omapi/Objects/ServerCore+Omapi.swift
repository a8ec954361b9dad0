import ConfParser
import Failover
public import Leases
public import Server
public import Wire

/// The server's objects as OMAPI shows them (omapi.md §4). What they are changed to becomes an
/// ``OperatorCommand``.
extension ServerCore: OmapiTarget {
    /// What the keys of an OPEN lead to.
    enum Lookup {
        case found(OmapiObject)
        case nothing
        /// There was no key at all.
        case noKeys

        init(_ object: OmapiObject?) { self = object.map { .found($0) } ?? .nothing }
    }

    /// Finds the object that the values name, or makes it, and changes it if asked to.
    public mutating func open(
        type: [UInt8], values: [OmapiValue], mode: OmapiOpenMode, now: Now,
        into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        guard let kind = OmapiKind(name: type) else { throw OmapiFailure(.notFound) }
        let lookup: Lookup
        do throws(OmapiFailure) {
            lookup = try find(kind, values)
        } catch {
            throw OmapiFailure(error.result, "object lookup failed")
        }
        switch lookup {
        case .found(let object):
            if mode.contains([.create, .exclusive]) {
                throw OmapiFailure(.alreadyExists, "specified object already exists")
            }
            guard !mode.isDisjoint(with: [.create, .update]) else { return object }
            try update(object, values: values, now: now, into: &effects)
            return object
        case .nothing where !mode.contains(.create):
            throw OmapiFailure(.notFound, "no object matches specification")
        case .nothing, .noKeys:
            guard let makeable = OmapiObject.Makeable(kind) else {
                throw OmapiFailure(.notImplemented, "can't create new object")
            }
            guard !mode.isDisjoint(with: [.create, .update]) else { return .unmade(makeable) }
            return try make(makeable, values, now: now, into: &effects)
        }
    }

    private func find(
        _ kind: OmapiKind, _ values: [OmapiValue]
    ) throws(OmapiFailure) -> Lookup {
        switch kind {
        case .control: .found(.control)
        case .failoverState: relationship(named: values)
        case .lease: try lease(by: values)
        case .host: try host(by: values)
        case .group: group(by: values)
        case .class: try classDeclaration(by: values)
        case .subclass: try subclass(by: values)
        case .interface: interface(named: values)
        case .pool, .subnet, .sharedNetwork, .authenticator: .noKeys
        }
    }

    private mutating func make(
        _ makeable: OmapiObject.Makeable, _ values: [OmapiValue], now: Now,
        into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        guard !values.isEmpty else {
            throw OmapiFailure(.invalidArgument, "can't update object")
        }
        do throws(OmapiFailure) {
            switch makeable {
            case .host: return try makeHost(values, now: now, into: &effects)
            case .group: return try makeGroup(values, now: now, into: &effects)
            case .classDeclaration: return try makeClass(values, now: now, into: &effects)
            case .subclass: return try makeSubclass(values, now: now, into: &effects)
            }
        } catch {
            throw OmapiFailure(error.result, "can't update object")
        }
    }

    /// What a refresh shows.
    public func attributes(
        of object: OmapiObject, now: Now, handle: (OmapiObject) -> UInt32
    ) -> [OmapiValue]? {
        switch object {
        case .failoverState(let id): failoverAttributes(id)
        case .lease(let id): leaseAttributes(id, handle: handle)
        case .host(let name): hostAttributes(name)
        case .group(let name):
            configuration.namedGroups[name] == nil ? nil : [OmapiValue("name", name)]
        case .classDeclaration(let name):
            configuration.classNamed(name).map { classAttributes($0) }
        case .subclass(let name, let data): subclassID(name, data).map { classAttributes($0) }
        case .control: [OmapiValue("state", integer: 0)]
        case .interface: [OmapiValue("state", Array("up".utf8))]
        case .pool(let id): poolAttributes(id)
        case .subnet, .unmade: []
        case .authenticator: nil
        }
    }

    /// Sets values, each as far as ISC lets it be set.
    public mutating func update(
        _ object: OmapiObject, values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard !values.isEmpty else {
            throw OmapiFailure(.invalidArgument, "can't update object")
        }
        do throws(OmapiFailure) {
            try set(object, values, now: now, into: &effects)
        } catch {
            throw OmapiFailure(error.result, "can't update object")
        }
    }

    private mutating func set(
        _ object: OmapiObject, _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        switch object {
        case .failoverState(let id):
            for value in values { try setFailover(id, value, now: now, into: &effects) }
        case .lease(let id): try setLease(id, values, now: now, into: &effects)
        case .host(let name): try setHost(name, values, now: now, into: &effects)
        case .group: try setGroup(values)
        case .classDeclaration, .subclass: try setClass(values)
        case .control:
            for value in values {
                guard value.isNamed("state") else { throw OmapiFailure(.notFound) }
                guard value.integer == 2 else { throw OmapiFailure(.invalidArgument) }
                try run(.shutDown, now: now, into: &effects)
            }
        case .unmade(let makeable):
            _ = try make(makeable, values, now: now, into: &effects)
        case .interface, .pool, .subnet, .authenticator: throw OmapiFailure(.notImplemented)
        }
    }

    /// Takes an object away.
    public mutating func remove(
        _ object: OmapiObject, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        switch object {
        case .host(let name): try run(.removeHost(name), now: now, into: &effects)
        case .group(let name): try run(.removeGroup(name), now: now, into: &effects)
        case .classDeclaration(let name): try run(.removeClass(name), now: now, into: &effects)
        case .subclass(let name, let data):
            try run(.removeSubclass(class: name, data: data), now: now, into: &effects)
        case .authenticator: throw OmapiFailure(.notImplemented, "no remove method for object")
        default: throw OmapiFailure(.notImplemented)
        }
    }

    /// Has a command carried out.
    mutating func run(
        _ command: OperatorCommand, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        do throws(OperatorRefusal) {
            try execute(command, now: now, into: &effects)
        } catch {
            switch error {
            case .exists: throw OmapiFailure(.alreadyExists)
            case .notFound: throw OmapiFailure(.notFound)
            case .conflict: throw OmapiFailure(.keyConflict)
            case .invalid, .notWritable: throw OmapiFailure(.invalidArgument)
            case .forbidden: throw OmapiFailure(.permissionDenied)
            case .unchanged: return
            case .failed: throw OmapiFailure(.ioError)
            }
        }
    }
}

extension OmapiObject.Makeable {
    init?(_ kind: OmapiKind) {
        switch kind {
        case .host: self = .host
        case .group: self = .group
        case .class: self = .classDeclaration
        case .subclass: self = .subclass
        default: return nil
        }
    }
}

extension OmapiValue {
    func isNamed(_ name: String) -> Bool { self.name.elementsEqual(name.utf8) }
}

extension [OmapiValue] {
    /// The value of a name; one without bytes is as good as none (ISC).
    func key(_ name: String) -> [UInt8]? {
        first { $0.isNamed(name) && !$0.data.isEmpty }?.data
    }

    /// The hardware address among keys; without a type it is one of Ethernet.
    func hardwareKey() throws(OmapiFailure) -> HardwareAddress? {
        guard let bytes = key("hardware-address") else { return nil }
        var type: UInt8 = 1
        if let given = key("hardware-type") {
            guard given.count == 4, given[0] == 0, given[1] == 0, given[2] == 0 else {
                throw OmapiFailure(.invalidArgument)
            }
            type = given[3]
        }
        // A longer one is nobody's.
        return HardwareAddress(type: type, bytes: bytes)
            ?? HardwareAddress(type: type, bytes: EmptyCollection())
    }
}

// MARK: - interface, pool

extension ServerCore {
    private func interface(named values: [OmapiValue]) -> Lookup {
        // ISC gives a new interface without a name, which is up as well.
        guard let name = values.key("name") else {
            return servedInterfaces.first.map { .found(.interface($0.id)) } ?? .noKeys
        }
        return Lookup(
            servedInterfaces.first { $0.name.utf8.elementsEqual(name) }.map { .interface($0.id) })
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
