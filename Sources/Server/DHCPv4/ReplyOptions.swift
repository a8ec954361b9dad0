import ConfParser
import Leases
import Wire

// What stands in a reply (server-v4.md §8.3) and in which order (§8.5).

extension ServerCore {
    /// The fixed fields of an OFFER, ACK or BOOTREPLY.
    mutating func beginReply(_ answer: Answer, _ exchange: Exchange) {
        reply.begin(answering: packet)
        reply.clientAddress = packet.clientAddress
        reply.yourAddress = answer.address
        reply.file = answer.filename ?? []
        reply.serverName = answer.serverName ?? []
        if flag(.alwaysBroadcast, default: false) { reply.flags |= DHCPv4Layout.broadcastFlag }
        // ISC: in BOOTP the configured size counts for a dynamic address only.
        setCommonFields(
            exchange, isConfiguredSizeHeeded: answer.kind != .bootReply || answer.lease != nil)
        if answer.kind == .bootReply {
            replySource = interfaces[exchange.interface].interface.addresses.first ?? .any
        }
    }

    /// Fields that OFFER, ACK, BOOTREPLY and the ACK of an INFORM share.
    mutating func setCommonFields(_ exchange: Exchange, isConfiguredSizeHeeded: Bool) {
        // ISC: a BOOTP client that ends its texts with NUL gets none.
        reply.terminatesText = terminatesText && exchange.type != nil
        if let server = address(.nextServer) { reply.serverAddress = server }
        setSpace(exchange, isConfiguredSizeHeeded: isConfiguredSizeHeeded)
        setServerIdentifier(exchange)
    }

    /// How much the reply may hold: what the client takes, else what is configured.
    mutating func setSpace(_ exchange: Exchange, isConfiguredSizeHeeded: Bool) {
        var maximum: UInt16? = packet.maxMessageSize
        if isConfiguredSizeHeeded, packet[DHCPv4Option.maxMessageSize] == nil {
            maximum = configuredUInt16(DHCPv4Option.maxMessageSize)
        }
        // ISC: a size of nothing is none.
        if maximum == 0 { maximum = nil }
        let isBootp = exchange.type == nil
        reply.space = isBootp && maximum == nil ? bootpSpace : DHCPv4Reply.space(maximum: maximum)
    }

    /// BOOTP knows 64 bytes of options; a request with more room shows that its sender takes more.
    private var bootpSpace: Int {
        min(max(64, packet.count - DHCPv4Layout.headerSize), DHCPv4OptionPacker.maxSpace)
    }

    /// The configured `dhcp-server-identifier`, else the interface's first address; also the source
    /// address of the frame.
    mutating func setServerIdentifier(_ exchange: Exchange) {
        if let configured = configuredUInt32(DHCPv4Option.serverIdentifier) {
            replySource = IPv4Address(configured)
        } else {
            replySource = interfaces[exchange.interface].interface.addresses.first ?? .any
        }
    }

    /// Sets what the server knows better than its configuration, or what nobody configured, for an
    /// OFFER, ACK or BOOTREPLY. False if the reply cannot be made. ISC: in BOOTP what the server
    /// would say of itself and of times is sent as it is configured.
    mutating func setOptions(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        let type: DHCPv4MessageType? =
            switch answer.kind {
            case .offer: .offer
            case .ack: .ack
            case .bootReply: nil
            }
        if let selected = packet.value(DHCPv4Option.subnetSelection) {
            set(DHCPv4Option.subnetSelection, selected)
        }
        if let type {
            reply.options.append(DHCPv4Option.messageType, CollectionOfOne(type.rawValue))
            reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
            let seconds = answer.ends.seconds(since: exchange.now.wall)
            reply.options.append(DHCPv4Option.leaseTime, seconds)
            dropWrongTimers(leaseTime: seconds)
        }
        setDefaults(subnet: answer.subnet, host: answer.host)
        if echoesIdentifier(exchange), !exchange.clientIdentifier.isEmpty {
            set(DHCPv4Option.clientIdentifier, exchange.clientIdentifier)
        }
        setReverseName(answer.address, exchange, into: &effects)
        if !isConfigured(DHCPv4Option.routers), flag(.useLeaseAddrForDefaultRoute, default: false) {
            set(DHCPv4Option.routers, answer.address.octets)
        }
        return chooseSiteSpace(into: &effects)
    }

    /// Puts the options into an OFFER, ACK or BOOTREPLY; their values are found only now (ISC).
    mutating func appendOptions(_ answer: Answer, _ exchange: Exchange) {
        appendOptions(.byClient, exchange, includesMask: answer.kind != .bootReply)
        echoAgentOptions(exchange)
    }

    /// 58 and 59 are sent only if they are configured and in the right order.
    private mutating func dropWrongTimers(leaseTime: UInt32) {
        var limit = leaseTime
        if let rebinding = configuredUInt32(DHCPv4Option.rebindingTime), rebinding < leaseTime {
            limit = rebinding
        } else {
            remove(DHCPv4Option.rebindingTime)
        }
        let renewal = configuredUInt32(DHCPv4Option.renewalTime)
        if renewal.map({ $0 >= limit }) ?? true { remove(DHCPv4Option.renewalTime) }
    }

    /// Values that the server knows where none is configured.
    private mutating func setDefaults(subnet: SubnetID, host: HostID?) {
        if !isConfigured(DHCPv4Option.subnetMask) {
            set(DHCPv4Option.subnetMask, configuration[subnet].netmask.octets)
        }
        if !isConfigured(DHCPv4Option.hostName), let host,
            flag(.useHostDeclNames, default: false)
        {
            set(DHCPv4Option.hostName, Array(hostName(host)))
        }
    }

    /// `echo-client-id`; ISC: not for an INFORM.
    mutating func echoesIdentifier(_ exchange: Exchange) -> Bool {
        exchange.type != .inform && flag(.echoClientID, default: false)
    }

    /// The options for a fixed address in BOOTP: ISC looks at no parameter request list there, and
    /// leaves `file` and `sname` alone.
    mutating func setOptionsOfFixedBootp(_ answer: Answer, _ exchange: Exchange) {
        reply.canOverload = false
        setDefaults(subnet: answer.subnet, host: answer.host)
        appendOptions(.all, exchange)
        echoAgentOptions(exchange)
    }

    /// Sets what goes into the ACK of an INFORM: no times. False if it cannot be made.
    mutating func setInformOptions(
        _ answer: InformAnswer, _ exchange: Exchange,
        into effects: inout Effects
    ) -> Bool {
        setCommonFields(exchange, isConfiguredSizeHeeded: false)
        reply.canOverload = false
        reply.options.append(
            DHCPv4Option.messageType, CollectionOfOne(DHCPv4MessageType.ack.rawValue))
        reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        // ISC: the host's name is not sent here.
        setDefaults(subnet: answer.subnet, host: nil)
        for code in [
            DHCPv4Option.leaseTime, DHCPv4Option.renewalTime, DHCPv4Option.rebindingTime,
        ] {
            remove(code)
        }
        return chooseSiteSpace(into: &effects)
    }
}
