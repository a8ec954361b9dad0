import ConfParser

/// Turns statements and expressions into flat code.
///
/// Recursion follows the nesting of the text, which the parser limits; ``depthLimit`` is a second
/// line of defence.
struct ProgramBuilder {
    private(set) var program = Program()
    private var depth = 0
    private static let depthLimit = 2000

    init() {
        // Block 0 is the empty one: most hosts and pools have no statements.
        program.blocks.append(.empty)
    }

    /// Goes on with a program: what is added has new numbers, and the old ones stay.
    init(continuing program: consuming Program) { self.program = program }

    /// Puts bytes into the arena.
    mutating func intern(_ bytes: some Collection<UInt8>) -> ByteRange {
        guard !bytes.isEmpty else { return .empty }
        let range = ByteRange(
            start: UInt32(program.bytes.count), count: UInt32(bytes.count))
        program.bytes += bytes
        return range
    }

    mutating func block(_ statements: [Statement]) -> BlockID {
        guard !statements.isEmpty, depth < Self.depthLimit else { return BlockID(0) }
        depth += 1
        defer { depth -= 1 }
        // Inner blocks first, so that this one is a single run.
        var run: [Operation] = []
        run.reserveCapacity(statements.count)
        for statement in statements { run.append(operation(statement)) }
        let start = UInt32(program.operations.count)
        program.operations += run
        program.blocks.append(ByteRange(start: start, count: UInt32(run.count)))
        return BlockID(UInt32(program.blocks.count - 1))
    }

    private mutating func operation(_ statement: Statement) -> Operation {
        switch statement {
        case .option(let mode, let option, let value):
            return setting(mode, option, value)
        case .conditional(let condition, let then, let otherwise):
            let test = expression(condition).index
            let (first, second) = (block(then).index, block(otherwise).index)
            return Operation(.conditional, a: test, b: first, code: second)
        case .switchOver(let table):
            return Operation(.switchOver, a: add(table), b: 0)
        case .on(let events, let body):
            // ISC: an empty body is none.
            guard let body, !body.isEmpty else {
                return Operation(.on, a: UInt32(events.rawValue), b: .max)
            }
            let index = block(body).index
            program.eventStatements[index] = body
            return Operation(.on, a: UInt32(events.rawValue), b: index)
        case .set(let variable, let value):
            let value = expression(value).index
            return Operation(.set, name: intern(variable), code: value)
        case .unset(let variable):
            return Operation(.unset, name: intern(variable), code: 0)
        case .define(let name, let parameters, let body):
            let body = block(body)
            program.functions.append(
                FunctionRow(name: name, parameters: parameters, body: body))
            return Operation(.define, a: UInt32(program.functions.count - 1), b: 0)
        case .eval(let value):
            return Operation(.eval, a: expression(value).index, b: 0)
        case .returnValue(let value):
            return Operation(.returnValue, a: expression(value).index, b: 0)
        case .breakOut:
            return Operation(.breakOut, a: 0, b: 0)
        case .log(let priority, let text):
            return Operation(
                .log, a: expression(text).index, b: 0, code: LogPriority.order(priority))
        case .execute(let command, let values):
            let name = node(.init(.constant, intern(command))).index
            let (first, count) = arguments(values)
            return Operation(.execute, a: first, b: count, code: name)
        case .addToClass(let name):
            return Operation(.addToClass, name: intern(name), code: 0)
        case .parseVendorOption:
            return Operation(.parseVendorOption, a: 0, b: 0)
        }
    }

    private mutating func setting(
        _ mode: OptionOperation, _ option: OptionReference, _ value: Expression?
    ) -> Operation {
        var result = Operation(.setNothing, a: 0, b: 0, code: option.code)
        result.mode = mode
        result.space = option.space.rawValue
        switch value {
        case nil:
            break
        case .constant(let bytes)?:
            let range = intern(bytes)
            (result.kind, result.a, result.b) = (.setConstant, range.start, range.count)
        case let other?:
            (result.kind, result.a) = (.setExpression, expression(other).index)
        }
        return result
    }

    private mutating func add(_ table: SwitchStatement) -> UInt32 {
        let subject = expression(table.subject)
        let body = block(table.statements)
        var labels: [SwitchTable.Label] = []
        for label in table.labels {
            let value = label.value.map { expression($0) }
            labels.append(.init(value: value, target: UInt32(clamping: label.target)))
        }
        program.switches.append(
            SwitchTable(
                subject: subject, comparesData: table.comparesData, labels: labels, body: body))
        return UInt32(program.switches.count - 1)
    }

    mutating func node(_ node: Node) -> ExpressionID {
        program.nodes.append(node)
        return ExpressionID(UInt32(program.nodes.count - 1))
    }

    /// Compiles a list of arguments into one run.
    mutating func arguments(_ values: [Expression]) -> (first: UInt32, count: UInt32) {
        let ids = values.map { expression($0) }
        let first = UInt32(program.arguments.count)
        program.arguments += ids
        return (first, UInt32(ids.count))
    }

    /// Compiles an expression; beyond the depth limit it is `null`.
    mutating func expression(_ expression: Expression) -> ExpressionID {
        guard depth < Self.depthLimit else { return node(Node(.null)) }
        depth += 1
        defer { depth -= 1 }
        return node(translate(expression))
    }
}

extension Operation {
    init(_ kind: Kind, a: UInt32, b: UInt32, code: UInt32 = 0) {
        self.init(kind: kind, mode: .supersede, space: 0, code: code, a: a, b: b)
    }

    init(_ kind: Kind, name: ByteRange, code: UInt32) {
        self.init(kind, a: name.start, b: name.count, code: code)
    }
}

extension Node {
    init(_ kind: Kind, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0, detail: UInt8 = 0) {
        self.init(kind: kind, detail: detail, space: 0, a: a, b: b, c: c)
    }

    init(_ kind: Kind, _ range: ByteRange, detail: UInt8 = 0) {
        self.init(kind, a: range.start, b: range.count, detail: detail)
    }

    init(_ kind: Kind, _ option: OptionReference) {
        self.init(kind, a: option.code)
        space = option.space.rawValue
    }
}

extension LogPriority {
    static func order(_ priority: LogPriority) -> UInt32 {
        switch priority {
        case .fatal: 0
        case .error: 1
        case .info: 2
        case .debug: 3
        }
    }
}

extension Program {
    /// True when a block does nothing but set options. Values that are expressions count as well,
    /// since they are evaluated later.
    func onlySetsOptions(_ block: BlockID) -> Bool {
        operations[blocks[Int(block.index)].range].allSatisfy {
            switch $0.kind {
            case .setConstant, .setExpression, .setNothing: true
            default: false
            }
        }
    }
}
