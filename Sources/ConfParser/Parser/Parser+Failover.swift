import Wire

extension Parser {
    /// After `failover` is looked at, where statements stand.
    mutating func parseFailover(_ block: inout Block, _ context: Context) {
        block.followsDeclaration = false
        guard context.kind == .root || context.kind == .sharedNetwork else {
            warn(.failoverOnlyInSharedNetwork)
            log("declarations and the outer scope.")
            skip()
            return
        }
        next()
        guard next().kind == .peer else { return fail(.expectingPeer) }
        let token = next()
        guard token.kind == .string || token.kind.isIdentifier else {
            return fail(.expectingFailoverPeerName)
        }
        let name = name(token)
        let index = symbols.failoverPeers[name]
        let after = next()
        switch after.kind {
        case .semicolon:
            return referToPeer(name, index, context)
        case .state:
            guard let index else { return warn(.stateForUnknownPeer, name) }
            if let record = parseFailoverState(
                name, isPrimary: !tree.failoverPeers[index].isSecondary)
            {
                tree.failoverStates.append(record)
            }
            return
        case .leftBrace: break
        default: fail(.expectingLeftBrace2)
        }
        if index != nil {
            warn(.redeclarationOfPeer, name)
            return skip(braces: 1)
        }
        var peer = FailoverPeerDeclaration(name: name, position: lexer.position)
        guard parsePeerBody(&peer) else { return }
        finish(peer, context)
    }

    private mutating func referToPeer(_ name: [UInt8], _ index: Int?, _ context: Context) {
        guard context.kind == .sharedNetwork, let network = context.network else {
            return warn(.peerReferenceNotInSharedNetwork)
        }
        guard let index else { return warn(.referenceToUnknownPeer, name) }
        symbols.networks[network].failoverPeer = index
    }

    private mutating func finish(_ peer: FailoverPeerDeclaration, _ context: Context) {
        if peer.peer.address == nil { warn(.peerAddressOmitted) }
        if !peer.isSecondary {
            if peer.hashBuckets == nil {
                warn(.primaryNeedsSplit)
            } else if peer.mclt ?? 0 == 0 {
                warn(.primaryNeedsMclt)
            }
        }
        symbols.failoverPeers[peer.name] = tree.failoverPeers.count
        tree.failoverPeers.append(peer)
    }

    /// Items up to the right brace; false if the declaration is dropped.
    private mutating func parsePeerBody(_ peer: inout FailoverPeerDeclaration) -> Bool {
        while true {
            switch parsePeerItem(&peer) {
            case .complete: break
            case .last: return true
            case .dropped: return false
            }
            guard parseSemicolon() else {
                skip(braces: 1)
                return false
            }
        }
    }

    /// What becomes of the declaration after an item.
    private enum PeerItem {
        case complete
        /// The right brace, also one that ISC meets where a number should be.
        case last
        case dropped
    }

    private mutating func parsePeerItem(_ peer: inout FailoverPeerDeclaration) -> PeerItem {
        var kind = next().kind
        let isPartners = kind == .peer
        // ISC: `peer` may stand before any item, also before the right brace, and more than once.
        while kind == .peer { kind = next().kind }
        switch kind {
        case .rightBrace: return .last
        case .port:
            let token = next()
            guard token.kind == .number else { return recover(.expectingNumber, token) }
            if isPartners {
                peer.peer.port = decimal(token)
            } else {
                peer.own.port = decimal(token)
            }
            return .complete
        case .load: return parseLoadBalance(&peer)
        case .address, .maxResponseDelay, .maxUnackedUpdates:
            let isComplete =
                isPartners ? parseSideItem(kind, &peer.peer) : parseSideItem(kind, &peer.own)
            return isComplete ? .complete : .dropped
        default: return parseCommonItem(kind, &peer) ? .complete : .dropped
        }
    }

    private mutating func parseCommonItem(
        _ kind: TokenKind, _ peer: inout FailoverPeerDeclaration
    ) -> Bool {
        switch kind {
        case .primary:
            peer.isSecondary = false
        case .secondary:
            if peer.hashBuckets != nil { warn(.secondaryLoadBalance) }
            peer.isSecondary = true
        case .mclt: return parsePeerNumber(&peer.mclt)
        case .autoPartnerDown: return parsePeerNumber(&peer.autoPartnerDown)
        case .maxLeaseMisbalance: return parsePeerNumber(&peer.maxLeaseMisbalance)
        case .maxLeaseOwnership: return parsePeerNumber(&peer.maxLeaseOwnership)
        case .maxBalance: return parsePeerNumber(&peer.maxBalance)
        case .minBalance: return parsePeerNumber(&peer.minBalance)
        case .hba:
            if peer.isSecondary { warn(.secondaryLoadBalance) }
            guard let buckets = parseNumbers(32, separator: .colon, base: 16) else {
                skip(braces: 1)
                return false
            }
            if buckets.count == 32 { peer.hashBuckets = buckets }
        case .split: return parseSplit(&peer)
        default: return failPeer(.invalidPeerStatement)
        }
        return true
    }

    /// Skips the block, and goes on with the semicolon rule unless the wrong token was its end
    /// (ISC).
    private mutating func recover(_ id: DiagnosticID, _ token: Token) -> PeerItem {
        _ = failPeer(id)
        return token.kind == .rightBrace ? .last : .complete
    }

    private mutating func failPeer(_ id: DiagnosticID) -> Bool {
        warn(id)
        skip(braces: 1)
        return false
    }

    private mutating func parseSideItem(
        _ kind: TokenKind, _ side: inout FailoverPeerDeclaration.Side
    ) -> Bool {
        switch kind {
        case .address:
            guard let address = parseAddressOrName(.first) else {
                skip(braces: 1)
                return false
            }
            if side.address == nil {
                side.address = address
            } else {
                // ISC keeps the first address and says so in this way.
                lexer.notice(
                    .addressIsThereTwice,
                    [UInt8](literal: "confpars.c(1014): non-null pointer"))
            }
        case .maxResponseDelay: return parsePeerNumber(&side.maxResponseDelay)
        case .maxUnackedUpdates: return parsePeerNumber(&side.maxUnackedUpdates)
        default: return failPeer(.invalidPeerStatement)
        }
        return true
    }

    private mutating func parsePeerNumber(_ value: inout UInt32?) -> Bool {
        let token = next()
        guard token.kind == .number else { return failPeer(.expectingNumberDot) }
        value = decimal(token)
        return true
    }

    private mutating func parseSplit(_ peer: inout FailoverPeerDeclaration) -> Bool {
        let token = next()
        if peer.isSecondary { warn(.secondaryLoadBalance) }
        guard token.kind == .number else { return failPeer(.expectingNumber) }
        let split = Int32(bitPattern: decimal(token))
        guard (0...256).contains(split) else {
            warn(.splitOutOfRange)
            return true
        }
        var buckets = [UInt8](repeating: 0, count: 32)
        for bucket in 0..<Int(split) { buckets[bucket / 8] |= 1 << UInt8(bucket & 7) }
        peer.hashBuckets = buckets
        return true
    }

    private mutating func parseLoadBalance(_ peer: inout FailoverPeerDeclaration) -> PeerItem {
        let words: [(TokenKind, DiagnosticID)] = [
            (.balance, .expectingBalance), (.max, .expectingMax), (.seconds, .expectingSecs),
        ]
        for (kind, complaint) in words {
            let token = next()
            guard token.kind == kind else { return recover(complaint, token) }
        }
        let token = next()
        guard token.kind == .number else { return recover(.expectingNumber, token) }
        peer.loadBalanceMaxSeconds = decimal(token)
        return .complete
    }

    // MARK: State

    /// After `state`: the record in braces; `nil` after a complaint about the braces.
    mutating func parseFailoverState(_ name: [UInt8], isPrimary: Bool) -> FailoverStateRecord? {
        let brace = next()
        guard brace.kind == .leftBrace else {
            fail(.expectingLeftBrace2, at: brace)
            return nil
        }
        var record = FailoverStateRecord(peerName: name)
        while true {
            let token = next()
            switch token.kind {
            case .rightBrace: return record
            case .my, .partner:
                guard next().kind == .state else {
                    warn(.expectingState)
                    skip(braces: 1)
                    return damaged(record)
                }
                if let (state, time) = parseStateAndTime() {
                    if token.kind == .my {
                        (record.myState, record.myStateTime) = (state, time)
                    } else {
                        (record.partnerState, record.partnerStateTime) = (state, time)
                    }
                }
            case .mclt:
                if isPrimary {
                    // It was a secondary when it wrote that; the states stand before it.
                    warn(.mcltNotValidForPrimary)
                    skip(braces: 1)
                    return record
                }
                let number = next()
                guard number.kind == .number else {
                    warn(.expectingANumberDot)
                    skip(braces: 1)
                    return damaged(record)
                }
                record.mclt = decimal(number)
                parseSemicolon()
            default:
                warn(.expectingStateSetting)
                skip(braces: 1)
                return damaged(record)
            }
        }
    }

    /// ISC takes from a damaged or torn state what it could read. The complete one before it is
    /// worth more.
    private func damaged(_ record: FailoverStateRecord) -> FailoverStateRecord? {
        leaseRecovery == .asISC ? record : nil
    }

    private mutating func parseStateAndTime() -> (FailoverStateName, Timestamp)? {
        let token = next()
        guard let state = Self.failoverState(token.kind) else {
            fail(.unknownFailoverState)
            return nil
        }
        let after = next()
        if after.kind == .semicolon { return (state, .none) }
        guard after.kind == .at else {
            fail(.expectingAt)
            return nil
        }
        return (state, parseDate())
    }

    private static func failoverState(_ kind: TokenKind) -> FailoverStateName? {
        switch kind {
        case .unknownState: .unknown
        case .partnerDown: .partnerDown
        case .normal: .normal
        case .communicationsInterrupted: .communicationsInterrupted
        case .conflictDone: .conflictDone
        case .resolutionInterrupted: .resolutionInterrupted
        case .potentialConflict: .potentialConflict
        case .recover: .recover
        case .recoverWait: .recoverWait
        case .recoverDone: .recoverDone
        case .shutdown: .shutdown
        case .paused: .paused
        case .startup: .startup
        default: nil
        }
    }
}
