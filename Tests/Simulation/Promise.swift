import Wire

/// Whether the operators have kept their side: partner-down says that the partner has stopped, and
/// when it has not, both may give away the same address. No server can help that; what is asked of
/// the pair is that it comes to one holder once the two meet again.
struct Promise {
    /// Since when each server is in partner-down, in true time, by role.
    private var partnerDownSince: [Instant?] = [nil, nil]
    private(set) var isBroken = false
    /// Since when all has been well again.
    private var healed: Instant?
    /// What the links need to tell a partner.
    private static let patienceMilliseconds: UInt64 = 1000

    /// True when this server has been in partner-down for so many seconds.
    func hasBeenAlone(_ node: Node, seconds: Int, at now: Instant) -> Bool {
        guard let since = partnerDownSince[node.role.rawValue] else { return false }
        return now >= since.advanced(seconds: UInt32(clamping: max(0, seconds)))
    }

    mutating func moved(_ node: Node, from old: String, to new: String, at now: Instant) {
        if new == "startup" {
            // It died after the record and before the line that says so.
            if old == "partner-down", partnerDownSince[node.role.rawValue] == nil {
                partnerDownSince[node.role.rawValue] = Instant(nanoseconds: 0)
            }
            return
        }
        if new != "partner-down" {
            partnerDownSince[node.role.rawValue] = nil
        } else if partnerDownSince[node.role.rawValue] == nil {
            partnerDownSince[node.role.rawValue] = now
        }
    }

    private static let serving = ["normal", "communications-interrupted", "partner-down"]

    mutating func watch(_ world: World) {
        for node in world.nodes {
            let partner = world.nodes[node.role.partner.rawValue]
            guard let since = partnerDownSince[node.role.rawValue], partner.process != nil,
                Self.serving.contains(partner.state),
                world.now >= since.advanced(milliseconds: Self.patienceMilliseconds)
            else { continue }
            if !isBroken { world.note("world", "the partner of \(node.name) was not down") }
            isBroken = true
            healed = nil
        }
        guard isBroken, world.nodes.allSatisfy({ $0.state == "normal" }) else {
            healed = nil
            return
        }
        let since = healed ?? world.now
        healed = since
        // By then every lease of that time has ended or been renewed under the eyes of both.
        let bound = UInt32(clamping: world.plan.leaseSeconds + world.plan.mclt + 60)
        if world.now >= since.advanced(seconds: bound) { isBroken = false }
    }
}
