import FixtureFiles
import Testing

@testable import ConfParser

/// A generator that is the same in every run.
private struct Chance {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

@Suite struct FuzzTests {
    @Test(arguments: 0..<8) func anyBytesAreReadToTheEnd(_ seed: Int) {
        var chance = Chance(state: UInt64(seed) &* 7919 &+ 1)
        for _ in 0..<40 {
            let bytes = (0..<chance.next(600)).map { _ in UInt8(chance.next(256)) }
            _ = fuzzConfiguration(bytes)
            _ = fuzzLeaseFile(bytes)
        }
    }

    /// Words of the language in any order reach far more places than bytes do.
    @Test(arguments: 0..<8) func anyWordsAreReadToTheEnd(_ seed: Int) {
        var words = [UInt8](literal: KeywordTable.words).split(separator: 10)
            .map { Array($0.prefix { $0 != 32 }) }
        let marks = [
            "{", "}", ";", "(", ")", ",", "=", ".", "/", ":", "\"again\"", "10.0.0.1",
            "2001:db8::", "64", "-1", "x", "\n", "fixed", "\"", "\\x4", "0x", "!", "~", "%",
        ]
        for _ in 0..<12 { words += marks.map { Array($0.utf8) } }
        var chance = Chance(state: UInt64(seed) &* 104_729 &+ 3)
        for _ in 0..<40 {
            var bytes: [UInt8] = []
            for _ in 0..<chance.next(250) { bytes += words[chance.next(words.count)] + [32] }
            _ = fuzzConfiguration(bytes)
            _ = fuzzLeaseFile(bytes)
        }
    }

    /// Fixtures with bytes changed, taken away and put in.
    @Test(arguments: 0..<4) func changedFixturesAreReadToTheEnd(_ seed: Int) {
        let folder = fixtures("syntax")
        let names = fileNames(folder).filter { !$0.hasSuffix(".expect") }
        var chance = Chance(state: UInt64(seed) &* 15_485_863 &+ 5)
        for _ in 0..<100 {
            guard var bytes = contents(folder + "/" + names[chance.next(names.count)]),
                !bytes.isEmpty, bytes.count < 4000
            else { continue }
            for _ in 0...chance.next(6) where !bytes.isEmpty {
                let index = chance.next(bytes.count)
                switch chance.next(3) {
                case 0: bytes[index] = UInt8(chance.next(256))
                case 1: bytes.remove(at: index)
                default: bytes.insert(Array("{};\"(=-0x".utf8)[chance.next(9)], at: index)
                }
            }
            _ = fuzzConfiguration(bytes)
            _ = fuzzLeaseFile(bytes)
        }
    }

    @Test func depthHasALimit() {
        let deep = String(repeating: "group { ", count: 5000)
        #expect(parse(deep).fatal != nil)
        let parentheses = "set v1 = " + String(repeating: "(", count: 5000)
        #expect(parse(parentheses).fatal != nil)
        let sum = "set v1 = extract-int (\"a\", 8)" + String(repeating: " + 1", count: 5000) + ";"
        #expect(parse(sum).fatal != nil)
        let nots = "if " + String(repeating: "not ", count: 5000)
        #expect(parse(nots).fatal != nil)
        let branches = "if known { }" + String(repeating: " elsif known { }", count: 1500)
        #expect(!parse(branches).hasErrors)
    }

    @Test func anIncludeLoopEnds() {
        let outcome = parseConfiguration(path: bytes("a"), family: .v4) { _ in
            .bytes(bytes("include \"a\";"))
        }
        #expect(outcome.fatal != nil)
    }
}
