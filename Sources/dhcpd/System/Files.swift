import CLinux
import Glibc

/// Whole files and names of files, as bytes.
enum Files {
    /// All bytes of a file.
    static func read(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor(path: path, flags: O_RDONLY)
        return try file.readAll()
    }

    /// `rename`
    static func rename(_ old: [UInt8], to new: [UInt8]) throws(SystemError) {
        try check("rename") {
            // Both paths live during the call.
            unsafe withPath(old) { old in unsafe withPath(new) { unsafe Glibc.rename(old, $0) } }
        }
    }

    /// `link`
    static func link(_ old: [UInt8], to new: [UInt8]) throws(SystemError) {
        try check("link") {
            // Both paths live during the call.
            unsafe withPath(old) { old in unsafe withPath(new) { unsafe Glibc.link(old, $0) } }
        }
    }

    /// `unlink`
    static func remove(_ path: [UInt8]) throws(SystemError) {
        try check("unlink") {
            // The path lives during the call.
            unsafe withPath(path) { unsafe Glibc.unlink($0) }
        }
    }

    /// The absolute name without links, which must exist.
    static func realPath(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
        // realpath allocates the result, which is copied and freed.
        let found = unsafe withPath(path) { unsafe realpath($0, nil) }
        guard let found = unsafe found else { throw SystemError("realpath") }
        defer { unsafe free(found) }
        return unsafe Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    /// Makes the names in the folder of a file durable.
    static func syncFolder(of path: [UInt8]) throws(SystemError) {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(path[..<$0]) }
        let file = try FileDescriptor(
            path: folder ?? [UInt8(ascii: ".")], flags: O_RDONLY | O_DIRECTORY)
        try check("fsync") { fsync(file.number) }
    }
}
