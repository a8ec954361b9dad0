import ConfParser
public import Leases

/// Variables and functions of one scope of names: a lease's, or the global one.
///
/// Names are compared without case; a variable that was unset keeps its name without a value.
public struct Variables: Sendable {
    /// Newest first, as the lease file has them.
    public internal(set) var bindings: [Binding] = []

    /// A name and what it stands for.
    public struct Binding: Sendable {
        public var name: [UInt8]
        public var value: Value?
    }

    /// What a variable can hold.
    public enum Value: Sendable, Equatable {
        case boolean(Bool)
        case data([UInt8])
        case number(UInt)
        /// Index into the functions of the ``Program``.
        case function(UInt32)

        /// ISC's number of the type, for its log lines.
        var typeNumber: Int {
            switch self {
            case .boolean: 0
            case .data: 1
            case .number: 2
            case .function: 4
            }
        }
    }

    /// No variables.
    public init() {}

    /// The variables of a lease.
    public init(_ stored: [LeaseVariable]) {
        bindings = stored.map { variable in
            let value: Value? =
                switch variable.value {
                case .unset: nil
                case .data(let bytes): .data(bytes)
                case .number(let number): .number(UInt(number))
                case .boolean(let flag): .boolean(flag)
                }
            return Binding(name: variable.name, value: value)
        }
    }

    /// What a lease keeps: functions do not last.
    public var stored: [LeaseVariable] {
        bindings.compactMap { binding in
            switch binding.value {
            case .data(let bytes)?: LeaseVariable(name: binding.name, value: .data(bytes))
            case .number(let number)?:
                LeaseVariable(
                    name: binding.name, value: .number(UInt32(truncatingIfNeeded: number)))
            case .boolean(let flag)?: LeaseVariable(name: binding.name, value: .boolean(flag))
            case nil: LeaseVariable(name: binding.name, value: .unset)
            case .function?: nil
            }
        }
    }

    /// Forgets everything.
    public mutating func removeAll() { bindings.removeAll(keepingCapacity: true) }

    func index(of name: [UInt8]) -> Int? {
        bindings.firstIndex { $0.name.equalsIgnoringCase(name) }
    }

    /// Sets a variable, newest first if it is new.
    public mutating func set(_ name: [UInt8], _ value: Value?) {
        if let index = index(of: name) {
            bindings[index].value = value
        } else {
            bindings.insert(Binding(name: name, value: value), at: 0)
        }
    }
}
