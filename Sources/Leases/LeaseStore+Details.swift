public import ConfParser

// Host name and agent options stand in the arena as one string:
//
//     length, host name, length, agent options, [number of the extras, 4 bytes]
//
// A length is one byte, or 255 and two bytes. Variables, billing and bodies are rarer and stand in
// a table of their own.

/// What few leases have.
struct LeaseExtras: Sendable {
    var variables: [LeaseVariable] = []
    var billing: LeaseBilling?
    var bodies: [LeaseRecord.EventBody] = []
}

extension LeaseStore {
    /// Where the parts of a lease's details stand.
    struct DetailsLayout {
        var hostname: Range<Int>
        var agentOptions: Range<Int>
        /// 0 is "none".
        var extras: Int
    }

    func layout(_ id: LeaseID) -> DetailsLayout? {
        let handle = rows[id.row].detailsHandle
        guard handle != 0 else { return nil }
        let range = arena.range(handle)
        let hostname = part(at: range.lowerBound)
        let agentOptions = part(at: hostname.upperBound)
        var extras = 0
        for place in agentOptions.upperBound..<range.upperBound {
            extras = extras << 8 | Int(arena.bytes[place])
        }
        return DetailsLayout(hostname: hostname, agentOptions: agentOptions, extras: extras)
    }

    private func part(at place: Int) -> Range<Int> {
        let length = Int(arena.bytes[place])
        guard length == 255 else { return (place + 1)..<(place + 1 + length) }
        let long = Int(arena.bytes[place + 1]) << 8 | Int(arena.bytes[place + 2])
        return (place + 3)..<(place + 3 + long)
    }

    /// The rare parts of a lease.
    public func details(_ id: LeaseID) -> LeaseDetails {
        var details = LeaseDetails()
        guard let layout = layout(id) else { return details }
        details.hostname = Array(arena.bytes[layout.hostname])
        details.agentOptions = Array(arena.bytes[layout.agentOptions])
        details.variables = extras[layout.extras].variables
        details.billing = extras[layout.extras].billing
        details.bodies = extras[layout.extras].bodies
        return details
    }

    /// The bodies of `on` that wait in a lease.
    public func bodies(_ id: LeaseID) -> [LeaseRecord.EventBody] {
        layout(id).map { extras[$0.extras].bodies } ?? []
    }

    /// Changes the rare parts of a lease; an empty result takes no memory. Host name and agent
    /// options are cut at 65,535 bytes.
    public mutating func modifyDetails(_ id: LeaseID, _ change: (inout LeaseDetails) -> Void) {
        var details = details(id)
        change(&details)
        setDetails(id, details)
    }

    /// Replaces the rare parts of a lease.
    public mutating func setDetails(_ id: LeaseID, _ details: LeaseDetails) {
        let old = layout(id)?.extras ?? 0
        let slot = keepExtras(details, old)
        var text: [UInt8] = []
        if !details.isEmpty {
            Self.append(details.hostname, to: &text)
            Self.append(details.agentOptions, to: &text)
            if slot != 0 {
                for shift in [24, 16, 8, 0] {
                    text.append(UInt8(truncatingIfNeeded: slot >> shift))
                }
            }
        }
        rows[id.row].detailsHandle = arena.replace(rows[id.row].detailsHandle, text.span)
    }

    private mutating func keepExtras(_ details: LeaseDetails, _ old: Int) -> Int {
        guard details.hasExtras else {
            if old != 0 {
                extras[old] = LeaseExtras()
                freeExtras.append(UInt32(old))
            }
            return 0
        }
        let value = LeaseExtras(
            variables: details.variables, billing: details.billing, bodies: details.bodies)
        if old != 0 {
            extras[old] = value
            return old
        }
        if let slot = freeExtras.popLast() {
            extras[Int(slot)] = value
            return Int(slot)
        }
        extras.append(value)
        return extras.count - 1
    }

    private static func append(_ part: [UInt8], to text: inout [UInt8]) {
        let part = part.prefix(65_535)
        if part.count < 255 {
            text.append(UInt8(part.count))
        } else {
            text.append(255)
            text.append(UInt8(part.count >> 8))
            text.append(UInt8(part.count & 255))
        }
        text.append(contentsOf: part)
    }
}
