/// What reading says that is no complaint with a quoted line: warnings, and what ends reading.
public struct Notice: Hashable, Sendable {
    public var id: NoticeID
    public var text: [UInt8]
    /// Where reading was; only when somebody asks for details.
    public var range: SourceRange?

    public init(_ id: NoticeID, _ text: [UInt8], range: SourceRange? = nil) {
        self.id = id
        self.text = text
        self.range = range
    }
}

/// How much a message matters.
public enum DiagnosticSeverity: String, Sendable {
    /// Ends the process at once.
    case fatal
    /// The configuration is refused, or the record is dropped.
    case error
    case warning
    case info
}

/// Messages without a quoted line. The raw values are the ids of `--diagnostics=json`: they stay.
public enum NoticeID: String, CaseIterable, Sendable {
    // Of the configuration
    case hostsAreGlobal = "hosts-are-global"
    case subnetsOverlap = "subnets-overlap"
    case optionRedefined = "option-redefined"
    case unknownKeyAlgorithm = "unknown-key-algorithm"
    case identifierIsConditional = "client-identifier-conditional"
    case identifierIsThereTwice = "client-identifier-twice"
    case identifierIsIgnored = "client-identifier-ignored"
    case addressIsThereTwice = "failover-address-twice"
    // What ends reading
    case cannotOpenFile = "cannot-open-file"
    case tooManyIncludes = "too-many-includes"
    case tooMuchWhitespace = "too-much-whitespace"
    case tooManyErrors = "too-many-errors"
    case tooDeeplyNested = "too-deeply-nested"
    case tooManyBranches = "too-many-branches"
    case expressionTooLong = "expression-too-long"
    case tooManyOptionSpaces = "too-many-option-spaces"
    case spaceEncapsulatedTwice = "space-encapsulated-twice"
    case rangeOutsideSubnet = "range-outside-subnet"
    case rangeTooLarge = "range-too-large"
    case mixedFamilies = "mixed-families"
    case leaseLimitIsNegative = "lease-limit-negative"
    case zoneKeyTwice = "zone-key-twice"
    // Of the checks before the start
    case configurationErrors = "configuration-errors"
    case invalidParameter = "invalid-parameter"
    case unknownOmapiKey = "unknown-omapi-key"
    case logFatal = "log-fatal"
    case unusedFailoverPeer = "unused-failover-peer"
    case loadBalancingDisabled = "load-balancing-disabled"
    case failoverCheckFailed = "failover-check-failed"
    case thresholdLoggingDisabled = "threshold-logging-disabled"
    // Of the lease file
    case unreadableFormat = "unreadable-format"
    case corruptLeaseFile = "corrupt-lease-file"
    case byteOrderAssumed = "byte-order-assumed"
    case otherByteOrder = "other-byte-order"
    case leaseWithoutSubnet = "lease-without-subnet"
    case leaseWithoutPool = "lease-without-pool"

    /// How much it matters.
    public var severity: DiagnosticSeverity {
        switch self {
        case .optionRedefined, .loadBalancingDisabled, .thresholdLoggingDisabled: .info
        case .hostsAreGlobal, .subnetsOverlap, .unknownKeyAlgorithm, .identifierIsConditional,
            .identifierIsThereTwice, .identifierIsIgnored, .addressIsThereTwice,
            .byteOrderAssumed, .otherByteOrder:
            .warning
        case .unusedFailoverPeer, .corruptLeaseFile, .leaseWithoutSubnet, .leaseWithoutPool,
            .unreadableFormat:
            .error
        default: .fatal
        }
    }
}
