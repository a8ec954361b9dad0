import ConfParser
import Leases
import Wire

extension Relationship {
    /// `failover peer NAME: …`
    func logPeer(
        _ level: LogLevel, _ effects: inout Effects, _ rest: (inout [UInt8]) -> Void
    ) {
        let name = configuration.name
        effects.log(level) {
            $0.append(text: "failover peer ")
            $0.append(contentsOf: name)
            $0.append(text: ": ")
            rest(&$0)
        }
    }

    /// A line with the name in the middle.
    func log(
        _ level: LogLevel, _ effects: inout Effects, _ before: StaticString,
        _ after: StaticString = ""
    ) {
        let name = configuration.name
        effects.log(level) {
            $0.append(text: before)
            $0.append(contentsOf: name)
            $0.append(text: after)
        }
    }

    func logIfBothNormal(_ effects: inout Effects) {
        guard state == .normal, partnerState == .normal else { return }
        logPeer(.info, &effects) { $0.append(text: "Both servers normal") }
    }

    /// Writes the state record; what is sent later waits for it.
    func commitRecord(_ leases: inout LeaseStore, _ effects: inout Effects) {
        let record = record
        let format = leases.format
        effects.commit { $0.append(failoverState: record, format) }
    }
}
