import Wire

/// Adds to the complaint reported last what ISC's lines do not say. Nothing of this is done unless
/// somebody asked for it.
extension Parser {
    /// Reports a complaint, explained if that is wanted.
    mutating func report(_ id: DiagnosticID, _ arguments: [[UInt8]]) {
        lexer.report(id, arguments)
        guard guide != nil else { return }
        elaborate(id, arguments)
    }

    private mutating func elaborate(_ id: DiagnosticID, _ arguments: [[UInt8]]) {
        guard guide?.budget ?? 0 > 0, lexer.fatal == nil,
            case .diagnostic(var diagnostic)? = lexer.messages.last
        else { return }
        guide?.budget -= 1
        diagnostic.details?.related = related(id, arguments)
        diagnostic.details?.suggestion = suggestion(id, arguments)
        lexer.messages[lexer.messages.count - 1] = .diagnostic(diagnostic)
        guide?.words = []
    }

    // MARK: - The second place

    private func related(
        _ id: DiagnosticID, _ arguments: [[UInt8]]
    ) -> DiagnosticDetails.Related? {
        let name = arguments.first ?? []
        switch id {
        case .hostAlreadyExists:
            return related(guide?.place(.host, name), "the first declaration of the host")
        case .hardwareAlreadyConfigured:
            return related(guide?.place(.hardware), "the first hardware address")
        case .onlyOneFixedAddress:
            return related(guide?.place(.fixedAddress), "the first fixed address")
        case .hostAlreadyHasUID:
            return related(guide?.place(.identifier), "the first uid")
        case .onlyOneHostIdentifier:
            return related(guide?.place(.hostIdentifier), "the first host-identifier")
        case .onlyOneMatchIf:
            return related(guide?.place(.matchIf), "the first condition")
        case .cantOverrideSubmatch:
            return related(guide?.place(.submatch), "the first match or spawn")
        case .redeclarationOfPeer:
            let index = symbols.failoverPeers[name]
            let place = index.map { tree.failoverPeers[$0].position }
            return related(place, "the first declaration of the peer")
        case .declaredTwice:
            let address = Self.address(name)
            let place = address.flatMap { guide?.range(with: $0.rawValue) }
            return related(place, "the first range with this address")
        case .addressRangeNotOnNetwork, .emptySharedNetwork:
            return related(guide?.place(.network), "the shared network")
        case .range6StartOutside, .range6EndOutside, .maskSmallerThanSubnet:
            return related(guide?.place(.subnet), "the subnet")
        case .twoInterfaces:
            return related(guide?.place(.interface), "the first interface")
        case .moreThanOnePrimary, .moreThanOneSecondary, .moreThanOnePrimary6,
            .moreThanOneSecondary6, .tooManyAlgorithms, .tooManySecrets, .duplicateAfterClause:
            return relatedItem(id)
        default: return nil
        }
    }

    private func relatedItem(_ id: DiagnosticID) -> DiagnosticDetails.Related? {
        switch id {
        case .moreThanOnePrimary:
            related(guide?.place(.zoneServers(.primary)), "the first primary")
        case .moreThanOneSecondary:
            related(guide?.place(.zoneServers(.secondary)), "the first secondary")
        case .moreThanOnePrimary6:
            related(guide?.place(.zoneServers(.primary6)), "the first primary6")
        case .moreThanOneSecondary6:
            related(guide?.place(.zoneServers(.secondary6)), "the first secondary6")
        case .tooManyAlgorithms: related(guide?.place(.algorithm), "the first algorithm")
        case .tooManySecrets: related(guide?.place(.secret), "the first secret")
        default: related(guide?.place(.after), "the first after clause")
        }
    }

    private func related(
        _ place: SourcePosition?, _ text: StaticString
    ) -> DiagnosticDetails.Related? {
        guard let place, place.line > 0, Int(place.file) < tree.files.count else { return nil }
        return DiagnosticDetails.Related(
            file: tree.files[Int(place.file)], line: place.line, column: UInt32(place.column),
            text: [UInt8](literal: text))
    }

    // MARK: - What was meant

    private func suggestion(_ id: DiagnosticID, _ arguments: [[UInt8]]) -> [UInt8]? {
        let name = arguments.first ?? []
        switch id {
        case .unknownOption: return option(arguments.last ?? [], in: name)
        case .noOptionNamed: return option(name, in: arguments.last ?? [])
        case .noOptionSpaceNamed, .unknownOptionSpace:
            return nearest(name, options.spaces.lazy.map(\.name))
        case .classNotFound, .noClassNamed, .noSuchClass, .unknownClass:
            return nearest(name, symbols.classes)
        case .failoverPeerNotFound, .referenceToUnknownPeer, .stateForUnknownPeer,
            .unknownFailoverPeer:
            return nearest(name, symbols.failoverPeers.keys)
        case .unknownKey: return nearest(name, symbols.keys.values.lazy.map { tree.keys[$0].name })
        case .unknownGroup: return nearest(name, symbols.groups)
        case .unknownDataType: return nearest(name, Self.words(Expected.dataTypes))
        case .badSubnetCombination: return network(arguments)
        case .semicolonExpected, .expectingFunctionCall, .rightParenthesisExpectedBig,
            .leftParenthesisExpected, .expectingRightHandSide, .bangWithoutEqual,
            .expectingTildeOperator:
            return guide?.bareWord.flatMap(statement)
        default: return word(expectedWords(id))
        }
    }

    private func option(_ name: [UInt8], in space: [UInt8]) -> [UInt8]? {
        guard let id = options.space(named: space) else { return nil }
        if let found = nearest(name, options.names(in: id)) { return found }
        // Some statements look like options, and some options like statements.
        guard id == .dhcp else { return nil }
        return options.option(named: name, in: .server).map { $0.name }
    }

    /// The network number that fits the netmask.
    private func network(_ arguments: [[UInt8]]) -> [UInt8]? {
        guard arguments.count == 2, let address = Self.address(arguments[0]),
            let netmask = Self.address(arguments[1])
        else { return nil }
        return Array(IPv4Address(address.rawValue & netmask.rawValue).description.utf8)
    }

    private func statement(_ word: [UInt8]) -> [UInt8]? {
        var candidates = Self.words(Expected.statements)
        candidates += options.names(in: .server)
        return nearest(word, candidates)
    }

    /// Compares the words around with those that would be right here.
    private func word(_ candidates: [[UInt8]]) -> [UInt8]? {
        guard !candidates.isEmpty else { return nil }
        if let found = nearest(lexer.consumedText, candidates) { return found }
        return lexer.peekedText.flatMap { nearest($0, candidates) }
    }

    private func expectedWords(_ id: DiagnosticID) -> [[UInt8]] {
        switch id {
        case .expectingHardwareType, .hardwareTypeExpected:
            Self.words(Expected.hardwareTypes)
        case .unknownFailoverState: Self.words(Expected.failoverStates)
        case .expectingAllowDenyKey: Self.words(Expected.allowKeys)
        case .expectingPermitType: Self.words(Expected.permits)
        case .expectingALeaseEventType: Self.words("commit expiry release")
        case .invalidPeerStatement: Self.words(Expected.peerItems)
        case .expectingStateSetting: Self.words("my partner mclt")
        case .expectingBindingState: Self.words(Expected.bindingStates)
        case .expectingBoolean: Self.words("true false on off ignore")
        case .expectingLocalOrDefault: Self.words("local default")
        case .leaseIDFormatInvalid: Self.words("octal hex")
        case .byteOrderInvalid: Self.words("little-endian big-endian")
        case .expectingNetmask: Self.words("netmask")
        case .expectingClients: Self.words("clients")
        case .expectingIntegerKeyword: Self.words("integer")
        case .unknownValue: guide?.words ?? []
        default: []
        }
    }

    private static func address(_ text: [UInt8]) -> IPv4Address? {
        IPv4Address(String(decoding: text, as: UTF8.self))
    }

    static func words(_ text: StaticString) -> [[UInt8]] {
        [UInt8](literal: text).split(separator: UInt8(ascii: " ")).map { Array($0) }
    }
}

/// Words that may stand in a place.
private enum Expected {
    static let statements: StaticString = """
        add allow append authoritative break case class class db-time-format default define deny \
        else elsif eval execute failover fixed-address fixed-address6 fixed-prefix6 group hardware \
        host host-identifier if ignore include interface key lease lease-id-format log match not \
        on option parse-vendor-option pool pool6 prefix6 prepend range range6 return send \
        server-duid server-identifier set shared-network spawn subclass subnet subnet6 supersede \
        switch uid unset user-class vendor-class zone
        """
    static let dataTypes: StaticString = """
        boolean integer signed unsigned ip-address ip6-address text string domain-name \
        domain-list zerolen encapsulate array
        """
    static let hardwareTypes: StaticString = "ethernet token-ring fddi infiniband"
    static let failoverStates: StaticString = """
        unknown-state partner-down normal communications-interrupted conflict-done \
        resolution-interrupted potential-conflict recover recover-wait recover-done shutdown \
        paused startup
        """
    static let allowKeys: StaticString = """
        bootp booting dynamic-bootp unknown-clients duplicates declines client-updates leasequery
        """
    static let permits: StaticString = """
        known unknown known-clients unknown-clients authenticated unauthenticated all dynamic \
        members after
        """
    static let peerItems: StaticString = """
        primary secondary address port peer max-response-delay max-unacked-updates mclt split hba \
        load auto-partner-down max-lease-misbalance max-lease-ownership min-balance max-balance
        """
    static let bindingStates: StaticString = """
        free active expired released abandoned reset backup reserved bootp
        """
}
