import Testing

@testable import ConfParser

@Suite struct LexerTests {
    private func tokens(_ text: String) -> [(UInt16, String)] {
        var lexer = Lexer(bytes: Array(text.utf8), fileName: [], fileIndex: 0)
        var tokens: [(UInt16, String)] = []
        while true {
            let token = lexer.next()
            if token.kind == .endOfFile { return tokens }
            tokens.append((token.kind.rawValue, String(decoding: lexer.text(token), as: UTF8.self)))
        }
    }

    private func kinds(_ text: String) -> [UInt16] { tokens(text).map(\.0) }

    @Test(arguments: [
        ("12", 263), ("-", 263), ("-5", 263), ("1a", 264), ("0x1f", 264), ("0X1F", 264),
        ("0x", 265), ("600s", 265), ("10-5", 265), ("00-11-22", 265), ("\"a\"", 262),
        ("fade", 264), ("x", 264), ("r1", 264), ("ga", 264), ("r1z", 265), ("host", 256),
        ("HOST", 256), ("Default-Lease-Time", 280), ("new", 601), ("client-updates", 601),
        ("host_", 265), (";", 59), ("é", 0xffc3),
    ])
    func aTokenHasItsNumber(_ text: String, _ number: UInt16) {
        #expect(kinds(text).first == number)
    }

    @Test func aNumberIsReadByStates() {
        // One state machine: decimal digits, then hex digits, then anything a word may hold.
        #expect(kinds("12ab").first == 264)
        #expect(kinds("12abg").first == 265)
        #expect(kinds("0xg").first == 265)
        #expect(kinds("1x2").first == 265)
    }

    @Test(arguments: [
        ("\\t\\r\\n\\b", [9, 13, 10, 8]), ("\\101", [65]), ("\\0011", [1, 49]),
        ("\\400", [52, 48, 48]),
        ("\\x41B", [65, 66]), ("\\\"", [34]), ("a\\\nb", [97, 10, 98]), ("", []),
    ])
    func escapesBecomeBytes(_ source: String, _ expected: [Int]) {
        var lexer = Lexer(bytes: bytes("\"" + source + "\""), fileName: [], fileIndex: 0)
        let token = lexer.next()
        #expect(lexer.text(token).map { Int($0) } == expected)
        #expect(lexer.next().kind == .endOfFile)
    }

    @Test func commentsAndSpaceSeparate() {
        #expect(kinds("a # b ; c\n\t\u{b}\u{c}\r d//").count == 4)
    }

    /// diagnostics.md §2.1: a token that follows white space, a word or a number has a column one
    /// too far.
    @Test func columnsAreThoseOfTheReadAhead() {
        var lexer = Lexer(bytes: bytes("ab;cd \"x\"y\n  z"), fileName: [], fileIndex: 0)
        var columns: [UInt32] = []
        var lines: [UInt32] = []
        while lexer.next().kind != .endOfFile {
            columns.append(lexer.tokenColumn)
            lines.append(lexer.tokenLine)
        }
        #expect(columns == [1, 4, 4, 8, 10, 4])
        #expect(lines == [1, 1, 1, 1, 1, 2])
    }

    @Test func lookingAheadDoesNotMoveThePosition() {
        var lexer = Lexer(bytes: bytes("a\nb"), fileName: [], fileIndex: 0)
        lexer.next()
        let before = (lexer.tokenLine, lexer.tokenColumn)
        _ = lexer.peek()
        #expect((lexer.tokenLine, lexer.tokenColumn) == before)
        lexer.next()
        #expect(lexer.tokenLine == 2)
    }

    @Test func tooMuchWhiteSpaceEndsReading() {
        let outcome = parse(String(repeating: " ", count: 1500) + "x;")
        #expect(outcome.complaints == ["whitespace too long, buffer overflow."])
        #expect(outcome.fatal == bytes("Exiting"))
        #expect(parse(String(repeating: " ", count: 1499)).complaints.isEmpty)
    }

    @Test func longTokensAreCut() {
        let word = String(repeating: "z", count: 1600)
        #expect(parse(word + ";").complaints.first == "token larger than internal buffer")
        let number = String(repeating: "1", count: 1600)
        #expect(
            parse("default-lease-time " + number + ";").complaints.first
                == "numeric token larger than internal buffer")
        #expect(
            parse("filename \"" + word + "\";").complaints.first
                == "string constant larger than internal buffer")
    }

    @Test func aByteOfOnesIsAnEndOfFile() {
        // ISC reads bytes as signed characters, so that 0xff is its mark of the end.
        var lexer = Lexer(bytes: [97, 32, 0xff, 98], fileName: [], fileIndex: 0)
        #expect(lexer.next().kind == .numberOrName)
        #expect(lexer.next().kind == .endOfFile)
        #expect(lexer.next().kind == .numberOrName)
    }

    @Test func everyKeywordIsFound() {
        var count = 0
        for line in [UInt8](literal: KeywordTable.words).split(separator: 10) {
            let fields = line.split(separator: 32)
            guard fields.count == 2 else { continue }
            var lexer = Lexer(bytes: Array(fields[0]), fileName: [], fileIndex: 0)
            #expect(UInt32(lexer.next().kind.rawValue) == UInt32(decimal: fields[1]))
            count += 1
        }
        #expect(count > 300)
    }
}
