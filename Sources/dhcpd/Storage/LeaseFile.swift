import CLinux
import Glibc

/// The lease file as it is written: append, make durable, replace by a rewritten one.
///
/// Everything up to `durableEnd` is whole records on disk. When a write or a sync fails, the rest
/// is cut off, so that the next attempt starts at the end of a whole record; the bytes themselves
/// are kept by the caller and written again. (After a failed sync the kernel forgets that pages
/// were dirty: syncing again would report success for bytes that never reached the disk.)
struct LeaseFile: ~Copyable {
    let path: [UInt8]
    private var current: FileDescriptor
    private var durableEnd: Int
    /// `dont-use-fsync` was not given.
    let isSynced: Bool
    /// A failed append left bytes behind `durableEnd` that could not be cut off yet.
    private var hasTornTail = false

    /// A file made by a rewrite, not yet in place.
    struct Replacement: ~Copyable {
        let path: [UInt8]
        fileprivate let file: FileDescriptor
        fileprivate var size = 0
        fileprivate var unsynced = 0
    }

    /// What could not be done, in the words of ISC's log line.
    struct Failure: Error {
        let text: String
        let code: Int32

        /// A text without its reason, which is added.
        init(_ text: String, _ code: Int32) {
            self.code = code
            self.text = "\(text): \(errorText(code))"
        }
    }

    /// Goes on with a file that exists.
    init(appendingTo path: [UInt8], isSynced: Bool) throws(SystemError) {
        self.path = path
        self.isSynced = isSynced
        current = try FileDescriptor(path: path, flags: O_WRONLY | O_APPEND)
        durableEnd = current.size ?? 0
    }

    /// Goes on with a replacement that was just put in place.
    private init(path: [UInt8], isSynced: Bool, _ replacement: consuming Replacement) {
        self.path = path
        self.isSynced = isSynced
        durableEnd = replacement.size
        current = replacement.takeFile()
    }

    /// Appends whole records and makes them durable: all of them or none.
    mutating func append(_ records: [UInt8]) throws(Failure) {
        if hasTornTail { try repair() }
        let (written, error) = current.writeAll(records)
        if error != 0 {
            if written > 0 { cutOff() }
            throw Failure("commit_leases: unable to commit, fflush()", error)
        }
        if isSynced, fdatasync(current.number) != 0 {
            let code = errno
            cutOff()
            throw Failure("commit_leases: unable to commit, fsync()", code)
        }
        durableEnd += records.count
    }

    /// Cuts the file back to its whole records.
    private mutating func cutOff() {
        hasTornTail = ftruncate(current.number, durableEnd) != 0
    }

    private mutating func repair() throws(Failure) {
        cutOff()
        if hasTornTail { throw Failure("commit_leases: unable to commit, fflush()", errno) }
    }

    // MARK: - Rewriting (leases.md §2.1)

    /// Makes `PATH.SECONDS`, mode 0664 minus umask.
    static func makeReplacement(
        for path: [UInt8], seconds: UInt32, owner: (user: uid_t, group: gid_t)?
    ) throws(Failure) -> Replacement {
        let newPath = path + Array(".\(seconds)".utf8)
        do throws(SystemError) {
            let file = try FileDescriptor(
                path: newPath, flags: O_WRONLY | O_APPEND | O_CREAT | O_TRUNC, mode: 0o664)
            if let owner, geteuid() == 0, fchown(file.number, owner.user, owner.group) != 0 {
                throw SystemError("fchown")
            }
            return Replacement(path: newPath, file: file)
        } catch {
            if error.call.description == "fchown" {
                try? Files.remove(newPath)
                throw Failure("Can't chown new lease file", error.code)
            }
            throw Failure("Can't create new lease file", error.code)
        }
    }

    /// Syncs the replacement, keeps the old file as `PATH~` and renames the new one over it. Until
    /// the rename the old file is whole and in use, so a failure at any step costs nothing (ISC
    /// goes on writing to the removed new file).
    static func install(
        _ replacement: consuming Replacement, as path: [UInt8], isSynced: Bool,
        note: (String) -> Void
    ) throws(Failure) -> LeaseFile {
        do throws(Failure) {
            if fsync(replacement.file.number) != 0 {
                throw Failure("commit_leases: unable to commit, fsync()", errno)
            }
            try backUp(path, note: note)
            do throws(SystemError) {
                try Files.rename(replacement.path, to: path)
            } catch {
                let names = "\(text(path)) to \(text(replacement.path))"
                throw Failure("Can't install new lease database \(names)", error.code)
            }
        } catch {
            try? Files.remove(replacement.path)
            throw error
        }
        // The content is durable by now; a lost rename would only bring the old, whole file back.
        try? Files.syncFolder(of: path)
        return LeaseFile(path: path, isSynced: isSynced, replacement)
    }

    private static func backUp(_ path: [UInt8], note: (String) -> Void) throws(Failure) {
        let backup = path + [UInt8(ascii: "~")]
        do throws(SystemError) {
            try Files.remove(backup)
        } catch {
            if error.code != ENOENT {
                throw Failure("Can't remove old lease database backup \(text(backup))", error.code)
            }
        }
        do throws(SystemError) {
            try Files.link(path, to: backup)
        } catch {
            if error.code == ENOENT {
                note("\(text(path)) is missing - no lease db to backup.")
                return
            }
            let names = "\(text(path)) to \(text(backup))"
            throw Failure("Can't backup lease database \(names)", error.code)
        }
    }

    private static func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}

extension LeaseFile.Replacement {
    /// Between two syncs: small enough that none of them holds up the leases for long.
    private static let bytesPerSync = 8 << 20

    /// Appends a part of the new file. While nobody is served yet the one sync at the end is
    /// enough, and the disk is told to begin.
    mutating func append(_ bytes: [UInt8], isServing: Bool = true) throws(LeaseFile.Failure) {
        let (written, error) = file.writeAll(bytes)
        size += written
        unsynced += written
        if error != 0 {
            throw LeaseFile.Failure("commit_leases: unable to commit, fflush()", error)
        }
        guard unsynced >= Self.bytesPerSync else { return }
        unsynced = 0
        guard isServing else {
            clinux_begin_writing(file.number)
            return
        }
        if fdatasync(file.number) != 0 {
            throw LeaseFile.Failure("commit_leases: unable to commit, fsync()", errno)
        }
    }

    /// The same new file, to be appended to by another thread; what that one writes is to be told
    /// by ``count(_:)``.
    func sharingFile() throws(SystemError) -> LeaseFile.Replacement {
        LeaseFile.Replacement(path: path, file: try file.duplicate())
    }

    /// Another thread has appended so many bytes.
    mutating func count(_ bytes: Int) { size += bytes }

    /// Gives the replacement up.
    consuming func discard() { try? Files.remove(path) }

    fileprivate consuming func takeFile() -> FileDescriptor { file }
}
