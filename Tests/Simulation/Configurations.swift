import Wire

/// The `dhcpd.conf` of each end.
enum Configurations {
    /// Name of the relationship.
    static let peerName = "sim"
    static let port: UInt16 = 647
    static let relay = IPv4Address(10, 78, 0, 1)

    static func text(_ role: Role, _ plan: Plan) -> String {
        let own = role == .primary ? "10.77.0.1" : "10.77.0.2"
        let other = role == .primary ? "10.77.0.2" : "10.77.0.1"
        let only = role == .primary ? "mclt \(plan.mclt);\n    split \(plan.split);" : ""
        var text = """
            authoritative;
            ping-check \(plan.isPinging ? "true" : "false");
            default-lease-time \(plan.leaseSeconds);
            max-lease-time \(plan.leaseSeconds);
            failover peer "\(peerName)" {
                \(role == .primary ? "primary" : "secondary");
                address \(own);
                port \(port);
                peer address \(other);
                peer port \(port);
                max-response-delay \(plan.responseSeconds);
                max-unacked-updates \(plan.maxUnacked);
                load balance max seconds \(plan.loadBalanceSeconds);
                min-balance \(plan.balanceSeconds.lowerBound);
                max-balance \(plan.balanceSeconds.upperBound);
                \(plan.autoPartnerDown > 0 ? "auto-partner-down \(plan.autoPartnerDown);" : "")
                \(only)
            }
            \(subnet("10.77.0", plan.range))
            """
        if let range = plan.relayedRange { text += subnet("10.78.0", range) }
        return text
    }

    private static func subnet(_ prefix: String, _ range: AddressRange) -> String {
        """

        subnet \(prefix).0 netmask 255.255.255.0 {
            option routers \(prefix).1;
            pool {
                failover peer "\(peerName)";
                range \(range.first) \(range.last);
            }
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
