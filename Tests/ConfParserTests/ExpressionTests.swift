import ConfParser
import Testing

@Suite struct ExpressionTests {
    private func expression(_ text: String) -> Expression? {
        guard case .set(_, let value)? = parse("set v1 = \(text);").statements.first else {
            return nil
        }
        return value
    }

    private func condition(_ text: String) -> Expression? {
        guard case .conditional(let value, _, _)? = parse("if \(text) { }").statements.first else {
            return nil
        }
        return value
    }

    private let one = Expression.extractInteger(.constant([1]), bits: 8)

    @Test func bareNumbersAreDataButInNumericPlaces() {
        #expect(expression("10") == .constant([0x10]))
        #expect(expression("1:2:ff") == .constant([1, 2, 255]))
        #expect(expression("encode-int (10, 16)") == .encodeInteger(.number(10), bits: 16))
        #expect(
            expression("extract-int (01, 8) + 5") == .arithmetic(.add, one, .number(5)))
    }

    /// Left grouping, but a stronger operator takes all the rest (config-language.md §5.1).
    @Test func groupingIsAsInTheReference() {
        let base = "extract-int (01, 8)"
        #expect(
            expression("\(base) + 3 * 4")
                == .arithmetic(.multiply, .arithmetic(.add, one, .number(3)), .number(4)))
        #expect(
            expression("\(base) * 3 + 4 * 5")
                == .arithmetic(
                    .multiply, one,
                    .arithmetic(.multiply, .arithmetic(.add, .number(3), .number(4)), .number(5))))
        #expect(
            condition("\"a\" = \"b\" and known or static")
                == .or(
                    .and(.equal(.constant([97]), .constant([98])), .known), .isStatic))
        #expect(
            condition("known and static or \"a\" = \"b\"")
                == .or(.and(.known, .isStatic), .equal(.constant([97]), .constant([98]))))
    }

    @Test func operandsKeepTheirShape() {
        #expect(expression("option host-name") == .option(OptionReference(.dhcp, 12)))
        #expect(
            expression("config-option server.filename")
                == .configOption(OptionReference(.server, 15)))
        #expect(
            expression("substring (hardware, 1, 3)")
                == .substring(.hardware, offset: .number(1), length: .number(3)))
        #expect(
            expression("binary-to-ascii (16, 8, \":\", leased-address)")
                == .binaryToASCII(
                    base: .number(16), width: .number(8), separator: .constant([58]),
                    .leasedAddress))
        #expect(
            expression("pick-first-value (null, filename)") == .pick([.null, .filename]))
        #expect(
            expression("fun (1, known)")
                == .call(bytes("fun"), arguments: [.constant([1]), .known]))
        #expect(expression("other") == .variable(bytes("other")))
        #expect(
            expression("v6relay (1, option dhcp6.interface-id)")
                == .relay(hop: .number(1), .option(OptionReference(.dhcp6, 18))))
        #expect(
            condition("not exists agent.circuit-id")
                == .not(.exists(OptionReference(.agent, 1))))
        #expect(
            condition("option host-name ~~ \"^a\"")
                == .matches(
                    .option(OptionReference(.dhcp, 12)), pattern: .constant(bytes("^a")),
                    ignoresCase: true))
        #expect(condition("check \"default\"") == .checkClasses)
    }

    @Test(arguments: [
        ("known = null", "illegal expression relating different types"),
        ("v-a = known", "expecting data/numeric expression"),
        ("\"a\" ~= v-a", "expecting data expression"),
        ("v-a and \"a\"", "expecting boolean expressions"),
        ("\"a\" + \"b\"", "expecting numeric expressions"),
        ("\"a\" ! \"b\"", "! in boolean context without ="),
        ("\"a\" ~ \"b\"", "expecting ~= or ~~ operator"),
        ("\"a\" =", "expecting right-hand side."),
        ("not \"a\"", "boolean expression expected"),
        ("(known", "right paren expected"),
    ])
    func wrongTypesAreRefused(_ text: String, _ complaint: String) {
        #expect(parse("set v1 = \(text);").complaints.first == complaint)
    }
}
