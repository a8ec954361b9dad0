import ConfParser
public import Leases
public import Wire

// Shortage of addresses, said before clients feel it. ISC's server speaks of it when a client has
// gone without: `peer holds all free leases`.

/// How the free leases of a pool went down.
struct Supply: Sendable {
    /// A count of what was free here, and when.
    struct Mark: Sendable {
        var time: Instant
        var left: Int
    }

    /// Two marks some minutes apart; the rate is measured from the older one.
    private var older: Mark
    private var newer: Mark
    /// The warning was given and still holds.
    private var isLow = false

    /// Seconds between two marks, and the least that a rate is measured over.
    private static let markSeconds: UInt32 = 600
    private static let rateSecondsMin: UInt32 = 60
    /// Parts of a pool: from here on little is left, and from here on it is enough again.
    private static let lowPart = 10
    private static let enoughPart = 5
    /// A pool that lasts for no longer than this is low when a quarter is left, too.
    private static let earlySeconds: UInt64 = 1800
    private static let earlyPart = 4

    init(left: Int, now: Now) {
        older = Mark(time: now.mono, left: left)
        newer = older
    }

    /// Takes another count; true when the pool has just become low.
    mutating func note(left: Int, of total: Int, now: Now) -> Bool {
        if now.mono >= newer.time.advanced(seconds: Self.markSeconds) {
            older = newer
            newer = Mark(time: now.mono, left: left)
        }
        if left * Self.enoughPart > total { isLow = false }
        let isEnding = (seconds(left: left, now: now) ?? .max) <= Self.earlySeconds
        let isNear = left * Self.lowPart <= total || isEnding && left * Self.earlyPart <= total
        guard isNear, !isLow else { return false }
        isLow = true
        return true
    }

    /// How long what is left lasts if it goes on like this; `nil` if it does not go down.
    func seconds(left: Int, now: Now) -> UInt64? {
        guard now.mono >= older.time.advanced(seconds: Self.rateSecondsMin), older.left > left
        else {
            return nil
        }
        let elapsed = (now.mono.nanoseconds - older.time.nanoseconds) / 1_000_000_000
        return UInt64(left) * elapsed / UInt64(older.left - left)
    }
}

extension Relationship {
    /// Seconds between two explanations of a shortage.
    private static let explanationSeconds: UInt32 = 60

    /// A lease of the pool was given to a client: says so when few are left.
    mutating func watchSupply(
        _ pool: PoolID, _ leases: borrowing LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        let total = leases.count(pool)
        let left = leases.count(pool, ownList)
        var supply = supplies[pool] ?? Supply(left: left, now: now)
        let isNews = supply.note(left: left, of: total, now: now)
        supplies[pool] = supply
        guard isNews else { return }
        let peers = leases.count(pool, peerList)
        let name = networkName(pool)
        logPeer(.error, &effects) {
            $0.append(text: "pool ")
            $0.append(contentsOf: name)
            $0.append(text: " runs low: ")
            $0.append(decimal: UInt64(left))
            $0.append(text: " of ")
            $0.append(decimal: UInt64(total))
            $0.append(text: " leases left here, ")
            $0.append(decimal: UInt64(peers))
            $0.append(text: " with the partner")
            if left > 0, let seconds = supply.seconds(left: left, now: now) {
                $0.append(text: "; at this rate they last ")
                $0.append(decimal: (seconds + 59) / 60)
                $0.append(text: " min")
            }
        }
    }

    /// A client goes without since all that is free belongs to the partner: why, and what helps;
    /// once a minute. In normal the partner is asked for its surplus as soon as it may be.
    public mutating func explainShortage(
        leases: borrowing LeaseStore, now: Now, into effects: inout Effects
    ) {
        for pool in configuration.pools { scheduleBalance(pool, leases, now) }
        if let last = lastExplanation,
            now.mono < last.advanced(seconds: Self.explanationSeconds)
        {
            return
        }
        lastExplanation = now.mono
        let peers = configuration.pools.reduce(0) { $0 + leases.count($1, peerList) }
        let (state, start, mclt) = (state, startOfState, mclt)
        logPeer(.info, &effects) {
            $0.append(text: "no free leases here, ")
            $0.append(decimal: UInt64(peers))
            $0.append(text: " with the partner: ")
            switch state {
            case .normal:
                $0.append(text: "the pools are being balanced")
            case .partnerDown:
                let wait = (start + mclt).seconds(since: now.wall)
                $0.append(text: "those can be given in ")
                $0.append(decimal: UInt64(wait))
                $0.append(text: " s or later")
            default:
                $0.append(text: "those cannot be given before partner-down, and the MCLT after it")
            }
        }
    }

    private func networkName(_ pool: PoolID) -> [UInt8] {
        guard let index = configuration.pools.firstIndex(of: pool),
            index < configuration.poolNetworkNames.count
        else { return [] }
        return configuration.poolNetworkNames[index]
    }
}
