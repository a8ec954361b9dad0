/// A piece of a file: where it begins, and where it ends.
public struct SourceRange: Hashable, Sendable {
    /// The file as it was named.
    public var file: [UInt8]
    /// Line of the first byte, from 1.
    public var line: UInt32
    /// Column of the first byte, from 1; bytes are counted.
    public var column: UInt32
    /// Line of the byte behind the piece.
    public var endLine: UInt32
    /// Column of the byte behind the piece.
    public var endColumn: UInt32

    public init(
        file: [UInt8], line: UInt32, column: UInt32, endLine: UInt32, endColumn: UInt32
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.endLine = endLine
        self.endColumn = endColumn
    }
}

/// What a complaint can tell beyond ISC's lines; found out only when somebody asks for it.
public struct DiagnosticDetails: Hashable, Sendable {
    /// The token that the complaint is about. ISC's caret often stands one column to its right.
    public var range: SourceRange
    /// The other place that matters, mostly the first of two declarations.
    public var related: Related?
    /// What was probably meant.
    public var suggestion: [UInt8]?

    /// A second place and what is there.
    public struct Related: Hashable, Sendable {
        public var file: [UInt8]
        public var line: UInt32
        public var column: UInt32
        public var text: [UInt8]
    }

    init(range: SourceRange) { self.range = range }
}
