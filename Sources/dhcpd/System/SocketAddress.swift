import CLinux
import Glibc
import Wire

/// An IPv4 address with its port, in the form of the system.
struct SocketAddress {
    private var raw = sockaddr_in()

    init(_ address: IPv4Address, port: UInt16) {
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_addr.s_addr = address.rawValue.bigEndian
        raw.sin_port = port.bigEndian
    }

    init(_ raw: sockaddr_in) { self.raw = raw }

    var address: IPv4Address { IPv4Address(UInt32(bigEndian: raw.sin_addr.s_addr)) }
    var port: UInt16 { UInt16(bigEndian: raw.sin_port) }

    /// Lends it as what `bind` and its like take.
    private func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        var copy = raw
        // sockaddr_in begins with the fields of sockaddr; the length says how much there is.
        return unsafe withUnsafePointer(to: &copy) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    // Each of these gives the error number, 0 if it went well. Address and bytes live during the
    // calls.

    /// `bind`
    func bind(_ number: Int32) -> Int32 {
        unsafe withPointer { unsafe Glibc.bind(number, $0, $1) == 0 ? 0 : errno }
    }

    /// `connect`
    func connect(_ number: Int32) -> Int32 {
        unsafe withPointer { unsafe Glibc.connect(number, $0, $1) == 0 ? 0 : errno }
    }

    /// `sendto`
    func send(_ bytes: ArraySlice<UInt8>, on number: Int32) -> Int32 {
        unsafe withPointer { address, length in
            let count = unsafe bytes.withUnsafeBytes {
                unsafe sendto(
                    number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), address, length)
            }
            return count < 0 ? errno : 0
        }
    }
}
