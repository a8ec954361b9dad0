import Leases
import Wire

extension ServerCore {
    /// True if the client may have addresses of the pool: no `deny` matches and, where there is an
    /// `allow`, one of them does.
    func isPermitted(_ pool: PoolID, _ exchange: Exchange) -> Bool {
        let row = configuration.pools[Int(pool.index)]
        if row.prohibits.isEmpty && row.permits.isEmpty { return true }
        for prohibit in row.prohibits where matches(prohibit, exchange) { return false }
        guard !row.permits.isEmpty else { return true }
        for permit in row.permits where matches(permit, exchange) { return true }
        return false
    }

    private func matches(_ permit: Permit, _ exchange: Exchange) -> Bool {
        switch permit {
        case .unknown: return !exchange.isKnown
        case .known: return exchange.isKnown
        case .authenticated: return false
        case .unauthenticated, .all: return true
        case .dynamicBootp: return exchange.type == nil
        case .after(let date): return exchange.now.wall > date
        case .members(let wanted):
            for found in evaluator.classes {
                if found == wanted || parent(of: found) == wanted { return true }
            }
            return false
        }
    }
}
