import Glibc
import Wire

/// Lines to the system's log by one connected datagram socket, which is opened again when it
/// breaks. Never waits: a line that does not fit into the socket is lost, since a full log must not
/// hold up leases.
final class Syslog {
    /// `LOG_DAEMON`
    static let standardFacility: Int32 = 3 << 3
    /// Raw value as in `<syslog.h>`, shifted.
    var facility = Syslog.standardFacility
    private let ident: [UInt8]
    private var number: Int32 = -1
    private var nextAttempt: UInt32 = 0
    private var line: [UInt8] = []
    private var stampSecond: UInt32 = 0
    private var stamp: [UInt8] = []
    private static let path = "/dev/log"
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Opens the socket at once (ISC: LOG_NDELAY), so that it is there after a chroot.
    init(ident: [UInt8]) {
        self.ident = ident
        connect(at: 1)
    }

    deinit { close() }

    private func close() {
        if number >= 0 { _ = Glibc.close(number) }
        number = -1
    }

    /// One attempt a second at most: without a listener every line would cost three calls.
    private func connect(at second: UInt32) {
        guard number < 0, second >= nextAttempt else { return }
        nextAttempt = second &+ 1
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let opened = socket(AF_UNIX, type, 0)
        guard opened >= 0 else { return }
        if connectLocal(opened, Self.path) {
            number = opened
        } else {
            _ = Glibc.close(opened)
        }
    }

    /// Sends a line. `priority` is `LOG_ERR` (3), `LOG_INFO` (6) or `LOG_DEBUG` (7).
    func send(_ text: ArraySlice<UInt8>, priority: Int32, at now: Timestamp) {
        if number < 0 {
            connect(at: now.seconds)
            if number < 0 { return }
        }
        if now.seconds != stampSecond { renewStamp(now.seconds) }
        line.removeAll(keepingCapacity: true)
        line.append(UInt8(ascii: "<"))
        line.append(decimal: UInt64(facility | priority))
        line.append(UInt8(ascii: ">"))
        line.append(contentsOf: stamp)
        line.append(contentsOf: text)
        for _ in 0..<2 {
            let count = unsafe line.withUnsafeBytes {
                // The bytes live during the call.
                unsafe Glibc.send(
                    number, $0.baseAddress, $0.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count >= 0 || errno == EAGAIN || errno == ENOBUFS { return }
            // The daemon behind the socket was restarted.
            close()
            connect(at: now.seconds)
            if number < 0 { return }
        }
    }

    /// `Mmm dd hh:mm:ss ident[pid]: ` in local time, made once a second.
    private func renewStamp(_ second: UInt32) {
        stampSecond = second
        stamp.removeAll(keepingCapacity: true)
        let local = Clock.local(Timestamp(second))
        stamp.append(string: Self.months[max(0, min(11, local.month))])
        stamp.append(text: local.day < 10 ? "  " : " ")
        stamp.append(decimal: UInt64(clamping: local.day))
        stamp.append(UInt8(ascii: " "))
        stamp.append(decimal: UInt64(clamping: local.hour), width: 2)
        stamp.append(UInt8(ascii: ":"))
        stamp.append(decimal: UInt64(clamping: local.minute), width: 2)
        stamp.append(UInt8(ascii: ":"))
        stamp.append(decimal: UInt64(clamping: local.second), width: 2)
        stamp.append(UInt8(ascii: " "))
        stamp.append(contentsOf: ident)
        stamp.append(UInt8(ascii: "["))
        stamp.append(decimal: UInt64(clamping: getpid()))
        stamp.append(text: "]: ")
    }
}

/// Connects to a local socket; a leading `@` means the abstract names.
func connectLocal(_ number: Int32, _ path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < room else { return false }
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    // The name was found to be shorter than the field.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
    // sockaddr_un begins with the fields of sockaddr; the length says how much there is.
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe connect(number, $0, socklen_t(length)) == 0
        }
    }
}
