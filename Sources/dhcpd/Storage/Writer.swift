import Glibc
import Synchronization

/// The thread that writes the lease file. The loop gives it one job at a time and goes on; an
/// eventfd tells when the job is done.
///
/// The mailbox is the only thing both threads touch, and its lock is held for a few moves only.
final class Writer: Sendable {
    /// What the thread is asked to do.
    enum Job: Sendable {
        /// Append whole records and make them durable.
        case append([UInt8])
        /// Make a new file of this name's number of seconds.
        case beginRewrite(seconds: UInt32)
        /// Append a part of the new file.
        case rewrite([UInt8])
        /// Append what was committed meanwhile, and put the new file in place.
        case finishRewrite([UInt8])
        /// Give the new file up.
        case abandonRewrite
        case stop
    }

    /// What became of a job.
    struct Report: Sendable {
        /// The buffer of the job, to be used again; after a failed append its records are to be
        /// written again.
        var buffer: [UInt8] = []
        /// ISC's log line for a failure.
        var failure: String?
        /// Lines that are no failures.
        var notes: [String] = []
    }

    private struct Mailbox {
        var job: Job?
        var report: Report?
    }

    private let mailbox = Mutex(Mailbox())
    private let toWriter: WakeUp
    /// Readable when a report is there.
    let toLoop: WakeUp
    private let owner: (user: uid_t, group: gid_t)?

    init(owner: (user: uid_t, group: gid_t)?) throws(SystemError) {
        self.owner = owner
        toWriter = try WakeUp(isBlocking: true)
        toLoop = try WakeUp(isBlocking: false)
    }

    /// Gives a job; the one before must have been reported.
    func submit(_ job: Job) {
        mailbox.withLock { $0.job = job }
        toWriter.signal()
    }

    /// The report of the last job, once.
    func takeReport() -> Report? {
        mailbox.withLock { box in
            defer { box.report = nil }
            return box.report
        }
    }

    /// Starts the thread, which owns the file from now on.
    func start(_ file: consuming LeaseFile) throws(SystemError) {
        try WriterContext(writer: self, file: file).start()
    }

    /// Waits for a job; only the writer's thread calls this.
    fileprivate func nextJob() -> Job {
        while true {
            let job = mailbox.withLock { box in
                defer { box.job = nil }
                return box.job
            }
            if let job { return job }
            toWriter.take()
        }
    }

    fileprivate func deliver(_ report: Report) {
        mailbox.withLock { $0.report = report }
        toLoop.signal()
    }

    fileprivate func makeReplacement(
        _ path: [UInt8], _ seconds: UInt32
    ) throws(LeaseFile.Failure) -> LeaseFile.Replacement {
        try LeaseFile.makeReplacement(for: path, seconds: seconds, owner: owner)
    }
}

/// What belongs to the thread alone.
private final class WriterContext: ThreadBody {
    private let writer: Writer
    private var file: LeaseFile
    private var replacement: LeaseFile.Replacement?

    init(writer: Writer, file: consuming LeaseFile) {
        self.writer = writer
        self.file = file
    }

    override func run() {
        while true {
            let job = writer.nextJob()
            if case .stop = job {
                writer.deliver(Writer.Report())
                return
            }
            writer.deliver(perform(job))
        }
    }

    private func perform(_ job: Writer.Job) -> Writer.Report {
        var report = Writer.Report()
        do throws(LeaseFile.Failure) {
            switch job {
            case .append(let records):
                report.buffer = records
                try file.append(records)
            case .beginRewrite(let seconds):
                replacement = try writer.makeReplacement(file.path, seconds)
            case .rewrite(let bytes):
                report.buffer = bytes
                try replacement?.append(bytes)
            case .finishRewrite(let bytes):
                try replacement?.append(bytes)
                try install(&report)
            case .abandonRewrite, .stop:
                replacement.take()?.discard()
            }
        } catch {
            report.failure = error.text
            if case .append = job { return report }
            replacement.take()?.discard()
        }
        return report
    }

    private func install(_ report: inout Writer.Report) throws(LeaseFile.Failure) {
        guard let new = replacement.take() else { return }
        var notes: [String] = []
        file = try LeaseFile.install(new, as: file.path, isSynced: file.isSynced) {
            notes.append($0)
        }
        report.notes = notes
    }
}
