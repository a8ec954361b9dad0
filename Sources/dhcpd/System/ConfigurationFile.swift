import ConfParser
import Glibc

/// Reads a file as ISC's parser does: as many bytes as its end is away, so that a folder or a pipe
/// is refused in ISC's words and a file of `/proc` is empty.
enum ConfigurationFile {
    /// What the parser gets.
    static func load(_ path: [UInt8]) -> LoadedFile { load(path, read) }

    /// As ``load(_:)``, with other means of reading.
    static func load(
        _ path: [UInt8], _ read: ([UInt8]) throws(SystemError) -> [UInt8]
    ) -> LoadedFile {
        do throws(SystemError) {
            return .bytes(try read(path))
        } catch {
            return failure(error)
        }
    }

    /// What could not be done with a file.
    static func failure(_ error: SystemError) -> LoadedFile {
        let reason = Array(error.message.utf8)
        switch error.call.description {
        case "lseek": return .unreadable(verb: Array("lseek on".utf8), reason: reason)
        case "read": return .unreadable(verb: Array("read in".utf8), reason: reason)
        default: return .failed(reason)
        }
    }

    /// The bytes of a file.
    static func read(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor(path: path, flags: O_RDONLY)
        let length = lseek(file.number, 0, SEEK_END)
        guard length >= 0, lseek(file.number, 0, SEEK_SET) >= 0 else { throw SystemError("lseek") }
        return length == 0 ? [] : try file.readAll(atMost: Int(length))
    }
}
