import Testing

/// The house rules that a machine can check, on the tree as it lies on the disk. The rest are in
/// CONTRIBUTING.md.
@Suite struct TidyTests {
    private let tree = SourceTree()

    @Test func swiftFilesKeepTheRules() throws {
        let files = (tree.files(under: "Sources") + tree.files(under: "Tests")).filter(\.isSwift)
        try #require(files.count > 10, "no sources under \(tree.root)")
        let findings = files.flatMap { SwiftRules($0).findings() }
        for finding in findings { Issue.record("\(finding.description)") }
    }

    /// A fixture nobody names tests nothing. A runner may name the folder instead of each file.
    @Test func fixturesAreUsed() {
        let users = tree.files(under: "Tests").filter { !$0.path.hasPrefix("Tests/Fixtures/") }
        let own = tree.files(under: "Tests/Fixtures").filter { $0.name.hasSuffix(".sh") }
        for fixture in tree.files(under: "Tests/Fixtures") {
            let parts = fixture.path.split(separator: "/").dropFirst(2).map(String.init)
            let stem = String(fixture.name.prefix { $0 != "." })
            let names =
                [stem] + (parts.count > 1 ? ["Fixtures/" + parts[0], "\"\(parts[0])\""] : [])
            let used = (users + own).contains { user in
                user.path != fixture.path
                    && names.contains { !offsets(of: $0, in: user.bytes).isEmpty }
            }
            if !used { Issue.record("\(fixture.path): no test names it") }
        }
    }

    /// Files from other people's sites are measured against where they lie and never copied.
    @Test func nothingOfOthersIsHere() {
        for file in tree.files(under: "Tests/Fixtures") {
            #expect(
                !file.path.contains("/real/") && !file.path.contains("/isc-tests/"), "\(file.path)")
        }
    }
}

/// The rules themselves, on small pieces of source.
@Suite struct TidyRuleTests {
    private func rules(_ source: String, at path: String = "Sources/Wire/X.swift") -> [String] {
        SwiftRules(SourceFile(path: path, bytes: Array(source.utf8))).findings().map(\.rule)
    }

    @Test(arguments: [
        "let x = y as! Z", "let x = try! y()", "fatalError()", "import Foundation",
        "print(1)", "let d = Date()", "let n = Int.random(in: 0..<3)", "let t = time(nil)",
        "let s = \"\\(print(1))\"",
    ])
    func bannedWordIsFound(source: String) {
        #expect(rules(source).count == 1)
    }

    @Test(arguments: [
        "// print(1)", "let s = \"print(1) \\\"fatalError\\\"\"", "/* try! /* as! */ as! */",
        "let s = \"\"\"\n  as!\n  \"\"\"", "let s = #\"as! \" try!\"#", "blueprint(1)",
        "candidate(x)",
        "let s = \"\\(name(\"as!\"))\"",
    ])
    func commentOrLiteralIsNotCode(source: String) {
        #expect(rules(source).isEmpty)
    }

    @Test func roomsDiffer() {
        #expect(rules("import Glibc").count == 1)
        #expect(rules("import Glibc", at: "Sources/dhcpd/Clock.swift").isEmpty)
    }

    @Test func longFunctionIsFound() {
        let body = String(repeating: "    step()\n", count: 69)
        #expect(rules("func f() {\n" + body + "}\n") == ["a function of 71 lines"])
        #expect(rules("func f() {\n" + body.dropLast(11) + "}\n").isEmpty)
        #expect(rules("protocol P {\n    func f()\n}\nstruct S {\n" + body + body + "}\n").isEmpty)
    }

    @Test func publicWantsAComment() {
        #expect(rules("public struct S {}") == ["public without a doc comment"])
        #expect(rules("/// What it is.\n@frozen\npublic struct S {}").isEmpty)
        #expect(rules("public import Wire").isEmpty)
    }

    @Test func longLineAndUnfinishedWorkAreFound() {
        #expect(rules("let x = \"" + String(repeating: "ä", count: 90) + "\"\n").isEmpty)
        #expect(rules("let x = " + String(repeating: "1", count: 100) + "\n").count == 1)
        #expect(rules("// TO" + "DO: all of it\n").count == 1)
    }
}
