import Glibc
import Wire

/// The file with our process number, which also keeps a second server from starting.
enum PidFile {
    /// True if the file names a live process other than ourselves. What is no number reads as 0,
    /// and process 0 always answers, as with ISC.
    static func namesLiveProcess(_ path: [UInt8]) -> Bool {
        guard let bytes = try? Files.read(path), !bytes.isEmpty else { return false }
        let number = leadingNumber(bytes)
        return number != getpid() && kill(number, 0) == 0
    }

    /// The process that the file names; `nil` when it names none.
    static func process(_ path: [UInt8]) throws(SystemError) -> pid_t? {
        let number = leadingNumber(try Files.read(path))
        return number > 0 ? number : nil
    }

    private static func leadingNumber(_ bytes: [UInt8]) -> pid_t {
        var value = 0
        for byte in bytes.drop(while: { $0 == UInt8(ascii: " ") }) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            value = min(value * 10 + Int(byte - UInt8(ascii: "0")), Int(pid_t.max))
        }
        return pid_t(value)
    }

    /// Writes our number and a line end.
    static func write(_ path: [UInt8]) throws(SystemError) {
        let file = try FileDescriptor(
            path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        var text: [UInt8] = []
        text.append(decimal: UInt64(clamping: getpid()))
        text.append(UInt8(ascii: "\n"))
        let error = file.writeAll(text).error
        if error != 0 { throw SystemError("write", code: error) }
    }
}
