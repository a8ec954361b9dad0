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
        setCommonFields(
            exchange, isFixedBootp: answer.kind == .bootReply && answer.lease == nil)
        if answer.kind == .bootReply {
            replySource = interfaces[exchange.interface].interface.addresses.first ?? .any
        }
    }

    /// Fields that OFFER, ACK, BOOTREPLY and the ACK of an INFORM share.
    mutating func setCommonFields(_ exchange: Exchange, isFixedBootp: Bool = false) {
        reply.terminatesText = terminatesText
        if let server = address(.nextServer) { reply.serverAddress = server }
        if let name = data(.filename) { reply.file = name }
        if let name = data(.serverName) { reply.serverName = name }
        let clientMaximum = packet.uint16(DHCPv4Option.maxMessageSize)
        // ISC: in BOOTP the configured size counts for a dynamic address only.
        let configured = isFixedBootp ? nil : configuredUInt16(DHCPv4Option.maxMessageSize)
        reply.space =
            exchange.type == nil && clientMaximum == nil && configured == nil
            ? bootpSpace
            : DHCPv4Reply.space(clientMaximum: clientMaximum, configured: configured)
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
            let seconds = answer.ends.seconds(since: exchange.now.wall)
            reply.options.append(DHCPv4Option.leaseTime, seconds)
            appendTimers(leaseTime: seconds)
        } else {
            appendLeadingOfBootp()
        }
        setDefaults(
            subnet: answer.subnet, host: answer.host, address: answer.address, exchange)
        setReverseName(answer.address, exchange, into: &effects)
        guard chooseSiteSpace(into: &effects) else { return false }
        appendRequested(exchange, includesMask: type != nil)
        reply.options.putSubnetMaskBeforeRouters()
        echoAgentOptions(exchange)
        return true
    }

    /// ISC: in BOOTP, and to a relay that asks for a lease that is none, what the server would say
    /// of itself and of times is sent as it is configured.
    mutating func appendLeadingOfBootp() {
        for code in [
            DHCPv4Option.messageType, DHCPv4Option.serverIdentifier, DHCPv4Option.leaseTime,
            DHCPv4Option.renewalTime, DHCPv4Option.rebindingTime,
        ] {
            appendConfigured(code)
        }
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
        if echoesIdentifier(exchange), !exchange.clientIdentifier.isEmpty {
            set(DHCPv4Option.clientIdentifier, exchange.clientIdentifier)
        }
    }

    /// `echo-client-id`; ISC: not for an INFORM.
    private mutating func echoesIdentifier(_ exchange: Exchange) -> Bool {
        exchange.type != .inform && flag(.echoClientID, default: false)
    }

    /// Everything behind the leading group: by the parameter request list, or all that is set.
    mutating func appendRequested(_ exchange: Exchange, includesMask: Bool) {
        appendNotices()
        let list =
            configuredData(DHCPv4Option.parameterRequestList)
            ?? packet.value(DHCPv4Option.parameterRequestList)
        guard let list else {
            appendAll(exchange)
            return
        }
        appendConfigured(DHCPv4Option.subnetSelection)
        if echoesIdentifier(exchange) { appendConfigured(DHCPv4Option.clientIdentifier) }
        // RFC 2132 §3.3: the mask before the routers. ISC: it takes their place in the list, also
        // when there are none to be sent.
        let mask = list.firstIndex(of: DHCPv4Option.subnetMask)
        let routers = list.firstIndex(of: DHCPv4Option.routers)
        let isSwapped = routers.map { $0 < mask ?? (includesMask ? .max : 0) } ?? false
        for code in list where code != DHCPv4Option.agentInformation {
            if isSwapped, code == DHCPv4Option.routers {
                appendConfigured(DHCPv4Option.subnetMask)
            } else if isSwapped, code == DHCPv4Option.subnetMask {
                appendRequested(DHCPv4Option.routers)
            } else {
                appendRequested(code)
            }
        }
        if packet[DHCPv4Option.fqdn] != nil { appendRequested(DHCPv4Option.fqdn) }
        if includesMask {
            if isSwapped { appendRequested(DHCPv4Option.routers) }
            appendConfigured(DHCPv4Option.subnetMask)
        }
    }

    /// What stands behind the times whether it is asked for or not.
    mutating func appendNotices() {
        for code in [
            DHCPv4Option.message, DHCPv4Option.requestedAddress,
            DHCPv4Option.associatedAddress,
        ] {
            appendConfigured(code)
        }
    }

    /// The options for a fixed address in BOOTP: ISC looks at no parameter request list there, and
    /// leaves `file` and `sname` alone.
    mutating func setOptionsOfFixedBootp(_ answer: Answer, _ exchange: Exchange) {
        reply.canOverload = false
        appendLeadingOfBootp()
        appendNotices()
        setDefaults(
            subnet: answer.subnet, host: answer.host, address: answer.address, exchange)
        appendAll(exchange)
        reply.options.putSubnetMaskBeforeRouters()
        echoAgentOptions(exchange)
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
        // ISC: the relay's link selection is taken for an option of the reply with the same code.
        if let selection = packet.agentOption(5) { set(5, Array(packet.bytes[selection])) }
        guard chooseSiteSpace(into: &effects) else { return false }
        appendRequested(exchange, includesMask: false)
        reply.options.putSubnetMaskBeforeRouters()
        echoAgentOptions(exchange)
        return true
    }
}
