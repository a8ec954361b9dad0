import CLinux
import Glibc
import Wire

/// A network interface as the system describes it.
struct FoundInterface {
    let name: [UInt8]
    /// The system's number; 0 if there is no such interface.
    var index: UInt32 = 0
    var flags: UInt32 = 0
    /// In the order of the system.
    var addresses: [IPv4Address] = []
    /// `ARPHRD_…`
    var hardwareType: UInt16 = 0
    var hardwareBytes: [UInt8] = []

    /// Up, able to broadcast, neither loopback nor point-to-point: served without being named.
    var isCandidate: Bool {
        let wanted = UInt32(IFF_UP) | UInt32(IFF_BROADCAST)
        let unwanted = UInt32(IFF_LOOPBACK) | UInt32(IFF_POINTOPOINT)
        return flags & wanted == wanted && flags & unwanted == 0
    }

    /// The link-layer address with its DHCP hardware type; `nil` for a device that ISC does not
    /// serve (server-v4.md §1.8).
    var hardware: HardwareAddress? {
        let type: UInt8
        switch hardwareType {
        case 1: type = 1
        case 6, 800: type = 6
        case 774: type = 8
        default: return nil
        }
        return HardwareAddress(type: type, bytes: hardwareBytes)
    }
}

/// Looks interfaces up, once at the start.
enum Discovery {
    /// The interfaces to set up, in the order of set-up: those named, the last one first; without
    /// names all candidates, the last one found first (ISC's order).
    static func interfaces(named names: [[UInt8]]) throws(SystemError) -> [FoundInterface] {
        let found = try all()
        if names.isEmpty { return found.filter(\.isCandidate).reversed() }
        var wanted: [FoundInterface] = []
        for name in names.reversed() where !wanted.contains(where: { $0.name == name }) {
            wanted.append(found.first { $0.name == name } ?? FoundInterface(name: name))
        }
        return wanted
    }

    /// Every interface of the machine, in the order of the system.
    private static func all() throws(SystemError) -> [FoundInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        // On success `list` is a chain that getifaddrs allocated; it is freed at the end.
        guard unsafe getifaddrs(&list) == 0 else { throw SystemError("getifaddrs") }
        defer { unsafe freeifaddrs(list) }
        var found: [FoundInterface] = []
        var entry = unsafe list
        while let present = unsafe entry {
            unsafe entry = present.pointee.ifa_next
            // A name ends in NUL; flags are those of the device in each of its entries.
            let start = unsafe present.pointee.ifa_name
            guard let start = unsafe start else { continue }
            let name = unsafe baseName(
                Array(UnsafeRawBufferPointer(start: start, count: strlen(start))))
            let place = found.firstIndex { $0.name == name } ?? found.count
            if place == found.count { found.append(FoundInterface(name: name)) }
            found[place].flags |= unsafe UInt32(present.pointee.ifa_flags)
            if let address = unsafe present.pointee.ifa_addr {
                unsafe add(address, to: &found[place])
            }
        }
        return found
    }

    /// `eth0:1` is a label of an address of `eth0`.
    private static func baseName(_ label: [UInt8]) -> [UInt8] {
        Array(label.prefix { $0 != UInt8(ascii: ":") })
    }

    /// The family of an entry tells which structure its address is.
    private static func add(
        _ address: UnsafeMutablePointer<sockaddr>, to interface: inout FoundInterface
    ) {
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            let raw = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            interface.addresses.append(SocketAddress(raw).address)
        case AF_PACKET:
            let raw = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_ll.self)
            interface.index = UInt32(clamping: raw.sll_ifindex)
            interface.hardwareType = raw.sll_hatype
            interface.hardwareBytes = unsafe withUnsafeBytes(of: raw.sll_addr) {
                // Eight bytes at most are kept there.
                unsafe Array($0.prefix(Int(raw.sll_halen)))
            }
        default: break
        }
    }
}
