import Wire

/// `option dhcp-client-identifier = EXPRESSION;` of a host: ISC evaluates it where the host ends,
/// with neither packet nor lease.
public struct IdentifierEvaluation: Hashable, Sendable {
    public var expression: Expression
    public var host: [UInt8]
    /// The identifier that the host has already.
    public var uid: [UInt8]?

    /// What ISC says of a value for which there is no use.
    public static func warning(host: [UInt8], uid: [UInt8], value: [UInt8]) -> Notice {
        var line = [UInt8](literal: "Warning, host declaration '")
        line += host
        line.append(text: "' already has uid '")
        line += Parser.printable(uid)
        line.append(text: "', ignoring dhcp-client-identifier '")
        line += Parser.printable(value)
        line.append(text: "'")
        return Notice(.identifierIsIgnored, line)
    }
}

extension Expression {
    /// The value, where constants alone make it.
    var constantBytes: [UInt8]? {
        switch self {
        case .constant(let bytes): bytes
        case .concat(let parts):
            parts.reduce([]) { sum, part in
                sum.flatMap { sum in part.constantBytes.map { sum + $0 } }
            }
        default: nil
        }
    }

    /// True if evaluating it without packet and lease gives null and says nothing.
    var isQuietlyNull: Bool {
        switch self {
        case .option, .configOption, .null, .filename, .serverName, .variable: true
        case .concat(let parts):
            parts.allSatisfy { $0.constantBytes != nil || $0.isQuietlyNull }
        default: false
        }
    }
}
