import ConfParser
import FixtureFiles
import Server
import Testing
import Wire

/// Every expression, function and statement gives what the reference server gave: the tables of
/// `Fixtures/evaluation`, which `Tests/Differential/evaluation` records.
@Suite struct EvaluationTableTests {
    struct Row {
        var text: String
        /// What was said, `nil` if the reference server was killed by it.
        var lines: [String]? = []
        var passes = true
    }

    private static func rows(of table: String) -> [Row] {
        guard let bytes = contents(fixtures("evaluation/" + table)) else { return [] }
        var rows: [Row] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            guard let last = rows.indices.last, text.hasPrefix(">") || text.hasPrefix("!") else {
                if !text.hasPrefix("#") { rows.append(Row(text: text)) }
                continue
            }
            if text.hasPrefix("!signal") {
                rows[last].lines = nil
            } else if text.hasPrefix("!") {
                rows[last].passes = false
            } else {
                rows[last].lines?.append(String(text.dropFirst()))
            }
        }
        return rows
    }

    @Test(arguments: [
        "arithmetic", "comparisons", "constants", "contexts", "integers", "logic", "mixed",
        "options", "regex", "statements", "substring", "transforms", "types", "variables",
    ])
    func givesWhatWasRecorded(_ table: String) {
        let rows = Self.rows(of: table + ".txt")
        #expect(rows.count > 40, "\(table)")
        for row in rows {
            let result = check(row.text, names: ["localhost": [IPv4Address(127, 0, 0, 1)]])
            guard let wanted = row.lines else { continue }
            // The three lines with the paths are the last of a configuration that passes.
            let said = result.passes ? Array(result.lines.dropLast(3)) : result.lines
            #expect(said == wanted, "\(table): \(row.text)")
            #expect(result.passes == row.passes, "\(table): \(row.text)")
        }
    }

    @Test func everyTableIsNamed() {
        #expect(fileNames(fixtures("evaluation")).count == 14)
    }
}
