import CLinux
import Glibc

/// The memory that reading a large configuration fills within milliseconds.
enum Heap {
    /// For smaller files the heap grows by itself fast enough.
    private static let smallFile = 256 << 10
    /// Room for each byte of the file. Subnets take that much until they are compiled, most else
    /// less: what is left over is never touched.
    private static let growth = 8
    /// Larger blocks are never part of the heap (glibc: `DEFAULT_MMAP_THRESHOLD_MAX`).
    private static let roomMax = 31 << 20

    /// Lets the heap grow at once by what a file will need, and in huge pages where the kernel has
    /// them: of the time that 10,000 subnets took, a fifth went into 3,500 page faults.
    ///
    /// Nothing is touched: memory is used when it is needed. To be called before there are other
    /// threads.
    static func prepare(forFileAt path: [UInt8]) {
        guard let file = try? FileDescriptor(path: path, flags: O_RDONLY), let size = file.size,
            size >= smallFile
        else { return }
        clinux_grow_heap(Int(size) < roomMax / growth ? Int(size) * growth : roomMax)
    }
}
