import Leases
import Wire

/// The loop's side of the writer: collects the records of each turn, gives them to the thread in
/// groups, and knows what is durable.
///
/// While one group is synced the next is collected, so the number of records per sync follows the
/// load by itself.
struct Journal: ~Copyable {
    /// What the loop has to tell the core.
    enum Event {
        case durable(Effects.Sequence)
        case failed
        /// As `durable`, after a failure.
        case recovered(Effects.Sequence)
    }

    let writer: Writer
    private var pending: [UInt8] = []
    private var pendingUpTo: Effects.Sequence = 0
    private var inFlightUpTo: Effects.Sequence = 0
    private(set) var durable: Effects.Sequence = 0
    private var inFlight = Work.none
    /// The last attempt failed; the next one is due at this moment.
    private var retryAt: Instant?
    private var lastComplaint: Instant?
    var rewrite = RewriteProgress()
    /// The group to write again if this one fails.
    private static let retrySeconds: UInt32 = 1
    private static let complaintSeconds: UInt32 = 60

    private enum Work { case none, append, rewrite }

    init(writer: Writer) { self.writer = writer }

    var isFailing: Bool { retryAt != nil }
    /// Nothing is left to be written.
    var isSettled: Bool { inFlight == .none && pending.isEmpty }

    /// The moment by which ``pump(now:_:)`` must be called.
    var deadline: Instant? { inFlight == .none ? retryAt : nil }

    /// Takes the records of a turn.
    mutating func collect(_ effects: inout Effects) {
        guard !effects.journal.isEmpty else { return }
        if pending.isEmpty {
            swap(&pending, &effects.journal)
        } else {
            pending.append(contentsOf: effects.journal)
        }
        pendingUpTo = effects.sequence
    }

    /// Gives the writer something to do, if it is idle: records first, then a piece of a rewrite.
    /// - Parameter renderChunk: appends the next piece; true when it was the last.
    mutating func pump(now: Now, renderChunk: (inout [UInt8]) -> Bool) {
        guard inFlight == .none else { return }
        if let retryAt, now.mono < retryAt { return }
        // Pieces of a rewrite and records take turns, lest a busy server never finish one.
        if !pending.isEmpty, !(rewrite.isRunning && rewrite.isItsTurn) {
            submitRecords()
            rewrite.isItsTurn = true
        } else if rewrite.isRunning {
            rewrite.isItsTurn = false
            inFlight = .rewrite
            writer.submit(rewrite.nextJob(now: now, renderChunk: renderChunk))
        } else if !pending.isEmpty {
            submitRecords()
        }
    }

    private mutating func submitRecords() {
        var records = rewrite.takeSpareBuffer()
        swap(&records, &pending)
        rewrite.remember(records)
        inFlightUpTo = pendingUpTo
        inFlight = .append
        writer.submit(.append(records))
    }

    /// Takes the report of the writer.
    mutating func takeReport(now: Now, log: Log) -> Event? {
        guard let report = writer.takeReport() else { return nil }
        let work = inFlight
        inFlight = .none
        for note in report.notes { log.write(.error, note) }
        switch work {
        case .none: return nil
        case .rewrite:
            if let failure = report.failure { log.write(.error, failure) }
            rewrite.finished(isFailure: report.failure != nil, buffer: report.buffer)
            return nil
        case .append:
            guard let failure = report.failure else {
                rewrite.giveBack(report.buffer)
                durable = inFlightUpTo
                defer { retryAt = nil }
                return isFailing ? .recovered(durable) : .durable(durable)
            }
            putBack(report.buffer)
            complain(failure, now: now, log: log)
            defer { retryAt = now.mono.advanced(seconds: Self.retrySeconds) }
            return isFailing ? nil : .failed
        }
    }

    /// What could not be written comes first again.
    private mutating func putBack(_ records: [UInt8]) {
        rewrite.forget(records.count)
        if pendingUpTo < inFlightUpTo { pendingUpTo = inFlightUpTo }
        pending.insert(contentsOf: records, at: 0)
    }

    private mutating func complain(_ failure: String, now: Now, log: Log) {
        if let lastComplaint, isFailing,
            now.mono < lastComplaint.advanced(seconds: Self.complaintSeconds)
        {
            return
        }
        lastComplaint = now.mono
        log.write(.info, failure)
    }
}
