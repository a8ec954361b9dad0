import ConfParser
import Leases
import Server
import Wire

// group, class and subclass: found, made and taken away; nothing of them can be changed (ISC).

// MARK: - group

extension ServerCore {
    func group(by values: [OmapiValue]) -> Lookup {
        guard let name = values.key("name") else { return .noKeys }
        return Lookup(configuration.namedGroups[name] == nil ? nil : .group(name: name))
    }

    /// A group without statements makes no sense to ISC; without a name it gets one.
    mutating func makeGroup(
        _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        var name: [UInt8]?
        var statements: [Statement]?
        for value in values {
            if value.isNamed("name") {
                name = try value.text()
            } else if value.isNamed("statements") {
                statements = try self.statements(value, into: &effects)
            } else {
                throw OmapiFailure(.notFound)
            }
        }
        guard let statements else { throw OmapiFailure(.invalidArgument) }
        var group = GroupDeclaration(name: name ?? madeUpName("ng", now), position: .none)
        group.scope.statements = statements
        try run(.addGroup(group), now: now, into: &effects)
        return .group(name: group.name ?? [])
    }

    func setGroup(_ values: [OmapiValue]) throws(OmapiFailure) {
        let isKnown = values.first.map { $0.isNamed("name") || $0.isNamed("statements") }
        throw OmapiFailure(isKnown == true ? .alreadyExists : .notFound)
    }
}

// MARK: - class, subclass

extension ServerCore {
    func classDeclaration(by values: [OmapiValue]) throws(OmapiFailure) -> Lookup {
        guard let name = values.key("name") else { return .noKeys }
        return Lookup(
            configuration.classNamed(name) == nil ? nil : .classDeclaration(name: name))
    }

    func subclass(by values: [OmapiValue]) throws(OmapiFailure) -> Lookup {
        guard let name = values.key("name") else { return .noKeys }
        guard configuration.classNamed(name) != nil else { return .nothing }
        guard let data = values.key("hashstring") else { return .noKeys }
        return Lookup(
            subclassID(name, data) == nil ? nil : .subclass(name: name, data: data))
    }

    func subclassID(_ name: [UInt8], _ data: [UInt8]) -> ClassID? {
        configuration.classNamed(name).flatMap { configuration.subclass(of: $0, data: data) }
    }

    func classAttributes(_ id: ClassID) -> [OmapiValue] {
        [
            OmapiValue(
                "lease-limit", integer: UInt32(bitPattern: configuration[id].leaseLimit)),
            OmapiValue("leases-used", integer: UInt32(clamping: billedLeases(id))),
        ]
    }

    mutating func makeClass(
        _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        let parts = try classParts(values, isSubclass: false)
        guard let name = parts.name else { throw OmapiFailure(.invalidArgument) }
        var one = ClassDeclaration(name: name, position: .none)
        if parts.matchesHardware { one.submatch = .hardware }
        try run(.addClass(one, group: parts.group), now: now, into: &effects)
        return .classDeclaration(name: name)
    }

    mutating func makeSubclass(
        _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) -> OmapiObject {
        let parts = try classParts(values, isSubclass: true)
        guard let name = parts.name else { throw OmapiFailure(.invalidArgument) }
        guard configuration.classNamed(name) != nil else { throw OmapiFailure(.notFound) }
        guard let data = parts.data else { throw OmapiFailure(.invalidArgument) }
        let one = SubclassDeclaration(className: name, data: data, position: .none)
        try run(.addSubclass(one, group: parts.group), now: now, into: &effects)
        return .subclass(name: name, data: data)
    }

    func setClass(_ values: [OmapiValue]) throws(OmapiFailure) {
        _ = try classParts(values, isSubclass: true)
        throw OmapiFailure(.alreadyExists)
    }

    private struct ClassParts {
        var name: [UInt8]?
        var data: [UInt8]?
        var group: [UInt8]?
        var matchesHardware = false
    }

    private func classParts(
        _ values: [OmapiValue], isSubclass: Bool
    ) throws(OmapiFailure) -> ClassParts {
        var parts = ClassParts()
        for value in values {
            switch String(decoding: value.name, as: UTF8.self) {
            case "name": parts.name = try value.text()
            case "hashstring" where isSubclass: parts.data = try value.text()
            case "group":
                let group = try value.text()
                guard configuration.namedGroups[group] != nil else {
                    throw OmapiFailure(.notFound)
                }
                parts.group = group
            case "match":
                // ISC: the beginning of the word will do.
                guard "hardware".utf8.starts(with: try value.text().prefix(8)) else {
                    throw OmapiFailure(.invalidArgument)
                }
                parts.matchesHardware = true
            case "option": throw OmapiFailure(.invalidArgument)
            default: throw OmapiFailure(.unknownAttribute)
            }
        }
        return parts
    }
}
