public import ConfParser

/// The server parameters by code: options of ``OptionSpaceID/server`` (server-options.tsv).
@frozen
public struct ServerParameter: Hashable, Sendable {
    public var code: UInt32
    @inlinable public init(_ code: UInt32) { self.code = code }
    /// As an option.
    @inlinable public var reference: OptionReference { OptionReference(.server, code) }

    // Lease times.
    public static let defaultLeaseTime = ServerParameter(1)
    public static let maxLeaseTime = ServerParameter(2)
    public static let minLeaseTime = ServerParameter(3)
    public static let dynamicBootpLeaseCutoff = ServerParameter(4)
    public static let dynamicBootpLeaseLength = ServerParameter(5)
    public static let adaptiveLeaseTimeThreshold = ServerParameter(50)
    public static let infiniteIsReserved = ServerParameter(47)
    public static let dhcpCacheThreshold = ServerParameter(78)
    public static let abandonLeaseTime = ServerParameter(89)
    public static let logThresholdLow = ServerParameter(83)
    public static let logThresholdHigh = ServerParameter(84)

    // Who is answered.
    public static let bootUnknownClients = ServerParameter(6)
    public static let allowBootp = ServerParameter(8)
    public static let allowBooting = ServerParameter(9)
    public static let oneLeasePerClient = ServerParameter(10)
    public static let minSecs = ServerParameter(14)
    public static let duplicates = ServerParameter(28)
    public static let declines = ServerParameter(29)
    public static let leasequery = ServerParameter(49)
    public static let serverIDCheck = ServerParameter(86)
    public static let ignoreClientUIDs = ServerParameter(82)
    public static let echoClientID = ServerParameter(85)
    public static let checkSecsByteOrder = ServerParameter(92)

    // What is answered.
    public static let getLeaseHostnames = ServerParameter(11)
    public static let useHostDeclNames = ServerParameter(12)
    public static let useLeaseAddrForDefaultRoute = ServerParameter(13)
    public static let filename = ServerParameter(15)
    public static let serverName = ServerParameter(16)
    public static let nextServer = ServerParameter(17)
    public static let vendorOptionSpace = ServerParameter(19)
    public static let alwaysReplyRFC1048 = ServerParameter(20)
    public static let siteOptionSpace = ServerParameter(21)
    public static let alwaysBroadcast = ServerParameter(22)
    public static let stashAgentOptions = ServerParameter(37)
    public static let fqdnReply = ServerParameter(52)

    // Pinging.
    public static let pingCheck = ServerParameter(42)
    public static let pingTimeout = ServerParameter(46)
    public static let pingClttSecs = ServerParameter(99)
    public static let pingTimeoutMilliseconds = ServerParameter(100)

    // Dynamic DNS.
    public static let ddnsDomainname = ServerParameter(23)
    public static let ddnsHostname = ServerParameter(24)
    public static let ddnsRevDomainname = ServerParameter(25)
    public static let ddnsUpdates = ServerParameter(30)
    public static let ddnsTTL = ServerParameter(38)
    public static let ddnsUpdateStyle = ServerParameter(39)
    public static let clientUpdates = ServerParameter(40)
    public static let updateOptimization = ServerParameter(41)
    public static let updateStaticLeases = ServerParameter(43)
    public static let doForwardUpdates = ServerParameter(45)
    public static let updateConflictDetection = ServerParameter(48)
    public static let doReverseUpdates = ServerParameter(51)
    public static let ddnsLocalAddress4 = ServerParameter(80)
    public static let ddnsLocalAddress6 = ServerParameter(81)
    public static let ddnsDualStackMixedMode = ServerParameter(93)
    public static let ddnsGuardIDMustMatch = ServerParameter(94)
    public static let ddnsOtherGuardIsDynamic = ServerParameter(95)

    // The process.
    public static let leaseFileName = ServerParameter(26)
    public static let pidFileName = ServerParameter(27)
    public static let omapiPort = ServerParameter(31)
    public static let localPort = ServerParameter(32)
    public static let limitedBroadcastAddress = ServerParameter(33)
    public static let remotePort = ServerParameter(34)
    public static let localAddress = ServerParameter(35)
    public static let omapiKey = ServerParameter(36)
    public static let logFacility = ServerParameter(44)
    public static let dhcpv6LeaseFileName = ServerParameter(54)
    public static let dhcpv6PidFileName = ServerParameter(55)
    public static let delayedAck = ServerParameter(58)
    public static let maxAckDelay = ServerParameter(59)
    public static let dontUseFsync = ServerParameter(79)
    public static let prefixLengthMode = ServerParameter(87)
    public static let releaseOnRoam = ServerParameter(96)
    public static let localAddress6 = ServerParameter(97)
    public static let bindLocalAddress6 = ServerParameter(98)
}
