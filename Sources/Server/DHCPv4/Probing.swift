import Leases
import Wire

// The ping check (server-v4.md §8.4): an OFFER waits for an echo reply that should not come, while
// everything else goes on.

/// An OFFER that waits.
struct Probe {
    var lease: LeaseID
    let route: PacketRoute
    /// The encoded message.
    let payload: [UInt8]
    /// The lines that are logged when it leaves.
    let lines: [(level: LogLevel, text: [UInt8])]
    let deadline: Instant
}

extension ServerCore {
    /// OFFERs that may wait at one time; more go out unchecked.
    static var maxProbes: Int { 4096 }

    /// True if an OFFER of this lease waits: the client's repetitions are swallowed.
    func isProbing(_ id: LeaseID) -> Bool { probes[leases[id].address] != nil }

    /// Puts the OFFER in hand aside and asks whether its address is in use. False if it need not.
    mutating func startProbe(
        _ answer: Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        guard answer.needsProbe, let id = answer.lease, probes.count < Self.maxProbes else {
            return false
        }
        var lines = longNameLines().map { (level: LogLevel.info, text: $0) }
        appendOptions(answer, exchange)
        lines += evaluator.logs.map { ($0.level, Array(evaluator.text($0))) }
        evaluator.forgetOutput()
        var payload: [UInt8] = []
        reply.encode(into: &payload, packer: &packer)
        var text: [UInt8] = []
        appendReplyText(answer, exchange, to: &text)
        let milliseconds = number(.pingTimeoutMilliseconds) ?? 0
        let wait = UInt64(number(.pingTimeout) ?? 1) * 1000
        let deadline = exchange.now.mono.advanced(
            milliseconds: milliseconds > 0 ? UInt64(milliseconds) : wait)
        probes[answer.address] = Probe(
            lease: id,
            route: route(answer.kind, answer.address, answer.network, exchange),
            payload: payload, lines: lines + [(.info, text)], deadline: deadline)
        var place = probeOrder.count
        while place > 0, probeOrder[place - 1].deadline > deadline { place -= 1 }
        probeOrder.insert((answer.address, deadline), at: place)
        effects.list.append(.probe(answer.address))
        return true
    }

    /// True if a lease is to be pinged before it is offered: not to the client that had it just
    /// now.
    mutating func needsProbe(_ id: LeaseID, _ exchange: Exchange, isSameClient: Bool) -> Bool {
        let row = leases[id]
        guard row.bindingState != .active, flag(.pingCheck, default: true) else { return false }
        guard isSameClient, row.bindingState != .abandoned else { return true }
        let recently = number(.pingClttSecs) ?? 60
        return exchange.now.wall.seconds(since: row.cltt) > recently
    }

    /// Sends the OFFERs whose time has come.
    mutating func finishProbes(now: Now, into effects: inout Effects) {
        var done = 0
        while done < probeOrder.count, probeOrder[done].deadline <= now.mono {
            if let probe = probes.removeValue(forKey: probeOrder[done].address) {
                for line in probe.lines {
                    effects.log(line.level) { $0.append(contentsOf: line.text) }
                }
                let start = effects.arena.count
                effects.arena.append(contentsOf: probe.payload)
                effects.list.append(
                    .transmit(probe.route, payload: start..<effects.arena.count, after: 0))
            }
            done += 1
        }
        probeOrder.removeFirst(done)
    }

    /// Somebody answered: the address is in use.
    mutating func takePingReply(
        _ address: IPv4Address, now: Now, into effects: inout Effects
    ) {
        guard let probe = probes.removeValue(forKey: address) else {
            logStrayReply(address, into: &effects)
            return
        }
        probeOrder.removeAll { $0.address == address }
        abandon(probe.lease, because: "pinged before offer", now: now, into: &effects)
    }

    private func logStrayReply(_ address: IPv4Address, into effects: inout Effects) {
        effects.log(.debug) {
            if leases.lease(at: address) != nil {
                $0.append(text: "ICMP Echo Reply for ")
                $0.append(address)
                $0.append(text: " late or spurious.")
            } else {
                $0.append(text: "unexpected ICMP Echo Reply from ")
                $0.append(address)
            }
        }
    }
}
