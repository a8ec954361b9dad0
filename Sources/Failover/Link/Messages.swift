import ConfParser
import Leases
import Wire

// Sending on links, and what every message of the established link does.

extension Relationship {
    func index(of link: LinkID) -> Int? { links.firstIndex { $0.id == link } }

    mutating func takeXid(_ link: LinkID) -> UInt32 {
        guard let index = index(of: link) else { return 0 }
        return links[index].takeXid()
    }

    mutating func takeUpdateXid(_ link: LinkID) -> UInt32 {
        guard let index = index(of: link) else { return 1 }
        return links[index].takeUpdateXid()
    }

    /// Sends a message; on the established link the contact timer begins anew.
    mutating func send(
        _ message: FailoverMessage, on link: LinkID, after sequence: Effects.Sequence, _ now: Now,
        _ effects: inout Effects
    ) {
        effects.peerSend(link, after: sequence) { message.append(to: &$0) }
        if link == established { armContact(now) }
    }

    /// A partner that announces less than 3 s is contacted every second; ISC floods it
    /// (failover.md §11 D3).
    private mutating func armContact(_ now: Now) {
        timers.contact = now.mono.advanced(seconds: max(peerReceiveTimer / 3, 1))
    }

    mutating func armReceive(_ now: Now) {
        lastHeard = now.mono
        timers.receive = now.mono.advanced(seconds: max(configuration.maxResponseDelay, 1))
    }

    mutating func sendContact(_ now: Now, _ effects: inout Effects) {
        guard let link = established else { return }
        let message = FailoverMessage(.contact, time: now.wall, xid: takeXid(link))
        send(message, on: link, after: 0, now, &effects)
    }

    /// Tells the partner our state, or in startup the one that we remember, if linked and if the
    /// partner bears it.
    mutating func sendState(_ now: Now, _ effects: inout Effects) {
        guard let link = established, !isFatalForPartner else { return }
        hasToldState = true
        let isStarting = state == .startup && Service.demand(of: partnerState) == nil
        var message = FailoverMessage(.state, time: now.wall, xid: takeXid(link))
        message.serverState = (state == .startup ? remembered : state).rawValue
        message.serverFlags = isStarting ? 1 : 0
        message.startTimeOfState = startOfState
        send(message, on: link, after: effects.sequence, now, &effects)
    }

    /// ISC's primary ends when it hears in conflict-done of a state that does not belong there, and
    /// is in conflict-done again when it is restarted (failover.md §11 D2): one whose link broke
    /// before it heard that we are normal, for example, and then hears that we are in
    /// communications-interrupted. A primary says its own state as soon as there is a link; where
    /// that may be conflict-done we wait for it, and where it is, we come to a resolution.
    var isFatalForPartner: Bool {
        guard !configuration.isPrimary else { return false }
        switch state == .startup ? remembered : state {
        case .normal, .potentialConflict, .resolutionInterrupted, .shutdown: return false
        default: break
        }
        switch partnerState {
        case .conflictDone: return true
        case .potentialConflict, .resolutionInterrupted, .unknown: return isFirstReport
        default: return false
        }
    }

    /// A message of the established link, except CONNECT and CONNECTACK.
    mutating func process(
        _ message: FailoverMessage, on link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        switch message.type {
        case .poolRequest: poolRequested(xid: message.xid, &leases, now, &effects)
        case .poolResponse:
            effects.log(.info) {
                $0.append(text: "pool response: ")
                $0.append(decimal: UInt64(message.addressesTransferred ?? 0))
                $0.append(text: " leases")
            }
        case .bindingUpdate: updateReceived(message, &leases, now, &effects)
        case .bindingAcknowledgement: acknowledgementReceived(message, &leases, now, &effects)
        case .updateRequestAll:
            updatesRequested(all: true, xid: message.xid, &leases, now, &effects)
        case .updateRequest:
            updatesRequested(all: false, xid: message.xid, &leases, now, &effects)
        case .updateDone: updateDone(&leases, now, &effects)
        case .state: partnerReported(message, &leases, now, &effects)
        case .contact: break
        case .disconnect: disconnectReceived(message, link, &leases, now, &effects)
        case .connect, .connectAcknowledgement: break
        }
    }

    mutating func disconnectReceived(
        _ message: FailoverMessage, _ link: LinkID, _ leases: inout LeaseStore, _ now: Now,
        _ effects: inout Effects
    ) {
        if let reason = message.rejectReason, reason != 0 {
            let name = configuration.name
            effects.log(.error) {
                $0.append(text: "Failover DISCONNECT from ")
                $0.append(contentsOf: name)
                $0.append(text: ": ")
                RejectReason.appendText(of: reason, to: &$0)
            }
        }
        drop(link, flush: false, &leases, now, &effects)
    }
}
