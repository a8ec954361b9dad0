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
    static func words() -> [[UInt8]] {
        (0..<Int(CommandLine.argc)).compactMap { index in
            // `argc` strings, each ending in NUL, live as long as the process.
            guard let word = unsafe CommandLine.unsafeArgv[index] else { return nil }
            return unsafe Array(UnsafeRawBufferPointer(start: word, count: strlen(word)))
        }
    }

    /// Port of a UDP service in the services database.
    static func port(ofService name: String) -> UInt16? {
        // The entry is static and read at once.
        guard let entry = unsafe getservbyname(name, "udp") else { return nil }
        return UInt16(truncatingIfNeeded: unsafe entry.pointee.s_port).byteSwapped
    }
}
