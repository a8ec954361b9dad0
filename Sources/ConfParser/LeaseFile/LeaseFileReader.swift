import Wire

/// Reads a lease file item by item (config-language.md §9).
///
/// The file is read in order and every item is given as soon as it is complete, so that what the
/// consumer
/// logs about it comes in ISC's order.
public struct LeaseFileReader {
    private var parser: Parser
    /// Items that are complete but not yet given.
    private var queue: [LeaseFileItem] = []
    private var queueHead = 0
    /// The identity association whose bindings are being given.
    private var association: IdentityAssociationRecord?

    /// How to go on after a record that had to be dropped.
    public enum Recovery: Sendable {
        /// Exactly as ISC, which often swallows the following record too; `-T` speaks of the same
        /// records then.
        case asISC
        /// At the next line that begins a record, so that one bad record costs no other.
        case atNextRecord
    }

    /// `tree` is the configuration that the file belongs to: its options, classes and failover
    /// peers are referred to.
    /// - Parameter load: gives the files that declarations include.
    public init(
        bytes: [UInt8], path: [UInt8], family: ProtocolFamily, tree: ConfigurationTree,
        recovery: Recovery = .asISC, explains: Bool = false,
        load: ((_ path: [UInt8]) -> LoadedFile)? = nil
    ) {
        parser = Parser(
            lexer: Lexer(bytes: bytes, fileName: path, fileIndex: 0), family: family, tree: tree)
        parser.leaseRecovery = recovery
        parser.load = load
        if explains {
            parser.explain()
            parser.tree.files = [path]
        }
        parser.symbols.adopt(tree)
        // The configuration's own contents are not needed here, and may be large.
        parser.tree.root = Scope()
    }

    /// Why reading had to end before the end of the file.
    public var fatal: [UInt8]? { parser.lexer.fatal }

    /// The next item; `nil` at the end.
    public mutating func next() -> LeaseFileItem? {
        while true {
            if queueHead < queue.count {
                queueHead += 1
                return queue[queueHead - 1]
            }
            if !queue.isEmpty {
                queue.removeAll(keepingCapacity: true)
                queueHead = 0
            }
            if association != nil {
                parser.continueIA(&association, into: &queue)
                parser.flushMessages(into: &queue)
                continue
            }
            let kind = parser.next().kind
            if kind == .lease {
                let lease = parser.parseLease()
                if parser.lexer.messages.isEmpty, let lease { return .lease(lease) }
                parser.flushMessages(into: &queue)
                if let lease { queue.append(.lease(lease)) }
            } else if !parser.parseLeaseFileItem(kind, &association, into: &queue) {
                parser.flushMessages(into: &queue)
                if queue.isEmpty { return nil }
            }
        }
    }
}

extension LeaseFileReader {
    /// Complains, at the place of the binding given last, that its address was another client's
    /// too.
    public mutating func reportDuplicate(
        _ kind: IdentityAssociationRecord.Kind, _ binding: IdentityAssociationRecord.Binding
    ) {
        var address = Array(binding.address.description.utf8)
        switch kind {
        case .na: parser.warn(.duplicateLeaseNA, address)
        case .ta: parser.warn(.duplicateLeaseTA, address)
        case .pd:
            address.append(UInt8(ascii: "/"))
            address.append(decimal: UInt64(binding.length))
            parser.warn(.duplicateLeasePD, address)
        }
    }
}

extension Symbols {
    /// Takes over what a configuration declared.
    mutating func adopt(_ tree: ConfigurationTree) {
        for (index, peer) in tree.failoverPeers.enumerated() { failoverPeers[peer.name] = index }
        adopt(tree.root, depth: 0)
    }

    private mutating func adopt(_ scope: Scope, depth: Int) {
        guard depth <= Parser.depthLimit else { return }
        for declaration in scope.declarations {
            switch declaration {
            case .sharedNetwork(let network): adopt(network.scope, depth: depth + 1)
            case .subnet(let subnet):
                lastSubnet = Subnet(address: subnet.address, netmask: subnet.netmask)
                adopt(subnet.scope, depth: depth + 1)
            case .subnet6(let subnet):
                lastSubnet6 = IPv6Prefix(address: subnet.address, length: subnet.prefixLength)
                adopt(subnet.scope, depth: depth + 1)
            case .pool(let pool), .pool6(let pool): adopt(pool.scope, depth: depth + 1)
            case .group(let group):
                if let name = group.name { groups.insert(name) }
                adopt(group.scope, depth: depth + 1)
            case .host(let host):
                hosts[host.name] = host.flags.contains(.isDeleted)
                adopt(host.scope, depth: depth + 1)
            case .classOf(let one):
                if one.flags.contains(.isDeleted) {
                    classes.remove(one.name)
                } else {
                    classes.insert(one.name)
                }
            case .range(let range) where range.low <= range.high:
                _ = ranges.insert(range.low.rawValue, range.high.rawValue)
            case .subclass, .subclasses, .range, .range6, .prefix6: break
            }
        }
    }
}

extension Parser {
    /// Moves what was said so far behind the items.
    mutating func flushMessages(into queue: inout [LeaseFileItem]) {
        guard !lexer.messages.isEmpty else { return }
        for message in lexer.messages { queue.append(.message(message)) }
        lexer.messages.removeAll(keepingCapacity: true)
    }

    /// One item that is no lease, after its first word; false at the end of the file.
    ///
    /// Of an identity association the beginning: ``continueIA(_:into:)`` does the rest.
    mutating func parseLeaseFileItem(
        _ kind: TokenKind, _ association: inout IdentityAssociationRecord?,
        into queue: inout [LeaseFileItem]
    ) -> Bool {
        switch kind {
        case .endOfFile:
            return false
        case .host, .group, .class, .subclass:
            parseDynamicDeclaration(kind, into: &queue)
        case .failover:
            if let record = parseFailoverRecord() {
                flushMessages(into: &queue)
                queue.append(.failoverState(record))
            }
        case .serverDuid:
            if let duid = parseStoredDUID() { queue.append(.serverDUID(duid)) }
        case .authoringByteOrder:
            if let isLittleEndian = parseByteOrder() {
                flushMessages(into: &queue)
                queue.append(.byteOrder(isLittleEndian: isLittleEndian))
            }
        case .iaNa: association = parseIA(.na)
        case .iaTa: association = parseIA(.ta)
        case .iaPd: association = parseIA(.pd)
        default:
            lexer.notice(
                .corruptLeaseFile, [UInt8](literal: "Corrupt lease file - possible data loss!"))
            recoverFromBadRecord { $0.skip() }
        }
        flushMessages(into: &queue)
        return true
    }

    /// Declarations as in a configuration, made at run time.
    private mutating func parseDynamicDeclaration(
        _ kind: TokenKind, into queue: inout [LeaseFileItem]
    ) {
        var block = Block(isAuthoritative: false)
        let context = Context(kind: .root, network: nil)
        switch kind {
        case .host: parseHost(&block, context)
        case .group: parseGroup(&block, context)
        default: parseClass(kind, &block)
        }
        flushMessages(into: &queue)
        let scope = block.takeScope()
        for declaration in scope.declarations {
            switch declaration {
            case .host(let host): queue.append(.host(host))
            case .group(let group): queue.append(.group(group))
            case .classOf(let one): queue.append(.classOf(one))
            default: break
            }
        }
        for one in scope.subclasses { queue.append(.subclass(one)) }
    }

    /// After `failover`.
    private mutating func parseFailoverRecord() -> FailoverStateRecord? {
        guard next().kind == .peer else {
            fail(.expectingPeer)
            return nil
        }
        let token = next()
        guard token.kind == .string || token.kind.isIdentifier else {
            fail(.expectingFailoverPeerName)
            return nil
        }
        let name = text(token)
        guard let index = symbols.failoverPeers[name] else {
            fail(.unknownFailoverPeer, name)
            return nil
        }
        let state = next()
        guard state.kind == .state else {
            fail(.expectingState, at: state)
            return nil
        }
        return parseFailoverState(name, isPrimary: !tree.failoverPeers[index].isSecondary)
    }

    /// After `server-duid`.
    private mutating func parseStoredDUID() -> [UInt8]? {
        let duid = parseStringOrHex(limit: 128)
        guard duid.count > 2 else {
            fail(.invalidDUIDContents)
            return nil
        }
        parseSemicolon()
        return duid
    }

    /// After `authoring-byte-order`.
    private mutating func parseByteOrder() -> Bool? {
        guard !hasByteOrder else {
            fail(.byteOrderTooLate)
            return nil
        }
        let isLittleEndian: Bool
        switch next().kind {
        case .littleEndian: isLittleEndian = true
        case .bigEndian: isLittleEndian = false
        default:
            fail(.byteOrderInvalid)
            return nil
        }
        hasByteOrder = true
        if isLittleEndian != (1.littleEndian == 1) {
            lexer.notice(
                .otherByteOrder,
                [UInt8](
                    literal: """
                        WARNING: Lease file authored using different byte order, will attempt \
                        to convert
                        """))
        }
        if next().kind != .semicolon { fail(.corruptExpectingASemicolon) }
        return isLittleEndian
    }

    /// Strings and hexadecimal octets as lease files have them; empty after a complaint.
    mutating func parseStringOrHex(limit: Int) -> [UInt8] {
        let token = peek()
        if token.kind == .string {
            next()
            let bytes = text(token)
            guard bytes.count + 1 <= limit else {
                fail(.stringConstantTooLong)
                return []
            }
            return bytes
        }
        guard token.kind.isNumeric else {
            fail(.expectingStringOrHexData)
            return []
        }
        var bytes: [UInt8] = []
        repeat {
            let element = next()
            guard element.kind.isNumeric else {
                fail(.expectingHexadecimalConstant)
                return []
            }
            bytes.append(UInt8(truncatingIfNeeded: convert(element, base: 16, bits: 8)))
            guard bytes.count <= limit else {
                fail(.hexadecimalConstantTooLong)
                return []
            }
        } while accept(.colon)
        return bytes
    }

    /// Goes on after a dropped record: as ISC does, or at the next record.
    mutating func recoverFromBadRecord(_ asISC: (inout Parser) -> Void) {
        switch leaseRecovery {
        case .asISC: asISC(&self)
        case .atNextRecord: lexer.skipToRecord()
        }
    }
}
