import Failover
import Leases
import Wire

extension ServerCore {
    /// Leases that one tick may move on; the next tick goes on with the rest.
    static var expiriesPerTick: Int { 4096 }

    /// Does what is due.
    mutating func tick(now: Now, into effects: inout Effects) {
        finishProbes(now: now, into: &effects)
        failover.tick(leases: &leases, now: now, into: &effects)
        var left = Self.expiriesPerTick
        while left > 0, let id = leases.nextDue(at: now.wall) {
            // Its relationship has just done as many as it may at once, and goes on next time.
            if relationship(of: id) != nil { break }
            left -= 1
            moveOn(id, now: now, into: &effects)
        }
    }
}
