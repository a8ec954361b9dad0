/// What an expression gives. Variables and calls give `any`, known only when they are evaluated.
public enum ExpressionType: Sendable {
    case boolean, data, numeric, any
}

/// An expression of the configuration language, types already checked (config-language.md §5).
///
/// Values written as option text stand here as ``constant(_:)`` in wire form. Anything can be null
/// when it is evaluated; §5.3 says when.
public indirect enum Expression: Hashable, Sendable {
    // Data
    /// Bytes as they go onto the wire.
    case constant([UInt8])
    /// A host name where an address is expected; looked up when evaluated, never while parsing.
    case hostLookup(name: [UInt8], AddressChoice)
    /// All parts one after the other; null if one is.
    case concat([Expression])
    /// `option NAME`: an option of the received packet.
    case option(OptionReference)
    /// `config-option NAME`: an option as set so far for the reply.
    case configOption(OptionReference)
    case hardware
    case packet(offset: Expression, length: Expression)
    case substring(Expression, offset: Expression, length: Expression)
    case suffix(Expression, length: Expression)
    case lowercase(Expression)
    case uppercase(Expression)
    case reverse(width: Expression, Expression)
    /// `pick`, `pick-first-value`: the first that is not null.
    case pick([Expression])
    case binaryToASCII(base: Expression, width: Expression, separator: Expression, Expression)
    /// `encode-int`; `bits` is 8, 16 or 32.
    case encodeInteger(Expression, bits: UInt8)
    case leasedAddress
    case hostDeclarationName
    /// `filename`: the header field of the packet.
    case filename
    /// `server-name`: the header field of the packet.
    case serverName
    /// `gethostname ()`
    case hostname
    /// `v6relay (n, data)`: `data` evaluated in a relay message.
    case relay(hop: Expression, Expression)
    case null

    // Numeric
    case number(UInt32)
    /// `extract-int`; `bits` is 8, 16 or 32.
    case extractInteger(Expression, bits: UInt8)
    case leaseTime
    case clientState
    case arithmetic(Arithmetic, Expression, Expression)

    // Boolean
    case exists(OptionReference)
    case known
    case isStatic
    /// `check "default"`
    case checkClasses
    case defined(variable: [UInt8])
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case equal(Expression, Expression)
    case notEqual(Expression, Expression)
    /// `~=` and `~~`
    case matches(Expression, pattern: Expression, ignoresCase: Bool)

    // Any
    /// A variable as written; names are compared without case.
    case variable([UInt8])
    /// A function as written; names are compared without case.
    case call([UInt8], arguments: [Expression])
    /// What `set F (A) { }` has in place of a value: of no use (ISC).
    case functionBody

    /// How many of the addresses of a looked-up name are taken.
    public enum AddressChoice: Sendable {
        case first, all
    }

    /// The operators on numbers.
    public enum Arithmetic: Sendable {
        case add, divide, multiply, remainder, and, or, xor
    }

    /// The static type.
    public var type: ExpressionType {
        switch self {
        case .constant, .hostLookup, .concat, .option, .configOption, .hardware, .packet,
            .substring, .suffix, .lowercase, .uppercase, .reverse, .pick, .binaryToASCII,
            .encodeInteger, .leasedAddress, .hostDeclarationName, .filename, .serverName,
            .hostname, .relay, .null:
            .data
        case .number, .extractInteger, .leaseTime, .clientState, .arithmetic:
            .numeric
        case .exists, .known, .isStatic, .checkClasses, .defined, .not, .and, .or, .equal,
            .notEqual, .matches:
            .boolean
        case .variable, .call, .functionBody:
            .any
        }
    }
}
