import CLinux
import Glibc

/// One TCP connection to a failover partner, with what still has to be sent on it.
final class PeerLink {
    let descriptor: FileDescriptor
    /// What the kernel has not taken yet, from `sent` on.
    private var output: [UInt8] = []
    private var sent = 0
    /// Bytes are waiting for the end of the turn.
    var isDirty = false
    /// Close once everything has left; nothing is read any more.
    var isClosing = false
    /// The poller reports room for writing.
    var isWatchedForRoom = false
    /// A partner that reads nothing may hold back this much before the link is given up.
    static let outputBytesMax = 8 << 20
    /// Read from one link in one turn.
    static let readBytesPerTurn = 64 << 10

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        // Messages are put together in each turn; waiting for more would only delay them.
        self.descriptor.setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
    }

    var pendingBytes: Int { output.count - sent }

    /// Queues bytes; false when the limit is exceeded.
    func append(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard pendingBytes + bytes.count <= Self.outputBytesMax else { return false }
        output.append(contentsOf: bytes)
        return true
    }

    /// Sends what the kernel takes; false when the link is broken.
    func flush() -> Bool {
        while sent < output.count {
            let start = sent
            let count = unsafe output.withUnsafeBytes { area in
                // `start` is below the count, so the part handed over lies inside the array.
                unsafe send(
                    descriptor.number, area.baseAddress.map { unsafe $0 + start },
                    area.count - start, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { break }
                return false
            }
            sent += count
        }
        if sent == output.count {
            output.removeAll(keepingCapacity: true)
            sent = 0
        } else if sent > 1 << 20 {
            output.removeFirst(sent)
            sent = 0
        }
        return true
    }

    enum Reading {
        case bytes([UInt8])
        case nothing
        case ended
    }

    /// Reads what is there, within the turn's budget.
    func read() -> Reading {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.readBytesPerTurn) {
            area, count in
            // The kernel writes at most as many bytes as the area has and says how many.
            let got = unsafe recv(
                descriptor.number, area.baseAddress, area.count, Int32(MSG_DONTWAIT))
            count = max(0, got)
            if got == 0 { errno = ECONNRESET }
        }
        if !bytes.isEmpty { return .bytes(bytes) }
        return errno == EAGAIN || errno == EINTR ? .nothing : .ended
    }

    /// Reads and forgets, so that closing does not reset the connection while our last bytes are
    /// still on their way.
    func discardInput() {
        while case .bytes = read() {}
    }
}
