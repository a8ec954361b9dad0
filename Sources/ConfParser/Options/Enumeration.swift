import Wire

/// The named values of option format `N` (enumerations.tsv, log-facilities.tsv).
enum Enumeration {
    /// The value of a name, as wide as the enumeration is; names are compared with case.
    static func value(_ name: [UInt8], in enumeration: [UInt8]) -> [UInt8]? {
        for entry in entries(of: enumeration) {
            let fields = entry.split(separator: UInt8(ascii: "="))
            guard fields.count == 2, fields[0].elementsEqual(name),
                let value = UInt32(decimal: fields[1])
            else { continue }
            var bytes: [UInt8] = []
            if enumeration.elementsEqual([UInt8](literal: "status-codes")) {
                bytes.append(bigEndian: UInt16(truncatingIfNeeded: value))
            } else {
                bytes.append(UInt8(truncatingIfNeeded: value))
            }
            return bytes
        }
        return nil
    }

    /// All names of an enumeration.
    static func names(of enumeration: [UInt8]) -> [[UInt8]] {
        entries(of: enumeration).map { Array($0.prefix { $0 != UInt8(ascii: "=") }) }
    }

    private static func entries(of enumeration: [UInt8]) -> [ArraySlice<UInt8>] {
        let text: StaticString
        switch String(decoding: enumeration, as: UTF8.self) {
        case "ddns-styles": text = ddnsStyles
        case "syslog-facilities": text = facilities
        case "prefix_length_modes": text = prefixLengthModes
        case "status-codes": text = statusCodes
        case "dhcpv6-messages": text = messages
        default: return []
        }
        return [UInt8](literal: text).split(separator: UInt8(ascii: " "))
    }

    private static let ddnsStyles: StaticString = "none=0 ad-hoc=1 interim=2 standard=3"
    private static let prefixLengthModes: StaticString =
        "ignore=0 prefer=1 exact=2 minimum=3 maximum=4"
    private static let facilities: StaticString = """
        kern=0 user=8 mail=16 daemon=24 auth=32 syslog=40 lpr=48 news=56 uucp=64 cron=72 \
        authpriv=80 ftp=88 local0=128 local1=136 local2=144 local3=152 local4=160 local5=168 \
        local6=176 local7=184
        """
    private static let statusCodes: StaticString = """
        success=0 UnspecFail=1 NoAddrsAvail=2 NoBinding=3 NotOnLink=4 UseMulticast=5 \
        NoPrefixAvail=6 UnknownQueryType=7 MalformedQuery=8 NotConfigured=9 \
        NotAllowed=10 QueryTerminated=11
        """
    private static let messages: StaticString = """
        SOLICIT=1 ADVERTISE=2 REQUEST=3 CONFIRM=4 RENEW=5 REBIND=6 REPLY=7 RELEASE=8 DECLINE=9 \
        RECONFIGURE=10 INFORMATION-REQUEST=11 RELAY-FORW=12 RELAY-REPL=13 LEASEQUERY=14 \
        LEASEQUERY-REPLY=15 LEASEQUERY-DONE=16 LEASEQUERY-DATA=17 RECONFIGURE-REQUEST=18 \
        RECONFIGURE-REPLY=19 DHCPV4-QUERY=20 DHCPV4-RESPONSE=21
        """
}
