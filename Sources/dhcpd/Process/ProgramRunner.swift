import CLinux
import Glibc
import Leases
import Synchronization

/// A thread that runs the programs that `execute` asks for, one after the other, as ISC's server
/// does; but the loop does not wait for them.
///
/// They are started directly and never by a shell, with the environment of the server and its
/// standard descriptors, as the user that the server has become.
final class ProgramRunner: Sendable {
    private struct Mailbox {
        var waiting: [[[UInt8]]] = []
        var lines: [String] = []
        var isRunning = false
        var isLosing = false
    }

    private let mailbox = Mutex(Mailbox())
    private let toThread: WakeUp
    /// Readable when there are lines for the log.
    let toLoop: WakeUp
    /// Programs that wait for their turn; more are not run.
    private static let waitingMax = 1000

    init() throws(SystemError) {
        toThread = try WakeUp(isBlocking: true)
        toLoop = try WakeUp(isBlocking: false)
    }

    /// Puts a program into the queue.
    /// - Returns: a line for the log if it is not run.
    func submit(_ command: [[UInt8]]) -> String? {
        let result = mailbox.withLock { box in
            guard box.waiting.count < Self.waitingMax else {
                defer { box.isLosing = true }
                return (isTaken: false, isNews: !box.isLosing)
            }
            box.waiting.append(command)
            return (isTaken: true, isNews: false)
        }
        if result.isTaken { toThread.signal() }
        guard result.isNews else { return nil }
        return "execute: \(Self.waitingMax) programs wait; "
            + "\(Self.text(command.first)) and others are not run"
    }

    /// Lines that became known since the last call.
    func takeLines() -> [String] {
        toLoop.take()
        return mailbox.withLock { box in
            defer { box.lines = [] }
            return box.lines
        }
    }

    /// Starts the thread, as the user that the process is by now.
    func start() throws(SystemError) {
        var thread = pthread_t()
        let raw = unsafe Unmanaged.passRetained(self).toOpaque()
        // The runner is retained here and released by the thread; the default attributes serve.
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<ProgramRunner>.fromOpaque(argument).takeRetainedValue().work()
                }
                return nil
            }, raw)
        if code != 0 { throw SystemError("pthread_create", code: code) }
        _ = pthread_detach(thread)
    }

    private func work() {
        while true {
            let next = mailbox.withLock { box in
                if box.waiting.isEmpty { return nil as [[UInt8]]? }
                box.isLosing = false
                return box.waiting.removeFirst()
            }
            guard let next else {
                toThread.take()
                continue
            }
            let lines = Self.run(next)
            guard !lines.isEmpty else { continue }
            mailbox.withLock { $0.lines += lines }
            toLoop.signal()
        }
    }

    private static func text(_ bytes: [UInt8]?) -> String {
        String(decoding: bytes ?? [], as: UTF8.self)
    }

    /// Runs a program to its end.
    /// - Returns: ISC's lines about it, all of them errors; none if its status is 0.
    static func run(_ command: [[UInt8]]) -> [String] {
        let name = text(command.first)
        var child: pid_t = 0
        let code = spawn(command, &child)
        switch code {
        case 0: break
        case EAGAIN, ENOMEM: return ["execute: fork() failed"]
        default:
            // ISC's child says so and ends with status 127.
            return [
                "Unable to execute \(name): \(errorText(code))",
                "execute: \(name) exit status \(127 << 8)",
            ]
        }
        var status: Int32 = 0
        // The status lives during the call.
        while unsafe waitpid(child, &status, 0) < 0 {
            if errno != EINTR { return [] }
        }
        return status == 0 ? [] : ["execute: \(name) exit status \(status)"]
    }

    /// Starts a program, sought along the PATH, with no signal blocked or ignored.
    private static func spawn(_ command: [[UInt8]], _ child: inout pid_t) -> Int32 {
        var attributes = posix_spawnattr_t()
        var none = sigset_t()
        var all = sigset_t()
        // All that is pointed to lives until the end of this function; the copies of the words are
        // freed there, and the list of them ends in nil.
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&all)
        unsafe sigaddset(&all, SIGPIPE)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var words = unsafe command.map { unsafe withPath($0) { unsafe strdup($0) } }
        defer { unsafe words.forEach { unsafe free($0) } }
        guard let first = unsafe words.first, let path = unsafe first,
            unsafe words.allSatisfy({ unsafe $0 != nil })
        else { return ENOMEM }
        unsafe words.append(nil)
        return unsafe posix_spawnp(&child, path, nil, &attributes, words, clinux_environment())
    }
}

/// The loop's side: programs are kept until the privileges are dropped, and there is neither thread
/// nor descriptor before the first one.
struct ProgramQueue {
    private var held: [[[UInt8]]] = []
    private var runner: ProgramRunner?
    private var isOpen = false

    /// Programs may be run from now on.
    mutating func open(_ poller: borrowing Poller, log: Log) {
        isOpen = true
        for command in held { submit(command, poller, log: log) }
        held = []
    }

    /// Has a program run when its turn comes.
    mutating func submit(_ command: [[UInt8]], _ poller: borrowing Poller, log: Log) {
        guard isOpen else {
            held.append(command)
            return
        }
        do throws(SystemError) {
            if runner == nil {
                let new = try ProgramRunner()
                try poller.add(new.toLoop.number, PollTag(.programs))
                try new.start()
                runner = new
            }
        } catch {
            log.write(.error, "execute: \(error.call): \(error.message)")
            return
        }
        if let complaint = runner?.submit(command) { log.write(.error, complaint) }
    }

    /// Logs what became of programs.
    func takeLines(log: Log) {
        for line in runner?.takeLines() ?? [] { log.write(.error, line) }
    }
}
