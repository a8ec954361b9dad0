import ConfParser
import FixtureFiles
import Testing

/// What `--diagnostics=json` and `--explain` add is well-formed and true, whatever the file.
@Suite struct DiagnosticReportTests {
    private static let folder = fixtures("syntax")

    private static func load(_ path: [UInt8]) -> LoadedFile {
        guard let bytes = contents(folder + "/" + String(decoding: path, as: UTF8.self)) else {
            return .failed(Array("No such file or directory".utf8))
        }
        return .bytes(bytes)
    }

    @Test func everyMessageOfEveryFixtureIsAnObjectInItsFile() {
        var count = 0
        for name in fileNames(Self.folder) where name.hasSuffix(".conf") || name.hasSuffix(".conf6")
        {
            let family: ProtocolFamily = name.hasSuffix("6") ? .v6 : .v4
            let plain = parseConfiguration(
                path: Array(name.utf8), family: family, load: Self.load)
            let outcome = parseConfiguration(
                path: Array(name.utf8), family: family, explains: true, load: Self.load)
            #expect(plain.messages.map(\.lines) == outcome.messages.map(\.lines), "\(name)")
            #expect(plain.fatal == outcome.fatal, "\(name)")
            count += check(outcome.messages, name) { Self.load($0) }
            if let notice = outcome.fatalNotice { check(DiagnosticReport(notice), name, Self.load) }
            let base = String(name.prefix { $0 != "." })
            guard let leases = contents(Self.folder + "/" + base + ".leases") else { continue }
            count += checkLeases(leases, outcome.tree, family, name)
        }
        #expect(count > 900)
    }

    private func checkLeases(
        _ bytes: [UInt8], _ tree: ConfigurationTree, _ family: ProtocolFamily, _ name: String
    ) -> Int {
        var reader = LeaseFileReader(
            bytes: bytes, path: Array("leases".utf8), family: family, tree: tree, explains: true)
        var messages: [ParseMessage] = []
        while let item = reader.next() {
            if case .message(let message) = item { messages.append(message) }
        }
        return check(messages, name) { _ in .bytes(bytes) }
    }

    private func check(
        _ messages: [ParseMessage], _ name: String, _ load: ([UInt8]) -> LoadedFile
    ) -> Int {
        for message in messages {
            guard let report = message.report else { continue }
            check(report, name, load)
            #expect(report.range != nil, "\(name)")
            if case .diagnostic(let diagnostic) = message, diagnostic.line > 0 {
                #expect(report.range?.line == diagnostic.line, "\(name): \(report)")
            }
        }
        return messages.count
    }

    private func check(
        _ report: DiagnosticReport, _ name: String, _ load: ([UInt8]) -> LoadedFile
    ) {
        var text = JSONText(report.json)
        let object = text.object()
        let keys = ["file", "line", "column", "end", "endLine", "severity", "id", "message"]
        #expect(keys.allSatisfy { object?[$0] != nil }, "\(name): \(report)")
        if let hint = report.hint { #expect(!hint.contains(10), "\(name): \(report)") }
        guard let range = report.range, case .bytes(let bytes) = load(range.file) else { return }
        #expect(Self.contains(bytes, range.line, range.column), "\(name): \(report)")
        #expect(Self.contains(bytes, range.endLine, range.endColumn), "\(name): \(report)")
        #expect(
            (range.line, range.column) <= (range.endLine, range.endColumn), "\(name): \(report)")
        if let related = report.related, case .bytes(let bytes) = load(related.file) {
            #expect(Self.contains(bytes, related.line, related.column), "\(name): \(report)")
        }
    }

    /// True if the line is there and has the column, or ends before it.
    private static func contains(_ bytes: [UInt8], _ line: UInt32, _ column: UInt32) -> Bool {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        guard line >= 1, column >= 1, line <= lines.count else { return false }
        return Int(column) <= lines[Int(line) - 1].count + 1
    }

    @Test func anyBytesGiveJSON() throws {
        for byte in UInt8.min...UInt8.max {
            let name = [0x22, byte, byte, 0x22]
            let text = bytes("subclass ") + name + bytes(" 1;\nadd ") + name + bytes(";\n")
            let outcome = parseConfiguration(path: [byte], family: .v4, explains: true) { _ in
                .bytes(text)
            }
            for message in outcome.messages {
                let report = try #require(message.report)
                var json = JSONText(report.json)
                #expect(json.object() != nil, "\(byte)")
                #expect(!report.json.contains(10))
            }
        }
    }

    @Test func nothingIsExplainedUnlessAsked() {
        for message in parse("foo bar;\nhost a { }\nhost a { }\n").messages {
            guard case .diagnostic(let diagnostic) = message else { continue }
            #expect(diagnostic.details == nil)
        }
    }

    /// A file of errors is explained in bounded time.
    @Test func explanationsEnd() {
        var text = ""
        for number in 0..<3000 { text += "subclass \"class-\(number)\" 1;\n" }
        let outcome = parseConfiguration(path: bytes("t"), family: .v4, explains: true) { _ in
            .bytes(bytes("class \"clazz-1\" { match hardware; }\n" + text))
        }
        let explained = outcome.messages.filter { $0.report?.suggestion != nil }
        #expect(outcome.messages.count == 3000)
        #expect(explained.count <= 1000 && explained.count > 0)
    }

    @Test func idsStay() {
        let names = Set(DiagnosticID.allCases.map(\.name) + NoticeID.allCases.map(\.rawValue))
        for name in names {
            let isPlain = name.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
            #expect(isPlain && name.count < 48, "\(name)")
        }
        let page = fixtures("../../man/dhcpd-diagnostics.7")
        let text = String(decoding: contents(page) ?? [], as: UTF8.self)
        // What the page has to have, to be copied from here.
        #expect(text.contains(Self.table), "\(Self.table)")
    }

    /// The table of the manual page: every id with its texts.
    private static var table: String {
        var texts: [String: [String]] = [:]
        for id in DiagnosticID.allCases {
            let text = id.rawValue.split(separator: "\n").first.map(String.init) ?? ""
            texts[id.name, default: []].append(text)
        }
        var lines = ""
        for name in texts.keys.sorted() {
            lines += ".It Li \(name)\n"
            let unique = Set(texts[name] ?? []).sorted()
            lines += unique.map { "\\&" + $0 }.joined(separator: "\n.br\n") + "\n"
        }
        lines += ".El\n.Ss Other messages\n.Bl -column \"threshold-logging-disabled\" \"warning\"\n"
        for id in NoticeID.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            lines += ".It Li \(id.rawValue) Ta \(id.severity.rawValue)\n"
        }
        return lines
    }
}
