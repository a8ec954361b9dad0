import ConfParser

/// Statements and expressions as flat code, with one arena for all their bytes.
public struct Program: Sendable {
    /// Constants, names.
    public internal(set) var bytes: [UInt8] = []
    /// Indexed by ``BlockID``: runs of ``operations``.
    var blocks: [ByteRange] = []
    var operations: [Operation] = []
    /// Indexed by ``ExpressionID``.
    var nodes: [Node] = []
    /// Arguments of nodes that have any number of them.
    var arguments: [ExpressionID] = []
    var switches: [SwitchTable] = []
    var functions: [FunctionRow] = []
    /// What bodies of `on` were compiled from, by the index of their block: leases keep bodies as
    /// the lease file has them.
    var eventStatements: [UInt32: [Statement]] = [:]

    /// A run of the arena.
    public func text(_ range: ByteRange) -> ArraySlice<UInt8> { bytes[range.range] }
}

/// One statement, 20 bytes.
struct Operation: Sendable {
    var kind: Kind
    var mode: OptionOperation
    var space: UInt16
    /// Code of an option, or what the kind says.
    var code: UInt32
    var a: UInt32
    var b: UInt32

    enum Kind: UInt8, Sendable {
        /// Option to a constant: `a`, `b` are a run of the arena.
        case setConstant
        /// Option to an expression `a`.
        case setExpression
        /// Option without a value.
        case setNothing
        /// `a` condition, `b` block, `code` block of else (maximum: none).
        case conditional
        /// `a` index into the switches.
        case switchOver
        /// `a` events, `b` block (maximum: remove).
        case on
        /// `a`, `b` name; `code` expression.
        case set
        /// `a`, `b` name.
        case unset
        /// `a` index into the functions.
        case define
        /// `a` expression.
        case eval
        /// `a` expression.
        case returnValue
        case breakOut
        /// `code` priority, `a` expression.
        case log
        /// `a` first argument, `b` count, `code` expression of the command.
        case execute
        /// `a`, `b` name.
        case addToClass
        case parseVendorOption
    }
}

/// One node of an expression, 16 bytes.
struct Node: Sendable {
    var kind: Kind
    /// Bits of an integer, kind of arithmetic, or a flag.
    var detail: UInt8
    var space: UInt16
    var a: UInt32
    var b: UInt32
    var c: UInt32

    enum Kind: UInt8, Sendable {
        /// `a`, `b` run of the arena.
        case constant
        /// `a`, `b` name; `detail` 1 for all addresses.
        case hostLookup
        /// `a` first argument, `b` count.
        case concat
        /// `space`, `a` code.
        case option
        case configOption
        case hardware
        /// `a` offset, `b` length.
        case packet
        /// `a` data, `b` offset, `c` length.
        case substring
        /// `a` data, `b` length.
        case suffix
        case lowercase
        case uppercase
        /// `a` width, `b` data.
        case reverse
        /// `a` first argument, `b` count.
        case pick
        /// `a` first of four arguments.
        case binaryToASCII
        /// `a` number, `detail` bits.
        case encodeInteger
        case leasedAddress
        case hostDeclarationName
        case filename
        case serverName
        case hostname
        /// `a` hop, `b` data.
        case relay
        case null
        /// `a` value.
        case number
        /// `a` data, `detail` bits.
        case extractInteger
        case leaseTime
        case clientState
        /// `detail` operator, `a`, `b` operands.
        case arithmetic
        case exists
        case known
        case isStatic
        case checkClasses
        /// `a`, `b` name.
        case defined
        case not
        case and
        case or
        case equal
        case notEqual
        /// `a` data, `b` pattern, `detail` 1 to ignore case.
        case matches
        /// `a`, `b` name.
        case variable
        /// `a`, `b` name; `c` first argument, `space` count.
        case call
        case functionBody
    }
}

struct SwitchTable: Sendable {
    var subject: ExpressionID
    var comparesData: Bool
    var labels: [Label]
    var body: BlockID

    struct Label: Sendable {
        var value: ExpressionID?
        /// Index into the body.
        var target: UInt32
    }
}

struct FunctionRow: Sendable {
    var name: [UInt8]
    var parameters: [[UInt8]]
    var body: BlockID
}
