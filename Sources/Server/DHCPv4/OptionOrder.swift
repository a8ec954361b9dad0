import ConfParser
import Wire

/// The codes of the options that are looked for when a reply is made, in their order, each once
/// (ISC: "priority list"). Whether an option is set decides only about what is sent: its place
/// counts even when it is not.
struct OptionOrder: Sendable {
    private(set) var codes: [UInt8] = []
    private var listed = DHCPv4CodeSet()

    /// What stands first in every reply, whether it is asked for or not.
    static let leading: [UInt8] = [
        DHCPv4Option.messageType, DHCPv4Option.serverIdentifier, DHCPv4Option.leaseTime,
        DHCPv4Option.renewalTime, DHCPv4Option.rebindingTime, DHCPv4Option.message,
        DHCPv4Option.requestedAddress, DHCPv4Option.associatedAddress,
    ]

    /// Begins with ``leading``.
    mutating func begin() {
        codes.removeAll(keepingCapacity: true)
        listed = DHCPv4CodeSet()
        for code in Self.leading { add(code) }
    }

    /// Adds a code behind all others. Option 82 has its own place, behind everything.
    mutating func add(_ code: UInt8) {
        guard code != DHCPv4Option.agentInformation, listed.insert(code) else { return }
        codes.append(code)
    }

    /// RFC 2132 §3.3: the mask before the routers. ISC: they change places, also when one of them
    /// is not set.
    mutating func putSubnetMaskBeforeRouters() {
        guard let mask = codes.firstIndex(of: DHCPv4Option.subnetMask),
            let routers = codes.firstIndex(of: DHCPv4Option.routers), routers < mask
        else { return }
        codes.swapAt(mask, routers)
    }
}

/// Where the list of wanted options comes from.
enum WantedOptions {
    /// The configured list, else the client's.
    case byClient
    /// The configured list only.
    case byConfiguration
    /// There is none: all that is set is sent.
    case all
}

extension ServerCore {
    /// Appends to the reply what is set, in ISC's order; ``OptionOrder/leading`` may be there
    /// already. The mask is sent unasked with an OFFER and an ACK of a REQUEST.
    mutating func appendOptions(
        _ wanted: WantedOptions, _ exchange: Exchange, includesMask: Bool = false
    ) {
        // ISC: in BOOTP for a fixed address, and to a query, no identifier is echoed.
        let echoes = wanted == .byClient && echoesIdentifier(exchange)
        optionOrder.begin()
        let list = wantedCodes(wanted)
        if list.isEmpty {
            orderAll()
        } else {
            if isConfigured(DHCPv4Option.subnetSelection) {
                optionOrder.add(DHCPv4Option.subnetSelection)
            }
            if echoes { optionOrder.add(DHCPv4Option.clientIdentifier) }
            for code in list { optionOrder.add(code) }
            if hasClientName { optionOrder.add(DHCPv4Option.fqdn) }
            if includesMask { optionOrder.add(DHCPv4Option.subnetMask) }
        }
        optionOrder.putSubnetMaskBeforeRouters()
        for code in optionOrder.codes { appendValue(code) }
        reply.lastCode = optionOrder.codes.last
    }

    /// The parameter request list; empty if there is none. ISC: a configured one without a value
    /// hides the client's.
    private mutating func wantedCodes(_ wanted: WantedOptions) -> [UInt8] {
        if wanted == .all { return [] }
        if isConfigured(DHCPv4Option.parameterRequestList) {
            return configuredData(DHCPv4Option.parameterRequestList) ?? []
        }
        if wanted == .byConfiguration { return [] }
        return packet.value(DHCPv4Option.parameterRequestList) ?? []
    }

    /// The client sent option 81, and one that could be read.
    private var hasClientName: Bool {
        packet[DHCPv4Option.fqdn].flatMap { ClientFQDN(packet.bytes[$0])?.value(3) } != nil
    }

    /// Without a parameter request list: the usual ones, then everything that is set, in the order
    /// of ISC's hash buckets and codes of the site last, then what is made of other spaces.
    private mutating func orderAll() {
        for code in [
            DHCPv4Option.subnetMask, DHCPv4Option.routers, DHCPv4Option.domainNameServers,
            DHCPv4Option.hostName, DHCPv4Option.fqdn,
        ] {
            optionOrder.add(code)
        }
        let least = siteSpace?.least ?? 256
        for option in inOrder(.dhcp) where option.code < least {
            if let code = UInt8(exactly: option.code) { optionOrder.add(code) }
        }
        if let siteSpace {
            for option in inOrder(siteSpace.space) where option.code >= least {
                if let code = UInt8(exactly: option.code) { optionOrder.add(code) }
            }
        }
        for code in encapsulatingCodes { optionOrder.add(code) }
        optionOrder.add(DHCPv4Option.vendorEncapsulated)
    }

    /// One option: as it is configured, or built from its space.
    private mutating func appendValue(_ code: UInt8) {
        switch code {
        case DHCPv4Option.pad, DHCPv4Option.end, DHCPv4Option.overload: return
        default:
            if evaluator.reply.contains(reference(code)) {
                appendConfigured(code)
            } else if UInt32(code) < siteSpace?.least ?? 256 {
                appendEncapsulated(code)
            }
        }
    }
}
