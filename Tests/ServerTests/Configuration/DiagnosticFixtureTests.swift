import ConfParser
import FixtureFiles
import Leases
import Server
import Testing
import Wire

/// `--diagnostics=json` and `--explain` on the cases of `Fixtures/diagnostics`.
@Suite struct DiagnosticFixtureTests {
    private static let folder = fixtures("diagnostics")

    private static let cases = fileNames(folder).filter {
        $0.hasSuffix(".conf") || $0.hasSuffix(".conf6")
    }

    private struct Result {
        var json: [UInt8] = []
        var lines: [UInt8] = []

        mutating func add(_ line: [UInt8]) { lines += line + [10] }
    }

    @Test(arguments: cases)
    func saysWhatIsRecorded(_ name: String) {
        let base = Self.folder + "/" + String(name.prefix { $0 != "." })
        let result = Self.result(of: name, leases: contents(base + ".leases"))
        #expect(Self.text(result.json) == Self.text(contents(base + ".json") ?? []))
        #expect(Self.text(result.lines) == Self.text(contents(base + ".explain") ?? []))
    }

    @Test func thereAreCases() { #expect(Self.cases.count >= 12) }

    private static func text(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func result(of name: String, leases: [UInt8]?) -> Result {
        let family: ProtocolFamily = name.hasSuffix("6") ? .v6 : .v4
        let outcome = parseConfiguration(
            path: Array(name.utf8), family: family, explains: true
        ) { path in
            contents(folder + "/" + String(decoding: path, as: UTF8.self)).map { .bytes($0) }
                ?? .failed(Array("No such file or directory".utf8))
        }
        var surroundings = ConfigurationCheck.Surroundings(
            family: family, configurationPath: Array(name.utf8), leasePath: [], pidPath: [])
        surroundings.isQuiet = true
        surroundings.explains = true
        let check = ConfigurationCheck(outcome, surroundings) { _ in .failed([]) }
        var result = Result()
        for report in check.reports { result.json += report.json + [10] }
        for step in check.steps {
            switch step {
            case .log(_, let line), .complaint(let line): result.add(line)
            case .reopenLog: break
            }
        }
        if let fatal = check.fatal { result.add(fatal) }
        if let leases, let configuration = check.configuration {
            read(
                leases, Array((name.prefix { $0 != "." } + ".leases").utf8), configuration,
                outcome.tree, &result)
        }
        return result
    }

    private static func read(
        _ bytes: [UInt8], _ path: [UInt8], _ configuration: Configuration,
        _ tree: ConfigurationTree, _ result: inout Result
    ) {
        var store = LeaseStore(
            pools: configuration.pools.map { PoolDescription(ranges: $0.ranges) }, seed: 1)
        var reader = LeaseFileReader(
            bytes: bytes, path: path, family: .v4, tree: tree, explains: true)
        for message in store.load(&reader, now: Timestamp(1_000_000)).messages {
            for line in message.lines { result.add(line) }
            guard let report = message.report else { continue }
            result.json += report.json + [10]
            if let hint = report.hint { result.add(hint) }
        }
    }
}
