import Wire

/// The `dhcpd.conf` of each end.
enum Configurations {
    /// Name of the relationship.
    static let peerName = "sim"
    static let port: UInt16 = 647
    static let relay = IPv4Address(10, 78, 0, 1)

    /// What reloads change: nothing that a restart of both servers could not change as well.
    struct Variant: Equatable {
        /// An option, and a parameter of the relationship that the partner is not told.
        var number = 0
        /// Added to `max-unacked-updates`, which the partner is told when a link begins.
        var moreUnacked = 0
        /// More addresses in the first subnet.
        var hasSecondPool = false
    }

    /// The second pool of a ``Variant``.
    static let secondRange = AddressRange(
        first: IPv4Address(10, 77, 0, 200), last: IPv4Address(10, 77, 0, 205))

    static func text(_ role: Role, _ plan: Plan, _ variant: Variant = Variant()) -> String {
        let own = role == .primary ? "10.77.0.1" : "10.77.0.2"
        let other = role == .primary ? "10.77.0.2" : "10.77.0.1"
        let only = role == .primary ? "mclt \(plan.mclt);\n    split \(plan.split);" : ""
        var text = """
            authoritative;
            ping-check \(plan.isPinging ? "true" : "false");
            default-lease-time \(plan.leaseSeconds);
            max-lease-time \(plan.leaseSeconds);
            option domain-name "v\(variant.number)";
            failover peer "\(peerName)" {
                \(role == .primary ? "primary" : "secondary");
                address \(own);
                port \(port);
                peer address \(other);
                peer port \(port);
                max-response-delay \(plan.responseSeconds);
                max-unacked-updates \(plan.maxUnacked + variant.moreUnacked);
                max-lease-ownership \(10 + variant.number % 2);
                load balance max seconds \(plan.loadBalanceSeconds);
                min-balance \(plan.balanceSeconds.lowerBound);
                max-balance \(plan.balanceSeconds.upperBound);
                \(plan.autoPartnerDown > 0 ? "auto-partner-down \(plan.autoPartnerDown);" : "")
                \(only)
            }
            \(subnet("10.77.0", [plan.range] + (variant.hasSecondPool ? [secondRange] : [])))
            """
        if let range = plan.relayedRange { text += subnet("10.78.0", [range]) }
        return text
    }

    private static func subnet(_ prefix: String, _ ranges: [AddressRange]) -> String {
        let pools = ranges.map { range in
            """
                pool {
                    failover peer "\(peerName)";
                    range \(range.first) \(range.last);
                }

            """
        }
        return """

            subnet \(prefix).0 netmask 255.255.255.0 {
                option routers \(prefix).1;
            \(pools.joined())
            }

            """
    }

    /// The lease file of a server that was in `normal` when it stopped.
    static func normalState(_ role: Role, _ plan: Plan, at time: Timestamp) -> [UInt8] {
        var text: [UInt8] = []
        text.append(string: "\nfailover peer \"\(peerName)\" state {\n  my state normal at ")
        text.append(leaseDate: time)
        text.append(string: ";\n  partner state normal at ")
        text.append(leaseDate: time)
        text.append(string: ";\n")
        if role == .secondary { text.append(string: "  mclt \(plan.mclt);\n") }
        text.append(string: "}\n")
        return text
    }
}
