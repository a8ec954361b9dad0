/// Reads a configuration and what it includes.
///
/// Pure: the bytes of every file come from `load`, nothing is printed and no name is looked up.
/// - Parameter explains: messages come with ``Diagnostic/details``.
public func parseConfiguration(
    path: [UInt8], family: ProtocolFamily, explains: Bool = false,
    load: (_ path: [UInt8]) -> LoadedFile
) -> ParseOutcome {
    let bytes: [UInt8]
    switch load(path) {
    case .bytes(let contents): bytes = contents
    case let failure:
        var outcome = ParseOutcome(tree: ConfigurationTree())
        let notice = Notice(.cannotOpenFile, failure.complaint(path))
        (outcome.fatal, outcome.fatalNotice) = (notice.text, notice)
        return outcome
    }
    return withoutActuallyEscaping(load) { load in
        var tree = ConfigurationTree()
        tree.files = [path]
        var parser = Parser(
            lexer: Lexer(bytes: bytes, fileName: path, fileIndex: 0), family: family, tree: tree)
        parser.load = load
        if explains { parser.explain() }
        parser.parseRoot()
        var outcome = ParseOutcome(tree: parser.tree)
        outcome.messages = parser.lexer.messages
        outcome.hasErrors = parser.lexer.errorCount > 0
        outcome.fatal = parser.lexer.fatal
        outcome.fatalNotice = parser.lexer.fatalNotice
        return outcome
    }
}

extension LoadedFile {
    /// Why there are no bytes, as ISC says it.
    public func complaint(_ path: [UInt8]) -> [UInt8] {
        let (verb, reason): ([UInt8], [UInt8]) =
            switch self {
            case .bytes: ([], [])
            case .failed(let reason): ([UInt8](literal: "open"), reason)
            case .unreadable(let verb, let reason): (verb, reason)
            }
        return [UInt8](literal: "Can't ") + verb + [UInt8](literal: " ")
            + (path.firstIndex(of: 0).map { Array(path[..<$0]) } ?? path)
            + [UInt8](literal: ": ") + reason
    }
}

extension Parser {
    /// The whole file.
    mutating func parseRoot() {
        var block = Block(isAuthoritative: false)
        parseFile(&block, Context(kind: .root, network: nil))
        tree.root = block.takeScope()
    }

    private mutating func parseFile(_ block: inout Block, _ context: Context) {
        while true {
            if peek().kind == .endOfFile {
                next()
                return
            }
            parseStatement(&block, context)
        }
    }

    /// After `include`: the file is read as if its statements stood here.
    @inline(never)
    mutating func parseInclude(_ block: inout Block, _ context: Context) {
        let token = next()
        guard token.kind == .string else { return fail(.filenameStringExpected) }
        let path = text(token)
        guard includeDepth < Self.includeDepthLimit, tree.files.count < 65_535, let load else {
            lexer.stop(
                .tooManyIncludes, [UInt8](literal: "Too many nested include files: ") + path)
            return
        }
        let file = load(path)
        guard case .bytes(let bytes) = file else {
            return lexer.stop(.cannotOpenFile, file.complaint(path))
        }
        if parseIncluded(bytes, path, &block, context) { warn(.badParse, path) }
        parseSemicolon()
    }

    /// True if there were complaints.
    private mutating func parseIncluded(
        _ bytes: [UInt8], _ path: [UInt8], _ block: inout Block, _ context: Context
    ) -> Bool {
        var outer = lexer
        lexer = Lexer(
            bytes: bytes, fileName: path,
            fileIndex: UInt16(truncatingIfNeeded: tree.files.count))
        lexer.messages = outer.messages
        lexer.wantsDetails = outer.wantsDetails
        outer.messages = []
        tree.files.append(path)
        includeDepth += 1
        var inner = block
        // A host's own items are not known inside an included file (ISC).
        inner.host = nil
        inner.followsDeclaration = false
        parseFile(&inner, context)
        inner.host = block.host
        inner.followsDeclaration = block.followsDeclaration
        block = inner
        includeDepth -= 1
        let (messages, fatal) = (lexer.messages, lexer.fatalNotice)
        let hasErrors = lexer.errorCount > 0
        lexer = outer
        lexer.messages = messages
        if let fatal { lexer.stop(fatal) }
        return hasErrors
    }
}
