public import Wire

/// What the outermost statements say about the process itself; `nil` where they say nothing.
public struct ProcessParameters: Sendable {
    /// `lease-file-name`, with `-6` `dhcpv6-lease-file-name`; overrides command line and
    /// environment.
    public var leaseFileName: [UInt8]?
    /// `pid-file-name`, with `-6` `dhcpv6-pid-file-name`.
    public var pidFileName: [UInt8]?
    /// `omapi-port`: no listener without it.
    public var omapiPort: UInt16?
    /// `omapi-key`: one of ``Configuration/keys``.
    public var omapiKey: [UInt8]?
    public var localPort: UInt16?
    public var remotePort: UInt16?
    /// `limited-broadcast-address`
    public var broadcastAddress: IPv4Address?
    public var localAddress: IPv4Address?
    /// 16 bytes.
    public var localAddress6: [UInt8]?
    public var bindsLocalAddress6 = false
    /// Number of the style in `enumerations.tsv`; 0 is none, ad-hoc is refused.
    public var ddnsUpdateStyle: UInt8 = 0
    /// Number of the facility as the option has it.
    public var logFacility: UInt8?
    /// Most ACKs that wait for one sync of the lease file; ISC swaps the bytes of this number.
    public var delayedAck: UInt16 = 0
    /// `max-ack-delay`
    public var maxAckDelayMicroseconds: UInt32 = 250_000
    public var usesFsync = true
    public var checksServerID = false
    /// Number of the mode in `enumerations.tsv`.
    public var prefixLengthMode: UInt8 = 1
    public var abandonLeaseSeconds: UInt32 = 86_400
    public var checksSecsByteOrder = false
    public var releasesOnRoam = false

    /// The defaults.
    public init() {}
}
