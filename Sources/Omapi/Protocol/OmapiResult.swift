/// Result codes of a STATUS and the texts omshell shows for them (omapi.md §2.1).
public enum OmapiResult: UInt32, CaseIterable, Sendable {
    case success = 0
    case outOfMemory = 1
    case permissionDenied = 6
    case alreadyExists = 0x12
    case notFound = 0x17
    case failure = 0x19
    case ioError = 0x1a
    case notImplemented = 0x1b
    case versionMismatch = 0x60001
    case protocolError = 0x60002
    case invalidArgument = 0x60003
    case notYetAvailable = 0x60004
    case unchanged = 0x60005
    case multipleMatches = 0x60006
    case keyConflict = 0x60007
    case parseError = 0x60008
    case noKey = 0x60009
    case unknownKey = 0x6000a
    case badSignature = 0x6000b
    case connectionReset = 0x6001f
    case unknownAttribute = 0x60020

    /// The words that omshell shows.
    public var text: String {
        switch self {
        case .success: "success"
        case .outOfMemory: "out of memory"
        case .permissionDenied: "permission denied"
        case .alreadyExists: "already exists"
        case .notFound: "not found"
        case .failure: "failure"
        case .ioError: "I/O error"
        case .notImplemented: "not implemented"
        case .versionMismatch: "protocol version mismatch"
        case .protocolError: "protocol error"
        case .invalidArgument: "invalid argument"
        case .notYetAvailable: "data not yet available"
        case .unchanged: "object unchanged"
        case .multipleMatches: "more than one object matches key"
        case .keyConflict: "key conflict"
        case .parseError: "parse error(s) occurred"
        case .noKey: "no key specified"
        case .unknownKey: "zone TSIG key not known"
        case .badSignature: "invalid TSIG key"
        case .connectionReset: "connection reset by peer"
        case .unknownAttribute: "unknown attribute"
        }
    }
}

/// A failed request: what the STATUS says.
public struct OmapiFailure: Error, Hashable, Sendable {
    public var result: OmapiResult
    /// Accompanies only some failures.
    public var message: String?

    public init(_ result: OmapiResult, _ message: String? = nil) {
        self.result = result
        self.message = message
    }
}
