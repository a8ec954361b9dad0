import ConfParser
import Glibc

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

/// A folder of `Tests/Fixtures`.
func fixtures(_ name: String) -> String {
    var path = #filePath
    for _ in 0..<2 {
        guard let slash = path.lastIndex(of: "/") else { break }
        path = String(path[..<slash])
    }
    return path + "/Fixtures/" + name
}

/// The contents of a file; `nil` if it cannot be read.
func contents(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "rb") else { return nil }
    defer { unsafe fclose(file) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe fread(buffer.baseAddress, 1, buffer.count, file)
        }
        if count == 0 { return contents }
        contents += buffer[..<count]
    }
}

/// Names of the files in a folder, sorted.
func fileNames(_ path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
