import ConfParser
import Leases
import Wire

// Packet intake (server-v4.md §3).

extension ServerCore {
    /// Decodes the packet in hand and hands it to the procedure of its type.
    mutating func take(
        _ message: Span<UInt8>, interface: Int, source: IPv4Address, now: Now,
        into effects: inout Effects
    ) {
        complaints.now = now.mono
        guard decode(message, into: &effects) else { return }
        var exchange = Exchange(
            now: now, interface: interface, source: source, hardware: packet.hardware)
        if packet[DHCPv4Option.agentInformation] != nil,
            let (code, malformation) = packet.tidyAgentOptions()
        {
            logMalformed("agent", code, malformation, into: &effects)
        }
        tidyTexts(into: &effects)
        guard takeClientIdentifier(&exchange, into: &effects) else { return }
        exchange.type = packet.hasOptions ? packet.type : nil
        exchange.network = network(of: exchange)
        evaluator.leaveClasses()
        guard let type = exchange.type else {
            guard packet.op == 1 else { return }
            // ISC: what is not DHCP is in no class.
            bootRequest(&exchange, into: &effects)
            return
        }
        if exchange.network == nil, type != .request, type != .inform, type != .leaseQuery {
            logUnknownSegment(exchange, type, into: &effects)
            return
        }
        stashAgentOptions(&exchange)
        classify(exchange, into: &effects)
        dispatch(type, &exchange, into: &effects)
    }

    private mutating func dispatch(
        _ type: DHCPv4MessageType, _ exchange: inout Exchange, into effects: inout Effects
    ) {
        switch type {
        case .discover: discover(&exchange, into: &effects)
        case .request: request(&exchange, into: &effects)
        case .decline: decline(&exchange, into: &effects)
        case .release: release(&exchange, into: &effects)
        case .inform: inform(&exchange, into: &effects)
        case .leaseQuery: leaseQuery(&exchange, into: &effects)
        case .offer, .ack, .nak, .leaseUnassigned, .leaseUnknown, .leaseActive:
            return
        default:
            guard complaints.isAllowed() else { return }
            effects.log(.info) {
                $0.append(text: "type ")
                $0.append(decimal: UInt64(type.rawValue))
                appendFromVia(exchange, lease: nil, to: &$0)
                $0.append(text: ": unknown packet type")
            }
        }
    }

    private mutating func decode(
        _ message: Span<UInt8>, into effects: inout Effects
    ) -> Bool {
        do {
            try packet.decode(message)
            return true
        } catch .size {
            return false
        } catch .hardwareLength {
            guard complaints.isAllowed() else { return false }
            effects.log(.info) { $0.append(text: "Discarding packet with bogus hlen.") }
            return false
        } catch {
            // ISC: a server's message goes on with the options before the broken one; it is
            // ignored later.
            if case .option(let code, let malformation) = error {
                logMalformed("dhcp", code, malformation, into: &effects)
            }
            return false
        }
    }

    private mutating func logMalformed(
        _ space: StaticString, _ code: UInt8, _ malformation: DHCPv4Message.Malformation,
        into effects: inout Effects
    ) {
        guard complaints.isAllowed() else { return }
        effects.log(.error) {
            $0.append(text: "parse_option_buffer: malformed option ")
            $0.append(text: space)
            $0.append(UInt8(ascii: "."))
            // ISC: the name is looked up in a way that never finds one.
            $0.append(text: "<unknown>")
            $0.append(text: " (code ")
            $0.append(decimal: UInt64(code))
            $0.append(text: "): ")
            $0.append(text: malformation.text)
            $0.append(UInt8(ascii: "."))
        }
    }

    /// Text options lose the NULs at their end; a host name that had some asks for NULs in ours.
    private mutating func tidyTexts(into effects: inout Effects) {
        terminatesText = false
        for code in packet.codes where textOptions[Int(code)] {
            let hadNULs = packet.dropTrailingNULs(code)
            guard code == DHCPv4Option.hostName else { continue }
            if hadNULs { terminatesText = true }
            if let range = packet[code], range.isEmpty {
                if complaints.isAllowed() {
                    effects.log(.debug) {
                        $0.append(text: "Ignoring empty DHO_HOST_NAME option")
                    }
                }
                packet.remove(code)
            }
        }
    }

    private mutating func takeClientIdentifier(
        _ exchange: inout Exchange, into effects: inout Effects
    ) -> Bool {
        guard packet.hasOptions else { return true }
        guard let identifier = packet.value(DHCPv4Option.clientIdentifier) else {
            if packet.hardwareLength == 0, complaints.isAllowed() {
                effects.log(.debug) {
                    $0.append(
                        text: """
                            Received DHCPv4 packet without client-id option and \
                            empty hlen field.
                            """)
                }
            }
            return true
        }
        if identifier.isEmpty {
            guard complaints.isAllowed() else { return false }
            effects.log(.debug) {
                $0.append(text: "Dropped DHCPv4 packet with zero-length client-id")
            }
            return false
        }
        if identifier.count == 1, complaints.isAllowed() {
            effects.log(.debug) {
                $0.append(
                    text: """
                        Accepted DHCPv4 packet with one-character client-id - \
                        a future version of ISC DHCP will reject this
                        """)
            }
        }
        exchange.clientIdentifier = identifier
        return true
    }

    private mutating func logUnknownSegment(
        _ exchange: Exchange, _ type: DHCPv4MessageType, into effects: inout Effects
    ) {
        guard complaints.isAllowed() else { return }
        effects.log(.info) {
            $0.append(text: Self.typeName(type))
            $0.append(text: " from ")
            appendClient(exchange, lease: nil, to: &$0)
            $0.append(text: " via ")
            appendVia(exchange, to: &$0)
            $0.append(text: ": unknown network segment")
        }
    }

    private static func typeName(_ type: DHCPv4MessageType) -> StaticString {
        switch type {
        case .discover: "DHCPDISCOVER"
        case .offer: "DHCPOFFER"
        case .request: "DHCPREQUEST"
        case .decline: "DHCPDECLINE"
        case .ack: "DHCPACK"
        case .nak: "DHCPNAK"
        case .release: "DHCPRELEASE"
        case .inform: "DHCPINFORM"
        case .leaseQuery: "DHCPLEASEQUERY"
        case .leaseUnassigned: "DHCPLEASEUNASSIGNED"
        case .leaseUnknown: "DHCPLEASEUNKNOWN"
        case .leaseActive: "DHCPLEASEACTIVE"
        default: "unknown"
        }
    }
}
