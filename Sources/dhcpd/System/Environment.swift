import Glibc

/// What the process was started with.
enum Environment {
    /// A variable; `nil` if not set.
    static func value(_ name: String) -> String? {
        // The environment is never changed, so the result stays; it is copied at once.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// As bytes.
    static func bytes(_ name: String) -> [UInt8]? { value(name).map { Array($0.utf8) } }

    /// The words of the command line, the program's name first.
    ///
    /// From the kernel: Swift's runtime looks for them below `environ`, which a preloaded library
    /// (libfaketime) may have moved before.
    static func words() -> [[UInt8]] {
        guard let text = try? Files.read(Array("/proc/self/cmdline".utf8)), !text.isEmpty else {
            return CommandLine.arguments.map { Array($0.utf8) }
        }
        let ended = text.last == 0 ? text.dropLast() : text[...]
        return ended.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Port of a UDP service in the services database.
    static func port(ofService name: String) -> UInt16? {
        // The entry is static and read at once.
        guard let entry = unsafe getservbyname(name, "udp") else { return nil }
        return UInt16(truncatingIfNeeded: unsafe entry.pointee.s_port).byteSwapped
    }
}
