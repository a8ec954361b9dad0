public import ConfParser

// Bodies of `on` (config-language.md §3): each lease has at most one for each event, and one body
// may serve several events.

/// The end of a binding whose body of `on` is still to be run.
public struct LeaseEnding: Sendable {
    public var lease: LeaseID
    public var statements: [Statement]
    /// The variables of the lease as they were.
    public var variables: [LeaseVariable]
}

extension [LeaseRecord.EventBody] {
    /// Does what an `on` statement says: its events have this body from now on; without statements
    /// they have none.
    public mutating func attach(_ events: LeaseEvents, _ statements: [Statement]) {
        for index in indices { self[index].events.subtract(events) }
        removeAll { $0.events.isEmpty }
        if !statements.isEmpty {
            append(LeaseRecord.EventBody(events: events, statements: statements))
        }
    }

    /// The body of one event.
    public func statements(of event: LeaseEvents) -> [Statement]? {
        first { $0.events.contains(event) }?.statements
    }
}

extension LeaseStore {
    /// The event that the end of a lease's binding is (ISC: a lease that is not known to be
    /// released expires).
    public func endingEvent(_ id: LeaseID) -> LeaseEvents {
        let row = rows[id.row]
        return row.bindingState == .released || row.nextBindingState == .released
            ? .release : .expiry
    }

    /// Keeps the body that the end of a binding asks for; to be called before ``endBinding(_:)``.
    public mutating func noteEnding(_ id: LeaseID, _ event: LeaseEvents) {
        guard let layout = layout(id),
            let statements = extras[layout.extras].bodies.statements(of: event)
        else { return }
        endings.append(
            LeaseEnding(
                lease: id, statements: statements, variables: extras[layout.extras].variables))
    }

    /// True when ``takeEndings()`` has something to give.
    public var hasEndings: Bool { !endings.isEmpty }

    /// What ``noteEnding(_:_:)`` kept, in order; each is given once.
    public mutating func takeEndings() -> [LeaseEnding] {
        var taken: [LeaseEnding] = []
        swap(&taken, &endings)
        return taken
    }
}
