/// An executable statement. Option and parameter settings are statements too.
public indirect enum Statement: Hashable, Sendable {
    /// `option`, a bare server parameter, `allow`/`deny`/`ignore`, `server-identifier` (all
    /// ``OptionOperation/supersede``), and `supersede`, `default`, `append`, `prepend`, `send`.
    ///
    /// Server parameters are options of ``OptionSpaceID/server``. `nil` is a setting without a
    /// value (ISC crashes).
    case option(OptionOperation, OptionReference, Expression?)
    /// `if`; `elsif` is an `if` as the only statement of `otherwise`. A condition that is null is
    /// false.
    case conditional(Expression, then: [Statement], otherwise: [Statement])
    case switchOver(SwitchStatement)
    /// `on EVENT or EVENT`: `nil` removes what was stored (`on commit;`).
    case on(LeaseEvents, [Statement]?)
    case set(variable: [UInt8], Expression)
    case unset(variable: [UInt8])
    case define(function: [UInt8], parameters: [[UInt8]], body: [Statement])
    case eval(Expression)
    /// `return`
    case returnValue(Expression)
    case breakOut
    case log(LogPriority, Expression)
    case execute(command: [UInt8], arguments: [Expression])
    /// `add "CLASS"`
    case addToClass([UInt8])
    /// `parse-vendor-option`
    case parseVendorOption
}

/// How a setting meets what is already set.
public enum OptionOperation: Sendable {
    /// Replaces (`option`, `supersede`, parameters).
    case supersede
    /// Same effect as ``supersede``.
    case send
    /// Only if nothing is set.
    case setDefault
    case append
    case prepend
}

/// `switch`: the labels stand apart from the statements, which form one list that is fallen
/// through.
public struct SwitchStatement: Hashable, Sendable {
    public var subject: Expression
    /// True if the cases are compared as data; numbers otherwise (also for variables).
    public var comparesData: Bool
    /// In the order of the text.
    public var labels: [Label]
    public var statements: [Statement]

    public init(
        subject: Expression, comparesData: Bool, labels: [Label], statements: [Statement]
    ) {
        self.subject = subject
        self.comparesData = comparesData
        self.labels = labels
        self.statements = statements
    }

    /// `case V:`, or `default:` when `value` is `nil`.
    public struct Label: Hashable, Sendable {
        public var value: Expression?
        /// Index of the statement that follows the label; may be the count of all statements.
        public var target: Int

        public init(value: Expression?, target: Int) {
            self.value = value
            self.target = target
        }
    }
}

/// The moments of a lease that `on` names.
public struct LeaseEvents: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let expiry = LeaseEvents(rawValue: 1)
    public static let commit = LeaseEvents(rawValue: 2)
    public static let release = LeaseEvents(rawValue: 4)
    /// Accepted, never happens.
    public static let transmission = LeaseEvents(rawValue: 8)
}

/// The first word of `log`; ``debug`` without it (ISC).
public enum LogPriority: Sendable {
    case fatal, error, debug, info
}
