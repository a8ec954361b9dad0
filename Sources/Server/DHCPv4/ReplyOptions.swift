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
        if flag(.alwaysBroadcast, default: false) { reply.flags |= DHCPv4Layout.broadcastFlag }
        setCommonFields(exchange)
        if answer.kind == .bootReply { reply.space = bootpSpace }
    }

    /// Fields that OFFER, ACK, BOOTREPLY and the ACK of an INFORM share.
    mutating func setCommonFields(_ exchange: Exchange) {
        reply.terminatesText = terminatesText
        if let server = address(.nextServer) { reply.serverAddress = server }
        if let name = data(.filename) { reply.file = name }
        if let name = data(.serverName) { reply.serverName = name }
        reply.space = DHCPv4Reply.space(
            clientMaximum: packet.uint16(DHCPv4Option.maxMessageSize),
            configured: configuredUInt16(DHCPv4Option.maxMessageSize))
        setServerIdentifier(exchange)
    }

    /// BOOTP knows 64 bytes of options; a request with more room shows that its sender takes more.
    private var bootpSpace: Int {
        max(64, packet.hasOptions ? packet.count - DHCPv4Layout.headerSize : 0)
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

    /// The options of an OFFER, ACK or BOOTREPLY. False if the reply cannot be made.
    mutating func setOptions(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        let type: DHCPv4MessageType? =
            switch answer.kind {
            case .offer: .offer
            case .ack: .ack
            case .bootReply: nil
            }
        if let type {
            reply.options.append(DHCPv4Option.messageType, CollectionOfOne(type.rawValue))
            reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        }
        let seconds = answer.ends.seconds(since: exchange.now.wall)
        if type != nil { reply.options.append(DHCPv4Option.leaseTime, seconds) }
        appendTimers(leaseTime: seconds)
        setDefaults(
            subnet: answer.subnet, host: answer.host, address: answer.address, exchange)
        setReverseName(answer.address, exchange, into: &effects)
        guard chooseSiteSpace(into: &effects) else { return false }
        appendRequested(exchange, includesMask: type != nil)
        reply.options.putSubnetMaskBeforeRouters()
        echoAgentOptions(exchange)
        return true
    }

    /// 58 and 59, only if configured and in the right order.
    private mutating func appendTimers(leaseTime: UInt32) {
        let rebinding = configuredUInt32(DHCPv4Option.rebindingTime)
        let goodRebinding = rebinding.flatMap { $0 < leaseTime ? $0 : nil }
        if let renewal = configuredUInt32(DHCPv4Option.renewalTime),
            renewal < goodRebinding ?? leaseTime
        {
            reply.options.append(DHCPv4Option.renewalTime, renewal)
        }
        if let goodRebinding { reply.options.append(DHCPv4Option.rebindingTime, goodRebinding) }
    }

    /// Values that the server knows where none is configured.
    mutating func setDefaults(
        subnet: SubnetID, host: HostID?, address: IPv4Address?, _ exchange: Exchange
    ) {
        if !isConfigured(DHCPv4Option.subnetMask) {
            set(DHCPv4Option.subnetMask, configuration[subnet].netmask.octets)
        }
        if !isConfigured(DHCPv4Option.hostName), let host,
            flag(.useHostDeclNames, default: false)
        {
            set(DHCPv4Option.hostName, Array(hostName(host)))
        }
        if let address, !isConfigured(DHCPv4Option.routers),
            flag(.useLeaseAddrForDefaultRoute, default: false)
        {
            set(DHCPv4Option.routers, address.octets)
        }
        if let selected = packet.value(DHCPv4Option.subnetSelection) {
            set(DHCPv4Option.subnetSelection, selected)
        }
    }

    /// Everything behind the leading group: by the parameter request list, or all that is set.
    mutating func appendRequested(_ exchange: Exchange, includesMask: Bool) {
        for code in [
            DHCPv4Option.message, DHCPv4Option.requestedAddress,
            DHCPv4Option.associatedAddress,
        ] {
            appendConfigured(code)
        }
        let list =
            configuredData(DHCPv4Option.parameterRequestList)
            ?? packet.value(DHCPv4Option.parameterRequestList)
        guard let list else {
            appendAll(exchange)
            return
        }
        appendConfigured(DHCPv4Option.subnetSelection)
        if exchange.type != .inform { echoIdentifier(exchange) }
        for code in list where code != DHCPv4Option.agentInformation { appendRequested(code) }
        if packet[DHCPv4Option.fqdn] != nil { appendRequested(DHCPv4Option.fqdn) }
        if includesMask { appendConfigured(DHCPv4Option.subnetMask) }
    }

    /// One option that the client asks for; what encapsulates is built from its space.
    private mutating func appendRequested(_ code: UInt8) {
        switch code {
        case DHCPv4Option.pad, DHCPv4Option.end, DHCPv4Option.overload,
            DHCPv4Option.messageType, DHCPv4Option.leaseTime, DHCPv4Option.renewalTime,
            DHCPv4Option.rebindingTime:
            return
        default:
            if evaluator.reply.contains(reference(code)) {
                appendConfigured(code)
            } else if UInt32(code) < siteSpace?.least ?? 256 {
                appendEncapsulated(code)
            }
        }
    }

    /// Without a parameter request list: the usual ones, then everything that is set, in the order
    /// of ISC's hash buckets.
    private mutating func appendAll(_ exchange: Exchange) {
        for code in [
            DHCPv4Option.subnetMask, DHCPv4Option.routers, 6, DHCPv4Option.hostName,
        ] {
            appendConfigured(code)
        }
        appendRequested(DHCPv4Option.fqdn)
        if exchange.type != .inform { echoIdentifier(exchange) }
        appendConfiguredInOrder()
    }

    /// Everything that is set, in the order of ISC's hash buckets; codes of the site come last.
    mutating func appendConfiguredInOrder() {
        let least = siteSpace?.least ?? 256
        for option in inOrder(.dhcp) where option.code < least {
            if let code = UInt8(exactly: option.code) { appendRequested(code) }
        }
        if let siteSpace {
            for option in inOrder(siteSpace.space) where option.code >= least {
                if let code = UInt8(exactly: option.code) { appendRequested(code) }
            }
        }
        for code in encapsulatingCodes { appendEncapsulated(code) }
        appendEncapsulated(DHCPv4Option.vendorEncapsulated)
    }

    /// The options of the ACK of an INFORM: no times.
    mutating func setInformOptions(
        _ answer: InformAnswer, _ exchange: Exchange,
        into effects: inout Effects
    ) -> Bool {
        setCommonFields(exchange)
        reply.canOverload = false
        reply.options.append(
            DHCPv4Option.messageType, CollectionOfOne(DHCPv4MessageType.ack.rawValue))
        reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        // ISC: neither the host's name nor the client's identifier is sent here.
        setDefaults(subnet: answer.subnet, host: nil, address: nil, exchange)
        remove(DHCPv4Option.leaseTime)
        guard chooseSiteSpace(into: &effects) else { return false }
        appendRequested(exchange, includesMask: false)
        reply.options.putSubnetMaskBeforeRouters()
        echoAgentOptions(exchange)
        return true
    }
}
