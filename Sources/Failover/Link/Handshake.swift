import Leases
import Wire

// CONNECT and CONNECTACK (failover.md §1.7 to §1.9).

extension Relationship {
    /// Seconds by which the clocks of the two servers may differ.
    private static let clockSkewMax: UInt32 = 60

    private func isClockFarOff(_ message: FailoverMessage, _ now: Now) -> Bool {
        max(
            now.wall.seconds(since: message.time), message.time.seconds(since: now.wall)
        ) > Self.clockSkewMax
    }

    mutating func sendConnect(_ link: LinkID, _ now: Now, _ effects: inout Effects) {
        var message = FailoverMessage(.connect, time: now.wall, xid: takeXid(link))
        message.relationshipName = configuration.name
        message.maxUnacked = configuration.maxUnackedUpdates
        message.receiveTimer = configuration.maxResponseDelay
        message.vendorClass = FailoverMessage.ownVendorClass
        message.protocolVersion = 1
        message.tlsRequest = 0
        message.mclt = mclt
        message.hashBuckets = configuration.hba
        send(message, on: link, after: 0, now, &effects)
    }

    // MARK: Secondary

    /// CONNECT on a link of the secondary, or of another primary by mistake.
    mutating func connectReceived(
        _ message: FailoverMessage, on link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        if let refusal = refusal(of: message, now) {
            refuseConnect(message, refusal, link, &leases, now, &effects)
            return
        }
        buckets = message.hashBuckets.flatMap(HashBuckets.init) ?? buckets
        if let existing = established {
            guard existing != link, isSilent(now) else {
                refuseDuplicate(message, link, &leases, now, &effects)
                return
            }
            // Nothing comes from the old link while the partner speaks here: it is dead, and would
            // keep the partner out for the rest of max-response-delay (§11 D30).
            drop(existing, flush: false, &leases, now, &effects)
        }
        guard let mclt = message.mclt else {
            answerConnect(
                message, Refusal(.invalidMCLT, "no MCLT provided"), link, now, &effects)
            drop(link, flush: true, &leases, now, &effects)
            return
        }
        answerConnect(message, nil, link, now, &effects)
        self.mclt = mclt
        establish(message, link, &leases, now, &effects)
    }

    /// Checks 1 to 4 of §1.7 and those that ISC does not make.
    private func refusal(of message: FailoverMessage, _ now: Now) -> Refusal? {
        guard let name = message.relationshipName else {
            return Refusal(.invalidPartner, "missing relationship-name")
        }
        if name != configuration.name {
            return Refusal(.invalidPartner, "unknown failover relationship name")
        }
        if isClockFarOff(message, now) { return Refusal(.timeMismatch, "time offset too large") }
        if configuration.isPrimary {
            return Refusal(.invalidPartner, "both servers are primary")  // §11 D32
        }
        if message.hashBuckets?.count != 32 { return Refusal(.hashBucketConflict, "invalid HBA") }
        if let version = message.protocolVersion, version != 1 {
            return Refusal(.versionMismatch, "unknown protocol version")
        }
        if message.tlsRequest == 2 { return Refusal(.tlsNotSupported, "TLS not supported") }
        return nil
    }

    private mutating func refuseConnect(
        _ message: FailoverMessage, _ refusal: Refusal, _ link: LinkID,
        _ leases: inout LeaseStore, _ now: Now, _ effects: inout Effects
    ) {
        effects.log(.error) {
            $0.append(text: "Failover CONNECT from ")
            $0.append(printable: message.relationshipName ?? Array("unknown".utf8))
            $0.append(text: ": ")
            $0.append(contentsOf: refusal.text)
        }
        effects.log(.info) {
            $0.append(text: "failover: disconnect: ")
            $0.append(contentsOf: refusal.text)
        }
        answerConnect(message, refusal, link, now, &effects)
        drop(link, flush: true, &leases, now, &effects)
    }

    /// A second CONNECT. On a link that we dialled ourselves this is the usual crossing of two
    /// dials, and a stock primary would log our reason as an error; so we only close, as ISC does.
    private mutating func refuseDuplicate(
        _ message: FailoverMessage, _ link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        if let index = index(of: link), !links[index].isDialled {
            answerConnect(
                message, Refusal(.duplicateConnection, "already connected"), link, now, &effects)
        }
        drop(link, flush: true, &leases, now, &effects)
    }

    private mutating func answerConnect(
        _ connect: FailoverMessage, _ refusal: Refusal?, _ link: LinkID, _ now: Now,
        _ effects: inout Effects
    ) {
        var message = FailoverMessage(
            .connectAcknowledgement, time: now.wall, xid: connect.xid)
        message.relationshipName = connect.relationshipName
        if connect.relationshipName == configuration.name {
            message.maxUnacked = configuration.maxUnackedUpdates
            message.receiveTimer = configuration.maxResponseDelay
        }
        message.vendorClass = FailoverMessage.ownVendorClass
        message.protocolVersion = 1
        if connect.tlsRequest != nil { message.tlsReply = 0 }
        message.rejectReason = refusal?.reason.rawValue
        message.message = refusal?.text
        send(message, on: link, after: 0, now, &effects)
    }

    // MARK: Primary

    mutating func connectAcknowledged(
        _ message: FailoverMessage, on link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        guard let name = message.relationshipName else {
            disconnect(
                link, Refusal(.invalidPartner, "missing relationship-name"), &leases, now, &effects)
            return
        }
        if let reason = message.rejectReason {
            // The other of two crossing dials won; ISC would close without a word.
            let isDuplicate = reason == RejectReason.duplicateConnection.rawValue && isConnected
            if !isDuplicate {
                effects.log(.error) {
                    $0.append(text: "Failover CONNECT to ")
                    $0.append(printable: name)
                    $0.append(text: " rejected: ")
                    RejectReason.appendText(of: reason, to: &$0)
                }
            }
            drop(link, flush: false, &leases, now, &effects)
            return
        }
        guard name == configuration.name else {
            disconnect(link, mismatch(name), &leases, now, &effects)
            return
        }
        if let existing = established {
            guard existing != link, isSilent(now) else {
                disconnect(
                    link, Refusal(.duplicateConnection, "already connected"), &leases, now,
                    &effects)
                return
            }
            drop(existing, flush: false, &leases, now, &effects)
        }
        if isClockFarOff(message, now) {
            disconnect(
                link, Refusal(.timeMismatch, "time offset too large"), &leases, now, &effects)
            return
        }
        establish(message, link, &leases, now, &effects)
    }

    private func mismatch(_ name: [UInt8]) -> Refusal {
        var refusal = Refusal(.invalidPartner, "remote failover relationship name ")
        refusal.text.append(printable: name)
        refusal.text.append(text: " does not match")
        return refusal
    }

    private mutating func disconnect(
        _ link: LinkID, _ refusal: Refusal, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        if refusal.reason != .duplicateConnection {
            let name = configuration.name
            effects.log(.error) {
                $0.append(text: "Failover CONNECTACK from ")
                $0.append(contentsOf: name)
                $0.append(text: ": ")
                $0.append(contentsOf: refusal.text)
            }
        }
        var message = FailoverMessage(.disconnect, time: now.wall, xid: takeXid(link))
        message.rejectReason = refusal.reason.rawValue
        message.message = refusal.text
        send(message, on: link, after: 0, now, &effects)
        drop(link, flush: true, &leases, now, &effects)
    }

    // MARK: Both

    /// True when the established link has been quiet for longer than any healthy partner is.
    private func isSilent(_ now: Now) -> Bool {
        now.mono > lastHeard.advanced(seconds: max(configuration.maxResponseDelay / 2, 2))
    }

    /// The link becomes that of the relationship.
    private mutating func establish(
        _ message: FailoverMessage, _ link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        guard let index = index(of: link) else { return }
        links[index].phase = .established
        established = link
        if let announced = message.maxUnacked { peerMaxUnacked = announced }
        if let announced = message.receiveTimer { peerReceiveTimer = announced }
        armReceive(now)
        repeatHandOvers(&leases, now, &effects)
        sendState(now, &effects)
    }
}
