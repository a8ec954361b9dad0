import Wire

extension Parser {
    /// After `lease`: the record, or `nil` after complaints.
    mutating func parseLease() -> LeaseRecord? {
        guard let address = parseAddress(), parseLeftBrace() else {
            dropLease()
            return nil
        }
        var lease = LeaseRecord(address: address)
        while true {
            if parsePlainItem(&lease) { continue }
            let token = next()
            if token.kind == .rightBrace { return lease }
            if token.kind == .endOfFile {
                warn(.unexpectedEndOfFile)
                // ISC takes the torn record, which the crash of a machine leaves at the end, in
                // place of the complete one before it, and so forgets who has the address.
                if leaseRecovery == .asISC { return lease }
                dropLease()
                return nil
            }
            guard let field = parseLeaseItem(token, &lease) else {
                dropLease()
                return nil
            }
            guard !field.isEmpty else { continue }
            if lease.fields.isDisjoint(with: field) {
                lease.fields.formUnion(field)
            } else {
                warn(.tooManyParameters, text(token), Array(address.description.utf8))
            }
        }
    }

    private mutating func dropLease() {
        warn(.possiblyCorrupt)
        recoverFromBadRecord { _ in }
    }

    /// One item whose first word was consumed. What it was, empty if it may come again; `nil` if
    /// the lease is dropped.
    private mutating func parseLeaseItem(
        _ token: Token, _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        switch token.kind {
        case .starts:
            lease.starts = parseDate()
            return .starts
        case .ends:
            lease.ends = parseDate()
            return .ends
        case .tstp:
            lease.tstp = parseDate()
            return .tstp
        case .tsfp:
            lease.tsfp = parseDate()
            return .tsfp
        case .atsfp:
            lease.atsfp = parseDate()
            return .atsfp
        case .cltt:
            lease.cltt = parseDate()
            return .cltt
        case .binding, .next, .rewind:
            return parseLeaseState(token.kind, &lease)
        case .hardware:
            if let hardware = parseHardware() { lease.hardware = hardware }
            return .hardware
        case .uid:
            return parseLeaseUID(&lease) ? .uid : nil
        case .set:
            return parseLeaseVariable(&lease)
        default:
            return parseRareLeaseItem(token, &lease)
        }
    }

    private mutating func parseRareLeaseItem(
        _ token: Token, _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        switch token.kind {
        case .clientHostname:
            return parseLeaseHostname(&lease) ? .hostname : nil
        case .option, .supersede:
            parseAgentOption(&lease)
            return []
        case .on:
            return parseLeaseEvent(&lease) ? [] : nil
        case .billing:
            parseBilling(&lease)
            return .billing
        case .reserved, .dynamicBootp:
            lease.flags |= token.kind == .reserved ? 1 : 2
            parseSemicolon()
            return []
        case .abandoned:
            // ISC: the old word for a state, and counted as one.
            lease.bindingState = 5
            parseSemicolon()
            return .bindingState
        case .class:
            let name = next()
            guard name.kind.isIdentifier else {
                if name.kind != .semicolon { skip(braces: 1) }
                return nil
            }
            parseSemicolon()
            return .classWord
        case .timestamp:
            // ISC ends with an internal error here; the item has no meaning any more.
            _ = parseDate()
            return []
        default:
            return parseOldVariable(token, &lease)
        }
    }

    /// `ddns-fwd-name` and `ddns-rev-name` without `set` and `=`, or the complaint about anything
    /// else.
    private mutating func parseOldVariable(
        _ token: Token, _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        let name = text(token)
        guard
            token.kind == .name,
            name.equalsIgnoringCase([UInt8](literal: "ddns-fwd-name"))
                || name.equalsIgnoringCase([UInt8](literal: "ddns-rev-name"))
        else {
            fail(.unexpectedDirective)
            return nil
        }
        return parseLeaseValue(name, &lease)
    }

    // MARK: States

    /// `[next | rewind] binding state S;`
    private mutating func parseLeaseState(
        _ kind: TokenKind, _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        let field: LeaseRecord.Fields =
            kind == .binding
            ? .bindingState : kind == .next ? .nextBindingState : .rewindBindingState
        if kind != .binding, next().kind != .binding {
            fail(.expectingBinding)
            return field
        }
        guard next().kind == .state else {
            fail(.expectingState)
            return field
        }
        let token = next()
        guard let state = Self.bindingState(token.kind) else {
            fail(.expectingBindingState, text(token))
            return nil
        }
        if kind == .binding, state.flags != 0 { lease.flags |= state.flags }
        switch kind {
        case .binding: lease.bindingState = state.raw
        case .next: lease.nextBindingState = state.raw
        default: lease.rewindBindingState = state.raw
        }
        parseSemicolon()
        return field
    }

    /// Raw value of a state; `reserved` and `bootp` are active with a flag.
    static func bindingState(_ kind: TokenKind) -> (raw: UInt8, flags: UInt8)? {
        switch kind {
        case .free: (1, 0)
        case .active: (2, 0)
        case .expired: (3, 0)
        case .released: (4, 0)
        case .abandoned: (5, 0)
        case .reset: (6, 0)
        case .backup: (7, 0)
        case .reserved: (2, 1)
        case .bootp: (2, 2)
        default: nil
        }
    }

    // MARK: Client

    private mutating func parseLeaseUID(_ lease: inout LeaseRecord) -> Bool {
        let token = peek()
        if token.kind == .string {
            next()
            lease.uid = text(token)
        } else if let uid = parseNumbers(nil, separator: .colon, base: 16) {
            lease.uid = uid
        } else {
            return false
        }
        parseSemicolon()
        return true
    }

    private mutating func parseLeaseHostname(_ lease: inout LeaseRecord) -> Bool {
        let token = peek()
        if token.kind == .string {
            next()
            lease.change { $0.hostname = text(token) }
            return parseSemicolon()
        }
        guard let name = parseDottedName() else {
            fail(.expectingAHostname)
            return false
        }
        lease.change { $0.hostname = name }
        parseSemicolon()
        return true
    }

    /// `option agent.…`: as in a configuration, but without look-ups; other spaces are refused at
    /// the end.
    private mutating func parseAgentOption(_ lease: inout LeaseRecord) {
        guard let name = parseOptionName(allowingUnknown: false), let reference = name.reference
        else { return }
        let format = name.format
        let complaints = lexer.errorCount
        guard let value = parseOptionData(format, allowsLookups: false),
            // ISC: a value where none belongs swallows the statement.
            lexer.errorCount == complaints || format.first != UInt8(ascii: "Z"), parseSemicolon()
        else { return }
        guard reference.space == .agent else { return warn(.agentOptionExpected) }
        guard case .constant(let bytes) = value, bytes.count <= 255 else { return }
        lease.change {
            $0.agentOptions.append(UInt8(truncatingIfNeeded: reference.code))
            $0.agentOptions.append(UInt8(bytes.count))
            $0.agentOptions.append(contentsOf: bytes)
        }
    }

    private mutating func parseLeaseEvent(_ lease: inout LeaseRecord) -> Bool {
        var body = Body(caseContext: .any)
        var lose = false
        guard parseOn(&body, &lose) else {
            skip(braces: 1)
            return false
        }
        if case .on(let events, let statements?)? = body.statements.first {
            lease.change {
                $0.bodies.append(LeaseRecord.EventBody(events: events, statements: statements))
            }
        }
        return true
    }

    private mutating func parseBilling(_ lease: inout LeaseRecord) {
        let token = next()
        if token.kind == .subclass {
            var block = Block(isAuthoritative: false)
            parseClass(.subclass, &block)
            if let one = block.takeScope().subclasses.first {
                lease.change {
                    $0.billing = LeaseRecord.Billing(
                        className: one.className, subclassData: one.data)
                }
            }
            return
        }
        guard token.kind == .class else { return fail(.expectingClass, at: token) }
        let name = next()
        guard name.kind == .string else { return fail(.expectingStringPlain, at: name) }
        let className = text(name)
        if symbols.classes.contains(className) {
            lease.change {
                $0.billing = LeaseRecord.Billing(className: className, subclassData: nil)
            }
        } else {
            warn(.unknownClass, className)
        }
        parseSemicolon()
    }

    // MARK: Variables

    /// After `set`.
    private mutating func parseLeaseVariable(
        _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        let token = next()
        guard token.kind.isPlainName else {
            fail(.cantBeAVariableName, text(token))
            return nil
        }
        let name = internedText(token)
        guard next().kind == .equal else {
            fail(.expectingEqualInSet)
            return nil
        }
        return parseLeaseValue(name, &lease)
    }

    private mutating func parseLeaseValue(
        _ name: [UInt8], _ lease: inout LeaseRecord
    ) -> LeaseRecord.Fields? {
        guard let value = parseBindingValue() else { return nil }
        lease.change { $0.set(name, value) }
        parseSemicolon()
        return []
    }

    /// A value that a lease file can hold; `nil` after a complaint.
    mutating func parseBindingValue() -> LeaseRecord.Variable.Value? {
        let token = peek()
        switch token.kind {
        case .string:
            next()
            return .data(text(token))
        case .numberOrName:
            return parseNumbers(nil, separator: .colon, base: 16).map { .data($0) }
        case .percent:
            next()
            let number = next()
            guard number.kind == .number else {
                fail(.expectingDecimalNumber, at: number)
                return nil
            }
            return .number(decimal(number))
        case .name:
            next()
            let word = text(token)
            if word.equalsIgnoringCase([UInt8](literal: "true")) { return .boolean(true) }
            if word.equalsIgnoringCase([UInt8](literal: "false")) { return .boolean(false) }
            fail(.expectingTrueOrFalse, at: token)
            return nil
        default:
            warn(.expectingAConstantValue)
            if token.kind != .semicolon { skip() }
            return nil
        }
    }
}

extension LeaseRecord {
    /// Changes the fields that few leases have.
    mutating func change(_ body: (inout Rare) -> Void) {
        var fields = rare ?? Rare()
        rare = nil
        body(&fields)
        rare = fields
    }
}

extension LeaseRecord.Rare {
    /// Sets a variable; one of the same name (without case) is replaced in place.
    mutating func set(_ name: [UInt8], _ value: LeaseRecord.Variable.Value) {
        for index in variables.indices where variables[index].name.equalsIgnoringCase(name) {
            variables[index].value = value
            return
        }
        variables.append(LeaseRecord.Variable(name: name, value: value))
    }
}
