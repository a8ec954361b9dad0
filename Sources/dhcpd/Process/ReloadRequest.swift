import Glibc
import Leases
import Wire

/// `dhcpd --reload`, once the configuration was found to be right: tells the running server.
struct ReloadRequest {
    let pidPath: [UInt8]
    let log: Log

    /// Sends SIGHUP to the server that the process file names and ends this process.
    func send() -> Never {
        let process = findProcess()
        if kill(process, SIGHUP) != 0 {
            refuse("Can't tell process \(process) to reload: \(errorText(errno))")
        }
        log.write(
            .info, "The configuration is right; process \(process) was told to reload it.")
        leaveProcess(0)
    }

    private func findProcess() -> pid_t {
        let name = String(decoding: pidPath, as: UTF8.self)
        let found: pid_t?
        do throws(SystemError) {
            found = try PidFile.process(pidPath)
        } catch {
            refuse("Can't read PID file \(name): \(error.message).")
        }
        guard let process = found, kill(process, 0) == 0 || errno == EPERM else {
            refuse("PID file \(name) names no running process.")
        }
        // The number may have gone to somebody else, whom the signal could end.
        let (own, other) = (command(of: getpid()), command(of: process))
        if let own, let other, own != other {
            let what = String(decoding: other, as: UTF8.self)
            refuse("Process \(process) of PID file \(name) is not a DHCP server but \(what).")
        }
        return process
    }

    private func refuse(_ reason: String) -> Never {
        log.write(.error, reason)
        leaveProcess(1)
    }

    /// What the system calls a process; `nil` when it does not tell.
    private func command(of process: pid_t) -> [UInt8]? {
        guard let text = try? Files.read(Array("/proc/\(process)/comm".utf8)) else { return nil }
        return Array(text.prefix { $0 != UInt8(ascii: "\n") })
    }
}
