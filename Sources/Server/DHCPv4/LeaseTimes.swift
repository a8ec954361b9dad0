import Failover
import Leases
import Wire

extension ServerCore {
    /// Decides how long a client gets its address (server-v4.md §8.1). False when it gets nothing.
    mutating func setTimes(
        _ answer: inout Answer, _ exchange: Exchange, into effects: inout Effects
    ) -> Bool {
        let now = exchange.now.wall
        if answer.kind == .bootReply {
            answer.ends = bootpEnd(now)
            answer.desired = answer.ends.seconds(since: now)
            answer.granted = answer.desired
            return true
        }
        var time = wantedTime(&answer, into: &effects)
        time = min(time, number(.maxLeaseTime) ?? 86_400)
        var least = min(300, number(.maxLeaseTime) ?? 86_400)
        if let configured = number(.minLeaseTime) { least = configured }
        if let id = answer.lease {
            time = adapted(time, least, id, now, into: &effects)
            if answer.kind == .ack { watchThreshold(id, into: &effects) }
            guard limitByDate(&time, id, exchange) else {
                answer.isRefused = true
                return false
            }
        }
        time = max(time, least)
        answer.desired = time
        answer.granted = time
        if let id = answer.lease { answer.granted = grantedTime(time, id, now: exchange.now) }
        answer.ends = LeaseTime.end(granted: answer.granted, now: now)
        return true
    }

    private mutating func wantedTime(_ answer: inout Answer, into effects: inout Effects) -> UInt32
    {
        guard let asked = packet.uint32(DHCPv4Option.leaseTime) else {
            return number(.defaultLeaseTime) ?? 43_200
        }
        if asked == LeaseTime.infinite,
            flag(.infiniteIsReserved, default: false)
        {
            answer.isReserved = true
            effects.log(.info) {
                $0.append(text: "Infinite-leasetime reservation made on ")
                $0.append(answer.address)
                $0.append(UInt8(ascii: "."))
            }
        }
        return asked
    }

    /// BOOTP leases never end, unless a length or a cut-off is configured; the cut-off wins.
    private mutating func bootpEnd(_ now: Timestamp) -> Timestamp {
        var end = Timestamp.never
        if let length = number(.dynamicBootpLeaseLength) { end = now + length }
        if let cutoff = number(.dynamicBootpLeaseCutoff) { end = Timestamp(cutoff) }
        return end
    }

    /// Shortens new leases while a pool is nearly full.
    private mutating func adapted(
        _ time: UInt32, _ least: UInt32, _ id: LeaseID, _ now: Timestamp,
        into effects: inout Effects
    ) -> UInt32 {
        guard let threshold = number(.adaptiveLeaseTimeThreshold), (1..<100).contains(threshold)
        else { return time }
        let row = leases[id]
        let total = leases.count(row.pool)
        let free = leases.count(row.pool, .free)
        let used = total - free - leases.count(row.pool, .backup)
        // ISC: a least time of nothing is none.
        let adaptive = max(least > 0 ? least : 300, row.ends.seconds(since: now))
        let fill = total > 0 ? used * 100 / total : 0
        effects.log(.debug) {
            $0.append(text: "Adap-lease: Total: ")
            $0.append(decimal: total)
            $0.append(text: ", Free: ")
            $0.append(decimal: free)
            $0.append(text: ", Ends: ")
            $0.append(decimal: Int(row.ends.seconds) - Int(now.seconds))
            $0.append(text: ", Adaptive: ")
            $0.append(decimal: Self.signed(adaptive))
            $0.append(text: ", Fill: ")
            $0.append(decimal: fill)
            $0.append(text: ", Threshold: ")
            $0.append(decimal: UInt64(threshold))
        }
        guard fill >= Int(threshold), time > adaptive else { return time }
        effects.log(.info) {
            $0.append(text: "Pool over threshold, time for ")
            $0.append(row.address)
            $0.append(text: " reduced from ")
            $0.append(decimal: Self.signed(time))
            $0.append(text: " to ")
            $0.append(decimal: Self.signed(adaptive))
            $0.append(UInt8(ascii: "."))
        }
        return adaptive
    }

    /// ISC: long times are logged as if they were negative.
    private static func signed(_ time: UInt32) -> Int { Int(Int32(truncatingIfNeeded: time)) }

    /// `log-threshold-high` and `log-threshold-low`.
    private mutating func watchThreshold(_ id: LeaseID, into effects: inout Effects) {
        let pool = leases[id].pool
        let total = leases.count(pool)
        let used = total - leases.count(pool, .free) - leases.count(pool, .backup)
        if let low = thresholdResets[pool] {
            guard used <= low else { return }
            thresholdResets[pool] = nil
            logThreshold("reset", id, into: &effects) {
                $0.append(text: "low threshold ")
                $0.append(decimal: used)
                $0.append(UInt8(ascii: "/"))
                $0.append(decimal: total)
            }
            return
        }
        guard let high = number(.logThresholdHigh), (1...100).contains(high),
            used >= total * Int(high) / 100
        else { return }
        logThreshold("exceeded", id, into: &effects) {
            $0.append(text: "high threshold ")
            $0.append(decimal: UInt64(high))
            $0.append(text: "% ")
            $0.append(decimal: used)
            $0.append(UInt8(ascii: "/"))
            $0.append(decimal: total)
        }
        let low = number(.logThresholdLow) ?? 0
        if low < high { thresholdResets[pool] = total * Int(low) / 100 }
    }

    private func logThreshold(
        _ event: StaticString, _ id: LeaseID, into effects: inout Effects,
        _ rest: (inout [UInt8]) -> Void
    ) {
        let network = configuration[leases[id].pool].network
        effects.log(.error) {
            $0.append(text: "Pool threshold ")
            $0.append(text: event)
            $0.append(text: " - shared subnet: ")
            $0.append(contentsOf: configuration[network].name)
            $0.append(text: "; address: ")
            $0.append(leases[id].address)
            $0.append(text: "; ")
            rest(&$0)
            $0.append(UInt8(ascii: "."))
        }
    }

    /// `deny after` bounds the lease; before `allow after` nobody gets one.
    private func limitByDate(_ time: inout UInt32, _ id: LeaseID, _ exchange: Exchange) -> Bool {
        let pool = configuration[leases[id].pool]
        let now = exchange.now.wall
        let isEarly = pool.validFrom.map { now < $0 } ?? false
        let isLate = pool.validUntil.map { now >= $0 } ?? false
        guard !isEarly, !isLate else { return false }
        if let end = pool.validUntil { time = min(time, end.seconds(since: now)) }
        return true
    }
}
