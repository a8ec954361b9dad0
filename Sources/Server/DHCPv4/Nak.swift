import Leases
import Wire

extension ServerCore {
    /// DHCPNAK (server-v4.md §7.3).
    mutating func refuse(
        _ exchange: Exchange, _ address: IPv4Address, into effects: inout Effects
    ) {
        executeRefusalScopes(exchange, into: &effects)
        reply.begin(answering: packet)
        reply.flags |= DHCPv4Layout.broadcastFlag
        // ISC: the text has no NUL, whatever the client ends its own with.
        setServerIdentifier(exchange)
        setSpace(exchange, isConfiguredSizeHeeded: false)
        reply.options.append(
            DHCPv4Option.messageType, CollectionOfOne(DHCPv4MessageType.nak.rawValue))
        reply.options.append(DHCPv4Option.serverIdentifier, replySource.rawValue)
        var message: [UInt8] = []
        message.append(text: nakText)
        if !message.isEmpty {
            reply.options.append(DHCPv4Option.message, isText: true, message)
        }
        // ISC: classes come too late for the server identifier, but not for `echo-client-id`; and
        // the agent options go back even if they are those stored on the lease.
        runClasses(around: nil)
        evaluator.handOver(into: &effects)
        echoIdentifier(exchange)
        if let range = packet[DHCPv4Option.agentInformation] {
            reply.agentOptions.append(contentsOf: packet.bytes[range])
        }
        effects.log(.info) {
            $0.append(text: "DHCPNAK on ")
            $0.append(address)
            $0.append(text: " to ")
            $0.append(exchange.hardware)
            $0.append(text: " via ")
            appendVia(exchange, to: &$0)
        }
        transmit(relayRoute ?? broadcastRoute(exchange), after: 0, into: &effects)
    }

    /// Option 61, only with `echo-client-id`.
    mutating func echoIdentifier(_ exchange: Exchange) {
        guard !exchange.clientIdentifier.isEmpty, flag(.echoClientID, default: false) else {
            return
        }
        reply.options.append(DHCPv4Option.clientIdentifier, exchange.clientIdentifier)
    }

    /// Option 82, byte for byte and last, whenever it was received.
    mutating func echoAgentOptions(_ exchange: Exchange) {
        guard !exchange.hasStashedAgentOptions,
            let range = packet[DHCPv4Option.agentInformation]
        else { return }
        reply.agentOptions.append(contentsOf: packet.bytes[range])
    }
}
