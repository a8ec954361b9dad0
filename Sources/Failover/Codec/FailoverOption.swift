/// The options of the failover protocol; raw values are their codes (failover.md §2.2).
enum FailoverOption: UInt16, CaseIterable, Sendable {
    case addressesTransferred = 1
    case assignedAddress = 2
    case bindingStatus = 3
    case clientIdentifier = 4
    case clientHardwareAddress = 5
    case clientLastTransaction = 6
    case clientReplyOptions = 7
    case clientRequestOptions = 8
    case ddns = 9
    case delayedService = 10
    case hashBuckets = 11
    case flags = 12
    case leaseExpiration = 13
    case maxUnacked = 14
    case mclt = 15
    case message = 16
    case messageDigest = 17
    case potentialExpiration = 18
    case receiveTimer = 19
    case protocolVersion = 20
    case rejectReason = 21
    case relationshipName = 22
    case serverFlags = 23
    case serverState = 24
    case startTimeOfState = 25
    case tlsReply = 26
    case tlsRequest = 27
    case vendorClass = 28
    case vendorOptions = 29

    /// As log lines have it.
    var name: StaticString {
        switch self {
        case .addressesTransferred: "addresses-transferred"
        case .assignedAddress: "assigned-IP-address"
        case .bindingStatus: "binding-status"
        case .clientIdentifier: "client-identifier"
        case .clientHardwareAddress: "client-hardware-address"
        case .clientLastTransaction: "client-last-transaction-time"
        case .clientReplyOptions: "client-reply-options"
        case .clientRequestOptions: "client-request-options"
        case .ddns: "DDNS"
        case .delayedService: "delayed-service"
        case .hashBuckets: "hash-bucket-assignment"
        case .flags: "IP-flags"
        case .leaseExpiration: "lease-expiration-time"
        case .maxUnacked: "max-unacked-bndupd"
        case .mclt: "MCLT"
        case .message: "message"
        case .messageDigest: "message-digest"
        case .potentialExpiration: "potential-expiration-time"
        case .receiveTimer: "receive-timer"
        case .protocolVersion: "protocol-version"
        case .rejectReason: "reject-reason"
        case .relationshipName: "relationship-name"
        case .serverFlags: "server-flags"
        case .serverState: "server-state"
        case .startTimeOfState: "start-time-of-state"
        case .tlsReply: "TLS-reply"
        case .tlsRequest: "TLS-request"
        case .vendorClass: "vendor-class-identifier"
        case .vendorOptions: "vendor-specific-options"
        }
    }

    /// Number of data bytes of an option that has only one length.
    var fixedSize: Int? {
        switch self {
        case .bindingStatus, .delayedService, .protocolVersion, .rejectReason, .serverFlags,
            .serverState, .tlsReply, .tlsRequest:
            1
        case .flags: 2
        case .addressesTransferred, .assignedAddress, .clientLastTransaction, .leaseExpiration,
            .maxUnacked, .mclt, .potentialExpiration, .receiveTimer, .startTimeOfState:
            4
        case .clientIdentifier, .clientHardwareAddress, .clientReplyOptions, .clientRequestOptions,
            .ddns, .hashBuckets, .message, .messageDigest, .relationshipName, .vendorClass,
            .vendorOptions:
            nil
        }
    }
}
