import ConfParser
import Testing

/// Command lines of omshell; whole sessions are in OmapiClientTests. What is expected here was said
/// by ISC's omshell.
@Suite struct CommandReaderTests {
    private func kinds(_ line: String) -> [CommandToken.Kind] {
        var reader = CommandReader(line: Array(line.utf8))
        var kinds: [CommandToken.Kind] = []
        while kinds.count < 20 {
            kinds.append(reader.next().kind)
            if kinds.last == .end { break }
        }
        return kinds
    }

    private func complaints(_ line: String, _ body: (inout CommandReader) -> Void) -> [String] {
        var reader = CommandReader(line: Array(line.utf8))
        body(&reader)
        return reader.takeComplaints().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func wordsAreCommandsInAnyCase() {
        #expect(kinds("SeT open\n") == [.command(.set), .command(.open), .end])
        #expect(kinds("?\n") == [.command(.help), .end])
        #expect(kinds("host frog") == [.keyword, .name, .end])
    }

    @Test func theLineEndIsAToken() {
        #expect(kinds("\n") == [.end])
        #expect(kinds(" \t 1.a:b = \"x\" ; # y\n").suffix(4) == [.equal, .string, .sign, .end])
        #expect(kinds("a\u{0}b\n") == [.numberOrName, .end])
    }

    /// A token that stands at the end of its line is quoted without it: the line has ended.
    @Test func complaintsQuoteWhatWasRead() {
        let end = complaints("foo\n") { $0.complain(.unknownToken, $0.next().text) }
        #expect(end == ["<STDIN> line 1: unknown token: foo", "", "^"])
        let middle = complaints("\tfoo bar\n") { $0.complain(.unknownToken, $0.next().text) }
        #expect(middle == ["<STDIN> line 1: unknown token: foo", "\tfoo ", "         ^"])
    }

    @Test func complaintsAreAsLongAsTheLine() {
        let word = String(repeating: "x", count: 1022)
        let long = complaints(word + "\n") { $0.complain(.unknownToken, $0.next().text) }
        #expect(long.first?.utf8.count == 1053)
    }

    @Test func nothingIsLeftOfAnOctalEscapeWithoutDigits() {
        var reader = CommandReader(line: Array("\"ab\\0cd\"\n".utf8))
        #expect(reader.next().text == Array("abd".utf8))
    }

    @Test(arguments: [("YWF=\n", 0), ("YWF\n", 3), ("YWE=\n", 0), ("YW=I\n", 3), ("\n", 3)])
    func base64LeavesSomethingOver(line: String, count: Int) {
        #expect(complaints(line) { _ = $0.base64() }.count == count)
    }
}
