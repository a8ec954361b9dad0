public import ConfParser
import Leases
public import Wire

/// What ISC's server says when it evaluates the client identifier at the end of a host: an
/// expression that is not known before.
struct IdentifierRemarks {
    /// In the order in which they are to be logged.
    private(set) var lines: [(level: LogLevel, text: [UInt8])] = []
    /// The identifier is another one than `uid`, which wins.
    private(set) var warning: Notice?

    init(
        _ evaluation: IdentifierEvaluation, options: OptionTable, hostname: [UInt8],
        now: Timestamp, resolve: ([UInt8]) -> NameTable.Answer
    ) {
        let option = OptionReference(.dhcp, 61)
        var alone = ConfigurationTree()
        alone.options = options
        alone.root.statements = [.option(.supersede, option, evaluation.expression)]
        var evaluator = Evaluator(Configuration(alone))
        while true {
            evaluator.runStartup(hostname: hostname, now: now)
            let value = evaluator.value(option, DHCPv4Message()).map { Array(evaluator.bytes[$0]) }
            lines = evaluator.logs.map { ($0.level, Array(evaluator.text($0))) }
            evaluator.forgetOutput()
            let missing = evaluator.unresolvedNames
            guard !missing.isEmpty else {
                guard let uid = evaluation.uid, let value, !value.isEmpty else { return }
                warning = IdentifierEvaluation.warning(
                    host: evaluation.host, uid: uid, value: value)
                return
            }
            // Once more with the names that were asked for.
            for name in missing { evaluator.names.set(name, resolve(name)) }
        }
    }
}

extension [ParseMessage] {
    /// The messages of a lease file with what evaluating the identifiers of its hosts says.
    public func evaluated(
        options: OptionTable, hostname: [UInt8], now: Timestamp,
        resolve: ([UInt8]) -> NameTable.Answer
    ) -> [ParseMessage] {
        flatMap { message -> [ParseMessage] in
            guard case .evaluation(let evaluation) = message else { return [message] }
            let remarks = IdentifierRemarks(
                evaluation, options: options, hostname: hostname, now: now, resolve: resolve)
            let warning = remarks.warning.map { [ParseMessage.notice($0)] } ?? []
            return remarks.lines.map { .log($0.text) } + warning
        }
    }
}
