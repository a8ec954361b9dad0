import ConfParser
import FixtureFiles
import Testing

/// The reading part of every case of `Fixtures/syntax`; what evaluation adds is tested with the
/// server.
@Suite struct FixtureTests {
    static let folder = fixtures("syntax")
    static let trailer = """

        If you think you have received this message due to a bug rather
        than a configuration issue please read the section on submitting
        bugs on either our web page at www.isc.org or in the README file
        before submitting a bug.  These pages explain the proper
        process and the information we find helpful for debugging.

        exiting.
        """

    private static func load(_ path: [UInt8]) -> LoadedFile {
        let name = String(decoding: path, as: UTF8.self)
        guard !name.isEmpty, let bytes = contents(folder + "/" + name) else {
            return .failed(Array("No such file or directory".utf8))
        }
        return .bytes(bytes)
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func everyCaseReadsAsTheReferenceDoes() {
        var count = 0
        for name in fileNames(Self.folder) where name.hasSuffix(".conf") || name.hasSuffix(".conf6")
        {
            count += 1
            check(name)
        }
        #expect(count > 800)
    }

    private func check(_ name: String) {
        let isV6 = name.hasSuffix("6")
        let base = String(name.prefix { $0 != "." })
        guard let expectation = contents(Self.folder + "/" + base + ".expect") else {
            Issue.record("\(name): no expectation")
            return
        }
        let wanted = Array(Self.lines(expectation).dropFirst())
        let outcome = parseConfiguration(
            path: Array(name.utf8), family: isV6 ? .v6 : .v4, load: Self.load)
        // What evaluation says between the lines is tested with the server.
        let isEvaluated = outcome.messages.contains {
            if case .evaluation = $0 { true } else { false }
        }
        guard !isEvaluated else { return }
        var text: [UInt8] = []
        for line in outcome.messages.flatMap(\.lines) { text += line + [10] }
        var end = outcome.fatal
        if end == nil, outcome.hasErrors {
            end = Array("Configuration file errors encountered -- exiting".utf8)
        }
        if let end {
            text += end + [10] + Array(Self.trailer.utf8) + [10]
            #expect(Self.lines(text) == wanted, "\(name)")
            return
        }
        let said = Array(Self.lines(text).dropLast())
        #expect(Array(wanted.prefix(said.count)) == said, "\(name)")
        // A case that fails while reading must not get here.
        #expect(!wanted.contains("Configuration file errors encountered -- exiting"))
        if let leases = contents(Self.folder + "/" + base + ".leases") {
            checkLeases(name, leases, outcome.tree, isV6: isV6, wanted)
        }
    }

    /// Lines that the lease store and the evaluator add, not the reader.
    private static let storeLines = [
        "Wrote ", "Lease file test", "No pool found", "Lease with bogus", "lease 10.",
        "data: ",
    ]

    private func checkLeases(
        _ name: String, _ leases: [UInt8], _ tree: ConfigurationTree, isV6: Bool,
        _ wanted: [String]
    ) {
        var reader = LeaseFileReader(
            bytes: leases, path: Array("@LEASES@".utf8), family: isV6 ? .v6 : .v4, tree: tree,
            load: Self.load)
        var text: [UInt8] = []
        while let item = reader.next() {
            guard case .message(let message) = item else { continue }
            for line in message.lines { text += line + [10] }
        }
        if let fatal = reader.fatal { text += fatal + [10] + Array(Self.trailer.utf8) + [10] }
        let start = wanted.firstIndex { $0.hasPrefix("PID file") } ?? 0
        var rest: [String] = []
        var isQuote = 0
        for line in wanted.dropFirst(start + 1).dropLast() {
            // A quoted line may look like one of the store's.
            let isStore = Self.storeLines.contains { line.hasPrefix($0) }
            if isQuote == 0, isStore { continue }
            // Here the writer of the lease file ends the server.
            if line.hasPrefix("bogus statement type") { break }
            isQuote = line.hasPrefix("@LEASES@ line") ? 2 : max(isQuote - 1, 0)
            rest.append(line)
        }
        #expect(Array(Self.lines(text).dropLast()) == rest, "\(name)")
    }
}
