/// A whole configuration as it was read.
public struct ConfigurationTree: Sendable {
    /// The outermost scope.
    public var root: Scope
    public var options: OptionTable
    /// Names of the files read, as given; ``SourcePosition/file`` is an index into it.
    public var files: [[UInt8]]
    /// In the order of the text, each name once.
    public var failoverPeers: [FailoverPeerDeclaration]
    /// `failover peer NAME state { }` in the configuration file.
    public var failoverStates: [FailoverStateRecord]
    /// In the order of the text; a zone that is declared again replaces the former and keeps its
    /// place.
    public var zones: [ZoneDeclaration]
    /// In the order of the text; a key that is declared again replaces the former.
    public var keys: [KeyDeclaration]
    public var serverDUID: ServerDUID?
    /// `lease-id-format hex`
    public var writesIdentifiersInHex: Bool
    /// `db-time-format local`
    public var writesLocalTime: Bool

    public init(root: Scope = Scope(), options: OptionTable = OptionTable()) {
        self.root = root
        self.options = options
        files = []
        failoverPeers = []
        failoverStates = []
        zones = []
        keys = []
        writesIdentifiersInHex = false
        writesLocalTime = false
    }
}

/// `zone NAME { }`
public struct ZoneDeclaration: Hashable, Sendable {
    /// With a trailing dot.
    public var name: [UInt8]
    /// Constants of 4 bytes and names to look up.
    public var primary: [Expression]
    public var secondary: [Expression]
    /// Constants of 16 bytes.
    public var primary6: [Expression]
    public var secondary6: [Expression]
    public var key: [UInt8]?
    public var position: SourcePosition

    public init(name: [UInt8], position: SourcePosition) {
        self.name = name
        self.position = position
        primary = []
        secondary = []
        primary6 = []
        secondary6 = []
    }
}

/// `key NAME { }`
public struct KeyDeclaration: Hashable, Sendable {
    public var name: [UInt8]
    /// With `.SIG-ALG.REG.INT.` added when it had no dot.
    public var algorithm: [UInt8]?
    public var secret: [UInt8]?
    public var position: SourcePosition

    public init(name: [UInt8], position: SourcePosition) {
        self.name = name
        self.position = position
    }
}

/// `server-duid`
public enum ServerDUID: Hashable, Sendable {
    /// Make one of this type.
    case generateLLT
    case generateLL
    /// The whole DUID, type included.
    case bytes([UInt8])
}
