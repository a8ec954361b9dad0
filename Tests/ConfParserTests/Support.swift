import ConfParser

/// Reads a text as the whole configuration; there is nothing to include.
func parse(_ text: String, family: ProtocolFamily = .v4) -> ParseOutcome {
    parse(Array(text.utf8), family: family)
}

/// Reads bytes as the whole configuration; there is nothing to include.
func parse(_ bytes: [UInt8], family: ProtocolFamily = .v4) -> ParseOutcome {
    parseConfiguration(path: Array("t.conf".utf8), family: family) { path in
        path == Array("t.conf".utf8)
            ? .bytes(bytes) : .failed(Array("No such file or directory".utf8))
    }
}

extension ParseOutcome {
    /// Everything that is logged, a line an element.
    var lines: [String] {
        var lines = messages.flatMap(\.lines).map { String(decoding: $0, as: UTF8.self) }
        if let fatal { lines.append(String(decoding: fatal, as: UTF8.self)) }
        return lines
    }

    /// The first lines of the complaints, without file name.
    var complaints: [String] {
        messages.compactMap {
            guard case .diagnostic(let diagnostic) = $0 else { return nil }
            return String(decoding: diagnostic.message, as: UTF8.self)
        }
    }

    /// Declarations of the outermost scope.
    var declarations: [Declaration] { tree.root.declarations }

    /// Statements of the outermost scope.
    var statements: [Statement] { tree.root.statements }
}

/// Bytes of a string.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
