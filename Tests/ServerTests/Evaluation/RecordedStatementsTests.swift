import ConfParser
import Server
import Testing
import Wire

/// Every expression and statement gives what the reference server gives.
@Suite struct RecordedStatementsTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var lines: [String]
        var testDescription: String { text }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        for line in recordedStatements.split(separator: "\n") {
            guard let last = cases.indices.last, line.hasPrefix("+ ") || line.hasPrefix(">")
            else {
                cases.append(Case(text: String(line), lines: []))
                continue
            }
            if line.hasPrefix(">") {
                cases[last].lines.append(String(line.dropFirst()))
            } else {
                cases[last].text += line.dropFirst()
            }
        }
        return cases
    }()

    @Test(arguments: cases)
    func givesTheRecordedLines(_ recorded: Case) {
        let result = check(recorded.text)
        #expect(Array(result.lines.dropLast(3)) == recorded.lines)
        #expect(result.passes)
    }

    @Test func coversAllCases() { #expect(Self.cases.count > 100) }
}
