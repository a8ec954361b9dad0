/// What reading a configuration gave.
public struct ParseOutcome: Sendable {
    /// Complete only if ``hasErrors`` is false and ``fatal`` is `nil`.
    public var tree: ConfigurationTree
    /// In the order in which ISC logs them.
    public var messages: [ParseMessage]
    /// True if a ``ParseMessage/diagnostic(_:)`` is among the messages: the server must not start
    /// (`Configuration file errors encountered -- exiting`).
    public var hasErrors: Bool
    /// The message of an error that ended reading at once, already without line end.
    public var fatal: [UInt8]?
    /// The same with its id and, when asked for, its place.
    public var fatalNotice: Notice?

    public init(tree: ConfigurationTree) {
        self.tree = tree
        messages = []
        hasErrors = false
    }
}

/// Which of the two protocols the server is started for (`-4`, `-6`).
public enum ProtocolFamily: Sendable {
    case v4, v6
}

/// What the shell found when it was asked for a file.
public enum LoadedFile: Sendable {
    case bytes([UInt8])
    /// `Can't open FILE: TEXT`; the text is that of the error number.
    case failed([UInt8])
    /// It was opened, but `Can't VERB FILE: TEXT`.
    case unreadable(verb: [UInt8], reason: [UInt8])
}
