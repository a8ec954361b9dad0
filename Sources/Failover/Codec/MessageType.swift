/// The message types of the failover protocol (failover.md §2.1).
public enum MessageType: UInt8, CaseIterable, Sendable {
    case poolRequest = 1
    case poolResponse = 2
    case bindingUpdate = 3
    case bindingAcknowledgement = 4
    case connect = 5
    case connectAcknowledgement = 6
    case updateRequestAll = 7
    case updateDone = 8
    case updateRequest = 9
    case state = 10
    case contact = 11
    case disconnect = 12
}

extension MessageType {
    /// The options that ISC writes, in its order; absent ones are left out (failover.md §2.3).
    var optionOrder: [FailoverOption] {
        switch self {
        case .poolResponse: [.addressesTransferred]
        case .bindingUpdate:
            [
                .assignedAddress, .bindingStatus, .clientIdentifier, .clientHardwareAddress,
                .leaseExpiration, .potentialExpiration, .startTimeOfState, .clientLastTransaction,
                .flags,
            ]
        case .bindingAcknowledgement: [.assignedAddress, .rejectReason, .message]
        case .connect:
            [
                .relationshipName, .maxUnacked, .receiveTimer, .vendorClass, .protocolVersion,
                .tlsRequest, .mclt, .hashBuckets,
            ]
        case .connectAcknowledgement:
            [
                .relationshipName, .maxUnacked, .receiveTimer, .vendorClass, .protocolVersion,
                .tlsReply, .rejectReason, .message,
            ]
        case .state: [.serverState, .serverFlags, .startTimeOfState]
        case .disconnect: [.rejectReason, .message]
        case .poolRequest, .updateRequestAll, .updateDone, .updateRequest, .contact: []
        }
    }

    /// The options that ISC parses in this message, as a bit set over their codes; all others are
    /// skipped unseen, even repeated ones (failover.md §2.3).
    var parsedOptions: UInt32 {
        switch self {
        case .poolResponse: bits([1])
        case .bindingUpdate: bits([2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 18, 25])
        case .bindingAcknowledgement: bits([2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 18, 21, 25])
        case .connect: bits([11, 14, 15, 19, 22, 27])
        case .connectAcknowledgement: bits([14, 19, 21, 22])
        case .state: bits([23, 24])
        case .disconnect: bits([21])
        case .poolRequest, .updateRequestAll, .updateDone, .updateRequest, .contact: 0
        }
    }

    private func bits(_ codes: [UInt32]) -> UInt32 { codes.reduce(0) { $0 | 1 << $1 } }
}
