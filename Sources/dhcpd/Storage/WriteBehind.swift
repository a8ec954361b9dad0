import Glibc
import Synchronization

/// Writes the pieces of a new lease file on a thread of its own while the next ones are made: at
/// the start making the text of a million leases takes as long as writing it.
///
/// One piece at a time is on its way; the mailbox is the only thing both threads touch. The thread
/// ends with ``finish()`` or with the first failure, and one of the two has to come.
final class WriteBehind: Sendable {
    private struct Mailbox {
        var piece: [UInt8]?
        var isOver = false
        /// The buffer of the last piece that was written, to be used again.
        var spare: [UInt8]? = []
        var failure: LeaseFile.Failure?
    }

    private let mailbox = Mutex(Mailbox())
    private let toThread: WakeUp
    private let toGiver: WakeUp

    /// Starts the thread, which appends to the same file as `replacement`.
    init(_ replacement: borrowing LeaseFile.Replacement) throws(SystemError) {
        toThread = try WakeUp(isBlocking: true)
        toGiver = try WakeUp(isBlocking: true)
        try WriteBehindThread(self, replacement.sharingFile()).start()
    }

    /// Hands a piece over as soon as the one before is written.
    /// - Returns: an empty buffer for the next piece.
    func write(_ piece: [UInt8]) throws(LeaseFile.Failure) -> [UInt8] {
        var spare = try awaitSpare()
        spare.removeAll(keepingCapacity: true)
        mailbox.withLock { $0.piece = piece }
        toThread.signal()
        return spare
    }

    /// Waits until everything is written, and ends the thread.
    func finish() throws(LeaseFile.Failure) {
        _ = try awaitSpare()
        mailbox.withLock { $0.isOver = true }
        toThread.signal()
    }

    private func awaitSpare() throws(LeaseFile.Failure) -> [UInt8] {
        while true {
            let (spare, failure) = mailbox.withLock { box in
                defer { box.spare = nil }
                return (box.spare, box.failure)
            }
            if let failure { throw failure }
            if let spare { return spare }
            toGiver.take()
        }
    }

    /// The next piece, or `nil` at the end; only the thread calls this.
    fileprivate func nextPiece() -> [UInt8]? {
        while true {
            let (piece, isOver) = mailbox.withLock { box in
                defer { box.piece = nil }
                return (box.piece, box.isOver)
            }
            if piece != nil || isOver { return piece }
            toThread.take()
        }
    }

    fileprivate func deliver(_ spare: [UInt8], _ failure: LeaseFile.Failure?) {
        mailbox.withLock { box in
            box.spare = spare
            box.failure = failure
        }
        toGiver.signal()
    }
}

/// What belongs to the thread alone.
private final class WriteBehindThread: ThreadBody {
    private let giver: WriteBehind
    private var replacement: LeaseFile.Replacement

    init(_ giver: WriteBehind, _ replacement: consuming LeaseFile.Replacement) {
        self.giver = giver
        self.replacement = replacement
    }

    override func run() {
        while let piece = giver.nextPiece() {
            do throws(LeaseFile.Failure) {
                try replacement.append(piece, isServing: false)
                giver.deliver(piece, nil)
            } catch {
                return giver.deliver(piece, error)
            }
        }
    }
}
