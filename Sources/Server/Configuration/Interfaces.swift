public import Wire

/// The shared network that an interface serves.
public enum InterfaceMatch: Hashable, Sendable {
    case network(NetworkID)
    /// No address of the interface lies in a declared subnet.
    case none
    /// `Interface %s matches multiple shared networks`: ends the start.
    case conflict
}

extension Configuration {
    /// Which shared network the addresses of an interface lie in (server-v4.md §1.8).
    ///
    /// A network that names the interface (`interface NAME;`) wins without any address.
    public func network(
        ofInterface name: [UInt8], addresses: [IPv4Address]
    ) -> InterfaceMatch {
        var found: NetworkID?
        if let index = networks.firstIndex(where: { $0.interface == name }) {
            found = NetworkID(UInt32(index))
        }
        for address in addresses {
            guard let subnet = subnet(of: address) else { continue }
            let network = self[subnet].network
            if let earlier = found, earlier != network { return .conflict }
            found = network
        }
        return found.map { .network($0) } ?? .none
    }

    /// What is logged, each line at level error, for an interface without a subnet: it is skipped.
    public static func linesForUnmatched(
        interface name: [UInt8], firstAddress: IPv4Address?
    ) -> [[UInt8]] {
        let shown = firstAddress.map { "\($0)" } ?? "no IPv4 addresses"
        let interface = String(decoding: name, as: UTF8.self)
        return [
            "", "No subnet declaration for \(interface) (\(shown)).",
            "** Ignoring requests on \(interface).  If this is not what",
            "   you want, please write a subnet declaration",
            "   in your dhcpd.conf file for the network segment",
            "   to which interface \(interface) is attached. **", "",
        ].map { Array($0.utf8) }
    }

    /// The fatal line for ``InterfaceMatch/conflict``.
    public static func fatalForConflict(interface name: [UInt8]) -> [UInt8] {
        var line: [UInt8] = []
        line.append(text: "Interface ")
        line.append(contentsOf: name)
        line.append(text: " matches multiple shared networks")
        return line
    }
}
