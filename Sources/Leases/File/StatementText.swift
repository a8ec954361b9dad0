import ConfParser
import Wire

/// Writes statements as a lease file has them: the bodies of `on` that wait in a lease.
///
/// The layout is ISC's: after a comma or a `=` data functions and options begin a new line, aligned
/// with what they belong to. Two things are better than there, since ISC writes what it reads as
/// something else: quotes and backslashes in strings are escaped, and conditions keep their
/// parentheses.
struct StatementText {
    private(set) var text: [UInt8] = []
    private var lineStart = 0
    private let options: OptionTable

    /// Deeper nesting is not written; the parser allows no more either.
    private static let depthMax = 200
    private static let columnsMax = 79

    init(_ options: OptionTable) { self.options = options }

    private var column: Int { text.count - lineStart }

    mutating func write(on body: LeaseRecord.EventBody, indent: Int) {
        write(events: body.events, body.statements, indent, 0)
    }

    /// Statements, each on a line of its own with a line end before it.
    mutating func write(_ statements: [Statement], indent: Int) { write(statements, indent, 0) }

    mutating func write(_ expression: Expression) {
        write(expression, 0, isFirst: true, 0)
    }

    private mutating func write(
        events: LeaseEvents, _ statements: [Statement], _ indent: Int, _ depth: Int
    ) {
        startLine(indent)
        text.append(text: "on ")
        let names: [3 of (LeaseEvents, StaticString)] = [
            (.expiry, "expiry"), (.commit, "commit"), (.release, "release"),
        ]
        var isFirst = true
        for index in 0..<names.count where events.contains(names[index].0) {
            if !isFirst { text.append(text: " or ") }
            text.append(text: names[index].1)
            isFirst = false
        }
        block(statements, indent, depth)
    }

    /// ` {`, the statements, and `}` on a line of its own.
    private mutating func block(_ statements: [Statement], _ indent: Int, _ depth: Int) {
        text.append(text: " {")
        write(statements, indent + 2, depth + 1)
        startLine(indent)
        text.append(text: "}")
    }

    private mutating func write(_ statements: [Statement], _ indent: Int, _ depth: Int) {
        guard depth <= Self.depthMax else { return }
        for statement in statements { write(statement, indent, depth) }
    }

    private mutating func write(_ statement: Statement, _ indent: Int, _ depth: Int) {
        switch statement {
        case .on(let events, let body):
            write(events: events, body ?? [], indent, depth)
        case .conditional(let condition, let then, let otherwise):
            startLine(indent)
            text.append(text: "if ")
            conditional(condition, then, otherwise, indent, depth)
        case .switchOver(let statement):
            switchOver(statement, indent, depth)
        case .define:
            // ISC cannot write a function either; it is in the configuration as well.
            return
        default:
            startLine(indent)
            simple(statement, indent, depth)
        }
    }

    private mutating func simple(_ statement: Statement, _ indent: Int, _ depth: Int) {
        switch statement {
        case .option(let operation, let option, let value):
            text.append(text: operation.word)
            text.append(text: " ")
            name(option)
            if let value {
                text.append(text: " = ")
                write(value, indent + 2, isFirst: true, depth)
            }
            text.append(text: ";")
        case .set(let variable, let value):
            text.append(text: "set ")
            text.append(contentsOf: variable)
            text.append(text: " = ")
            write(value, indent + 3, isFirst: false, depth)
            text.append(text: " ;")
        case .unset(let variable):
            text.append(text: "unset ")
            text.append(contentsOf: variable)
            text.append(text: " ;")
        case .eval(let value): word("eval ", value, indent, depth)
        case .returnValue(let value): word("return ", value, indent, depth)
        case .breakOut: text.append(text: "break;")
        case .log(let priority, let value):
            text.append(text: "log (")
            text.append(text: priority.word)
            text.append(text: ", ")
            write(value, indent + 4, isFirst: false, depth)
            text.append(text: ");")
        case .execute(let command, let arguments):
            text.append(text: "execute (")
            text.append(quoted: command)
            for argument in arguments {
                text.append(text: ", ")
                write(argument, indent + 4, isFirst: false, depth)
            }
            text.append(text: ");")
        case .addToClass(let name):
            text.append(text: "add ")
            text.append(quoted: name)
            text.append(text: ";")
        case .parseVendorOption: text.append(text: "parse-vendor-option;")
        case .conditional, .switchOver, .on, .define: break
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: Expression, _ indent: Int, _ depth: Int
    ) {
        text.append(text: word)
        write(value, indent + 4, isFirst: true, depth)
        text.append(text: ";")
    }

    private mutating func conditional(
        _ condition: Expression, _ then: [Statement], _ otherwise: [Statement], _ indent: Int,
        _ depth: Int
    ) {
        guard depth <= Self.depthMax else { return }
        write(condition, indent + 5, isFirst: true, depth)
        block(then, indent, depth)
        if otherwise.count == 1, case .conditional(let condition, let then, let rest) = otherwise[0]
        {
            text.append(text: " elsif ")
            conditional(condition, then, rest, indent, depth + 1)
        } else if !otherwise.isEmpty {
            text.append(text: " else")
            block(otherwise, indent, depth)
        }
    }

    private mutating func switchOver(_ statement: SwitchStatement, _ indent: Int, _ depth: Int) {
        startLine(indent)
        text.append(text: "switch (")
        write(statement.subject, indent + 2, isFirst: true, depth)
        text.append(text: ") {")
        for place in 0...statement.statements.count {
            for label in statement.labels where label.target == place {
                startLine(indent + 1)
                guard let value = label.value else {
                    text.append(text: "default: ")
                    continue
                }
                text.append(text: "case ")
                if case .constant(let bytes) = value {
                    // ISC writes `case d6:c3:`, and then takes the colon for more of the number.
                    text.append(quoted: bytes)
                } else {
                    write(value, indent + 2, isFirst: true, depth)
                }
                text.append(text: ":")
            }
            if place < statement.statements.count {
                write([statement.statements[place]], indent + 2, depth + 1)
            }
        }
        startLine(indent)
        text.append(text: "}")
    }

    // MARK: - Expressions

    /// `isFirst` is false after a comma or `=`, where data functions begin a new line.
    private mutating func write(
        _ value: Expression, _ indent: Int, isFirst: Bool, _ depth: Int
    ) {
        guard depth <= Self.depthMax else { return }
        if !isFirst, value.beginsLine { startLine(indent) }
        if let plain = value.plainWord {
            token(Array(literal: plain), indent)
            return
        }
        switch value {
        case .constant(let bytes): token(Self.constant(bytes), indent)
        case .number(let number):
            var digits: [UInt8] = []
            digits.append(decimal: UInt64(number))
            token(digits, indent)
        case .option(let option): named("option ", option)
        case .configOption(let option): named("config-option ", option)
        case .exists(let option): named("exists ", option)
        case .variable(let name): token(name, indent)
        case .hostLookup(let name, _):
            text.append(text: "gethostbyname (")
            text.append(quoted: name)
            text.append(text: ")")
        case .defined(let name): call("defined", [.variable(name)], depth)
        case .checkClasses: text.append(text: "check \"default\"")
        case .concat(let parts): concat(parts[...], depth)
        case .call(let name, let arguments): call(name, arguments, depth, indent: indent)
        case .not(let inner):
            text.append(text: "not ")
            grouped(inner, indent, depth)
        default: operation(value, indent, depth)
        }
    }

    private mutating func operation(_ value: Expression, _ indent: Int, _ depth: Int) {
        switch value {
        case .and(let left, let right): joined(left, " and ", right, indent, depth)
        case .or(let left, let right): joined(left, " or ", right, indent, depth)
        case .equal(let left, let right): infix(left, " = ", right, indent, depth)
        case .notEqual(let left, let right): infix(left, " != ", right, indent, depth)
        case .matches(let left, let right, let ignoresCase):
            infix(left, ignoresCase ? " ~~ " : " ~= ", right, indent, depth)
        case .arithmetic(let sign, let left, let right):
            infix(left, sign.word, right, indent, depth)
        case .packet(let offset, let length): call("packet", [offset, length], depth)
        case .substring(let data, let offset, let length):
            call("substring", [data, offset, length], depth)
        case .suffix(let data, let length): call("suffix", [data, length], depth)
        case .lowercase(let data): call("lcase", [data], depth)
        case .uppercase(let data): call("ucase", [data], depth)
        case .reverse(let width, let data): call("reverse", [width, data], depth)
        case .pick(let values): call("pick-first-value", values, depth)
        case .binaryToASCII(let base, let width, let separator, let data):
            call("binary-to-ascii", [base, width, separator, data], depth)
        case .encodeInteger(let number, let bits): sized("encode-int (", number, bits, depth)
        case .extractInteger(let data, let bits): sized("extract-int (", data, bits, depth)
        case .relay(let hop, let data): call("v6relay", [hop, data], depth)
        default: break
        }
    }

    /// `and` and `or` bind equally, from the left.
    private mutating func joined(
        _ left: Expression, _ sign: StaticString, _ right: Expression, _ indent: Int, _ depth: Int
    ) {
        write(left, indent, isFirst: true, depth + 1)
        text.append(text: sign)
        grouped(right, indent, depth)
    }

    private mutating func grouped(_ value: Expression, _ indent: Int, _ depth: Int) {
        if value.isJoined { text.append(text: "(") }
        write(value, indent, isFirst: true, depth + 1)
        if value.isJoined { text.append(text: ")") }
    }

    private mutating func infix(
        _ left: Expression, _ sign: StaticString, _ right: Expression, _ indent: Int, _ depth: Int
    ) {
        write(left, indent, isFirst: true, depth + 1)
        text.append(text: sign)
        write(right, indent, isFirst: !right.beginsLineAsOperand, depth + 1)
    }

    private mutating func call(_ name: StaticString, _ arguments: [Expression], _ depth: Int) {
        call(Array(literal: name), arguments, depth)
    }

    /// Arguments on new lines stand under the first one, or at `indent` (ISC: functions of the
    /// configuration).
    private mutating func call(
        _ name: [UInt8], _ arguments: [Expression], _ depth: Int, indent: Int? = nil
    ) {
        text.append(contentsOf: name)
        text.append(text: " (")
        let inner = indent ?? column
        var isFirst = true
        for argument in arguments {
            if !isFirst { text.append(text: ", ") }
            write(argument, inner, isFirst: isFirst, depth + 1)
            isFirst = false
        }
        text.append(text: ")")
    }

    /// ISC joins two at a time, the first two innermost.
    private mutating func concat(_ parts: ArraySlice<Expression>, _ depth: Int) {
        guard parts.count > 2, depth <= Self.depthMax else {
            call("concat", Array(parts), depth)
            return
        }
        text.append(text: "concat (")
        let inner = column
        concat(parts.dropLast(), depth + 1)
        text.append(text: ", ")
        if let last = parts.last { write(last, inner, isFirst: false, depth + 1) }
        text.append(text: ")")
    }

    private mutating func sized(
        _ name: StaticString, _ value: Expression, _ bits: UInt8, _ depth: Int
    ) {
        text.append(text: name)
        write(value, column, isFirst: true, depth + 1)
        text.append(text: ",  ")
        text.append(decimal: UInt64(bits))
        text.append(text: ")")
    }

    private mutating func named(_ word: StaticString, _ option: OptionReference) {
        text.append(text: word)
        name(option)
    }

    /// `NAME`, or `SPACE.NAME` outside the space of DHCPv4.
    private mutating func name(_ option: OptionReference) {
        if option.space != .dhcp {
            text.append(contentsOf: options[option.space].name)
            text.append(text: ".")
        }
        if let definition = options.definition(option) {
            text.append(contentsOf: definition.name)
        } else {
            text.append(text: "unknown-")
            text.append(decimal: UInt64(option.code))
        }
    }

    /// A string if all of it shows, else hexadecimal bytes.
    private static func constant(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        if bytes.allSatisfy(\.isPrintable) {
            text.append(quoted: bytes)
        } else {
            text.append(colonHex: bytes)
        }
        return text
    }

    /// Appends a word that is not broken, on a new line if it would pass the edge.
    private mutating func token(_ token: [UInt8], _ indent: Int) {
        if column + token.count > Self.columnsMax, column > indent { startLine(indent) }
        text.append(contentsOf: token)
    }

    private mutating func startLine(_ indent: Int) {
        text.append(UInt8(ascii: "\n"))
        lineStart = text.count
        for _ in 0..<indent { text.append(UInt8(ascii: " ")) }
    }
}

extension Expression {
    /// True for what ISC puts at the beginning of a line unless it is a first operand.
    fileprivate var beginsLine: Bool {
        switch self {
        case .concat, .option, .configOption, .substring, .suffix, .reverse, .pick, .binaryToASCII,
            .encodeInteger, .extractInteger:
            true
        default: false
        }
    }

    /// After `=` and the like only functions do.
    fileprivate var beginsLineAsOperand: Bool {
        switch self {
        case .option, .configOption: false
        default: beginsLine
        }
    }

    /// True for `and` and `or`.
    fileprivate var isJoined: Bool {
        switch self {
        case .and, .or: true
        default: false
        }
    }

    /// Expressions that are one word.
    fileprivate var plainWord: StaticString? {
        switch self {
        case .hardware: "hardware"
        case .leasedAddress: "leased-address"
        case .hostDeclarationName: "host-decl-name"
        case .filename: "filename"
        case .serverName: "server-name"
        case .hostname: "gethostname()"
        case .null: "null"
        case .leaseTime: "lease-time"
        case .clientState: "client-state"
        case .known: "known"
        case .isStatic: "static"
        default: nil
        }
    }
}

extension Expression.Arithmetic {
    fileprivate var word: StaticString {
        switch self {
        case .add: " + "
        case .divide: " / "
        case .multiply: " * "
        case .remainder: " % "
        case .and: " & "
        case .or: " | "
        case .xor: " ^ "
        }
    }
}

extension OptionOperation {
    fileprivate var word: StaticString {
        switch self {
        case .supersede, .send: "supersede"
        case .setDefault: "default"
        case .append: "append"
        case .prepend: "prepend"
        }
    }
}

extension LogPriority {
    fileprivate var word: StaticString {
        switch self {
        case .fatal: "fatal"
        case .error: "error"
        case .debug: "debug"
        case .info: "info"
        }
    }
}
