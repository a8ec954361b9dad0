import Leases
import Wire

/// A rewrite of the lease file while the server goes on serving (leases.md §2.1).
///
/// The new file gets the database in pieces. Records committed meanwhile go to the old file as
/// ever, and once more to the end of the new one before it takes the old one's place: the last
/// record of an address counts, so it does not matter which came first.
struct RewriteProgress {
    private enum Stage { case none, giveUp, begin, copy, finish }

    private var stage = Stage.none
    /// Records since the beginning.
    private var tail: [UInt8] = []
    private var spare: [UInt8] = []
    /// Records were written last, now a piece may be.
    var isItsTurn = false
    /// The rewrite before; nothing is rewritten before an hour has passed.
    private var last: Instant?
    /// ISC: 3600 s.
    private static let intervalSeconds: UInt32 = 3600
    /// Leases per piece: a few hundred kilobytes, about a millisecond.
    static let leasesPerPiece = 1000

    var isRunning: Bool { stage != .none }

    /// The start-up rewrite counts.
    mutating func noteRewrite(at now: Instant) { last = now }

    /// True if a rewrite was begun: an hour has passed since the last one.
    mutating func beginIfDue(now: Now) -> Bool {
        guard stage == .none, let last,
            now.mono >= last.advanced(seconds: Self.intervalSeconds)
        else { return false }
        self.last = now.mono
        stage = .begin
        tail.removeAll()
        return true
    }

    /// Begins at once, and over again if a rewrite is under way.
    mutating func restart(now: Now) {
        last = now.mono
        stage = .giveUp
        tail.removeAll()
    }

    /// The next thing for the writer to do.
    mutating func nextJob(now: Now, renderChunk: (inout [UInt8]) -> Bool) -> Writer.Job {
        switch stage {
        case .giveUp:
            stage = .begin
            return .abandonRewrite
        case .none, .begin:
            stage = .copy
            return .beginRewrite(seconds: now.wall.seconds)
        case .copy:
            var piece = takeSpareBuffer()
            if renderChunk(&piece) { stage = .finish }
            return .rewrite(piece)
        case .finish:
            stage = .none
            var records: [UInt8] = []
            swap(&records, &tail)
            return .finishRewrite(records)
        }
    }

    /// The writer has done its job. After a failure the old file stays, for another hour.
    mutating func finished(isFailure: Bool, buffer: [UInt8]) {
        giveBack(buffer)
        // The failure of what is given up anyway does not matter.
        guard isFailure, stage != .giveUp else { return }
        stage = .none
        tail.removeAll()
    }

    /// Records that are being written to the old file.
    mutating func remember(_ records: [UInt8]) {
        if isRunning { tail.append(contentsOf: records) }
    }

    /// Records that could not be written will be remembered once more.
    mutating func forget(_ count: Int) {
        if isRunning { tail.removeLast(min(count, tail.count)) }
    }

    mutating func takeSpareBuffer() -> [UInt8] {
        var buffer: [UInt8] = []
        swap(&buffer, &spare)
        return buffer
    }

    mutating func giveBack(_ buffer: consuming [UInt8]) {
        guard buffer.capacity <= 4 << 20 else { return }
        buffer.removeAll(keepingCapacity: true)
        spare = buffer
    }
}
