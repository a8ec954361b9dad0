import Leases
import Wire

/// An interface that is served, with its socket.
struct ServedSocket {
    let id: InterfaceID
    let name: [UInt8]
    var hardware: HardwareAddress
    let socket: RawSocket
    var statistics = FrameStatistics()
}

/// Counts frames that cannot be used, for the lines that ISC logs about them: once more than four
/// were seen and at least half of them were bad (server-v4.md §2).
struct FrameStatistics {
    private var seen: UInt64 = 0
    private var badIP: UInt64 = 0
    private var badUDP: UInt64 = 0
    private var tooLong: UInt64 = 0

    /// A frame that could be read.
    mutating func good() { seen &+= 1 }

    mutating func badIPChecksum(_ log: Log) {
        seen &+= 1
        badIP &+= 1
        guard isWorthALine(badIP) else { return }
        log.write(.info, "\(badIP) bad IP checksums seen in \(seen) packets")
        self = FrameStatistics()
    }

    mutating func badUDPChecksum(_ log: Log) {
        seen &+= 1
        badUDP &+= 1
        guard isWorthALine(badUDP) else { return }
        log.write(.debug, "\(badUDP) bad udp checksums in \(seen) packets")
        self = FrameStatistics()
    }

    mutating func longDatagram(_ log: Log) {
        seen &+= 1
        tooLong &+= 1
        guard isWorthALine(tooLong) else { return }
        log.write(.info, "\(tooLong) udp packets in \(seen) too long - dropped")
        self = FrameStatistics()
    }

    private func isWorthALine(_ bad: UInt64) -> Bool { seen > 4 && bad >= seen / 2 }
}
