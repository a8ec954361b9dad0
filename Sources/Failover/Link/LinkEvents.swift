import ConfParser
public import Leases
public import Wire

// Dialling, accepting, losing links (failover.md §1.5, §1.9).

extension Relationship {
    /// The first acts: enter startup, dial and listen, in this order.
    public mutating func start(
        leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        enter(.startup, &leases, now, &effects)
        recallHolds(&leases)
        dial(now, &effects)
        listen(&effects)
    }

    private mutating func dial(_ now: Now, _ effects: inout Effects) {
        timers.dial = nil
        guard let address = configuration.address, !configuration.peerAddresses.isEmpty else {
            return
        }
        let peer = configuration.peerAddresses[
            nextPeerAddress % configuration.peerAddresses.count]
        isDialling = true
        timers.dialLimit = now.mono.advanced(seconds: Timers.dialSeconds)
        effects.list.append(
            .dial(id, from: address, to: peer, port: configuration.peerPort))
    }

    private func listen(_ effects: inout Effects) {
        guard let address = configuration.address else { return }
        effects.list.append(.listen(id, address: address, port: configuration.port))
    }

    /// Our dial succeeded.
    public mutating func connected(
        _ link: LinkID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        dialEnded()
        nextPeerAddress = 0
        add(PeerLink(link, isDialled: true, isPrimary: configuration.isPrimary, now: now))
        if configuration.isPrimary { sendConnect(link, now, &effects) }
    }

    /// Our dial failed; `isImmediate` if the system refused at once.
    public mutating func dialFailed(
        reason: String, isImmediate: Bool, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        guard isDialling else { return }
        let isFirst = isFirstDial
        dialEnded()
        nextPeerAddress += 1
        if nextPeerAddress < configuration.peerAddresses.count {
            isFirstDial = isFirst
            dial(now, &effects)
            return
        }
        nextPeerAddress = 0
        if isImmediate {
            logPeer(isFirst ? .error : .info, &effects) { $0.append(string: reason) }
        }
        retry(isImmediate ? Timers.longRetrySeconds : Timers.retrySeconds, now)
    }

    private mutating func dialEnded() {
        isDialling = false
        isFirstDial = false
        timers.dialLimit = nil
    }

    private mutating func retry(_ seconds: UInt32, _ now: Now) {
        timers.dial = now.mono.advanced(seconds: seconds)
    }

    /// We could not listen.
    public mutating func listenFailed(
        reason: String, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        if !isFirstListen { logPeer(.info, &effects) { $0.append(string: reason) } }
        isFirstListen = false
        timers.listen = now.mono.advanced(seconds: Timers.longRetrySeconds)
    }

    /// The partner dialled us.
    public mutating func accepted(
        _ link: LinkID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        let halfOpen = links.filter { $0.phase != .established && !$0.isDialled }
        if halfOpen.count >= PeerLink.halfOpenMax, let oldest = halfOpen.first {
            effects.list.append(.close(oldest.id, flush: false))
            links.removeAll { $0.id == oldest.id }
        }
        add(PeerLink(link, isDialled: false, isPrimary: configuration.isPrimary, now: now))
        if configuration.isPrimary { sendConnect(link, now, &effects) }
    }

    private mutating func add(_ link: PeerLink) { links.append(link) }

    mutating func tickDialling(_ now: Now, _ effects: inout Effects) {
        if Timers.take(&timers.dialLimit, now), isDialling {
            effects.list.append(.stopDialling(id))
            dialEnded()
            retry(Timers.retrySeconds, now)
        }
        if Timers.take(&timers.dial, now), !isConnected, !isDialling { dial(now, &effects) }
        if Timers.take(&timers.listen, now) { listen(&effects) }
    }

    /// True when the link belongs to this relationship.
    public func has(_ link: LinkID) -> Bool { index(of: link) != nil }

    /// Bytes of a link, in the order of the stream.
    public mutating func received(
        _ bytes: [UInt8], on link: LinkID, leases: inout LeaseStore, now: Now,
        into effects: inout Effects
    ) {
        guard let first = index(of: link) else { return }
        links[first].stream.append(bytes)
        // A message may cost the link, so it is looked for each time.
        while let index = index(of: link), let decoded = links[index].stream.next() {
            let isEstablished = links[index].phase == .established
            switch decoded {
            case .broken(let error):
                broken(error, link, &leases, now, &effects)
                return
            case .meaningless:
                if isEstablished { armReceive(now) }
            case .message(let message):
                if isEstablished { armReceive(now) }
                handle(message, on: link, links[index].phase, &leases, now, &effects)
            }
        }
    }

    private mutating func broken(
        _ error: DecodingError, _ link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        var text: [UInt8] = []
        if error.appendLogLine(to: &text) {
            effects.log(.error) { $0.append(contentsOf: text) }
        }
        let isLength = error == .length
        effects.log(.info) {
            $0.append(text: "message length wait: ")
            $0.append(text: isLength ? "unexpected error" : "protocol error")
        }
        drop(link, flush: false, &leases, now, &effects)
    }

    private mutating func handle(
        _ message: FailoverMessage, on link: LinkID, _ phase: PeerLink.Phase,
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        switch (phase, message.type) {
        case (_, .connect): connectReceived(message, on: link, &leases, now, &effects)
        case (.awaitingConnectAcknowledgement, .connectAcknowledgement),
            (.established, .connectAcknowledgement) where configuration.isPrimary:
            connectAcknowledged(message, on: link, &leases, now, &effects)
        case (.established, _): process(message, on: link, &leases, now, &effects)
        case (_, .disconnect): disconnectReceived(message, link, &leases, now, &effects)
        case (_, .contact): break
        default:
            ignoreStray(link, &leases, now, &effects)
        }
    }

    /// ISC acts upon everything from the first byte on (§11 D1).
    private mutating func ignoreStray(
        _ link: LinkID, _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        guard let index = index(of: link) else { return }
        links[index].strayCount += 1
        guard links[index].strayCount >= PeerLink.strayMax else { return }
        drop(link, flush: false, &leases, now, &effects)
    }

    /// Gives a link up.
    mutating func drop(
        _ link: LinkID, flush: Bool, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        effects.list.append(.close(link, flush: flush))
        closed(link, leases: &leases, now: now, into: &effects)
    }

    /// The link is gone.
    public mutating func closed(
        _ link: LinkID, leases: inout LeaseStore, now: Now, into effects: inout Effects
    ) {
        guard let index = index(of: link) else { return }
        links.remove(at: index)
        if !isDialling { retry(Timers.retrySeconds, now) }
        if established == link { lost(&leases, now, &effects) }
    }
}
