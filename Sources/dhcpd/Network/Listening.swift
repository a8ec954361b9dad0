import Glibc
import Leases
import Server
import Wire

/// Finds the interfaces to serve and opens their sockets, with ISC's lines (server-v4.md §1.8).
struct Listening {
    let configuration: Configuration
    let port: UInt16
    let isQuiet: Bool
    let log: Log
    /// What the core is told.
    private(set) var interfaces: [Interface] = []
    private(set) var sockets: [ServedSocket] = []
    private var served: [(name: String, network: NetworkID, subnets: [SubnetID])] = []

    init(configuration: Configuration, port: UInt16, isQuiet: Bool, log: Log) {
        self.configuration = configuration
        self.port = port
        self.isQuiet = isQuiet
        self.log = log
    }

    /// Opens all sockets; ends the process when there is nothing to listen on.
    mutating func open(named names: [[UInt8]]) {
        let declared =
            configuration.networks.compactMap(\.interface)
            + configuration.subnets.compactMap(\.interface)
        do throws(SystemError) {
            for found in try Discovery.interfaces(named: names + declared) { open(found) }
        } catch {
            log.write(.error, "Error getting interfaces; \(error.message)")
            log.fatal("Can't get list of interfaces.")
        }
        if interfaces.isEmpty {
            log.write(.error, "")
            log.fatal("Not configured to listen on any interfaces!")
        }
    }

    private mutating func open(_ found: FoundInterface) {
        switch configuration.network(ofInterface: found.name, addresses: found.addresses) {
        case .conflict: log.fatal(Configuration.fatalForConflict(interface: found.name))
        case .none:
            let lines = Configuration.linesForUnmatched(
                interface: found.name, firstAddress: found.addresses.first)
            for line in lines { log.write(.error, line) }
        case .network(let network):
            let name = String(decoding: found.name, as: UTF8.self)
            if found.index == 0 { log.fatal("\(name): not found") }
            guard let hardware = found.hardware else {
                log.fatal("Unsupported device type \(found.hardwareType) for \"\(name)\"")
            }
            noteSharing(name, network, found)
            add(found, name, hardware, network)
        }
    }

    /// Two interfaces in one network are served all the same.
    private mutating func noteSharing(
        _ name: String, _ network: NetworkID, _ found: FoundInterface
    ) {
        let subnets = found.addresses.compactMap { configuration.subnet(of: $0) }
        if let other = served.first(where: { $0.network == network }) {
            let isSameSubnet = other.subnets.contains { subnets.contains($0) }
            let what = isSameSubnet ? "subnet" : "shared network"
            log.write(
                .error, "Multiple interfaces match the same \(what): \(other.name) \(name)")
        }
        served.append((name, network, subnets))
    }

    private mutating func add(
        _ found: FoundInterface, _ name: String, _ hardware: HardwareAddress, _ network: NetworkID
    ) {
        let id = InterfaceID(UInt32(interfaces.count))
        let socket = RawSocket(found, port: port, log: log)
        interfaces.append(
            Interface(id: id, name: name, addresses: found.addresses, hardware: hardware))
        sockets.append(
            ServedSocket(id: id, name: found.name, hardware: hardware, socket: socket))
        guard !isQuiet else { return }
        var place = Array("LPF/\(name)/".utf8)
        place.append(hardware)
        place.append(text: "/")
        place.append(contentsOf: configuration[network].name)
        log.write(.info, Array("Listening on ".utf8) + place)
        log.write(.info, Array("Sending on   ".utf8) + place)
    }
}
