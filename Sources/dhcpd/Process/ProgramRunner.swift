import CLinux
import Glibc
import Leases

/// Runs the programs that `execute` asks for.
///
/// They are started directly and never by a shell, with the environment of the server and its
/// standard descriptors, as the user that the server has become.
enum ProgramRunner {
    static func text(_ bytes: [UInt8]?) -> String {
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

/// The loop's side: a helper thread runs one program after the other, as ISC's server does, but
/// the loop does not wait for them. They are kept until the privileges are dropped, and there is
/// neither thread nor descriptor before the first one.
struct ProgramQueue {
    private var held: [[[UInt8]]] = []
    private var helper: Helper<[[UInt8]], [String]>?
    private var isOpen = false
    /// The queue is full, and that was said.
    private var isLosing = false
    /// Programs that wait for their turn; more are not run.
    private static let waitingMax = 1000

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
            if helper == nil {
                let new = try Helper<[[UInt8]], [String]>(waitingMax: Self.waitingMax) {
                    ProgramRunner.run($0)
                }
                try poller.add(new.toLoop.number, PollTag(.programs))
                try new.start()
                helper = new
            }
        } catch {
            log.write(.error, "execute: \(error.call): \(error.message)")
            return
        }
        let isTaken = helper?.submit(command) ?? false
        defer { isLosing = !isTaken }
        guard !isTaken, !isLosing else { return }
        log.write(
            .error,
            "execute: \(Self.waitingMax) programs wait; "
                + "\(ProgramRunner.text(command.first)) and others are not run")
    }

    /// Logs what became of programs.
    func takeLines(log: Log) {
        for line in helper?.takeOutcomes().flatMap(\.self) ?? [] { log.write(.error, line) }
    }
}
