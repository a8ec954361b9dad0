import CLinux
import Glibc

/// Buffers for receiving many frames with one call. Allocated once and never freed before the
/// socket's owner goes; `@safe` because nothing outside can reach the pointers.
@safe final class ReceiveBatch {
    /// Frames per call.
    static let capacity = 64
    /// ISC's buffer: what is longer is cut.
    static let frameBytes = 1536
    private static let controlBytes = 64

    private let frames: UnsafeMutableRawBufferPointer
    private let control: UnsafeMutableRawBufferPointer
    private let vectors: UnsafeMutableBufferPointer<iovec>
    private let messages: UnsafeMutableBufferPointer<clinux_mmsghdr>

    /// One frame of the batch without its bytes.
    struct Frame {
        let length: Int
        /// The kernel left the UDP checksum to the network card.
        let isChecksumPending: Bool
        /// VLAN that the kernel took out of the frame; 0 for none.
        let vlan: UInt16
    }

    init() {
        // Four areas of fixed size, owned by this object alone. Every pointer stored in them
        // points into one of the others, all of which live as long as the object.
        unsafe frames = .allocate(byteCount: Self.capacity * Self.frameBytes, alignment: 16)
        unsafe control = .allocate(byteCount: Self.capacity * Self.controlBytes, alignment: 16)
        unsafe vectors = .allocate(capacity: Self.capacity)
        unsafe messages = .allocate(capacity: Self.capacity)
        unsafe frames.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe control.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe vectors.initialize(repeating: iovec())
        unsafe messages.initialize(repeating: clinux_mmsghdr())
        for index in 0..<Self.capacity {
            unsafe vectors[index] = unsafe iovec(
                iov_base: frames.baseAddress.map { unsafe $0 + index * Self.frameBytes },
                iov_len: Self.frameBytes)
            unsafe messages[index].msg_hdr.msg_iov = vectors.baseAddress.map { unsafe $0 + index }
            unsafe messages[index].msg_hdr.msg_iovlen = 1
            unsafe messages[index].msg_hdr.msg_control =
                control.baseAddress.map { unsafe $0 + index * Self.controlBytes }
        }
    }

    deinit {
        unsafe frames.deallocate()
        unsafe control.deallocate()
        unsafe vectors.deallocate()
        unsafe messages.deallocate()
    }

    /// Receives what is there, at most ``capacity`` frames; 0 when there is nothing. What went
    /// wrong with the socket meanwhile is thrown once: `ENETDOWN` when its interface went down.
    func receive(from number: Int32) throws(SystemError) -> Int {
        for index in 0..<Self.capacity {
            unsafe messages[index].msg_hdr.msg_controllen = Self.controlBytes
        }
        // As many headers as the count says, each with its own buffers.
        let count = unsafe clinux_recvmmsg(
            number, messages.baseAddress, UInt32(Self.capacity), Int32(MSG_DONTWAIT))
        if count < 0, errno != EAGAIN, errno != EINTR { throw SystemError("recvmmsg") }
        return max(0, Int(count))
    }

    /// What is known of a frame; `index` is below what ``receive(from:)`` gave.
    func frame(_ index: Int) -> Frame {
        precondition(index >= 0 && index < Self.capacity)
        var status: UInt32 = 0
        var vlan: UInt16 = 0
        // The header was filled by the kernel and its control area is ours.
        let hasData = unsafe clinux_auxiliary_data(&messages[index].msg_hdr, &status, &vlan)
        let length = unsafe Int(messages[index].msg_len)
        return Frame(
            length: min(length, Self.frameBytes),
            isChecksumPending: hasData != 0 && status & UInt32(TP_STATUS_CSUMNOTREADY) != 0,
            vlan: hasData != 0 ? vlan & 0x0fff : 0)
    }

    /// Lends the bytes of a frame.
    func withBytes<Result>(
        _ index: Int, length: Int, _ body: (Span<UInt8>) -> Result
    ) -> Result {
        precondition(index >= 0 && index < Self.capacity)
        precondition(length >= 0 && length <= Self.frameBytes)
        let start = index * Self.frameBytes
        // The area lives as long as the object, which outlives the closure; nobody writes to it
        // before the next `receive`.
        let area = unsafe UnsafeRawBufferPointer(frames)[start..<(start + length)]
        return unsafe UnsafeRawBufferPointer(rebasing: area).withMemoryRebound(to: UInt8.self) {
            unsafe body($0.span)
        }
    }
}
