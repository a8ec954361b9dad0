import Wire

/// A message as `--diagnostics=json` and `--explain` show it.
public struct DiagnosticReport: Hashable, Sendable {
    public var severity: DiagnosticSeverity
    private var source: Source
    public var message: [UInt8]
    /// The file; `nil` if the message is about none.
    public var file: [UInt8]?
    /// Where; `nil` where no place is known.
    public var range: SourceRange?
    public var related: DiagnosticDetails.Related?
    public var suggestion: [UInt8]?
    /// What to do about it, if there is more to say than the message does.
    public var advice: String?

    /// The report of a complaint. One that was made without details has ISC's position.
    public init(_ diagnostic: Diagnostic) {
        severity = .error
        source = .diagnostic(diagnostic.id)
        message = diagnostic.message
        while message.last == UInt8(ascii: "\n") { message.removeLast() }
        let (line, column) = (max(diagnostic.line, 1), max(diagnostic.column, 1))
        range =
            diagnostic.details?.range
            ?? SourceRange(
                file: diagnostic.file, line: line, column: column, endLine: line,
                endColumn: column)
        file = range?.file
        related = diagnostic.details?.related
        suggestion = diagnostic.details?.suggestion
        advice = diagnostic.id.advice
    }

    /// The report of a message without a quoted line.
    public init(_ notice: Notice) {
        severity = notice.id.severity
        source = .notice(notice.id)
        message = notice.text
        range = notice.range
        file = range?.file
        advice = notice.id.advice
    }

    /// Of which kind the message is; its name is made when somebody asks.
    private enum Source: Hashable {
        case diagnostic(DiagnosticID)
        case notice(NoticeID)
    }

    /// Stable: see `man/dhcpd-diagnostics.7`.
    public var id: String {
        switch source {
        case .diagnostic(let id): id.name
        case .notice(let id): id.rawValue
        }
    }

    /// One JSON object without line end (RFC 8259). Bytes that are no UTF-8 are shown as U+FFFD.
    public var json: [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "{")]
        text.appendJSON("file", file)
        text.appendJSON("line", range?.line)
        text.appendJSON("column", range?.column)
        text.appendJSON("end", range?.endColumn)
        text.appendJSON("endLine", range?.endLine)
        text.appendJSON("severity", Array(severity.rawValue.utf8))
        text.appendJSON("id", Array(id.utf8))
        text.appendJSON("message", message)
        if let related {
            text.append(text: "\"related\":{")
            text.appendJSON("file", related.file)
            text.appendJSON("line", related.line)
            text.appendJSON("column", related.column)
            text.appendJSON("message", related.text)
            text[text.count - 1] = UInt8(ascii: "}")
            text.append(text: ",")
        }
        if let suggestion { text.appendJSON("suggestion", suggestion) }
        text[text.count - 1] = UInt8(ascii: "}")
        return text
    }

    /// The line of `--explain`; `nil` if there is nothing to add.
    public var hint: [UInt8]? {
        var parts: [[UInt8]] = []
        if let suggestion {
            parts.append(
                [UInt8](literal: "did you mean \"") + suggestion + [UInt8](literal: "\"?"))
        }
        if let related {
            var part = related.text + [UInt8](literal: " is at ") + related.file
            part.append(text: " line ")
            part.append(decimal: UInt64(related.line))
            part.append(text: ".")
            parts.append(part)
        }
        if let advice { parts.append(Array(advice.utf8)) }
        guard !parts.isEmpty else { return nil }
        return [UInt8](literal: "hint: ") + Array(parts.joined(separator: [UInt8(ascii: " ")]))
    }
}

extension ParseMessage {
    /// The report; `nil` for lines that only go on where another message left off.
    public var report: DiagnosticReport? {
        switch self {
        case .diagnostic(let diagnostic): DiagnosticReport(diagnostic)
        case .notice(let notice): DiagnosticReport(notice)
        case .log, .evaluation: nil
        }
    }
}

extension [UInt8] {
    fileprivate mutating func appendJSON(_ key: StaticString, _ number: UInt32?) {
        appendKey(key)
        if let number {
            append(decimal: UInt64(number))
        } else {
            append(text: "null")
        }
        append(UInt8(ascii: ","))
    }

    fileprivate mutating func appendJSON(_ key: StaticString, _ string: [UInt8]?) {
        appendKey(key)
        if let string {
            appendJSONString(string)
        } else {
            append(text: "null")
        }
        append(UInt8(ascii: ","))
    }

    private mutating func appendKey(_ key: StaticString) {
        append(UInt8(ascii: "\""))
        append(contentsOf: [UInt8](literal: key))
        append(text: "\":")
    }

    private mutating func appendJSONString(_ bytes: [UInt8]) {
        append(UInt8(ascii: "\""))
        // Repairs what is no UTF-8.
        for byte in String(decoding: bytes, as: UTF8.self).utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20, 0x7f:
                append(text: "\\u00")
                append(hex: byte)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
