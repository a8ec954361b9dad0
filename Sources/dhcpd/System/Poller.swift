import CLinux
import Glibc

/// What an epoll event is about: kind in the upper byte, number in the rest.
struct PollTag: Hashable {
    enum Kind: UInt8 {
        case rawSocket, fallback, ping, timer, clock, signals, writer, listener, dial, link
        case programs, names, reload
    }

    let kind: Kind
    /// Interface, listener or link number.
    let number: UInt64

    init(_ kind: Kind, _ number: UInt64 = 0) {
        self.kind = kind
        self.number = number & 0x00ff_ffff_ffff_ffff
    }

    fileprivate init?(word: UInt64) {
        guard let kind = Kind(rawValue: UInt8(word >> 56)) else { return nil }
        self.init(kind, word)
    }

    fileprivate var word: UInt64 { UInt64(kind.rawValue) << 56 | number }
}

/// One thing that is ready.
struct PollEvent {
    let tag: PollTag
    let isReadable: Bool
    let isWritable: Bool
    let isBroken: Bool
}

/// The one epoll of the loop, level triggered.
struct Poller: ~Copyable {
    private let descriptor: FileDescriptor
    private var raw = [clinux_event](repeating: clinux_event(), count: 64)

    init() throws(SystemError) {
        descriptor = FileDescriptor(
            try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    }

    /// Starts to watch.
    func add(
        _ number: Int32, _ tag: PollTag, readable: Bool = true, writable: Bool = false
    ) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, tag, readable: readable, writable: writable)
    }

    /// Changes what is watched for.
    func change(
        _ number: Int32, _ tag: PollTag, readable: Bool, writable: Bool
    ) throws(SystemError) {
        try control(EPOLL_CTL_MOD, number, tag, readable: readable, writable: writable)
    }

    private func control(
        _ operation: Int32, _ number: Int32, _ tag: PollTag, readable: Bool, writable: Bool
    ) throws(SystemError) {
        let events = (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        try check("epoll_ctl") {
            clinux_epoll_control(descriptor.number, operation, number, events, tag.word)
        }
    }

    /// Waits until something is ready and hands out the events.
    mutating func wait(into events: inout [PollEvent]) {
        events.removeAll(keepingCapacity: true)
        let number = descriptor.number
        let ready = unsafe raw.withUnsafeMutableBufferPointer { area in
            // The kernel fills at most as many elements as the array has.
            unsafe clinux_epoll_wait(number, area.baseAddress, Int32(area.count))
        }
        guard ready > 0 else { return }
        for event in raw.prefix(Int(ready)) {
            guard let tag = PollTag(word: event.data) else { continue }
            let bits = event.events
            events.append(
                PollEvent(
                    tag: tag, isReadable: bits & EPOLLIN.rawValue != 0,
                    isWritable: bits & EPOLLOUT.rawValue != 0,
                    isBroken: bits & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0))
        }
    }
}
