import Glibc
import Leases
import Server
import Wire

/// Finds the interfaces to serve, with ISC's lines (server-v4.md §1.8). Nothing is opened yet.
struct InterfaceChoice: Sendable {
    /// An interface with a network, in ISC's order.
    struct Chosen: Sendable {
        let found: FoundInterface
        let hardware: HardwareAddress
        let networkName: [UInt8]

        var name: String { String(decoding: found.name, as: UTF8.self) }
    }

    /// One step, in ISC's order.
    enum Step: Sendable {
        case serve(Chosen)
        /// A line at level error.
        case say([UInt8])
    }

    private(set) var steps: [Step] = []
    /// Why the configuration cannot be served.
    private(set) var fatal: [UInt8]?
    private var served: [(name: String, network: NetworkID, subnets: [SubnetID])] = []

    /// - Parameter names: interfaces of the command line.
    init(_ configuration: Configuration, named names: [[UInt8]]) {
        let declared =
            configuration.networks.compactMap(\.interface)
            + configuration.subnets.compactMap(\.interface)
        do throws(SystemError) {
            for found in try Discovery.interfaces(named: names + declared) where fatal == nil {
                add(found, configuration)
            }
        } catch {
            steps.append(.say(Array("Error getting interfaces; \(error.message)".utf8)))
            fatal = Array("Can't get list of interfaces.".utf8)
        }
        if fatal == nil, served.isEmpty {
            steps.append(.say([]))
            fatal = Array("Not configured to listen on any interfaces!".utf8)
        }
    }

    private mutating func add(_ found: FoundInterface, _ configuration: Configuration) {
        switch configuration.network(ofInterface: found.name, addresses: found.addresses) {
        case .conflict: fatal = Configuration.fatalForConflict(interface: found.name)
        case .none:
            steps += Configuration.linesForUnmatched(
                interface: found.name, firstAddress: found.addresses.first
            ).map { .say($0) }
        case .network(let network):
            let name = String(decoding: found.name, as: UTF8.self)
            if found.index == 0 {
                fatal = Array("\(name): not found".utf8)
                return
            }
            guard let hardware = found.hardware else {
                fatal = Array(
                    "Unsupported device type \(found.hardwareType) for \"\(name)\"".utf8)
                return
            }
            noteSharing(name, network, found, configuration)
            steps.append(
                .serve(
                    Chosen(
                        found: found, hardware: hardware,
                        networkName: configuration[network].name)))
        }
    }

    /// Two interfaces in one network are served all the same.
    private mutating func noteSharing(
        _ name: String, _ network: NetworkID, _ found: FoundInterface,
        _ configuration: Configuration
    ) {
        let subnets = found.addresses.compactMap { configuration.subnet(of: $0) }
        if let other = served.first(where: { $0.network == network }) {
            let isSameSubnet = other.subnets.contains { subnets.contains($0) }
            let what = isSameSubnet ? "subnet" : "shared network"
            let line = "Multiple interfaces match the same \(what): \(other.name) \(name)"
            steps.append(.say(Array(line.utf8)))
        }
        served.append((name, network, subnets))
    }
}

/// The sockets of the interfaces that are served.
struct Listening {
    let port: UInt16
    let isQuiet: Bool
    let log: Log
    /// What the core is told.
    private(set) var interfaces: [Interface] = []
    var sockets: [ServedSocket] = []
    /// One more than the highest number that an interface ever had.
    private var nextID: UInt32 = 0

    init(port: UInt16, isQuiet: Bool, log: Log) {
        self.port = port
        self.isQuiet = isQuiet
        self.log = log
    }

    /// Opens all sockets; ends the process when there is nothing to listen on.
    mutating func open(_ choice: InterfaceChoice) {
        do throws(RawSocket.Failure) {
            self = try reopened(choice)
        } catch {
            for line in error.lines { log.write(.error, line) }
            log.fatal(error.fatal)
        }
        if let fatal = choice.fatal { log.fatal(fatal) }
    }

    /// The same with other interfaces: what was open and is chosen stays open, with its number.
    func reopened(_ choice: InterfaceChoice) throws(RawSocket.Failure) -> Listening {
        var next = self
        (next.interfaces, next.sockets) = ([], [])
        for step in choice.steps {
            switch step {
            case .say(let line): log.write(.error, line)
            case .serve(let chosen): try next.add(chosen, present: present(chosen))
            }
        }
        return next
    }

    private func present(_ chosen: InterfaceChoice.Chosen) -> ServedSocket? {
        sockets.first {
            $0.name == chosen.found.name && $0.socket.index == chosen.found.index
        }
    }

    private mutating func add(
        _ chosen: InterfaceChoice.Chosen, present: ServedSocket?
    ) throws(RawSocket.Failure) {
        let id = present?.id ?? InterfaceID(nextID)
        interfaces.append(
            Interface(
                id: id, name: chosen.name, addresses: chosen.found.addresses,
                hardware: chosen.hardware))
        if var present {
            present.hardware = chosen.hardware
            sockets.append(present)
            return
        }
        nextID += 1
        sockets.append(
            ServedSocket(
                id: id, name: chosen.found.name, hardware: chosen.hardware,
                socket: try RawSocket(chosen.found, port: port)))
        announce(chosen)
    }

    private func announce(_ chosen: InterfaceChoice.Chosen) {
        guard !isQuiet else { return }
        var place = Array("LPF/\(chosen.name)/".utf8)
        place.append(chosen.hardware)
        place.append(text: "/")
        place.append(contentsOf: chosen.networkName)
        log.write(.info, Array("Listening on ".utf8) + place)
        log.write(.info, Array("Sending on   ".utf8) + place)
    }
}
