public import ConfParser
import Wire

// Records of the lease file, byte for byte as ISC dhcpd 4.4.3 writes them (leases.md §1).

extension Array where Element == UInt8 {
    /// Appends the lines that every lease file begins with.
    public mutating func appendLeaseFileHeader() {
        append(
            text: """
                # The format of this file is documented in the dhcpd.leases(5) manual page.
                # This lease file was written by isc-dhcp-4.4.3-P1

                # authoring-byte-order entry is generated, DO NOT DELETE
                authoring-byte-order little-endian;


                """)
    }

    /// Appends `server-duid`; with DHCPv4 only after the rewrite at start-up.
    public mutating func append(serverDUID duid: [UInt8], _ format: LeaseFileFormat) {
        append(text: "server-duid ")
        append(leaseID: duid, format.idFormat)
        append(text: ";\n\n")
    }

    /// Appends the state of a failover relationship, an empty line first (failover.md §3.5). A
    /// state that the record does not have is left out.
    public mutating func append(
        failoverState record: FailoverStateRecord, _ format: LeaseFileFormat
    ) {
        append(text: "\nfailover peer \"")
        append(contentsOf: record.peerName)
        append(text: "\" state {\n")
        append(text: "  my state ", record.myState, at: record.myStateTime, format)
        append(text: "  partner state ", record.partnerState, at: record.partnerStateTime, format)
        if let mclt = record.mclt {
            append(text: "  mclt ")
            append(decimal: UInt64(mclt))
            append(text: ";\n")
        }
        append(text: "}\n")
    }

    private mutating func append(
        text: StaticString, _ state: FailoverStateName?, at time: Timestamp?,
        _ format: LeaseFileFormat
    ) {
        guard let state else { return }
        append(text: text)
        append(text: state.word)
        append(text: " at ")
        append(leaseTime: time ?? .none, format.timeFormat)
        append(UInt8(ascii: "\n"))
    }

    fileprivate mutating func append(state name: StaticString, _ state: BindingState) {
        append(text: name)
        append(text: state.name)
        append(text: ";\n")
    }

    fileprivate mutating func append(times row: LeaseRow, _ format: LeaseFileFormat.TimeFormat) {
        if row.starts.isSet { append(leaseTime: "starts", row.starts, format) }
        if row.ends.isSet { append(leaseTime: "ends", row.ends, format) }
        if row.tstp.isSet { append(leaseTime: "tstp", row.tstp, format) }
        if row.tsfp.isSet { append(leaseTime: "tsfp", row.tsfp, format) }
        if row.atsfp.isSet { append(leaseTime: "atsfp", row.atsfp, format) }
        if row.cltt.isSet { append(leaseTime: "cltt", row.cltt, format) }
    }

    fileprivate mutating func append(billing: LeaseBilling, _ format: LeaseFileFormat) {
        append(text: billing.subclassData == nil ? "  billing class " : "  billing subclass ")
        append(quoted: billing.className)
        if let data = billing.subclassData {
            append(UInt8(ascii: " "))
            append(classData: data)
        }
        append(text: ";\n")
    }

    /// Data of a subclass: in quotes if all of them can be printed, else in hexadecimal.
    mutating func append(classData data: [UInt8]) {
        if data.allSatisfy(\.isPrintable) { append(quoted: data) } else { append(colonHex: data) }
    }

    /// The bodies for expiry first; one for both events is written once.
    fileprivate mutating func append(bodies: [LeaseRecord.EventBody], _ options: OptionTable) {
        let ordered =
            bodies.filter { $0.events.contains(.expiry) }
            + bodies.filter { $0.events.isDisjoint(with: .expiry) }
        for body in ordered where !body.events.isDisjoint(with: [.expiry, .release]) {
            var printer = StatementText(options)
            var shown = body
            // ISC: what happens at a commit is over by then.
            shown.events.formIntersection([.expiry, .release])
            printer.write(on: shown, indent: 2)
            append(contentsOf: printer.text.dropFirst())
            append(UInt8(ascii: "\n"))
        }
    }

    mutating func append(variable: LeaseVariable) {
        guard variable.value != .unset else { return }
        append(text: "  set ")
        append(contentsOf: variable.name)
        append(text: " = ")
        switch variable.value {
        case .data(let bytes): append(quoted: bytes)
        case .number(let number):
            append(UInt8(ascii: "%"))
            append(decimal: UInt64(number))
        case .boolean(let isTrue): append(text: isTrue ? "true" : "false")
        case .unset: break
        }
        append(text: ";\n")
    }
}

extension LeaseStore {
    /// Appends the record of a lease, to be used as `effects.commit { store.appendRecord(…) }`.
    public func appendRecord(of id: LeaseID, to text: inout [UInt8]) {
        let row = self[id]
        text.append(text: "lease ")
        text.append(row.address)
        text.append(text: " {\n")
        text.append(times: row, format.timeFormat)
        text.append(state: "  binding state ", row.bindingState)
        if row.nextBindingState != row.bindingState {
            text.append(state: "  next binding state ", row.nextBindingState)
        }
        if row.rewindBindingState != row.bindingState {
            text.append(state: "  rewind binding state ", row.rewindBindingState)
        }
        if row.flags.contains(.reserved) { text.append(text: "  reserved;\n") }
        if row.flags.contains(.bootp) { text.append(text: "  dynamic-bootp;\n") }
        appendClient(of: id, row, to: &text)
        text.append(text: "}\n")
    }

    private func appendClient(of id: LeaseID, _ row: LeaseRow, to text: inout [UInt8]) {
        let layout = layout(id)
        let extras = layout?.extras ?? 0
        if let billing = self.extras[extras].billing { text.append(billing: billing, format) }
        // ISC writes a placeholder that it cannot read again for an address of no bytes.
        if !row.hardware.isNone {
            text.append(text: "  hardware ")
            text.append(hardwareType: row.hardware.type)
            text.append(UInt8(ascii: " "))
            text.append(row.hardware)
            text.append(text: ";\n")
        }
        if row.uidHandle != 0 {
            text.append(text: "  uid ")
            text.append(leaseID: uidBytes(id), format.idFormat)
            text.append(text: ";\n")
        }
        guard let layout else { return }
        if extras != 0 {
            for variable in self.extras[extras].variables { text.append(variable: variable) }
        }
        text.append(agentOptions: arena.bytes[layout.agentOptions], format.options)
        let hostname = arena.bytes[layout.hostname]
        // ISC leaves out a host name that would need escapes.
        if hostname.isWritableAsIs {
            text.append(text: "  client-hostname \"")
            text.append(contentsOf: hostname)
            text.append(text: "\";\n")
        }
        if extras != 0 { text.append(bodies: self.extras[extras].bodies, format.options) }
    }
}
