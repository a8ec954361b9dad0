import CLinux
import Glibc

/// The user and group to become after everything is open: `-user`, `-group`.
struct Privileges {
    private(set) var user: uid_t?
    private(set) var group: gid_t?
    private var userName: [UInt8] = []

    /// Looks the names up; faults end the process in ISC's words.
    init(_ arguments: Arguments, log: Log) {
        if let name = arguments.user { lookUp(user: name, log: log) }
        if let name = arguments.group { lookUp(group: name, log: log) }
    }

    private mutating func lookUp(user name: [UInt8], log: Log) {
        if geteuid() != 0 { log.fatal("you must be root to set user") }
        // The name lives during the call; the entry is read before any other look-up.
        guard let entry = unsafe withPath(name, { unsafe getpwnam($0) }) else {
            log.fatal(Array("no such user: ".utf8) + name)
        }
        user = unsafe entry.pointee.pw_uid
        if group == nil { group = unsafe entry.pointee.pw_gid }
        userName = name
    }

    private mutating func lookUp(group name: [UInt8], log: Log) {
        if geteuid() != 0 { log.fatal("you must be root to set group") }
        // As above.
        guard let entry = unsafe withPath(name, { unsafe getgrnam($0) }) else {
            log.fatal(Array("no such group: ".utf8) + name)
        }
        group = unsafe entry.pointee.gr_gid
    }

    /// The owner that new lease files get: both ids, if both are given and not 0.
    var fileOwner: (user: uid_t, group: gid_t)? {
        guard let user, let group, user != 0, group != 0 else { return nil }
        return (user, group)
    }

    /// Gives up root for good. What is still needed later stays: low ports and raw sockets.
    func drop(log: Log) {
        guard user != nil || group != nil else { return }
        if let group {
            var groups = [group]
            // One element, as the count says.
            if unsafe setgroups(1, &groups) != 0 { log.fatal("setgroups: \(errorText(errno))") }
            if setgid(group) != 0 { log.fatal("setgid(\(group)): \(errorText(errno))") }
        }
        guard let user, user != 0 else { return }
        _ = clinux_keep_capabilities(1)
        if setuid(user) != 0 { log.fatal("setuid(\(user)): \(errorText(errno))") }
        let kept = UInt64(1) << UInt64(CAP_NET_BIND_SERVICE) | UInt64(1) << UInt64(CAP_NET_RAW)
        // A container may not have had them: everything is open already, so that is no fault.
        if clinux_set_capabilities(kept) != 0 { _ = clinux_set_capabilities(0) }
        _ = clinux_keep_capabilities(0)
    }

    /// `-chroot`
    static func changeRoot(_ folder: [UInt8], log: Log) {
        if geteuid() != 0 { log.fatal("you must be root to use chroot") }
        // The path lives during the call.
        if unsafe withPath(folder, { unsafe chroot($0) }) != 0 {
            let reason = errorText(errno)
            log.fatal(Array("chroot(\"".utf8) + folder + Array("\"): \(reason)".utf8))
        }
        if unsafe chdir("/") != 0 { log.fatal("chdir(\"/\"): \(errorText(errno))") }
    }
}
