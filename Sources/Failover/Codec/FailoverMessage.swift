public import Wire

/// One failover message: the header and those options that ISC's dialect gives a meaning. `nil` is
/// "not in the message".
public struct FailoverMessage: Hashable, Sendable {
    /// What is said.
    public var type: MessageType
    /// The sender's clock when the message was built.
    public var time: Timestamp
    /// Transaction id (failover.md §1.4).
    public var xid: UInt32

    /// Options 1 to 8.
    public var addressesTransferred: UInt32?
    public var assignedAddress: IPv4Address?
    public var bindingStatus: UInt8?
    public var clientIdentifier: [UInt8]?
    public var clientHardwareAddress: [UInt8]?
    public var clientLastTransaction: Timestamp?
    /// Options 11 to 16.
    public var hashBuckets: [UInt8]?
    public var flags: UInt16?
    public var leaseExpiration: Timestamp?
    public var maxUnacked: UInt32?
    public var mclt: UInt32?
    public var message: [UInt8]?
    /// Options 18 to 28.
    public var potentialExpiration: Timestamp?
    public var receiveTimer: UInt32?
    public var protocolVersion: UInt8?
    public var rejectReason: UInt8?
    public var relationshipName: [UInt8]?
    public var serverFlags: UInt8?
    public var serverState: UInt8?
    public var startTimeOfState: Timestamp?
    public var tlsReply: UInt8?
    public var tlsRequest: UInt8?
    public var vendorClass: [UInt8]?

    /// A message without options.
    public init(_ type: MessageType, time: Timestamp, xid: UInt32) {
        self.type = type
        self.time = time
        self.xid = xid
    }

    /// Bytes of the fixed header, and the payload offset that ISC writes.
    static let headerSize = 12
    /// No BNDUPD has this xid, so a BNDACK with it answers none (failover.md §1.4).
    static let noUpdateXid: UInt32 = 0
    /// Longest message that is read.
    static let sizeMax = 2048
    /// What ISC says of itself in option 28; our peers may look at its beginning.
    static let ownVendorClass = Array("isc-4.4.3-P1".utf8)
}

// MARK: - Writing

extension FailoverMessage {
    /// Appends the message with its options in the order of ISC.
    public func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(bigEndian: UInt16(0))
        bytes.append(type.rawValue)
        bytes.append(UInt8(Self.headerSize))
        bytes.append(bigEndian: time.seconds)
        bytes.append(bigEndian: xid)
        for option in type.optionOrder { append(option, to: &bytes) }
        // Texts of ours are short and names come from the configuration, whose tokens are shorter
        // than a message; a message is never cut.
        let size = UInt16(clamping: bytes.count - start)
        bytes[start] = UInt8(size >> 8)
        bytes[start + 1] = UInt8(size & 0xff)
    }

    private func append(_ option: FailoverOption, to bytes: inout [UInt8]) {
        switch option {
        case .addressesTransferred: put(option, addressesTransferred, &bytes)
        case .assignedAddress: put(option, assignedAddress?.rawValue, &bytes)
        case .bindingStatus: put(option, bindingStatus, &bytes)
        case .clientIdentifier: put(option, clientIdentifier, &bytes)
        case .clientHardwareAddress: put(option, clientHardwareAddress, &bytes)
        case .clientLastTransaction: put(option, clientLastTransaction?.seconds, &bytes)
        case .hashBuckets: put(option, hashBuckets, &bytes)
        case .flags: put(option, flags.map { [UInt8($0 >> 8), UInt8($0 & 0xff)] }, &bytes)
        case .leaseExpiration: put(option, leaseExpiration?.seconds, &bytes)
        case .maxUnacked: put(option, maxUnacked, &bytes)
        case .mclt: put(option, mclt, &bytes)
        case .message: put(option, message, &bytes)
        case .potentialExpiration: put(option, potentialExpiration?.seconds, &bytes)
        case .receiveTimer: put(option, receiveTimer, &bytes)
        case .protocolVersion: put(option, protocolVersion, &bytes)
        case .rejectReason: put(option, rejectReason, &bytes)
        case .relationshipName: put(option, relationshipName, &bytes)
        case .serverFlags: put(option, serverFlags, &bytes)
        case .serverState: put(option, serverState, &bytes)
        case .startTimeOfState: put(option, startTimeOfState?.seconds, &bytes)
        case .tlsReply: put(option, tlsReply, &bytes)
        case .tlsRequest: put(option, tlsRequest, &bytes)
        case .vendorClass: put(option, vendorClass, &bytes)
        case .clientReplyOptions, .clientRequestOptions, .ddns, .delayedService, .messageDigest,
            .vendorOptions:
            break
        }
    }

    private func put(_ option: FailoverOption, _ value: UInt8?, _ bytes: inout [UInt8]) {
        guard let value else { return }
        bytes.append(bigEndian: option.rawValue)
        bytes.append(bigEndian: UInt16(1))
        bytes.append(value)
    }

    private func put(_ option: FailoverOption, _ value: UInt32?, _ bytes: inout [UInt8]) {
        guard let value else { return }
        bytes.append(bigEndian: option.rawValue)
        bytes.append(bigEndian: UInt16(4))
        bytes.append(bigEndian: value)
    }

    private func put(_ option: FailoverOption, _ value: [UInt8]?, _ bytes: inout [UInt8]) {
        guard let value else { return }
        bytes.append(bigEndian: option.rawValue)
        bytes.append(bigEndian: UInt16(clamping: value.count))
        bytes.append(contentsOf: value)
    }
}
