public import ConfParser

/// The kinds of `dynamic` declarations that define a function.
///
/// A lease file has no word for a function. ISC's server ends when it comes to write one, at the
/// start and under `-T`: `bogus statement type 18`.
public struct FunctionHolders: OptionSet, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let groups = FunctionHolders(rawValue: 1)
    public static let hosts = FunctionHolders(rawValue: 2)

    /// The last line of ISC's server, which ends with a newline of its own.
    public static let complaint = "bogus statement type 18\n"

    /// Those of a configuration.
    init(_ root: Scope) {
        rawValue = 0
        collect(root, 0)
    }

    private static let depthMax = 1000

    private mutating func collect(_ scope: Scope, _ depth: Int) {
        guard depth <= Self.depthMax else { return }
        for declaration in scope.declarations {
            switch declaration {
            case .host(let host): insert([], [host])
            case .group(let group): insert([group], [])
            default: break
            }
            if let inner = declaration.scope { collect(inner, depth + 1) }
        }
    }

    /// Adds those among these; groups without a name are never written.
    mutating func insert(_ groups: [GroupDeclaration], _ hosts: [HostDeclaration]) {
        for group in groups where group.name != nil && group.flags.contains(.isDynamic) {
            if group.scope.statements.contains(where: \.definesFunction) { insert(.groups) }
        }
        for host in hosts where host.flags.contains(.isDynamic) {
            if host.scope.statements.contains(where: \.definesFunction) { insert(.hosts) }
        }
    }
}

extension Statement {
    /// True for a definition, and for what has one in its blocks. Chains of `elsif` are as deep as
    /// they are long, so that what is left to look at is kept in a list and not on the stack.
    public var definesFunction: Bool {
        var rest = [self]
        while let one = rest.popLast() {
            switch one {
            case .define: return true
            case .conditional(_, let then, let otherwise): rest += then + otherwise
            case .switchOver(let choice): rest += choice.statements
            case .on(_, let body): rest += body ?? []
            default: break
            }
        }
        return false
    }
}
