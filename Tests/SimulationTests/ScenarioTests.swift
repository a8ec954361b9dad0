import Glibc
import Simulation
import Testing

/// The scenarios of `Tests/Fixtures/scenarios`, one file each.
@Suite struct ScenarioTests {
    @Test(arguments: Self.names) func plays(_ name: String) throws {
        let text = try #require(Self.read(Self.folder + "/" + name), "no such scenario")
        let failure = Scenario.failure(of: text)
        #expect(failure == nil, "\(name): \(failure ?? "")")
    }

    @Test func scenariosAreFound() { #expect(Self.names.count >= 12) }

    private static var folder: String {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Fixtures/scenarios"
    }

    private static var names: [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self)
            }
            if name.hasSuffix(".txt") { names.append(name) }
        }
        return names.sorted()
    }

    private static func read(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
