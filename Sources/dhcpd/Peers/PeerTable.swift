import CLinux
import Glibc
import Leases
import Server
import Wire

/// All failover connections: listeners, attempts and links. It carries out what the core asks and
/// tells what happened as inputs.
struct PeerTable: ~Copyable {
    /// A listener that was closed leaves its place empty.
    private var listeners: [PeerListener?] = []
    private var dials: [Dial] = []
    private var links: [UInt64: PeerLink] = [:]
    private var dirty: [UInt64] = []
    private var nextNumber: UInt64 = 1
    /// What the core has to be told; taken by the loop.
    var inputs: [Input] = []
    /// More than OMAPI and all pairs need; a flood of connections is closed at once.
    private static let linksMax = 400
    private static let acceptsPerTurn = 16

    /// A connection attempt in progress. Its number becomes that of the link.
    private final class Dial {
        let number: UInt64
        let relationship: RelationshipID
        var descriptor: FileDescriptor?

        init(
            _ number: UInt64, _ relationship: RelationshipID, _ descriptor: consuming FileDescriptor
        ) {
            self.number = number
            self.relationship = relationship
            self.descriptor = consume descriptor
        }
    }
}

// MARK: - Connecting

extension PeerTable {
    /// Begins to connect from our own address.
    mutating func dial(
        _ relationship: RelationshipID, from: IPv4Address, to: IPv4Address, port: UInt16,
        _ poller: borrowing Poller
    ) {
        stopDialling(relationship)
        do throws(SystemError) {
            let socket = try FileDescriptor(
                socket: AF_INET, type: Int32(SOCK_STREAM.rawValue),
                flags: Int32(SOCK_NONBLOCK.rawValue))
            if !from.isZero {
                let failure = SocketAddress(from, port: 0).bind(socket.number)
                if failure != 0 { throw SystemError("bind", code: failure) }
            }
            let failure = SocketAddress(to, port: port).connect(socket.number)
            if failure != 0, failure != EINPROGRESS {
                throw SystemError("connect", code: failure)
            }
            // Also a connection that stands at once is reported as writable.
            let number = nextNumber
            nextNumber += 1
            try poller.add(
                socket.number, PollTag(.dial, number), readable: false, writable: true)
            dials.append(Dial(number, relationship, socket))
        } catch {
            inputs.append(
                .dialFailed(
                    relationship, reason: PeerError.reason(error.code), isImmediate: true))
        }
    }

    /// Gives up an attempt in progress; closing takes it out of the poller.
    mutating func stopDialling(_ relationship: RelationshipID) {
        dials.removeAll { $0.relationship == relationship }
    }

    /// An attempt has come to an end.
    mutating func finishDial(_ number: UInt64, _ poller: borrowing Poller) {
        guard let place = dials.firstIndex(where: { $0.number == number }) else { return }
        let dial = dials.remove(at: place)
        guard let socket = dial.descriptor.take() else { return }
        let failure = socket.pendingError
        guard failure == 0 else {
            inputs.append(
                .dialFailed(
                    dial.relationship, reason: PeerError.reason(failure), isImmediate: false))
            return
        }
        // It was added by `dial`; changing what is watched cannot fail.
        try? poller.change(
            socket.number, PollTag(.link, number), readable: true, writable: false)
        links[number] = PeerLink(socket)
        inputs.append(.connected(dial.relationship, LinkID(number)))
    }
}

// MARK: - Listening

extension PeerTable {
    /// Listens, unless another relationship does so at the same place already.
    mutating func listen(
        _ relationship: RelationshipID, address: IPv4Address, port: UInt16,
        _ poller: borrowing Poller
    ) {
        if place(address, port) != nil { return }
        do {
            try listen(address: address, port: port, poller)
        } catch {
            inputs.append(.listenFailed(relationship, reason: PeerError.reason(error.code)))
        }
    }

    /// Opens a listener; its connections come as `accepted` with this address and port.
    mutating func listen(
        address: IPv4Address, port: UInt16, _ poller: borrowing Poller
    ) throws(SystemError) {
        let listener = try PeerListener(address: address, port: port)
        let place = listeners.firstIndex { $0 == nil } ?? listeners.count
        try poller.add(listener.descriptor.number, PollTag(.listener, UInt64(place)))
        if place == listeners.count { listeners.append(nil) }
        listeners[place] = listener
    }

    private func place(_ address: IPv4Address, _ port: UInt16) -> Int? {
        listeners.firstIndex { $0?.address == address && $0?.port == port }
    }

    /// Closes a listener; the links that came by it stay.
    mutating func stopListening(address: IPv4Address, port: UInt16) {
        if let place = place(address, port) { listeners[place] = nil }
    }

    /// Takes the connections that came to a listener.
    mutating func accept(_ listenerNumber: UInt64, _ poller: borrowing Poller) {
        guard listenerNumber < UInt64(listeners.count),
            let listener = listeners[Int(listenerNumber)]
        else { return }
        for _ in 0..<Self.acceptsPerTurn {
            guard let (socket, from) = listener.accept() else { return }
            let number = nextNumber
            nextNumber += 1
            if links.count >= Self.linksMax {
                _ = Glibc.close(socket)
                continue
            }
            let link = PeerLink(FileDescriptor(socket))
            guard (try? poller.add(socket, PollTag(.link, number))) != nil else { continue }
            links[number] = link
            inputs.append(
                .accepted(
                    LinkID(number), from: from, at: listener.address, port: listener.port))
        }
    }
}

// MARK: - Links

extension PeerTable {
    /// A link can be read or written, or is broken.
    mutating func handle(_ event: PollEvent, _ poller: borrowing Poller) {
        let number = event.tag.number
        guard let link = links[number] else { return }
        if event.isWritable {
            guard link.flush() else {
                drop(number)
                return
            }
            settle(number, link, poller)
        }
        guard event.isReadable || event.isBroken, links[number] != nil, !link.isClosing else {
            if event.isBroken, link.isClosing { links[number] = nil }
            return
        }
        switch link.read() {
        case .bytes(let bytes): inputs.append(.peerBytes(LinkID(number), bytes))
        case .nothing: if event.isBroken { drop(number) }
        case .ended: drop(number)
        }
    }

    /// Queues bytes; they leave with ``flush(_:)`` at the end of the turn.
    mutating func send(_ bytes: ArraySlice<UInt8>, on id: LinkID) {
        guard let link = links[id.index], !link.isClosing else { return }
        guard link.append(bytes) else {
            drop(id.index)
            return
        }
        if !link.isDirty {
            link.isDirty = true
            dirty.append(id.index)
        }
    }

    /// Closes a link on the core's wish: nothing more is told about it.
    mutating func close(_ id: LinkID, flush: Bool, _ poller: borrowing Poller) {
        guard let link = links[id.index] else { return }
        guard flush, link.flush(), link.pendingBytes > 0 else {
            link.discardInput()
            links[id.index] = nil
            return
        }
        link.isClosing = true
        settle(id.index, link, poller)
    }

    /// Sends what this turn has queued.
    mutating func flush(_ poller: borrowing Poller) {
        guard !dirty.isEmpty else { return }
        for number in dirty {
            guard let link = links[number] else { continue }
            link.isDirty = false
            if link.flush() { settle(number, link, poller) } else { drop(number) }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Watches for room as long as bytes are left; ends a closing link when none is.
    private mutating func settle(_ number: UInt64, _ link: PeerLink, _ poller: borrowing Poller) {
        let isWaiting = link.pendingBytes > 0
        if !isWaiting, link.isClosing {
            link.discardInput()
            links[number] = nil
            return
        }
        guard isWaiting != link.isWatchedForRoom || link.isClosing else { return }
        link.isWatchedForRoom = isWaiting
        // It was added before; changing what is watched cannot fail.
        try? poller.change(
            link.descriptor.number, PollTag(.link, number), readable: !link.isClosing,
            writable: isWaiting)
    }

    /// The link is broken or the partner has closed it.
    private mutating func drop(_ number: UInt64) {
        guard let link = links.removeValue(forKey: number), !link.isClosing else { return }
        inputs.append(.closed(LinkID(number)))
    }
}
