import Leases
import Server
import Wire

// lease: opened by address, client identifier or hardware address; its state and end can be set.

extension ServerCore {
    func lease(by values: [OmapiValue]) throws(OmapiFailure) -> Lookup {
        var found: LeaseID?
        if let octets = values.key("ip-address") {
            let address =
                octets.count == 4
                ? IPv4Address(octets[0], octets[1], octets[2], octets[3]) : nil
            guard let lease = address.flatMap({ leases.lease(at: $0) }) else { return .nothing }
            found = lease
        }
        if let identifier = values.key("dhcp-client-identifier") {
            guard let lease = try only(leases.leases(uid: identifier), found) else {
                return .nothing
            }
            found = lease
        }
        if let hardware = try values.hardwareKey() {
            guard let lease = try only(leases.leases(hardware: hardware), found) else {
                return .nothing
            }
            found = lease
        }
        return found.map { .found(.lease($0)) } ?? .noKeys
    }

    /// The one lease of a key, which has to be that of the keys before.
    private func only(
        _ candidates: [LeaseID], _ found: LeaseID?
    ) throws(OmapiFailure) -> LeaseID? {
        if let found, candidates.first != found { throw OmapiFailure(.keyConflict) }
        guard candidates.count <= 1 else { throw OmapiFailure(.multipleMatches) }
        return candidates.first
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
        if let billing = details.billing {
            let object: OmapiObject =
                billing.subclassData.map { .subclass(name: billing.className, data: $0) }
                ?? .classDeclaration(name: billing.className)
            values.append(OmapiValue("billing-class", integer: handle(object)))
        }
        if !row.hardware.isNone {
            values.append(OmapiValue("hardware-address", row.hardware.bytes))
            values.append(OmapiValue("hardware-type", integer: UInt32(row.hardware.type)))
        }
        let times: [(String, Timestamp)] = [
            ("ends", row.ends), ("starts", row.starts), ("tstp", row.tstp), ("tsfp", row.tsfp),
            ("atsfp", row.atsfp), ("cltt", row.cltt),
        ]
        values += times.map { OmapiValue($0.0, integer: $0.1.seconds) }
        values.append(OmapiValue("flags", [Self.wireFlags(row.flags)]))
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

    private static let reservedFlag: UInt8 = 4
    private static let bootpFlag: UInt8 = 2

    private static func wireFlags(_ flags: LeaseFlags) -> UInt8 {
        (flags.contains(.reserved) ? reservedFlag : 0) | (flags.contains(.bootp) ? bootpFlag : 0)
    }

    /// `state`, `ends` and `flags` change the lease as if it had happened; what names the client is
    /// taken and ignored, and an unknown name is a variable of the lease, as ISC does.
    mutating func setLease(
        _ id: LeaseID, _ values: [OmapiValue], now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        for value in values {
            switch String(decoding: value.name, as: UTF8.self) {
            case "state": try setState(id, value, now: now, into: &effects)
            case "ends": try setEnds(id, value, now: now, into: &effects)
            case "flags": try setFlags(id, value, now: now, into: &effects)
            case "ip-address", "pool", "starts": throw OmapiFailure(.permissionDenied)
            case "subnet": throw OmapiFailure(.invalidArgument)
            case "dhcp-client-identifier", "hostname", "client-hostname", "host",
                "billing-class", "hardware-address", "hardware-type":
                break
            default: try setVariable(id, value, now: now, into: &effects)
            }
        }
    }

    private mutating func setState(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard let number = value.integer,
            let state = UInt8(exactly: number).flatMap({ BindingState(rawValue: $0) })
        else { throw OmapiFailure(.invalidArgument) }
        let row = leases[id]
        guard row.bindingState != state else { return }
        let isDone =
            (try? run(
                .changeLease(row.address, .state(state)), now: now, into: &effects)) != nil
        effects.log(.info) {
            $0.append(text: "lease ")
            $0.append(row.address)
            $0.append(text: isDone ? " state changed from " : " state change from ")
            $0.append(text: row.bindingState.name)
            $0.append(text: " to ")
            $0.append(text: state.name)
            $0.append(text: isDone ? "" : " failed.")
        }
        if !isDone { throw OmapiFailure(.ioError) }
    }

    private mutating func setEnds(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        guard let seconds = value.integer else { throw OmapiFailure(.invalidArgument) }
        let row = leases[id]
        let isDone =
            (try? run(
                .changeLease(row.address, .end(Timestamp(seconds))), now: now, into: &effects))
            != nil
        effects.log(.info) {
            $0.append(text: "lease ")
            $0.append(row.address)
            $0.append(text: isDone ? " end changed from " : " end change from ")
            $0.append(decimal: UInt64(row.ends.seconds))
            $0.append(text: " to ")
            $0.append(decimal: UInt64(seconds))
            $0.append(text: isDone ? "" : " failed")
        }
        if !isDone { throw OmapiFailure(.ioError) }
    }

    /// One byte as we send it, or an integer as omshell does.
    private mutating func setFlags(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        let number = value.data.count == 1 ? UInt32(value.data[0]) : value.integer
        guard let number else { throw OmapiFailure(.invalidArgument) }
        let bits = UInt8(truncatingIfNeeded: number)
        let row = leases[id]
        var flags = row.flags.subtracting([.reserved, .bootp])
        if bits & Self.reservedFlag != 0 { flags.insert(.reserved) }
        if bits & Self.bootpFlag != 0 { flags.insert(.bootp) }
        guard flags != row.flags else { return }
        try run(.changeLease(row.address, .flags(flags)), now: now, into: &effects)
        effects.log(.debug) {
            $0.append(text: "lease flags changed from  ")
            $0.append(string: String(Self.wireFlags(row.flags), radix: 16))
            $0.append(text: " to ")
            $0.append(string: String(Self.wireFlags(flags), radix: 16))
            $0.append(text: " for lease ")
            $0.append(row.address)
            $0.append(text: ".")
        }
    }

    /// ISC stores a boolean made of whatever memory held, and a variable `remote-handle` besides.
    private mutating func setVariable(
        _ id: LeaseID, _ value: OmapiValue, now: Now, into effects: inout Effects
    ) throws(OmapiFailure) {
        let variable = LeaseVariable(name: value.name, value: .data(value.data))
        try run(
            .changeLease(leases[id].address, .variable(variable)), now: now, into: &effects)
    }
}
