import ConfParser
import Leases
public import Wire

extension Evaluator {
    /// How a list of statements ended.
    private enum Flow { case next, stop }

    /// Runs the statements of a block.
    public mutating func run(_ block: BlockID, _ packet: borrowing DHCPv4Message) {
        run(program.blocks[Int(block.index)].range, packet)
    }

    /// ISC: `break` ends the list it stands in and nothing else; `return` outside a function
    /// ends nothing.
    private mutating func run(_ range: Range<Int>, _ packet: borrowing DHCPv4Message) {
        guard !isFatal, enter() else { return }
        defer { depth -= 1 }
        for index in range {
            let operation = program.operations[index]
            if operation.kind == .breakOut { return }
            execute(operation, packet)
            if isFatal || hasReturned { return }
        }
    }

    private mutating func execute(_ operation: Operation, _ packet: borrowing DHCPv4Message) {
        switch operation.kind {
        case .setConstant: set(operation, .constant)
        case .setExpression: set(operation, .expression)
        case .setNothing: set(operation, .nothing)
        case .conditional:
            let isTrue = boolean(ExpressionID(operation.a), packet) ?? false
            run(BlockID(isTrue ? operation.b : operation.code), packet)
        case .switchOver: runSwitch(Int(operation.a), packet)
        case .on:
            events.append(
                StoredEvent(
                    events: LeaseEvents(rawValue: UInt8(truncatingIfNeeded: operation.a)),
                    body: operation.b == .max ? nil : BlockID(operation.b)))
        case .set:
            set(name(operation), ExpressionID(operation.code), packet)
        case .unset: unset(name(operation))
        case .define:
            let name = program.functions[Int(operation.a)].name
            forget(name, place: "execute.c(387)")
            assign(name, .function(operation.a))
        case .eval: _ = value(ExpressionID(operation.a), packet)
        case .returnValue:
            let result = value(ExpressionID(operation.a), packet)
            guard !frames.isEmpty else { return }
            (returned, hasReturned) = (result, true)
        case .breakOut: break
        case .log: runLog(operation, packet)
        case .execute: runExecute(operation, packet)
        case .addToClass:
            if facts.hasPacket, let id = configuration.classNamed(name(operation)) {
                add(id, packet)
            }
        case .parseVendorOption: parseVendorOption(packet)
        }
    }

    private mutating func set(_ operation: Operation, _ kind: OptionValues.Part.Kind) {
        reply.set(
            OptionReference(OptionSpaceID(operation.space), operation.code),
            OptionValues.Part(kind: kind, a: operation.a, b: operation.b, next: .max),
            operation.mode)
    }

    private func name(_ operation: Operation) -> [UInt8] {
        Array(
            program.text(ByteRange(start: operation.a, count: operation.b)))
    }

    private mutating func runLog(_ operation: Operation, _ packet: borrowing DHCPv4Message) {
        guard let range = data(ExpressionID(operation.a), packet) else { return }
        // ISC: the text ends at its first NUL.
        let end = bytes[range].firstIndex(of: 0) ?? range.upperBound
        let text = Array(bytes[range.lowerBound..<end])
        switch operation.code {
        case 0:
            log(.fatal, text)
            isFatal = true
        case 1: log(.error, text)
        case 3: log(.debug, text)
        default: log(.info, text)
        }
    }

    /// The program is run by the shell later on; `-t` runs none (ISC does).
    ///
    /// ISC: an argument that is null means that nothing is run.
    private mutating func runExecute(_ operation: Operation, _ packet: borrowing DHCPv4Message) {
        var command: [[UInt8]] = []
        for index in 0...Int(operation.b) {
            let argument =
                index == 0
                ? ExpressionID(operation.code)
                : program.arguments[Int(operation.a) + index - 1]
            guard let range = data(argument, packet) else {
                return log(.debug, Array("execute: bad arg \(index)".utf8))
            }
            let text = Array(bytes[range].prefix { $0 != 0 })
            log(.debug, Array("execute_statement argv[\(index)] = ".utf8) + text)
            command.append(text)
        }
        commands.append(command)
    }

    private mutating func runSwitch(_ index: Int, _ packet: borrowing DHCPv4Message) {
        let table = program.switches[index]
        let target =
            table.comparesData
            ? dataTarget(table, packet) : numericTarget(table, packet)
        let fallback = table.labels.first { $0.value == nil }?.target
        guard let start = target ?? fallback else { return }
        let body = program.blocks[Int(table.body.index)].range
        let from = min(body.lowerBound + Int(start), body.upperBound)
        run(from..<body.upperBound, packet)
    }

    private mutating func dataTarget(
        _ table: SwitchTable, _ packet: borrowing DHCPv4Message
    ) -> UInt32? {
        guard let subject = data(table.subject, packet) else { return nil }
        for label in table.labels {
            guard let id = label.value, let value = data(id, packet) else { continue }
            if bytes[value].elementsEqual(bytes[subject]) { return label.target }
        }
        return nil
    }

    private mutating func numericTarget(
        _ table: SwitchTable, _ packet: borrowing DHCPv4Message
    ) -> UInt32? {
        guard let subject = number(table.subject, packet) else { return nil }
        for label in table.labels {
            guard let id = label.value, let value = number(id, packet) else { continue }
            if value == subject { return label.target }
        }
        return nil
    }

    /// From now on option 43 of the packet is read as `vendor-option-space` says.
    private mutating func parseVendorOption(_ packet: borrowing DHCPv4Message) {
        guard facts.hasPacket,
            let range = value(ServerParameter.vendorOptionSpace.reference, packet)
        else { return }
        vendorSpace = configuration.options.space(named: Array(bytes[range]))
    }
}
