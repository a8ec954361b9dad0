import ConfParser
import Leases
import Wire

// Names are sought in the function being called, in its callers, then in the lease's variables or,
// without a lease, in the global ones.

extension Evaluator {
    func lookUp(_ name: [UInt8]) -> Variables.Binding? {
        for frame in frames.reversed() {
            if let index = frame.index(of: name) { return frame.bindings[index] }
        }
        let outer = facts.lease == nil ? globals : variables
        return outer.index(of: name).map { outer.bindings[$0] }
    }

    /// Changes an existing variable wherever it is; a new one belongs to the function being
    /// called.
    mutating func assign(_ name: [UInt8], _ value: Variables.Value?) {
        for index in frames.indices.reversed() where frames[index].index(of: name) != nil {
            frames[index].set(name, value)
            return
        }
        let isOuter =
            (facts.lease == nil ? globals : variables).index(of: name) != nil || frames.isEmpty
        if !isOuter {
            frames[frames.count - 1].set(name, value)
        } else if facts.lease == nil {
            globals.set(name, value)
        } else {
            variables.set(name, value)
        }
    }

    /// `set`: the old value is gone before the new one is evaluated; where that gives null, what it
    /// stored in the variable meanwhile stays (ISC).
    mutating func set(
        _ name: [UInt8], _ expression: ExpressionID, _ packet: borrowing DHCPv4Message
    ) {
        forget(name, place: "execute.c(387)")
        assign(name, nil)
        guard let result = value(expression, packet) else { return }
        if lookUp(name)?.value != nil { logError("execute.c(394): non-null pointer") }
        assign(name, result)
    }

    mutating func unset(_ name: [UInt8]) {
        guard lookUp(name) != nil else { return }
        forget(name, place: "execute.c(427)")
        assign(name, nil)
    }

    /// ISC complains when it throws away the last reference to a function.
    mutating func forget(_ name: [UInt8], place: String) {
        guard case .function(let index)? = lookUp(name)?.value else { return }
        var count = references(to: index, in: facts.lease == nil ? globals : variables)
        for frame in frames { count += references(to: index, in: frame) }
        if count == 1 { logError("\(place): invalid binding type: 4") }
    }

    private func references(to function: UInt32, in variables: Variables) -> Int {
        variables.bindings.count { $0.value == .function(function) }
    }

    /// Leaves a function: its variables go.
    private mutating func popFrame() {
        guard let frame = frames.last else { return }
        for binding in frame.bindings { forget(binding.name, place: "tree.c(615)") }
        frames.removeLast()
    }

    /// The value of any expression, of whatever type it turns out to be.
    mutating func value(
        _ id: ExpressionID, _ packet: borrowing DHCPv4Message
    ) -> Variables.Value? {
        let node = program.nodes[Int(id.index)]
        switch node.kind {
        case .variable: return lookUp(name(node))?.value
        case .call: return call(node, packet)
        case .functionBody:
            logError("evaluate_expression: invalid expression type: 46")
            return nil
        default: break
        }
        switch node.kind.type {
        case .boolean: return boolean(id, packet).map { .boolean($0) }
        case .numeric: return number(id, packet).map { .number($0) }
        default: return data(id, packet).map { .data(Array(bytes[$0])) }
        }
    }

    func name(_ node: Node) -> [UInt8] {
        Array(program.text(ByteRange(start: node.a, count: node.b)))
    }

    private mutating func logName(_ name: [UInt8], _ rest: String) {
        log(.error, name + Array(rest.utf8))
    }

    /// Calls a function; anything wrong is logged and gives null.
    mutating func call(_ node: Node, _ packet: borrowing DHCPv4Message) -> Variables.Value? {
        let name = self.name(node)
        guard let bound = lookUp(name)?.value else {
            logName(name, ": no such function.")
            return nil
        }
        guard case .function(let index) = bound else {
            logName(name, ": not a function.")
            return nil
        }
        let function = program.functions[Int(index)]
        guard enterAgain() else { return nil }
        defer { depth -= 1 }
        var frame = Variables()
        for position in 0..<Int(node.space) {
            guard position < function.parameters.count else {
                logName(name, ": too many arguments.")
                return nil
            }
            let argument = program.arguments[Int(node.c) + position]
            frame.set(function.parameters[position], value(argument, packet))
        }
        guard Int(node.space) == function.parameters.count else {
            logName(name, ": too few arguments.")
            return nil
        }
        frames.append(frame)
        run(function.body, packet)
        popFrame()
        defer { (returned, hasReturned) = (nil, false) }
        return returned
    }

    /// A variable or a call where a definite type is needed.
    ///
    /// ISC: a call gives null here, after it was made; a variable of another type is complained
    /// about.
    mutating func binding(
        _ node: Node, type: ExpressionType, _ packet: borrowing DHCPv4Message
    ) -> Variables.Value? {
        let (wanted, place) = Self.place(type)
        if node.kind == .call {
            let result = call(node, packet)
            if case .data? = result { hasLeftover = true }
            if let result, result.typeNumber != wanted {
                logName(name(node), "() returned type \(result.typeNumber) in \(place).")
            }
            switch type {
            case .numeric: logError("\(place): bogus opcode 45")
            default: logError("Bogus opcode in \(place): 45")
            }
            return nil
        }
        guard let value = lookUp(name(node))?.value else { return nil }
        if value.typeNumber == wanted { return value }
        logError("binding type \(value.typeNumber) in \(place).")
        return nil
    }

    private static func place(_ type: ExpressionType) -> (Int, String) {
        switch type {
        case .boolean: (0, "evaluate_boolean_expression")
        case .numeric: (2, "evaluate_numeric_expression")
        case .data, .any: (1, "evaluate_data_expression")
        }
    }
}
