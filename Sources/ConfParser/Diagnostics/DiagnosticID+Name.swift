extension DiagnosticID {
    /// The id of `--diagnostics=json`. Wordings that differ in a dot or a capital letter share one.
    ///
    /// It is made of the name of the case and must stay: the table in `man/dhcpd-diagnostics.7` has
    /// them all, and a test compares.
    public var name: String {
        if let common { return common }
        let name = String(describing: self)
        guard name.hasPrefix("expecting") else { return Self.hyphenated(name) }
        var rest = name.dropFirst("expecting".count)
        if rest.hasPrefix("A"), rest.dropFirst().first?.isUppercase == true { rest.removeFirst() }
        return Self.hyphenated(String(rest)) + "-expected"
    }

    private var common: String? {
        switch self {
        case .semicolonExpected, .semicolonExpectedPlain, .expectingSemicolon,
            .expectingASemicolon:
            "semicolon-expected"
        case .expectingLeftBrace, .expectingLeftBrace2, .leftBraceExpected: "left-brace-expected"
        case .expectingRightBraceDot, .rightBraceExpected: "right-brace-expected"
        case .rightParenExpected, .rightParenExpectedPlain, .rightParenthesisExpected,
            .rightParenthesisExpectedBig, .expectingRightParen:
            "right-parenthesis-expected"
        case .numberExpected, .numberExpectedBig, .expectingNumber, .expectingNumberDot,
            .expectingANumber, .expectingANumberDot, .expectingANumberBigDot,
            .expectingNumericValue, .expectingA10baseNumber:
            "number-expected"
        case .networkMaskTooShort, .networkMaskTooShortDot: "network-mask-too-short"
        case .slashExpected, .expectingSlash, .expectingASlashDot: "slash-expected"
        case .networksHave0To128, .networksHave0To128Exclusive, .expectingNumberTo128:
            "prefix-length-out-of-range"
        case .expectingClassName, .expectingClassNameBig: "class-name-expected"
        case .expectingOf, .expectingOfNoDot: "of-expected"
        case .identifierExpectedPlain, .expectingIdentifier, .expectingIdentifierAfterOption,
            .expectingIdentifierAfterDot:
            "identifier-expected"
        case .expectingPeer, .expectingPeerQuoted: "peer-expected"
        case .expectingEqualSign, .expectingEqualInStatement, .expectingEqualInSet:
            "equal-sign-expected"
        case .expectingHostname, .expectingAHostname: "hostname-expected"
        case .expectingAddressOrHostname, .expectingIPAddrOrHostname:
            "address-or-hostname-expected"
        case .expectingIPv6Addr: "ipv6-address-expected"
        case .corruptExpectingASemicolon, .corruptExpectingSemicolonDot:
            "corrupt-semicolon-expected"
        case .stringExpected, .expectingString, .expectingStringPlain, .expectingAQuotedString:
            "string-expected"
        default: commonExpression
        }
    }

    private var commonExpression: String? {
        switch self {
        case .booleanExpressionExpectedDot, .booleanExpressionExpectedPlain,
            .expectingABooleanExpression, .expectingBooleanExpr, .expectingBooleanExpressions:
            "boolean-expression-expected"
        case .expectingADataExpression, .expectingADataExpressionBig, .expectingDataExpression,
            .expectingDataExpressionPlain, .expectingDataExpr:
            "data-expression-expected"
        case .expectingANumericExpression, .expectingNumericExpression,
            .expectingNumericExpressions:
            "numeric-expression-expected"
        case .expectingDataOrNumericExpression, .expectingDataNumericExpression:
            "data-or-numeric-expression-expected"
        case .expressionExpected, .expectingExpression: "expression-expected"
        default: nil
        }
    }

    /// `hostAlreadyHasUID` becomes `host-already-has-uid`, `leaseIDFormatInvalid`
    /// `lease-id-format-invalid`.
    private static func hyphenated(_ name: String) -> String {
        let letters = Array(name)
        var result = ""
        for (index, letter) in letters.enumerated() {
            let before = index > 0 ? letters[index - 1] : "A"
            let after = index + 1 < letters.count ? letters[index + 1] : "A"
            // The "v" of IPv6 begins no word.
            let endsRun = before.isUppercase && after.isLowercase && after != "v" && index > 0
            if letter.isUppercase, !before.isUppercase || endsRun { result.append("-") }
            result.append(letter.lowercased())
        }
        return result
    }
}
