import Leases
import Wire

// Names that do not fit into `file` and `sname` are cut and complained of.

extension ServerCore {
    /// Logs what `filename` and `server-name` lose.
    func logLongNames(into effects: inout Effects) {
        for line in longNameLines() { effects.log(.info) { $0.append(contentsOf: line) } }
    }

    /// The complaints about the reply in hand. ISC: a name that just fits is complained of as well.
    func longNameLines() -> [[UInt8]] {
        var lines: [[UInt8]] = []
        func check(_ name: [UInt8], _ field: Range<Int>, _ what: StaticString) {
            guard name.count >= field.count else { return }
            var line: [UInt8] = []
            line.append(text: what)
            line.append(text: " name longer than packet field truncated - field: ")
            line.append(decimal: field.count)
            line.append(text: " name: ")
            line.append(decimal: name.count)
            line.append(UInt8(ascii: " "))
            line.append(contentsOf: name)
            lines.append(line)
        }
        check(reply.file, DHCPv4Layout.file, "file")
        check(reply.serverName, DHCPv4Layout.serverName, "server")
        return lines
    }
}
