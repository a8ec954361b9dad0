import Wire

/// What the bytes of one message turned out to be.
enum DecodedMessage: Hashable, Sendable {
    case message(FailoverMessage)
    /// A message type that means nothing: only a sign of life (failover.md §1.3).
    case meaningless
    /// The link must be given up.
    case broken(DecodingError)
}

/// Why a message costs its link (failover.md §1.3).
enum DecodingError: Error, Hashable, Sendable {
    /// Length field below 12 or above 2048.
    case length
    case overflowAtCode, overflowAtLength, overflowAtData
    case invalidType(UInt8)
    case duplicate(FailoverOption)
    case size(FailoverOption, got: Int, want: Int)
    case badType(FailoverOption, Int)
    /// A payload offset inside the header; ISC reads header bytes as options and fails then.
    case payloadOffset

    /// The line that names the fault, if ISC has one.
    func appendLogLine(to text: inout [UInt8]) -> Bool {
        switch self {
        case .length, .payloadOffset: return false
        case .overflowAtCode: text.append(text: "FAILOVER: message overflow at option code.")
        case .overflowAtLength: text.append(text: "FAILOVER: message overflow at length.")
        case .overflowAtData: text.append(text: "FAILOVER: message overflow at data.")
        case .invalidType(let type):
            text.append(text: "FAILOVER: invalid message type: ")
            text.append(decimal: UInt64(type))
        case .duplicate(let option):
            text.append(text: "FAILOVER: duplicate option ")
            text.append(text: option.name)
        case .size(let option, let got, let want):
            text.append(text: "FAILOVER: option size (")
            text.append(decimal: got)
            text.append(text: ":")
            text.append(decimal: want)
            text.append(text: "), option ")
            text.append(text: option.name)
        case .badType(let option, let type):
            text.append(text: "FAILOVER: option ")
            text.append(text: option.name)
            text.append(text: ": bad type ")
            text.append(decimal: type)
        }
        return true
    }
}

extension FailoverMessage {
    /// Reads one whole message as ISC does: unknown and unused options are skipped, everything else
    /// must be right (failover.md §1.3). `bytes` is exactly as long as its length field says.
    static func decode(_ bytes: ArraySlice<UInt8>) -> DecodedMessage {
        let bytes = Array(bytes)
        var reader = ByteReader(bytes.span)
        guard reader.readUInt16() != nil, let code = reader.readUInt8(),
            let payloadOffset = reader.readUInt8(), let time = reader.readUInt32(),
            let xid = reader.readUInt32()
        else { return .broken(.length) }
        guard payloadOffset >= UInt8(headerSize) else { return .broken(.payloadOffset) }
        _ = reader.readRange(min(Int(payloadOffset) - headerSize, reader.remaining))
        let type = MessageType(rawValue: code)
        var message = FailoverMessage(type ?? .contact, time: Timestamp(time), xid: xid)
        do throws(DecodingError) {
            try message.readOptions(bytes, &reader, known: type, code: code)
        } catch {
            return .broken(error)
        }
        return type == nil ? .meaningless : .message(message)
    }

    private mutating func readOptions(
        _ bytes: [UInt8], _ reader: inout ByteReader, known: MessageType?, code: UInt8
    ) throws(DecodingError) {
        let parsed = known?.parsedOptions ?? 0
        var seen: UInt32 = 0
        while reader.remaining > 0 {
            guard let number = reader.readUInt16() else { throw .overflowAtCode }
            guard let length = reader.readUInt16() else { throw .overflowAtLength }
            guard let range = reader.readRange(Int(length)) else { throw .overflowAtData }
            guard let option = FailoverOption(rawValue: number) else { continue }
            if known == nil, code != 0 { throw .invalidType(code) }
            let bit = UInt32(1) << UInt32(number)
            guard parsed & bit != 0 else {
                peek(option, bytes[range])
                continue
            }
            if seen & bit != 0 { throw .duplicate(option) }
            seen |= bit
            try Self.check(option, range.count)
            read(option, bytes[range])
        }
    }

    private static func check(_ option: FailoverOption, _ count: Int) throws(DecodingError) {
        // ISC's description of DDNS is of a kind its reader does not have; even a sound one costs
        // the link (failover.md §11 D7).
        if option == .ddns {
            if count == 0 { throw .badType(.ddns, 5) }
            throw .size(.ddns, got: count, want: 0)
        }
        if let want = option.fixedSize, want != count {
            throw .size(option, got: count, want: want)
        }
    }

    /// Looks at options that ISC skips but that we may act upon; nothing is wrong with them ever.
    private mutating func peek(_ option: FailoverOption, _ data: ArraySlice<UInt8>) {
        switch option {
        case .protocolVersion where data.count == 1: protocolVersion = data.first
        case .tlsReply where data.count == 1: tlsReply = data.first
        case .startTimeOfState where data.count == 4:
            startTimeOfState = Timestamp(Self.number(data))
        case .vendorClass: vendorClass = Array(data)
        case .message: message = Array(data)
        default: break
        }
    }

    private static func number(_ data: ArraySlice<UInt8>) -> UInt32 {
        data.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func read(_ option: FailoverOption, _ data: ArraySlice<UInt8>) {
        switch option {
        case .addressesTransferred: addressesTransferred = Self.number(data)
        case .assignedAddress: assignedAddress = IPv4Address(Self.number(data))
        case .bindingStatus: bindingStatus = data.first
        case .clientIdentifier: clientIdentifier = Array(data)
        case .clientHardwareAddress: clientHardwareAddress = Array(data)
        case .clientLastTransaction: clientLastTransaction = Timestamp(Self.number(data))
        case .hashBuckets: hashBuckets = Array(data)
        case .flags: flags = UInt16(truncatingIfNeeded: Self.number(data))
        case .leaseExpiration: leaseExpiration = Timestamp(Self.number(data))
        case .maxUnacked: maxUnacked = Self.number(data)
        case .mclt: mclt = Self.number(data)
        case .message: message = Array(data)
        case .potentialExpiration: potentialExpiration = Timestamp(Self.number(data))
        case .receiveTimer: receiveTimer = Self.number(data)
        case .rejectReason: rejectReason = data.first
        case .relationshipName: relationshipName = Array(data)
        case .serverFlags: serverFlags = data.first
        case .serverState: serverState = data.first
        case .startTimeOfState: startTimeOfState = Timestamp(Self.number(data))
        case .tlsRequest: tlsRequest = data.first
        case .clientReplyOptions, .clientRequestOptions, .ddns, .delayedService, .messageDigest,
            .protocolVersion, .tlsReply, .vendorClass, .vendorOptions:
            break
        }
    }
}
