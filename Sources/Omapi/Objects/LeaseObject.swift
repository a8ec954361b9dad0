import Leases
import Server
import Wire

// lease: opened by address, client identifier or hardware address; its state and end can be set.

extension ServerCore {
    func lease(by values: [OmapiValue]) throws(OmapiFailure) -> OmapiObject {
        var found: Set<LeaseID> = []
        var hasKey = false
        for value in values {
            if value.isNamed("ip-address") {
                hasKey = true
                let octets = value.data
                guard octets.count == 4 else { throw OmapiFailure(.invalidArgument) }
                let address = IPv4Address(octets[0], octets[1], octets[2], octets[3])
                if let id = leases.lease(at: address) { found.insert(id) }
            } else if value.isNamed("dhcp-client-identifier") {
                hasKey = true
                found.formUnion(leases.leases(uid: value.data))
            } else if value.isNamed("hardware-address") {
                hasKey = true
                let type = values.first { $0.isNamed("hardware-type") }?.integer ?? 1
                let hardware = HardwareAddress(
                    type: UInt8(truncatingIfNeeded: type), bytes: value.data)
                guard let hardware else { throw OmapiFailure(.invalidArgument) }
                found.formUnion(leases.leases(hardware: hardware))
            }
        }
        guard hasKey else { throw OmapiFailure(.notImplemented) }
        guard found.count <= 1 else {
            throw OmapiFailure(.multipleMatches, OmapiResult.multipleMatches.text)
        }
        guard let id = found.first else {
            throw OmapiFailure(.notFound, "no object matches specification")
        }
        return .lease(id)
    }

    func leaseAttributes(_ id: LeaseID, handle: (OmapiObject) -> UInt32) -> [OmapiValue] {
        let row = leases[id]
        let details = leases.details(id)
        var values = [
            OmapiValue("state", integer: UInt32(row.bindingState.rawValue)),
            OmapiValue("ip-address", row.address.octets),
        ]
        let uid = leases.uid(id)
        if !uid.isEmpty { values.append(OmapiValue("dhcp-client-identifier", uid)) }
        if !details.hostname.isEmpty {
            values.append(OmapiValue("client-hostname", details.hostname))
        }
        if let subnet = configuration.subnet(of: row.address) {
            values.append(
                OmapiValue("subnet", integer: handle(.subnet(UInt32(subnet.index)))))
        }
        values.append(OmapiValue("pool", integer: handle(.pool(row.pool))))
        if !row.hardware.isNone {
            values.append(OmapiValue("hardware-address", row.hardware.bytes))
            values.append(OmapiValue("hardware-type", integer: UInt32(row.hardware.type)))
        }
        let times: [(String, Timestamp)] = [
            ("ends", row.ends), ("starts", row.starts), ("tstp", row.tstp), ("tsfp", row.tsfp),
            ("atsfp", row.atsfp), ("cltt", row.cltt),
        ]
        values += times.map { OmapiValue($0.0, integer: $0.1.seconds) }
        let flags = row.flags.intersection([.reserved, .bootp])
        values.append(OmapiValue("flags", [flags.rawValue]))
        for variable in details.variables where variable.value != .unset {
            values.append(OmapiValue(variable.name, Self.bytes(of: variable.value)))
        }
        return values
    }

    private static func bytes(of value: LeaseVariable.Value) -> [UInt8] {
        switch value {
        case .data(let bytes): bytes
        case .number(let number): OmapiValue("", integer: number).data
        case .unset: []
        case .boolean(let truth): OmapiValue("", integer: truth ? 1 : 0).data
        }
    }

    /// `state` and `ends` change the lease as if it had happened; what names the client is taken
    /// and ignored, as ISC does.
    mutating func setLease(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        let ignored = [
            "dhcp-client-identifier", "client-hostname", "host", "billing-class",
            "hardware-address", "hardware-type", "tstp", "tsfp", "atsfp", "cltt", "pool", "starts",
        ]
        if value.isNamed("state") {
            try setState(id, value, now: now, into: &effects)
        } else if value.isNamed("ends") {
            try setEnds(id, value, now: now, into: &effects)
        } else if value.isNamed("ip-address") {
            throw OmapiFailure(.permissionDenied)
        } else if value.isNamed("subnet") {
            throw OmapiFailure(.invalidArgument)
        } else if !ignored.contains(where: { value.isNamed($0) }) {
            throw OmapiFailure(.unknownAttribute)
        }
    }

    private mutating func setState(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard let number = value.integer,
            let state = UInt8(exactly: number).flatMap({ BindingState(rawValue: $0) })
        else { throw OmapiFailure(.invalidArgument) }
        let row = leases[id]
        let isDone = setBindingState(of: id, to: state, now: now, into: &effects)
        effects.log(.info) {
            $0.append(text: "lease ")
            $0.append(row.address)
            $0.append(text: isDone ? " state changed from " : " state change from ")
            $0.append(text: row.bindingState.name)
            $0.append(text: " to ")
            $0.append(text: state.name)
            $0.append(text: isDone ? "" : " failed.")
        }
        if !isDone { throw OmapiFailure(.invalidArgument) }
    }

    private mutating func setEnds(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard let seconds = value.integer else { throw OmapiFailure(.invalidArgument) }
        let row = leases[id]
        // ISC: the lease takes its next state whatever the new end is.
        let isDone = setBindingState(
            of: id, to: row.nextBindingState, now: now, into: &effects)
        effects.log(.info) {
            $0.append(text: "lease ")
            $0.append(row.address)
            $0.append(text: isDone ? " end changed from " : " end change from ")
            $0.append(decimal: UInt64(row.ends.seconds))
            $0.append(text: " to ")
            $0.append(decimal: UInt64(seconds))
            $0.append(text: isDone ? "" : " failed")
        }
        if !isDone { throw OmapiFailure(.invalidArgument) }
    }
}
