import Omapi

/// The outcome of a request: what a STATUS carries, or what went wrong on this side.
public struct ResultCode: Hashable, Sendable {
    public var rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    init(_ result: OmapiResult) { rawValue = result.rawValue }

    static let success = ResultCode(.success)
    static let invalidArgument = ResultCode(.invalidArgument)
    static let connectionReset = ResultCode(.connectionReset)
    /// ISC's word for waiting on a connection that is gone.
    public static let noMore = ResultCode(29)
    /// A STATUS without a result.
    static let unexpected = ResultCode(34)
    /// The server has not answered in time.
    public static let timedOut = ResultCode(2)
    /// The name of the server is not known.
    public static let hostUnknown = ResultCode(0x60000)
    /// A key without a secret cannot sign.
    static let nullKey = ResultCode(0x40014)

    /// The words that ISC's omshell shows.
    public var text: String {
        if let known = OmapiResult(rawValue: rawValue) { return known.text }
        if self == .nullKey { return "illegal operation for a null key" }
        let dhcp = rawValue &- 0x60000
        let texts = rawValue < 0x60000 ? Self.general : Self.special
        let index = rawValue < 0x60000 ? rawValue : dhcp
        guard let text = texts[index] else { return "(result code text not available)" }
        return text
    }

    /// Results of ISC's library, as far as ``OmapiResult`` has not got them.
    private static let general: [UInt32: String] = [
        2: "timed out", 3: "no available threads", 4: "address not available",
        5: "address in use", 7: "no pending connections", 8: "network unreachable",
        9: "host unreachable", 10: "network down", 11: "host down", 12: "connection refused",
        13: "not enough free resources", 14: "end of file", 15: "socket already bound",
        16: "reload", 17: "lock busy", 19: "ran out of space", 20: "operation canceled",
        21: "socket is not bound", 22: "shutting down", 24: "unexpected end of input",
        26: "I/O error", 28: "unbalanced parentheses", 29: "no more", 30: "invalid file",
        31: "bad base64 encoding", 32: "unexpected token", 33: "quota reached",
        34: "unexpected error", 35: "already running", 36: "ignore",
        37: "address mask not contiguous", 38: "file not found", 39: "file already exists",
        40: "socket is not connected", 41: "out of range", 42: "out of entropy",
        43: "invalid use of multicast address", 44: "not a file", 45: "not a directory",
        46: "queue is full", 47: "address family mismatch", 48: "address family not supported",
        49: "bad hex encoding", 50: "too many open files", 51: "not blocking",
        52: "unbalanced quotes", 53: "operation in progress", 54: "connection reset",
        55: "soft quota reached", 56: "not a valid number", 57: "disabled", 58: "max size",
        59: "invalid address format", 60: "bad base32 encoding", 61: "unset", 62: "multiple",
        63: "would block", 64: "complete", 65: "crypto failure", 66: "disc quota",
        67: "disc full", 68: "default", 69: "IPv4 prefix",
    ]

    /// Results of ISC's DHCP programs from 0x60000 on.
    private static let special: [UInt32: String] = [
        0: "host unknown", 10: "zone TSIG key not known", 12: "operation in progress",
        13: "DNS format error", 14: "DNS server failed", 15: "no such domain",
        16: "not implemented", 17: "refused", 18: "domain already exists",
        19: "RRset already exists", 20: "no such RRset", 21: "not authorized", 22: "not a zone",
        23: "bad DNS signature", 24: "bad DNS key", 25: "clock skew too great",
        26: "no root zone", 27: "destination address required", 28: "cross-zone update",
        29: "no TSIG signature", 30: "not equal",
    ]
}
