/// The buffer where ISC's scanner puts the text of words, numbers, strings and white space, one
/// over the other.
///
/// A malformed escape moves on in it without writing, so a byte of an older token becomes part of
/// the string and is shown in messages; white space at the end of the file shows what stands behind
/// it. Nothing else depends on the buffer, so it is only made when one of these is met.
struct TokenBuffer {
    private var bytes = [UInt8](repeating: 0, count: Lexer.tokenLimit + 2)

    mutating func overwrite(with text: ArraySlice<UInt8>, isTerminated: Bool) {
        let count = min(text.count, bytes.count - 1)
        bytes.replaceSubrange(0..<count, with: text.prefix(count))
        if isTerminated { bytes[count] = 0 }
    }

    subscript(index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
}

extension Lexer {
    /// ISC: a malformed escape stands for what the buffer happens to hold at its place.
    mutating func appendStaleByte() {
        if tokenBuffer == nil { tokenBuffer = replayedBuffer(before: stringStart) }
        scratch.append(tokenBuffer?[scratch.count] ?? 0)
    }

    /// What the buffer holds behind white space that was written over its beginning.
    func staleBytes(behind space: Range<Int>) -> [UInt8] {
        let buffer = tokenBuffer ?? replayedBuffer(before: space.lowerBound)
        return (space.count..<max(space.count, Self.tokenLimit)).lazy.map { buffer[$0] }
            .prefix { $0 != 0 }
    }

    /// The buffer as it was before the token that begins at a place.
    private func replayedBuffer(before place: Int) -> TokenBuffer {
        var replay = Lexer(bytes: bytes, fileName: fileName, fileIndex: fileIndex)
        replay.tokenBuffer = TokenBuffer()
        while replay.offset - (replay.isPushedBack ? 1 : 0) < place { replay.nextRaw() }
        return replay.tokenBuffer ?? TokenBuffer()
    }

    mutating func remember(_ token: Token) {
        // One-character tokens have a buffer of their own; the end of the file writes none.
        guard token.kind != .endOfFile, (256..<0xff00).contains(token.kind.rawValue) else { return }
        let text = self.text(token)
        tokenBuffer?.overwrite(with: text[...], isTerminated: true)
    }
}
