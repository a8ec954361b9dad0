import ConfParser
import Leases
import Testing
import Wire

@testable import Failover

@Suite struct HashTests {
    @Test func valuesOfTheReference() {
        let cases: [([UInt8], UInt8)] = [
            ([2, 0, 0, 0, 0, 1], 133), ([2, 0, 0, 0, 0, 2], 45),
            ([0, 0x11, 0x22, 0x33, 0x44, 0x55], 135), ([0xde, 0xad, 0xbe, 0xef, 0, 1], 118),
            ([255, 255, 255, 255, 255, 255], 79), ([1, 2, 0, 0, 0, 0, 2], 66),
            ([1, 0, 0x11, 0x22, 0x33, 0x44, 0x55], 223), ([0x61, 0x62, 0x63], 170), ([0], 175),
            ([], 0),
        ]
        for (key, hash) in cases { #expect(LoadBalanceHash.hash(key) == hash) }
    }

    @Test func splits() {
        #expect(
            HashBuckets(split: 128).bytes == Array(repeating: 255, count: 16)
                + Array(repeating: 0, count: 16))
        #expect(HashBuckets(split: 0).bytes == Array(repeating: 0, count: 32))
        #expect(HashBuckets(split: 256).bytes == Array(repeating: 255, count: 32))
        #expect(!HashBuckets(split: 255).isPrimary(255))
        #expect(HashBuckets(split: 255).isPrimary(254))
        #expect(HashBuckets([1]) == nil)
    }

    @Test func secondsAndByteOrder() {
        let swapped: [UInt16: Bool] = [
            0x0000: false, 0x0100: false, 0x0200: false, 0x0300: false, 0x0400: true, 0x0301: true,
            0x0401: true, 0xff00: true,
        ]
        let none = HashBuckets(split: 0)
        for (secs, isServed) in swapped {
            let value = LoadBalancing.seconds(secs, checkByteOrder: true)
            #expect(
                LoadBalancing.serves(
                    key: [1], secs: value, limit: 3, isPrimary: true, buckets: none) == isServed)
        }
        #expect(LoadBalancing.seconds(0x0100, checkByteOrder: false) == 256)
        #expect(
            LoadBalancing.serves(key: [1], secs: 0, limit: 0, isPrimary: true, buckets: none))
        #expect(
            !LoadBalancing.serves(key: [1], secs: 0, limit: 3, isPrimary: false, buckets: nil))
    }
}

@Suite struct LeaseTimeTests {
    /// failover.md §6.5, the table.
    @Test func timesOfTheReference() {
        let now = Timestamp(1_000_000)
        func check(_ desired: UInt32, _ tsfp: UInt32, _ granted: UInt32, _ tstp: UInt32) {
            let time = LeaseTime.granted(
                desired: desired, mclt: 60, tsfp: Timestamp(tsfp), now: now)
            #expect(time == granted)
            #expect(
                LeaseTime.potentialExpiration(desired: desired, granted: time, now: now)
                    == Timestamp(tstp))
        }
        check(600, 0, 60, 1_000_630)
        check(600, 1_000_628, 600, 1_000_900)
        check(7200, 1_000_628, 688, 1_007_544)
        check(.max, 0, 60, 0x7fff_ffff)
        check(.max, 0x7fff_ffff, 0x7fff_ffff - 1_000_000 + 60, 0x7fff_ffff)
        check(300, 1_000_628, 300, 1_000_450)
        #expect(
            LeaseTime.granted(desired: 600, mclt: 3600, tsfp: .none, now: now) == 600)
        #expect(LeaseTime.end(granted: .max, now: now) == .never)
        // Found by the simulation: the answer that would shorten a lease may be lost.
        func renewed(_ desired: UInt32, lasting: UInt32) -> UInt32 {
            LeaseTime.granted(
                desired: desired, mclt: 60, tsfp: .none, lasting: now + lasting, now: now)
        }
        #expect(renewed(600, lasting: 400) == 400)
        #expect(renewed(600, lasting: 30) == 60)
        #expect(renewed(300, lasting: 400) == 300)
        #expect(LeaseTime.end(granted: 0x7fff_ffff, now: now) == now + 0x7fff_ffff)
        #expect(LeaseTime.end(granted: 0xffff_fff0, now: now) == .latest)
    }
}

@Suite struct AcceptanceTests {
    /// failover.md §6.6: the table for state normal, written out.
    private static func normalTable(
        isPrimary: Bool, from: BindingState, to: BindingState, isOver: Bool, hasEnded: Bool
    ) -> Bool {
        if from == to { return true }
        let table: [BindingState: [BindingState]] =
            isPrimary
            ? [.active: [.released, .abandoned]]
            : [.active: [.released, .abandoned, .reset]]
        if from == .active {
            if table[.active]?.contains(to) == true { return true }
            if isPrimary { return false }
            return to == .expired ? hasEnded : isOver
        }
        if from == .expired || from == .reset {
            return to == .free || to == .backup ? isOver : true
        }
        return true
    }

    @Test func everyCell() {
        let now = Timestamp(1_000_000)
        for isPrimary in [true, false] {
            for from in BindingState.allCases {
                for to in BindingState.allCases {
                    for isOver in [true, false] {
                        for hasEnded in [true, false] {
                            let isNormal = UpdateAcceptance.Case(
                                isPrimary: isPrimary, isNormal: true, from: from, to: to,
                                ends: hasEnded ? now + 65 : now + 66,
                                potential: isOver ? now : now + 1, now: now)
                            #expect(
                                UpdateAcceptance.isTransitionAllowed(isNormal)
                                    == Self.normalTable(
                                        isPrimary: isPrimary, from: from, to: to, isOver: isOver,
                                        hasEnded: hasEnded),
                                "\(isPrimary) \(from) to \(to)")
                            var other = isNormal
                            other.isNormal = false
                            let expected =
                                from != .active || to == .active
                                || [.released, .reset, .abandoned].contains(to)
                                || (to == .expired && hasEnded)
                            #expect(UpdateAcceptance.isTransitionAllowed(other) == expected)
                        }
                    }
                }
            }
        }
    }

    @Test func duels() {
        for isPrimary in [true, false] {
            func ours(_ mine: BindingState, _ theirs: BindingState, _ a: UInt32, _ b: UInt32)
                -> Bool
            {
                UpdateAcceptance.oursWins(
                    isPrimary: isPrimary, ours: mine, ourContact: Timestamp(a), theirs: theirs,
                    theirContact: Timestamp(b))
            }
            #expect(ours(.active, .active, 2, 1))
            #expect(!ours(.active, .active, 1, 2))
            #expect(ours(.active, .active, 1, 1) == isPrimary)
            #expect(!ours(.active, .expired, 1, 2))
            #expect(!ours(.active, .expired, 1, 1))
            #expect(ours(.active, .expired, 2, 1))
            #expect(ours(.active, .released, 1, 2) == isPrimary)
            #expect(ours(.active, .released, 2, 1))
            for state in BindingState.allCases where state != .active {
                #expect(!ours(state, .active, 2, 1))
                #expect(ours(state, .free, 1, 2) == isPrimary)
            }
        }
    }

    @Test func balanceArithmetic() {
        let all = PoolArithmetic(own: 20, peer: 0, maxMisbalance: 15, maxOwnership: 10)
        #expect(all.leasesToSend == 10 && all.hold == 2 && all.threshold == 3 && all.panic == -6)
        let none = PoolArithmetic(own: 0, peer: 1, maxMisbalance: 15, maxOwnership: 10)
        #expect(none.leasesToSend == 0 && none.threshold == 0 && none.panic == -1)
        #expect(
            PoolArithmetic(own: 0, peer: 3, maxMisbalance: 15, maxOwnership: 10).leasesToSend == -1)
    }
}

@Suite struct TransitionTableTests {
    /// failover.md §4.4 as printed; columns in the order of ``FailoverState/all`` there. A dot
    /// stays, R! is note 2, N4 resumes, SD refuses, RD! note 10, U8 and U9 ask for updates, X is
    /// note 7, C6 note 6, B1 note 1. Not ISC's: N* sends all updates first; recover asks a partner
    /// that recovers or is shut down too (U8); communications-interrupted stays when the partner
    /// waits (§11 D29); conflicts are resolved anew (XC).
    private static let columns: [FailoverState] = [
        .unknown, .startup, .normal, .communicationsInterrupted, .partnerDown, .potentialConflict,
        .recover, .paused, .shutdown, .recoverDone, .resolutionInterrupted, .conflictDone,
        .recoverWait,
    ]
    private static let rows: [(FailoverState, String)] = [
        (.normal, ". . B1 . R! SD! PD CI PD . SD! SD! ."),
        (.communicationsInterrupted, ". . N4 N4 PC PC PD . PD N4 PC PC ."),
        (.partnerDown, ". . PC PC PC PC . . . N* PC PC ."),
        (.potentialConflict, ". . SD! . . . R . PD . . C6 ."),
        (.resolutionInterrupted, ". . PC PC PC PC PC . PD PC PC PC PC"),
        (.conflictDone, "X X N XC XC . X X SD X . X X"),
        (.recover, ". . PC U8 U8 PC U9 . U8 U8 PC PC U8"),
        (.recoverWait, ". . . . . . . . . . . . ."),
        (.recoverDone, ". . N . . . . . PD RD! . . ."),
        (.paused, ". . . . . . . . . . . . ."),
        (.shutdown, ". . . . . . . . . . . . ."),
        (.unknown, ". . . . . . . . . . . . ."),
    ]

    private static func cell(_ text: Substring) -> TransitionTable.Cell? {
        switch text {
        case ".": .stay
        case "B1": .rebalance
        case "R!": .conflictOrRecover
        case "SD!": .refuse
        case "N4": .resume
        case "U8": .requestAll(isAnnounced: false)
        case "U9": .requestAll(isAnnounced: true)
        case "X": .impossible
        case "XC": .resolveAgain
        case "C6": .resolve
        case "RD!": .bothRecovered
        case "N": .move(.normal)
        case "N*": .admit
        case "CI": .move(.communicationsInterrupted)
        case "PD": .move(.partnerDown)
        case "PC": .move(.potentialConflict)
        case "R": .move(.recover)
        case "SD": .move(.shutdown)
        default: nil
        }
    }

    @Test func everyCell() {
        for (own, text) in Self.rows {
            let cells = text.split(separator: " ")
            #expect(cells.count == Self.columns.count)
            for (partner, expected) in zip(Self.columns, cells) {
                #expect(
                    TransitionTable.cell(own: own, partner: partner, partnerIsStarting: false)
                        == Self.cell(expected), "\(own) and \(partner)")
            }
        }
        for partner in Self.columns {
            #expect(
                TransitionTable.cell(own: .partnerDown, partner: partner, partnerIsStarting: true)
                    == .stay)
        }
    }

    @Test func aPartnerThatStartsIsWaitedForInRecover() {
        let cell = TransitionTable.cell(own: .recover, partner: .normal, partnerIsStarting: true)
        #expect(cell == .stay)
    }
}
