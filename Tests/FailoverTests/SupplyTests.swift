import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// Warnings before clients go without.
@Suite struct SupplyTests {
    private static func now(_ seconds: UInt64) -> Now {
        Now(wall: Timestamp(1_000_000), mono: Instant(nanoseconds: seconds * 1_000_000_000))
    }

    @Test func aTenthIsLowOnce() {
        var supply = Supply(left: 100, now: Self.now(0))
        // A little more is not enough yet; a fifth is.
        let counts = [50, 21, 20, 19, 30, 20, 41, 20]
        let news = counts.indices.map {
            supply.note(left: counts[$0], of: 200, now: Self.now(UInt64($0) + 1))
        }
        #expect(news == [false, false, true, false, false, false, false, true])
    }

    @Test func aQuarterIsLowWhenItGoesFast() {
        var supply = Supply(left: 100, now: Self.now(0))
        let isNews = supply.note(left: 40, of: 200, now: Self.now(120))
        #expect(isNews)
        #expect(supply.seconds(left: 40, now: Self.now(120)) == 80)
    }

    @Test func theRateIsThatOfTheLastMinutes() {
        var supply = Supply(left: 100, now: Self.now(0))
        #expect(supply.seconds(left: 90, now: Self.now(30)) == nil)
        _ = supply.note(left: 100, of: 200, now: Self.now(600))
        _ = supply.note(left: 80, of: 200, now: Self.now(1200))
        // From the mark at 600 s on.
        #expect(supply.seconds(left: 80, now: Self.now(1200)) == 2400)
        #expect(supply.seconds(left: 120, now: Self.now(1200)) == nil)
    }

    @Test func thePartnerIsNamedAndTheShortageExplainedOnceAMinute() {
        let server = Lone(isPrimary: true, remembered: .communicationsInterrupted)
        server.run(seconds: 16)
        for index in 0..<20 {
            let lease = LeaseID(UInt32(index))
            server.leases.modify(lease) {
                $0.ends = server.now.wall + 60
                $0.starts = server.now.wall
            }
            server.on { endpoint, leases, now, effects in
                endpoint.relationships[0].bound(
                    lease, desired: 60, granted: 60, leases: &leases, now: now, into: &effects)
            }
        }
        let warning = "runs low: 2 of 20 leases left here, 0 with the partner"
        #expect(server.lines.count { $0.contains(warning) } == 1)
        for _ in 0..<3 {
            server.on { endpoint, leases, now, effects in
                endpoint.relationships[0].explainShortage(
                    leases: leases, now: now, into: &effects)
            }
        }
        #expect(server.lines.count { $0.contains("before partner-down") } == 1)
    }
}
