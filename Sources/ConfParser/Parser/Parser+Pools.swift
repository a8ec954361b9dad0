import Wire

extension Parser {
    /// After `pool`.
    mutating func parsePool(_ block: inout Block, _ context: Context) {
        let network = context.network ?? 0
        var pool = PoolDeclaration(
            failoverPeer: symbols.networks[network].failoverPeer, position: lexer.position)
        guard parseLeftBrace() else { return }
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        var hasRange = false
        while true {
            switch peek().kind {
            case .no:
                next()
                parseNoFailover(&pool)
            case .failover:
                next()
                parsePoolFailover(&pool)
            case .range:
                next()
                if parseRange(&inner.scope, context, pool: pool) { hasRange = true }
            case .allow, .deny:
                parsePermit(&pool)
            case .rightBrace:
                next()
                if !hasRange {
                    warn(.poolWithoutRange)
                    log("Pool declarations must always contain at least")
                    log("one range statement.")
                }
                return finish(pool, &inner, &block, network)
            case .endOfFile:
                warn(.unexpectedEndOfFile)
                return
            default:
                parseStatement(&inner, context.nested(.pool))
            }
        }
    }

    private mutating func finish(
        _ pool: PoolDeclaration, _ inner: inout Block, _ block: inout Block, _ network: Int
    ) {
        var pool = pool
        pool.scope = inner.takeScope()
        symbols.networks[network].pools.append(Symbols.Pool(pool))
        block.append(.pool(pool))
    }

    /// After `no`: `failover peer` without a semicolon (ISC).
    private mutating func parseNoFailover(_ pool: inout PoolDeclaration) {
        guard next().kind == .failover, next().kind == .peer else {
            return fail(.expectingFailoverPeer)
        }
        pool.failoverPeer = nil
    }

    private mutating func parsePoolFailover(_ pool: inout PoolDeclaration) {
        guard next().kind == .peer else { return fail(.expectingPeerQuoted) }
        let token = next()
        guard token.kind == .string else { return fail(.expectingString) }
        let name = name(token)
        if let index = symbols.failoverPeers[name] {
            pool.failoverPeer = index
            tree.failoverPeers[index].isReferenced = true
        } else {
            pool.failoverPeer = nil
            warn(.failoverPeerNotFound, name)
        }
        parseSemicolon()
    }

    // MARK: Permits

    private mutating func parsePermit(_ pool: inout PoolDeclaration) {
        let isAllowed = next().kind == .allow
        guard let clients = parsePermitClients(pool) else { return }
        pool.permits.append(PoolPermit(isAllowed: isAllowed, clients: clients))
        parseSemicolon()
    }

    private mutating func parsePermitClients(_ pool: PoolDeclaration) -> PoolPermit.Clients? {
        switch next().kind {
        case .knownClients: return .known
        case .unknownClients: return .unknown
        case .unknown: return parseClientsWord(.unknown)
        case .known: return parseClientsWord(.known)
        case .authenticated: return parseClientsWord(.authenticated)
        case .unauthenticated: return parseClientsWord(.unauthenticated)
        case .all: return parseClientsWord(.all)
        case .dynamic:
            guard next().kind == .bootp else {
                fail(.expectingBootp)
                return nil
            }
            return parseClientsWord(.dynamicBootp)
        case .members: return parseMembers()
        case .after:
            let isSecond = pool.permits.contains {
                if case .after(let time) = $0.clients { time.isSet } else { false }
            }
            if isSecond {
                fail(.duplicateAfterClause)
                return nil
            }
            guide?.note(.after, lexer.position, again: true)
            return .after(parseDateCore())
        default:
            fail(.expectingPermitType)
            return nil
        }
    }

    private mutating func parseClientsWord(
        _ clients: PoolPermit.Clients
    ) -> PoolPermit.Clients? {
        if next().kind == .clients { return clients }
        fail(.expectingClients)
        return nil
    }

    private mutating func parseMembers() -> PoolPermit.Clients? {
        guard next().kind == .of else {
            fail(.expectingOfNoDot)
            return nil
        }
        let token = next()
        guard token.kind == .string else {
            fail(.expectingClassName)
            return nil
        }
        let name = name(token)
        if !symbols.classes.contains(name) { warn(.noSuchClass, name) }
        return .members(of: name)
    }

    // MARK: pool6

    /// After `pool6`.
    mutating func parsePool6(_ block: inout Block, _ context: Context) {
        var pool = PoolDeclaration(failoverPeer: nil, position: lexer.position)
        guard parseLeftBrace() else { return }
        var inner = Block(isAuthoritative: block.scope.isAuthoritative)
        var hasRange = false
        while true {
            switch peek().kind {
            case .range6:
                next()
                if parseRange6(&inner.scope, context) { hasRange = true }
            case .prefix6:
                next()
                if parsePrefix6(&inner.scope, context) { hasRange = true }
            case .allow, .deny:
                parsePermit(&pool)
            case .rightBrace:
                next()
                if !hasRange {
                    warn(.pool6WithoutRange)
                    log("Pool6 declarations must always contain at least")
                    log("one range6 or prefix6 statement.")
                }
                pool.scope = inner.takeScope()
                block.append(.pool6(pool))
                return
            case .endOfFile:
                warn(.unexpectedEndOfFile)
                return
            default:
                parseStatement(&inner, context.nested(.pool))
            }
        }
    }
}
