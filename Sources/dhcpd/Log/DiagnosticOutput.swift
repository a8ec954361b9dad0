import ConfParser
import Glibc
import Leases

/// What `--diagnostics=json` and `--explain` add to the lines of the log. JSON goes to standard
/// output, which is otherwise empty; standard error and the exit status are the same with and
/// without it.
struct DiagnosticOutput {
    private let showsJSON: Bool
    private let explains: Bool

    init(_ arguments: Arguments) {
        showsJSON = arguments.showsJSON
        explains = arguments.explains
    }

    /// True if files must be read with details.
    var wantsDetails: Bool { showsJSON || explains }

    /// Writes one JSON object a line.
    func show(_ reports: [DiagnosticReport]) {
        guard showsJSON else { return }
        var text: [UInt8] = []
        for report in reports { text += report.json + [UInt8(ascii: "\n")] }
        writeAll(text, to: STDOUT_FILENO)
    }

    /// Logs what was said about a lease file.
    func log(_ messages: [ParseMessage], _ log: Log) {
        for message in messages {
            for line in message.lines {
                if case .diagnostic = message {
                    log.complain(line)
                } else {
                    log.write(.error, line)
                }
            }
            if explains, let hint = message.report?.hint { log.write(.error, hint) }
        }
        show(messages.compactMap(\.report))
    }
}
