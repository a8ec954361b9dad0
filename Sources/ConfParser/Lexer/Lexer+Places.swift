/// Real positions, for those who want more than ISC's lines. They are computed for a message and
/// not for a token.
extension Lexer {
    /// The token consumed last. Strings include their quotes.
    var consumedRange: SourceRange {
        let start = tokenLine == 0 ? 0 : tokenStart
        // The token is on this line or, if more was read since, on an earlier one.
        var (lineStart, line) = (activeStart, self.line)
        while lineStart > start, line > 1 {
            lineStart -= 1
            while lineStart > 0, bytes[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
            line -= 1
        }
        let column = UInt32(clamping: start - lineStart + 1)
        var (endLine, endStart) = (line, lineStart)
        let end = tokenLine == 0 ? 0 : consumedEnd
        for index in start..<max(start, end) where bytes[index] == UInt8(ascii: "\n") {
            (endLine, endStart) = (endLine + 1, index + 1)
        }
        return SourceRange(
            file: fileName, line: line, column: column, endLine: endLine,
            endColumn: UInt32(clamping: max(start, end) - endStart + 1))
    }

    /// The byte behind the token consumed last, which has at most ``tokenLimit`` bytes.
    private var consumedEnd: Int {
        guard tokenStart < bytes.count else { return bytes.count }
        let limit = min(bytes.count, tokenStart + Self.tokenLimit)
        var end = tokenStart + 1
        if bytes[tokenStart] == UInt8(ascii: "\"") {
            while end < limit, bytes[end] != UInt8(ascii: "\"") {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            return min(end + 1, bytes.count)
        }
        let first = bytes[tokenStart]
        guard first.isASCIILetter || first.isASCIIDigit || first == UInt8(ascii: "-") else {
            return end
        }
        while end < limit, bytes[end].isWordByte { end += 1 }
        return end
    }

    /// The text of the token consumed last; strings without quotes and with their escapes.
    var consumedText: [UInt8] {
        guard tokenLine > 0, tokenStart < bytes.count else { return [] }
        let text = bytes[tokenStart..<consumedEnd]
        return Array(text.first == UInt8(ascii: "\"") ? text.dropFirst().dropLast() : text)
    }

    /// The text of the token looked ahead.
    var peekedText: [UInt8]? { peeked.map { text($0) } }
}
