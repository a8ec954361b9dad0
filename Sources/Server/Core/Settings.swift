import Leases
import Wire

/// Settings that hold for the whole process.
struct Settings: Sendable {
    var localPort: UInt16 = 67
    /// The clients' port; usually the one after the server's.
    var remotePort: UInt16 = 68
    /// `limited-broadcast-address`, `-s`
    var broadcastAddress = IPv4Address.broadcast
    var abandonSeconds: UInt32 = 86_400
    var checksServerID = false
    var checksSecsByteOrder = false
    /// Dynamic DNS is configured, so that option 81 is answered.
    var namesClients = false
    var hostname: [UInt8] = []

    /// As the shell has read them.
    init(_ parameters: ProcessParameters, hostname: [UInt8]) {
        localPort = parameters.localPort ?? 67
        remotePort = parameters.remotePort ?? localPort &+ 1
        broadcastAddress = parameters.broadcastAddress ?? .broadcast
        abandonSeconds = parameters.abandonLeaseSeconds
        checksServerID = parameters.checksServerID
        checksSecsByteOrder = parameters.checksSecsByteOrder
        namesClients = parameters.ddnsUpdateStyle != 0
        self.hostname = hostname
    }

    /// As the outermost statements, which have just been run, leave them.
    init(asking evaluator: inout Evaluator, hostname: [UInt8]) {
        func number(_ parameter: ServerParameter) -> UInt32? {
            guard let range = evaluator.value(parameter.reference, DHCPv4Message()),
                range.count <= 4, !range.isEmpty
            else { return nil }
            return evaluator.bytes[range].reduce(0) { $0 << 8 | UInt32($1) }
        }
        localPort = number(.localPort).flatMap { UInt16(exactly: $0) } ?? 67
        remotePort =
            number(.remotePort).flatMap { UInt16(exactly: $0) } ?? localPort &+ 1
        broadcastAddress = number(.limitedBroadcastAddress).map { IPv4Address($0) } ?? .broadcast
        abandonSeconds = number(.abandonLeaseTime) ?? 86_400
        checksServerID = number(.serverIDCheck) == 1
        checksSecsByteOrder = number(.checkSecsByteOrder) == 1
        namesClients = number(.ddnsUpdateStyle) ?? 0 != 0
        self.hostname = hostname
    }
}
