/// Where something begins: the file it stands in, its line and its column.
public struct SourcePosition: Hashable, Sendable {
    /// Index into ``ConfigurationTree/files``; 0 is the configuration file itself.
    public var file: UInt16
    /// Column of the first byte, from 1. Columns past 65535 are given as 65535.
    public var column: UInt16
    /// Line, from 1.
    public var line: UInt32

    public init(file: UInt16, line: UInt32, column: UInt16) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// No position: for things that were not written in a file.
    public static let none = SourcePosition(file: 0, line: 0, column: 0)
}
