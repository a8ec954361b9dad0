import CLinux
import Glibc

/// systemd's notification protocol: datagrams to the socket named in the environment.
struct ServiceManager {
    private let path: String?

    init(environment: (String) -> String?) { path = environment("NOTIFY_SOCKET") }

    /// Sends an assignment such as `READY=1`; without a manager nothing happens.
    func notify(_ text: String) {
        guard let path, path.hasPrefix("/") || path.hasPrefix("@") else { return }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard let descriptor = try? FileDescriptor(socket: AF_UNIX, type: type) else { return }
        let number = descriptor.number
        guard connectLocal(number, path) else { return }
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes {
            // The bytes live during the call.
            unsafe send(
                number, $0.baseAddress, $0.count,
                Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }
}
