extension DiagnosticID {
    /// What to look at, where the message alone leads astray; the line of `--explain`.
    var advice: String? {
        switch name {
        case "semicolon-expected":
            """
            The statement should have ended before the marked word; a semicolon is missing, there \
            is a word too many, or the first word is misspelt.
            """
        case "left-brace-expected":
            "The declaration should go on with \"{\"; look for a word too many before it."
        case "right-brace-expected":
            "Something in the block could not be read as a statement."
        case "unexpected-end-of-file":
            "A \"{\" was not closed; or a quotation mark is missing."
        case "declaration-expected", "parameter-or-declaration-expected":
            """
            No statement begins like this here; a \"}\" too many before it ends a block early, and \
            after an error the rest of its block is read as if it stood outside.
            """
        case "right-parenthesis-expected":
            "Count the parentheses and the arguments; one after \"if\" must enclose it all."
        case "function-call-expected":
            "The first word is no statement; variables and functions cannot stand alone."
        case "boolean-expression-expected", "data-expression-expected",
            "numeric-expression-expected", "illegal-relation", "expression-expected",
            "data-or-numeric-expression-expected":
            """
            Types do not fit; bare numbers are octets except where a number is wanted, and \"=\" \
            binds tighter than \"+\".
            """
        case "bad-parse": "The included file has errors; they are above."
        default: adviceOnDeclarations
        }
    }

    private var adviceOnDeclarations: String? {
        switch self {
        case .unknownOption, .noOptionNamed:
            "An option must be defined (option NAME code N = TYPE;) before it is used."
        case .noOptionSpaceNamed, .unknownOptionSpace:
            "An option space must be declared (option space NAME;) before it is used."
        case .optionDefinitionsScoped, .optionSpaceDefinitionsScoped:
            "Move the definition out of all braces."
        case .hostNotAllowed, .groupNotAllowed, .sharedNetworkNotAllowed, .subnetNotAllowed,
            .classNotAllowed, .poolWithinPool, .poolOutsideNetwork, .rangeNotAllowed:
            "Is the block before it closed?"
        case .subnet6OnlyInV6, .range6OnlyInV6, .prefix6OnlyInV6, .iaNAOnlyInV6, .iaTAOnlyInV6,
            .iaPDOnlyInV6:
            "DHCPv6 is configured in a file of its own, read with -6."
        case .badSubnetCombination: "A network number has no bits outside of its netmask."
        case .hostAlreadyExists: "Hosts are global: names must differ in the whole configuration."
        case .hostAlreadyHasUID, .onlyOneHostIdentifier, .onlyOneFixedAddress,
            .hardwareAlreadyConfigured:
            "For more than one, declare more hosts; fixed-address takes a list."
        case .declaredTwice: "The address is in two ranges."
        case .addressRangeNotOnNetwork: "Put the pool behind the subnets that it is for."
        case .dynamicBootpNotPermitted: "Failover knows no leases of BOOTP clients."
        case .poolWithoutRange, .pool6WithoutRange: "Give the pool a range."
        case .noClassNamed, .noSuchClass, .classNotFound: "A class must be declared before."
        case .failoverPeerNotFound, .referenceToUnknownPeer, .stateForUnknownPeer:
            "The failover peer must be declared before; names are compared with case."
        case .peerAddressOmitted: "Add \"peer address\"."
        case .primaryNeedsSplit: "Add \"split 128;\"."
        case .primaryNeedsMclt: "Add \"mclt 3600;\"."
        case .secondaryLoadBalance: "split and hba belong to the primary only."
        case .unknownKey: "The key must be declared before."
        case .exceedsMaximum: "The number is too large for this option."
        case .numberTooLong, .tokenTooLong, .stringTooLong: "At most 1499 bytes."
        case .cantBeAVariableName: "Keywords cannot be names of variables."
        case .expectingAllowDenyKey: "See \"allow and deny\" in dhcpd.conf(5)."
        case .onlyOneMatchIf, .cantOverrideSubmatch: "Join the conditions with \"and\"."
        default: nil
        }
    }
}

extension NoticeID {
    var advice: String? {
        switch self {
        case .hostsAreGlobal: "Move the hosts out; pools and permits decide who gets what."
        case .subnetsOverlap: "Is a netmask wrong?"
        case .cannotOpenFile:
            "Paths without a leading slash count from the working directory; see permissions, too."
        case .tooManyIncludes: "Does a file include itself?"
        case .rangeOutsideSubnet: "Both ends of a range must be in the subnet around it."
        case .spaceEncapsulatedTwice:
            "Only one option can encapsulate a space; the standard ones have theirs."
        case .mixedFamilies:
            "Give each family a shared-network of its own; in a subnet6 the statement is range6."
        case .unusedFailoverPeer: "Put \"failover peer NAME;\" into a pool."
        case .loadBalancingDisabled: "Add \"load balance max seconds 3;\" to the failover peer."
        case .invalidParameter: "The value has the wrong length; write it without \"=\"."
        case .unknownOmapiKey: "Declare the key that omapi-key names."
        case .leaseWithoutSubnet, .leaseWithoutPool:
            "The address is in no range any more; the record is dropped."
        default: nil
        }
    }
}
