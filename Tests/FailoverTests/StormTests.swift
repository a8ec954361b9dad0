import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

/// Random clients, cuts and crashes; after each step no address may be held by two clients.
private final class Storm {
    let pair: Pair
    var chance: Chance
    /// Who holds an address and until when, as the clients believe.
    var holders: [LeaseID: (client: UInt8, until: Timestamp)] = [:]
    var lastAsked: [UInt8: Timestamp] = [:]
    var faults: [String] = []
    let leaseCount: UInt32

    init(seed: UInt64, leaseCount: UInt32 = 12) {
        chance = Chance(seed: seed)
        self.leaseCount = leaseCount
        pair = Pair(
            remembered: chance.next(below: 2) == 0 ? nil : (.normal, .normal),
            leaseCount: leaseCount
        ) {
            $0.minBalance = 5
            $0.maxBalance = 20
            $0.maxUnackedUpdates = 4
        }
    }

    func step() {
        let index = Int(chance.next(below: 2))
        switch chance.next(below: 100) {
        case ..<45: ask(index, client: UInt8(chance.next(below: 10)))
        case ..<55: release(index)
        case ..<60: decline(index)
        case ..<85: pair.run(seconds: UInt64(1 + chance.next(below: 4)))
        case ..<90: pair.isCut.toggle()
        case ..<94: pair.run(seconds: UInt64(5 + chance.next(below: 30)))
        default: pair.restart(index)
        }
        if chance.next(below: 3) == 0 { pair.settle() }
    }

    /// A client renews what it has, or gets the head of the own list.
    private func ask(_ index: Int, client: UInt8) {
        let side = pair.sides[index]
        let relationship = side.relationship
        guard relationship.service.isServing else { return }
        // Nobody asks twice in a second, the unit of all times here.
        guard lastAsked[client] != pair.now.wall else { return }
        lastAsked[client] = pair.now.wall
        let held = (0..<leaseCount).map { LeaseID($0) }.first {
            let row = side.row($0)
            return row.hardware.bytes.last == client
                && (row.bindingState == .active || relationship.mayReturn(row))
        }
        let now = pair.now.wall
        guard let lease = held ?? side.first(relationship.ownList),
            held != nil || relationship.mayAllocate(side.row(lease), now: now)
        else { return }
        if let holder = holders[lease], holder.until > now, holder.client != client {
            faults.append(
                "\(side.name) gives \(side.row(lease).address) of client \(holder.client) to "
                    + "\(client) in \(relationship.state)")
        }
        let seconds = pair.bind(
            index, lease, client: client, desired: 5 + chance.next(below: 60))
        holders[lease] = (client, now + seconds)
    }

    private func release(_ index: Int) {
        let side = pair.sides[index]
        guard side.relationship.service.isServing, let lease = side.first(.active) else { return }
        guard side.row(lease).hardware.bytes.last == holders[lease]?.client else { return }
        holders[lease] = nil
        pair.on(index) { $0[RelationshipID(0)].released(lease, leases: &$1, now: $2, into: &$3) }
    }

    private func decline(_ index: Int) {
        let side = pair.sides[index]
        guard side.relationship.service.isServing, let lease = side.last(.active) else { return }
        guard side.row(lease).hardware.bytes.last == holders[lease]?.client else { return }
        holders[lease] = nil
        pair.on(index) {
            $0[RelationshipID(0)].declined(
                lease, until: $2.wall + 30, leases: &$1, now: $2, into: &$3)
        }
    }

    /// Faults cease: both must become normal and agree about every lease.
    func calm() {
        pair.isCut = false
        pair.run(seconds: 300)
        for side in pair.sides where side.relationship.state != .normal {
            faults.append("\(side.name) ends in \(side.relationship.state)")
        }
        for number in 0..<leaseCount {
            let (left, right) = (
                pair.primary.row(LeaseID(number)), pair.secondary.row(LeaseID(number))
            )
            if left.bindingState != right.bindingState {
                faults.append("\(left.address): \(left.bindingState) and \(right.bindingState)")
            }
            for row in [left, right] where !row.flags.isEmpty {
                faults.append("\(row.address) waits for ever")
            }
        }
    }
}

@Suite struct StormTests {
    @Test(arguments: 0..<40) func nothingIsGivenTwice(seed: Int) {
        let storm = Storm(seed: UInt64(seed))
        storm.pair.start()
        storm.pair.run(seconds: 2)
        for _ in 0..<150 { storm.step() }
        storm.calm()
        #expect(storm.faults.isEmpty, "seed \(seed): \(storm.faults.prefix(3))")
    }
}
