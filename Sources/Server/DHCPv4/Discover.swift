import Leases
import Wire

extension ServerCore {
    /// DHCPDISCOVER (server-v4.md §7.1).
    mutating func discover(_ exchange: inout Exchange, into effects: inout Effects) {
        guard let network = exchange.network else { return }
        var finding = findLease(&exchange, in: network, into: &effects)
        if case .lease(let id) = finding.binding, relationship(of: id) != nil,
            !isUsable(id, leases[id], now: exchange.now)
        {
            finding.binding = nil
        }
        beginText("DHCPDISCOVER", &exchange, finding.binding)
        if finding.binding == nil {
            let id = allocateLease(
                exchange, in: network, peerHasLeases: &finding.peerHasLeases, into: &effects)
            guard let id else {
                logNoLeases(exchange, network, finding, into: &effects)
                return
            }
            finding.binding = .lease(id)
        }
        guard let binding = finding.binding,
            mayServe(binding, exchange, peerHasLeases: finding.peerHasLeases, into: &effects)
        else { return }
        var hold = exchange.now.wall + Self.offerHoldSeconds
        if case .lease(let id) = binding {
            if leases[id].ends < exchange.now.wall { clearVariables(id) }
            hold = max(hold, leases[id].ends)
        }
        answer(binding, as: .offer, &exchange, hold: hold, into: &effects)
    }

    /// How long an offered address stays out of use.
    static var offerHoldSeconds: UInt32 { 120 }

    /// Starts the message text with `NAME from MAC (NAME) via X`.
    func beginText(
        _ name: StaticString, _ exchange: inout Exchange, _ binding: Binding?
    ) {
        var text: [UInt8] = []
        text.append(text: name)
        appendFromVia(exchange, lease: binding?.lease, to: &text)
        exchange.text = text
    }

    private mutating func logNoLeases(
        _ exchange: Exchange, _ network: NetworkID, _ finding: Finding,
        into effects: inout Effects
    ) {
        if finding.peerHasLeases {
            logMessage(exchange, .error, ": peer holds all free leases", into: &effects)
            explainShortage(network, now: exchange.now, into: &effects)
            return
        }
        effects.log(.error) {
            $0.append(contentsOf: exchange.text)
            $0.append(text: ": network ")
            $0.append(contentsOf: configuration[network].name)
            $0.append(text: ": no free leases")
        }
    }
}

extension Binding {
    /// The lease, unless the address is a host's fixed one.
    var lease: LeaseID? {
        if case .lease(let id) = self { return id }
        return nil
    }
}
