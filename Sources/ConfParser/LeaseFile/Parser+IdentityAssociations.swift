import Wire

// `ia-na`, `ia-ta` and `ia-pd` of DHCPv6 lease files.

extension Parser {
    /// After the word: key and left brace; `nil` after complaints.
    mutating func parseIA(_ kind: IdentityAssociationRecord.Kind) -> IdentityAssociationRecord? {
        guard family == .v6 else {
            switch kind {
            case .na: fail(.iaNAOnlyInV6)
            case .ta: fail(.iaTAOnlyInV6)
            case .pd: fail(.iaPDOnlyInV6)
            }
            return nil
        }
        let key = parseStringOrHex(limit: 132)
        guard key.count >= 6 else {
            dropIA(.corruptKeyTooShort)
            return nil
        }
        if !hasByteOrder {
            hasByteOrder = true
            lexer.notice(
                .byteOrderAssumed,
                [UInt8](
                    literal: """
                        WARNING: authoring-byte-order not in the lease file.
                        Assuming file byte order matches this server.

                        """))
        }
        guard next().kind == .leftBrace else {
            dropIA(.corruptExpectingLeftBrace)
            return nil
        }
        return IdentityAssociationRecord(kind: kind, key: key)
    }

    /// Goes on to the next binding, which is given at once, or to the end of the record, which is
    /// then given
    /// unless it is dropped; `association` is `nil` afterwards.
    mutating func continueIA(
        _ association: inout IdentityAssociationRecord?, into queue: inout [LeaseFileItem]
    ) {
        guard var record = association else { return }
        association = nil
        while true {
            let token = next()
            switch token.kind {
            case .rightBrace:
                flushMessages(into: &queue)
                queue.append(.identityAssociation(record))
                return
            case .cltt:
                record.cltt = parseDate()
            case .iaaddr where record.kind != .pd, .iaprefix where record.kind == .pd:
                guard let binding = parseBinding(record.kind) else { return }
                record.bindings.append(binding)
                flushMessages(into: &queue)
                queue.append(.binding(record.kind, key: record.key, binding))
                association = record
                return
            default:
                return dropIA(
                    record.kind == .pd ? .corruptExpectingIAPREFIX : .corruptExpectingIAADDR)
            }
        }
    }

    /// Complains and goes on behind it.
    private mutating func dropIA(_ id: DiagnosticID) {
        report(id, [])
        recoverFromBadRecord { $0.skip() }
    }

    private mutating func dropBinding(
        _ id: DiagnosticID
    ) -> IdentityAssociationRecord.Binding? {
        dropIA(id)
        return nil
    }

    /// As ``dropBinding(_:)`` where ISC skips nothing.
    private mutating func abandonBinding(
        _ id: DiagnosticID
    ) -> IdentityAssociationRecord.Binding? {
        report(id, [])
        recoverFromBadRecord { _ in }
        return nil
    }

    /// After `iaaddr` or `iaprefix`; `nil` if the whole record is dropped.
    private mutating func parseBinding(
        _ kind: IdentityAssociationRecord.Kind
    ) -> IdentityAssociationRecord.Binding? {
        let prefix: IPv6Prefix
        if kind == .pd {
            guard let found = parsePrefix() else {
                return dropBinding(.corruptExpectingIPv6Prefix)
            }
            prefix = found
        } else {
            guard let address = parseIPv6Address() else {
                return dropBinding(.corruptExpectingIPv6Address)
            }
            prefix = IPv6Prefix(address: address, length: 128)
        }
        guard next().kind == .leftBrace else {
            return dropBinding(.corruptExpectingLeftBrace)
        }
        var state = BindingState(
            binding: IdentityAssociationRecord.Binding(
                address: prefix.address, length: prefix.length))
        while true {
            let token = next()
            if token.kind == .rightBrace { break }
            guard parseBindingItem(token, kind, &state) else { return nil }
        }
        if !state.hasState {
            return abandonBinding(kind == .pd ? .corruptMissingStatePrefix : .corruptMissingState)
        }
        if !state.hasEnd {
            return abandonBinding(kind == .pd ? .corruptMissingEndPrefix : .corruptMissingEnd)
        }
        return state.binding
    }

    /// A binding being read, with what must be there.
    private struct BindingState {
        var binding: IdentityAssociationRecord.Binding
        var hasState = false
        var hasEnd = false
    }

    /// False if the whole record is dropped.
    private mutating func parseBindingItem(
        _ token: Token, _ kind: IdentityAssociationRecord.Kind, _ state: inout BindingState
    ) -> Bool {
        switch token.kind {
        case .endOfFile:
            warn(.corruptUnexpectedEnd)
            return false
        case .binding:
            guard next().kind == .state else {
                return dropBinding(.corruptExpectingState) != nil
            }
            guard let found = Self.bindingState(next().kind), found.raw <= 5, found.flags == 0
            else { return dropBinding(.corruptExpectingBindingState) != nil }
            state.binding.state = found.raw
            state.hasState = true
            if next().kind != .semicolon { warn(.corruptExpectingSemicolonDot) }
        case .preferredLife:
            guard let life = parseLife(.notAValidPreferredTime) else { return true }
            state.binding.preferredLife = life
        case .maxLife:
            guard let life = parseLife(.notAValidMaxTime) else { return true }
            state.binding.maxLife = life
        case .ends:
            state.binding.ends = parseDate()
            state.hasEnd = true
        case .set:
            return parseBindingVariable(&state.binding)
        case .on:
            return parseBindingEvent(&state.binding)
        default:
            let id: DiagnosticID
            switch kind {
            case .na: id = .corruptExpectingContentsNA
            case .ta: id = .corruptExpectingContentsTA
            case .pd: id = .corruptExpectingContentsPD
            }
            fail(id, text(token))
        }
        return true
    }

    private mutating func parseStoredSemicolon() {
        if peek().kind == .semicolon {
            next()
        } else {
            warn(.corruptExpectingSemicolonDot)
        }
    }

    private mutating func parseLife(_ id: DiagnosticID) -> UInt32? {
        let token = next()
        guard token.kind == .number else {
            fail(id, text(token))
            return nil
        }
        let life = decimal(token)
        parseStoredSemicolon()
        return life
    }

    private mutating func parseBindingVariable(
        _ binding: inout IdentityAssociationRecord.Binding
    ) -> Bool {
        let token = next()
        guard token.kind.isPlainName else {
            fail(.notAValidVariableName, text(token))
            return true
        }
        let name = internedText(token)
        guard next().kind == .equal else { return abandonBinding(.expectingEqualInSet) != nil }
        guard let value = parseBindingValue() else {
            recoverFromBadRecord { _ in }
            return false
        }
        if let index = binding.variables.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) {
            binding.variables[index].value = value
        } else {
            binding.variables.append(LeaseRecord.Variable(name: name, value: value))
        }
        parseSemicolon()
        return true
    }

    private mutating func parseBindingEvent(
        _ binding: inout IdentityAssociationRecord.Binding
    ) -> Bool {
        var body = Body(caseContext: .any)
        var lose = false
        guard parseOn(&body, &lose) else {
            report(.corruptBadOn, [])
            recoverFromBadRecord { $0.skip(braces: 1) }
            return false
        }
        if case .on(let events, let statements?)? = body.statements.first {
            binding.bodies.append(
                LeaseRecord.EventBody(events: events, statements: statements))
        }
        return true
    }

    /// `ADDRESS/LENGTH`
    private mutating func parsePrefix() -> IPv6Prefix? {
        guard let address = parseIPv6Address() else { return nil }
        let slash = next()
        guard slash.kind == .slash else {
            fail(.slashExpected, at: slash)
            return nil
        }
        let token = next()
        guard token.kind == .number else {
            fail(.numberExpectedBig, at: token)
            return nil
        }
        let length = Int32(bitPattern: decimal(token))
        guard (0...128).contains(length) else {
            fail(.invalidIPv6PrefixLength)
            return nil
        }
        guard address == address.masked(UInt8(length)) else {
            fail(.networkMaskTooShortDot)
            return nil
        }
        return IPv6Prefix(address: address, length: UInt8(length))
    }
}
