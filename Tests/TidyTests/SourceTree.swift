import Glibc

/// A file of the repository: where it lies, seen from the root, and what is in it.
struct SourceFile {
    let path: String
    let bytes: [UInt8]

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var isSwift: Bool { path.hasSuffix(".swift") }
    /// The folder directly under `Sources` or `Tests`, which is what the rules go by.
    var room: String { path.split(separator: "/").prefix(2).joined(separator: "/") }
}

/// Reads the working copy that this test was compiled from.
struct SourceTree {
    let root: String

    /// The root is found from where this very file lies: Tests/TidyTests/SourceTree.swift.
    init(from here: String = #filePath) {
        root = here.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    }

    /// Every regular file under a folder, in the order of their names; hidden and built files
    /// are left out.
    func files(under folder: String) -> [SourceFile] {
        var found: [SourceFile] = []
        var pending = [folder]
        while let here = pending.popLast() {
            for name in names(in: here) where !name.hasPrefix(".") && name != "__pycache__" {
                let path = here + "/" + name
                if isFolder(path) {
                    pending.append(path)
                } else if let bytes = read(path) {
                    found.append(SourceFile(path: path, bytes: bytes))
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// The contents of one file, or nothing when there is no such file.
    func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(root + "/" + path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65536)
        while true {
            let got = unsafe block.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            guard got > 0 else { return got == 0 ? bytes : nil }
            bytes += block[..<got]
        }
    }

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(root + "/" + path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(root + "/" + folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }
}
