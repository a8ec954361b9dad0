/// The types of objects that an OPEN may name.
enum OmapiKind: String, Hashable, Sendable {
    case control, lease, host, group, `class`, subclass, interface, pool, subnet, authenticator
    case failoverState = "failover-state"
    case sharedNetwork = "shared-network"

    init?(name: [UInt8]) { self.init(rawValue: String(decoding: name, as: UTF8.self)) }

    /// Types of ISC's library that cannot be looked for.
    private static let unsearchable: Set<String> = [
        "listener", "connection", "protocol", "protocol-listener", "message", "waiter", "generic",
        "trace-listener", "failover-link", "failover-listener",
    ]

    /// True for a type that exists but cannot be looked for.
    static func isUnsearchable(_ name: [UInt8]) -> Bool {
        unsearchable.contains(String(decoding: name, as: UTF8.self))
    }
}

extension OmapiObject {
    /// The type that an OPEN of it names.
    var kind: OmapiKind {
        switch self {
        case .lease: .lease
        case .host: .host
        case .group: .group
        case .classDeclaration: .class
        case .subclass: .subclass
        case .failoverState: .failoverState
        case .control: .control
        case .interface: .interface
        case .pool: .pool
        case .subnet: .subnet
        case .authenticator: .authenticator
        case .unmade(let kind): kind.kind
        }
    }
}
