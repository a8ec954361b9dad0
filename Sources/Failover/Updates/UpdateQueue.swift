import Leases
import Wire

/// Leases to be announced, and those announced and not yet acknowledged (failover.md §5.2).
///
/// A lease is in one of the two at most; ``LeaseFlags`` of its row say in which, and are kept by
/// the callers.
struct UpdateQueue: Sendable {
    /// A lease and when it began to need announcing. The serial stays when it is sent, taken back
    /// or changed meanwhile, so that an update request knows what it still waits for.
    struct Entry: Sendable {
        var lease: LeaseID
        var serial: UInt64
    }

    /// An update without its acknowledgement.
    struct Flight: Sendable {
        var serial: UInt64
        var order: UInt64
        /// `nil` if it is waited for as long as the link lasts.
        var sent: Instant?
        /// The client-last-transaction-time that it carries.
        var contact: Timestamp
    }

    /// The update request that we are answering.
    struct Request: Sendable {
        var xid: UInt32
        /// Serials up to this one belong to it.
        var mark: UInt64
        var remaining: Int
    }

    private var waiting: [Entry] = []
    private var head = 0
    private var flights: [LeaseID: Flight] = [:]
    /// Flights in the order of sending; those that are over are skipped when met.
    private var sendings: [(lease: LeaseID, order: UInt64, sent: Instant)] = []
    private var sendingsHead = 0
    private var nextSerial: UInt64 = 1
    private var nextOrder: UInt64 = 1
    private(set) var request: Request?

    var waitingCount: Int { waiting.count - head }
    var flightCount: Int { flights.count }
    var isEmpty: Bool { waitingCount == 0 && flights.isEmpty }

    /// Appends a lease that is in neither queue.
    mutating func append(_ lease: LeaseID) {
        waiting.append(Entry(lease: lease, serial: nextSerial))
        nextSerial += 1
    }

    /// Appends a lease that has changed since it was announced.
    mutating func appendAgain(_ lease: LeaseID) {
        guard let flight = flights.removeValue(forKey: lease) else {
            append(lease)
            return
        }
        waiting.append(Entry(lease: lease, serial: flight.serial))
        skipToOldestFlight()
    }

    /// The first waiting lease.
    var first: LeaseID? { head < waiting.count ? waiting[head].lease : nil }

    /// Moves the waiting leases that are wanted before the others; returns how many they are.
    mutating func bringForward(_ isWanted: (LeaseID) -> Bool) -> Int {
        let wanted = waiting[head...].filter { isWanted($0.lease) }
        guard !wanted.isEmpty else { return 0 }
        waiting = wanted + waiting[head...].filter { !isWanted($0.lease) }
        head = 0
        return wanted.count
    }

    /// Forgets waiting leases; not while a request is answered.
    mutating func removeWaiting(_ isUnwanted: (LeaseID) -> Bool) {
        waiting.removeSubrange(..<head)
        head = 0
        waiting.removeAll { isUnwanted($0.lease) }
    }

    /// Takes the first waiting lease and notes that it is sent.
    /// - Parameter now: `nil` if it is not to be sent again on the same link.
    /// - Parameter contact: what the update says of the client's last contact.
    mutating func sendFirst(now: Instant?, contact: Timestamp) {
        guard head < waiting.count else { return }
        let entry = waiting[head]
        head += 1
        if head == waiting.count || head > 1024 && head > waiting.count / 2 {
            waiting.removeSubrange(..<head)
            head = 0
        }
        flights[entry.lease] = Flight(
            serial: entry.serial, order: nextOrder, sent: now, contact: contact)
        if let now { sendings.append((entry.lease, nextOrder, now)) }
        nextOrder += 1
    }

    /// The update was answered, or a better one came from the partner.
    mutating func finish(_ lease: LeaseID) {
        guard let flight = flights.removeValue(forKey: lease) else { return }
        if let mark = request?.mark, flight.serial <= mark { request?.remaining -= 1 }
        skipToOldestFlight()
    }

    /// What the update in flight says of the client's last contact.
    func contactSent(_ lease: LeaseID) -> Timestamp? { flights[lease]?.contact }

    /// All that is in flight returns to the front, in the order in which it was sent.
    mutating func takeBackAll() -> [LeaseID] { takeBack { _ in true } }

    /// What was sent up to this moment, and may be sent again on the same link, returns to the
    /// front.
    mutating func takeBack(sentUntil limit: Instant) -> [LeaseID] {
        takeBack { $0.sent.map { $0 <= limit } ?? false }
    }

    private mutating func takeBack(where isWanted: (Flight) -> Bool) -> [LeaseID] {
        let back = flights.filter { isWanted($0.value) }.sorted { $0.value.order < $1.value.order }
        guard !back.isEmpty else { return [] }
        for (lease, _) in back { flights[lease] = nil }
        waiting.replaceSubrange(
            ..<head, with: back.map { Entry(lease: $0.key, serial: $0.value.serial) })
        head = 0
        skipToOldestFlight()
        return back.map(\.key)
    }

    /// When the oldest flight was sent.
    var oldestSending: Instant? {
        sendingsHead < sendings.count ? sendings[sendingsHead].sent : nil
    }

    private mutating func skipToOldestFlight() {
        while sendingsHead < sendings.count,
            flights[sendings[sendingsHead].lease]?.order != sendings[sendingsHead].order
        {
            sendingsHead += 1
        }
        if sendingsHead == sendings.count
            || sendingsHead > 1024 && sendingsHead > sendings.count / 2
        {
            sendings.removeSubrange(..<sendingsHead)
            sendingsHead = 0
        }
    }

    /// Starts to answer a request with all that is in the queues now. False when there is nothing.
    mutating func begin(requestXid: UInt32) -> Bool {
        let remaining = waitingCount + flights.count
        request =
            remaining == 0
            ? nil : Request(xid: requestXid, mark: nextSerial - 1, remaining: remaining)
        return remaining > 0
    }

    /// The xid for UPDDONE, once, when nothing of the request is left.
    mutating func takeFinishedRequest() -> UInt32? {
        guard let request, request.remaining <= 0 else { return nil }
        self.request = nil
        return request.xid
    }

    /// Forgets the request; its link is gone.
    mutating func cancelRequest() { request = nil }

    /// All leases that wait or are in flight.
    var leases: [LeaseID] {
        waiting[head...].map(\.lease) + flights.keys + sendings[sendingsHead...].map(\.lease)
    }

    /// The leases have new numbers; those without one are waited for no longer.
    mutating func renumber(_ number: (LeaseID) -> LeaseID?) {
        var lost: [UInt64] = []
        var kept: [Entry] = []
        for entry in waiting[head...] {
            if let lease = number(entry.lease) {
                kept.append(Entry(lease: lease, serial: entry.serial))
            } else {
                lost.append(entry.serial)
            }
        }
        (waiting, head) = (kept, 0)
        var flying: [LeaseID: Flight] = [:]
        for (old, flight) in flights {
            if let lease = number(old) {
                flying[lease] = flight
            } else {
                lost.append(flight.serial)
            }
        }
        flights = flying
        sendings = sendings[sendingsHead...].compactMap { sending in
            number(sending.lease).map { ($0, sending.order, sending.sent) }
        }
        sendingsHead = 0
        skipToOldestFlight()
        guard let mark = request?.mark else { return }
        request?.remaining -= lost.count { $0 <= mark }
    }
}
