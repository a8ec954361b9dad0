import Wire

/// Bytes to tokens, with the positions that dhcpd prints (diagnostics.md §2.1).
///
/// ISC remembers the text of two lines in buffers and pushes bytes back without unreading them; the
/// columns and quoted texts of its messages follow from that. Here the buffers are ranges of the
/// source.
struct Lexer {
    let bytes: [UInt8]
    /// The name that messages give.
    let fileName: [UInt8]
    let fileIndex: UInt16
    private let keywords = KeywordTable.shared

    /// Next byte that was never read.
    var offset = 0
    /// True if the byte before `offset` is to be read again.
    var isPushedBack = false
    /// A line end is a token of its own, as for the commands of omshell.
    let endsLines: Bool
    /// Line of `offset`, from 1.
    var line: UInt32 = 1
    /// Where the two line buffers begin and, for the inactive one, end.
    var activeStart = 0
    private var inactiveStart = 0
    private var inactiveEnd = 0
    var activeBuffer = 0
    /// Bytes 0xff on this line, which have no column.
    var uncounted = 0

    /// P of diagnostics.md §2.1: the last consumed token.
    var tokenLine: UInt32 = 0
    var tokenColumn: UInt32 = 0
    /// Q: the token looked ahead.
    private var peekedLine: UInt32 = 0
    private var peekedColumn: UInt32 = 0
    /// Where the tokens of P and Q really begin.
    private(set) var tokenStart = 0
    private var peekedStart = 0
    /// T: which of the two buffers a message quotes.
    var quotedBuffer = 0
    var peeked: Token?

    private var lastSpace: Token?
    /// White space that the file ended with, when it is shown for the end of the file.
    private var finalSpace: Range<Int>?
    private var lastToken = Token(kind: .endOfFile, start: 0, end: 0, isInScratch: false)

    /// Text of the last string that had escapes.
    var scratch: [UInt8] = []
    /// What ISC's token buffer holds; kept once a string has been seen that shows it.
    var tokenBuffer: TokenBuffer?
    /// The quotation mark that begins the last string.
    var stringStart = 0

    /// Complaints and log lines so far, of this file and of what it includes.
    var messages: [ParseMessage] = []
    /// Complaints about this file and what it includes.
    var errorCount = 0
    /// Set by an error that ends reading; from then on there is only the end of the file.
    private(set) var fatal: [UInt8]?
    private(set) var fatalNotice: Notice?
    /// Messages tell their real position.
    var wantsDetails = false

    /// Most bytes of content in a token, and of white space in a row (ISC: a buffer of 1500).
    static let tokenLimit = 1499

    init(bytes: [UInt8], fileName: [UInt8], fileIndex: UInt16, endsLines: Bool = false) {
        self.bytes = bytes
        self.fileName = fileName
        self.fileIndex = fileIndex
        self.endsLines = endsLines
    }
}

// MARK: - Reporting

extension Lexer {
    /// Reports a complaint about the last consumed token.
    mutating func report(_ id: DiagnosticID, _ arguments: [[UInt8]] = []) {
        guard fatal == nil else { return }
        errorCount += 1
        let line =
            quotedBuffer == activeBuffer
            ? bytes[activeStart..<offset] : bytes[inactiveStart..<inactiveEnd]
        let quoted = line.lazy.filter { $0 != 0xff }.prefix(80).prefix { $0 != 0 }
        messages.append(
            .diagnostic(
                Diagnostic(
                    id: id, arguments: arguments, file: fileName, line: tokenLine,
                    column: tokenColumn, quoted: Array(quoted),
                    details: wantsDetails ? DiagnosticDetails(range: consumedRange) : nil)))
    }

    /// Adds a warning, or news.
    mutating func notice(_ id: NoticeID, _ line: [UInt8]) { notice(Notice(id, line)) }

    /// Adds a warning, or news, about the last consumed token.
    mutating func notice(_ notice: Notice) {
        guard fatal == nil else { return }
        var notice = notice
        notice.range = wantsDetails ? consumedRange : nil
        messages.append(.notice(notice))
    }

    /// Leaves an expression to those who can evaluate it.
    mutating func evaluate(_ evaluation: IdentifierEvaluation) {
        guard fatal == nil else { return }
        messages.append(.evaluation(evaluation))
    }

    /// Adds a plain log line.
    mutating func log(_ line: [UInt8]) {
        guard fatal == nil else { return }
        messages.append(.log(line))
    }

    /// Ends reading.
    mutating func stop(_ id: NoticeID, _ message: [UInt8]) {
        stop(Notice(id, message, range: wantsDetails ? consumedRange : nil))
    }

    /// Ends reading with what ended an included file.
    mutating func stop(_ notice: Notice) {
        if fatal == nil { (fatal, fatalNotice) = (notice.text, notice) }
        peeked = nil
    }

    /// Where the last consumed token stands; the column is ISC's unless details are wanted.
    var position: SourcePosition {
        let column = wantsDetails ? consumedRange.column : tokenColumn
        return SourcePosition(
            file: fileIndex, line: tokenLine,
            column: UInt16(truncatingIfNeeded: min(column, 65_535)))
    }
}

// MARK: - Consuming and looking ahead

extension Lexer {
    /// The kind of the token consumed last or looked ahead.
    var lastKind: TokenKind { lastToken.kind }

    /// True when nothing is left; a byte 0xff looks like the end of the file but is not.
    var isAtEnd: Bool { offset >= bytes.count && !isPushedBack }

    /// Consumes a token.
    @discardableResult
    mutating func next() -> Token {
        if let token = peeked, token.kind != .whitespace {
            return consumePeeked(token)
        }
        peeked = nil
        var token = scan()
        while token.kind == .whitespace {
            quotedBuffer = activeBuffer
            token = scan()
        }
        quotedBuffer = activeBuffer
        return token
    }

    /// Looks at the next token.
    mutating func peek() -> Token {
        if let token = peeked, token.kind != .whitespace { return token }
        let (line, column, start) = (tokenLine, tokenColumn, tokenStart)
        var token = scan()
        while token.kind == .whitespace { token = scan() }
        return keepPeeked(token, line, column, start)
    }

    /// As ``next()``, but white space is a token too.
    @discardableResult
    mutating func nextRaw() -> Token {
        if let token = peeked { return consumePeeked(token) }
        let token = scan()
        quotedBuffer = activeBuffer
        return token
    }

    /// As ``peek()``, but white space is a token too.
    mutating func peekRaw() -> Token {
        if let token = peeked { return token }
        let (line, column, start) = (tokenLine, tokenColumn, tokenStart)
        let token = scan()
        return keepPeeked(token, line, column, start)
    }

    private mutating func consumePeeked(_ token: Token) -> Token {
        if peekedLine != tokenLine { quotedBuffer = activeBuffer }
        (tokenLine, tokenColumn, tokenStart) = (peekedLine, peekedColumn, peekedStart)
        peeked = nil
        return token
    }

    private mutating func keepPeeked(
        _ token: Token, _ line: UInt32, _ column: UInt32, _ start: Int
    ) -> Token {
        if tokenLine != line { quotedBuffer = 1 - activeBuffer }
        (peekedLine, peekedColumn, peekedStart) = (tokenLine, tokenColumn, tokenStart)
        (tokenLine, tokenColumn, tokenStart) = (line, column, start)
        // ISC: the token of a NUL byte has the number that stands for none, so it is lost here.
        peeked = token.kind.rawValue == 0 ? nil : token
        return token
    }

    /// The text of the token scanned last; of an earlier one only if it is no string.
    func text(_ token: Token) -> [UInt8] {
        if token.kind == .endOfFile, let finalSpace {
            return bytes[finalSpace] + staleBytes(behind: finalSpace)
        }
        return token.isInScratch ? scratch : Array(bytes[token.start..<token.end])
    }

    /// The text as a part of the source; `nil` for strings with escapes.
    func sourceRange(_ token: Token) -> Range<Int>? {
        token.isInScratch ? nil : token.start..<token.end
    }

    /// True if the token, which is no string, has this text.
    func hasText(_ token: Token, _ text: [UInt8]) -> Bool {
        guard !token.isInScratch, token.end - token.start == text.count else { return false }
        for index in text.indices where bytes[token.start + index] != text[index] { return false }
        return true
    }

    /// True if the token has this text.
    func isText(_ token: Token, _ text: StaticString) -> Bool {
        self.text(token).elementsEqual([UInt8](literal: text))
    }
}

// MARK: - Scanning

extension Lexer {
    /// Makes a token of this line, recognised by its bytes, the last one consumed; the byte behind
    /// it is read ahead.
    @inline(__always)
    mutating func consumePlain(_ token: Token) {
        (tokenLine, tokenStart) = (line, token.start)
        tokenColumn = UInt32(truncatingIfNeeded: token.start - activeStart - uncounted + 1)
        quotedBuffer = activeBuffer
        (lastToken, lastSpace) = (token, nil)
        offset = token.end + 1
        isPushedBack = true
    }

    /// Makes a semicolon of this line, which had been read ahead, the last token consumed.
    @inline(__always)
    mutating func consumeSemicolon(before end: Int) {
        offset = end
        isPushedBack = false
        (tokenLine, tokenStart, quotedBuffer) = (line, end - 1, activeBuffer)
        tokenColumn = UInt32(truncatingIfNeeded: end - activeStart - uncounted + 1)
        lastToken = Token(kind: .semicolon, start: end - 1, end: end, isInScratch: false)
        lastSpace = nil
    }

    private mutating func scan() -> Token {
        let token = scanToken()
        if tokenBuffer != nil { remember(token) }
        if token.kind == .whitespace {
            lastSpace = token
        } else {
            (lastToken, lastSpace) = (token, nil)
        }
        return token
    }

    /// ISC: messages about the end of the file name what its token buffer holds then: the token
    /// before it, or the white space before a comment. White space that ends with the file is no
    /// token, and stands over the beginning of a longer word.
    private mutating func endOfFile(after space: Token? = nil) -> Token {
        var end = lastSpace ?? lastToken
        end.kind = .endOfFile
        guard let space,
            lastSpace != nil || !lastToken.isInScratch && lastToken.kind.rawValue >= 256
        else { return end }
        finalSpace = space.start..<space.end
        return end
    }

    private mutating func scanToken() -> Token {
        while true {
            let startLine = line
            let startColumn = UInt32(truncatingIfNeeded: offset - activeStart - uncounted + 1)
            guard fatal == nil, let byte = read() else {
                return endOfFile()
            }
            let start = offset - 1
            if isWhitespace(byte) { return scanWhitespace(start) }
            if byte == UInt8(ascii: "#") {
                skipLine(from: byte)
                continue
            }
            (tokenLine, tokenColumn, tokenStart) = (startLine, startColumn, start)
            if byte == UInt8(ascii: "\"") { return scanString() }
            if byte.isASCIIDigit || byte == UInt8(ascii: "-") { return scanNumber(start) }
            if byte.isASCIILetter { return scanWord(start) }
            return Token(
                kind: TokenKind(character: byte), start: start, end: start + 1, isInScratch: false)
        }
    }

    @inline(__always)
    mutating func read() -> UInt8? {
        if isPushedBack {
            isPushedBack = false
            return bytes[offset - 1]
        }
        guard offset < bytes.count else { return nil }
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: "\n") {
            startLine()
        } else if byte == 0xff {
            // ISC takes this byte for the end of the file, once.
            uncounted += 1
            return nil
        }
        return byte
    }

    mutating func startLine() {
        uncounted = 0
        inactiveStart = activeStart
        inactiveEnd = offset - 1
        activeStart = offset
        activeBuffer = 1 - activeBuffer
        line &+= 1
    }

    private mutating func skipLine(from first: UInt8) {
        var byte = first
        while byte != UInt8(ascii: "\n") {
            guard let next = read() else { return }
            byte = next
        }
    }

    /// Reads ahead one byte, which ends a word, number or white space.
    @inline(__always)
    private mutating func readAheadEnd() {
        guard offset < bytes.count else { return }
        // ISC: what looks like the end of the file is not pushed back, so it is lost.
        if read() != nil { isPushedBack = true }
    }

    @inline(__always)
    private func isWhitespace(_ byte: UInt8) -> Bool {
        byte.isSpace && !(endsLines && byte == UInt8(ascii: "\n"))
    }

    private mutating func scanWhitespace(_ start: Int) -> Token {
        var end = start + 1
        while offset < bytes.count, isWhitespace(bytes[offset]) {
            if end - start > Self.tokenLimit { break }
            let byte = bytes[offset]
            offset += 1
            end = offset
            if byte == UInt8(ascii: "\n") { startLine() }
        }
        if end - start > Self.tokenLimit {
            report(.whitespaceTooLong)
            stop(.tooMuchWhitespace, [UInt8](literal: "Exiting"))
        }
        let space = Token(kind: .whitespace, start: start, end: end, isInScratch: false)
        if offset >= bytes.count || bytes[offset] == 0xff {
            _ = read()
            if tokenBuffer != nil {
                tokenBuffer?.overwrite(with: bytes[start..<end], isTerminated: false)
            }
            return endOfFile(after: space)
        }
        readAheadEnd()
        return space
    }

    private mutating func scanWord(_ start: Int) -> Token {
        var hash = KeywordTable.mix(KeywordTable.seed, bytes[start].asciiLowercased)
        var isHex = true
        // Bytes from here to the end were never read, so no line can begin among them.
        while offset < bytes.count, offset - start < Self.tokenLimit {
            let byte = bytes[offset]
            let lower = byte.asciiLowercased
            let letter = lower &- UInt8(ascii: "a")
            if letter < 26 {
                if letter > 5 { isHex = false }
            } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                isHex = false
            } else if !byte.isASCIIDigit {
                break
            }
            hash = KeywordTable.mix(hash, lower)
            offset += 1
        }
        let end = offset
        readAheadEnd()
        if end - start >= Self.tokenLimit, isPushedBack, bytes[offset - 1].isWordByte {
            // ISC loses the byte that did not fit.
            isPushedBack = false
            report(.tokenTooLong)
        }
        let kind =
            keywords.kind(of: bytes, start, end, hash: hash) ?? (isHex ? .numberOrName : .name)
        return Token(kind: kind, start: start, end: end, isInScratch: false)
    }

    private mutating func scanNumber(_ start: Int) -> Token {
        var kind = TokenKind.number
        while offset < bytes.count, offset - start < Self.tokenLimit {
            let byte = bytes[offset]
            let isHex = byte.hexValue != nil
            if kind == .number, byte.isASCIIDigit {
            } else if kind != .name, isHex {
                kind = .numberOrName
            } else if kind == .name, offset - start == 2, isHex, bytes[start] == UInt8(ascii: "0"),
                bytes[start + 1].asciiLowercased == UInt8(ascii: "x")
            {
                kind = .numberOrName
            } else if byte.isWordByte {
                kind = .name
            } else {
                break
            }
            offset += 1
        }
        let end = offset
        readAheadEnd()
        if end - start >= Self.tokenLimit, isPushedBack, bytes[offset - 1].isWordByte {
            isPushedBack = false
            report(.numberTooLong)
        }
        return Token(kind: kind, start: start, end: end, isInScratch: false)
    }
}

extension UInt8 {
    /// Space, TAB, LF, VT, FF, CR.
    @inline(__always)
    var isSpace: Bool { self == 0x20 || self &- 9 < 5 }

    /// What a word is made of after its first letter.
    @inline(__always)
    var isWordByte: Bool {
        isASCIILetter || isASCIIDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
