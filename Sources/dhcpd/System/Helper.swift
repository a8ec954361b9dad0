import Glibc
import Synchronization

/// A thread for work that may take its time: questions come in by a bounded queue, answers go to
/// the loop, which is woken by an eventfd.
final class Helper<Job: Sendable, Outcome: Sendable>: Sendable {
    private struct Mailbox {
        var waiting: [Job] = []
        var outcomes: [Outcome] = []
    }

    private let mailbox = Mutex(Mailbox())
    private let toThread: WakeUp
    /// Readable when there are outcomes.
    let toLoop: WakeUp
    private let waitingMax: Int
    private let work: @Sendable (Job) -> Outcome

    /// A thread that is not started yet.
    /// - Parameter waitingMax: jobs that wait for their turn; more are refused.
    init(
        waitingMax: Int, _ work: @escaping @Sendable (Job) -> Outcome
    ) throws(SystemError) {
        self.waitingMax = waitingMax
        self.work = work
        toThread = try WakeUp(isBlocking: true)
        toLoop = try WakeUp(isBlocking: false)
    }

    /// Puts a job into the queue; false when it is full.
    func submit(_ job: Job) -> Bool {
        let isTaken = mailbox.withLock { box in
            guard box.waiting.count < waitingMax else { return false }
            box.waiting.append(job)
            return true
        }
        if isTaken { toThread.signal() }
        return isTaken
    }

    /// Outcomes since the last call, in order.
    func takeOutcomes() -> [Outcome] {
        toLoop.take()
        return mailbox.withLock { box in
            defer { box.outcomes = [] }
            return box.outcomes
        }
    }

    /// Starts the thread, as the user that the process is by now.
    func start() throws(SystemError) { try HelperThread(self).start() }

    fileprivate func serve() {
        while true {
            let job = mailbox.withLock { box in
                box.waiting.isEmpty ? nil : box.waiting.removeFirst()
            }
            guard let job else {
                toThread.take()
                continue
            }
            let outcome = work(job)
            mailbox.withLock { $0.outcomes.append(outcome) }
            toLoop.signal()
        }
    }
}

private final class HelperThread<Job: Sendable, Outcome: Sendable>: ThreadBody {
    private let helper: Helper<Job, Outcome>

    init(_ helper: Helper<Job, Outcome>) { self.helper = helper }

    override func run() { helper.serve() }
}
