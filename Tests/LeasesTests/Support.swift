import Leases
import Wire

func range(_ first: String, _ last: String) -> AddressRange {
    guard let first = IPv4Address(first), let last = IPv4Address(last) else {
        preconditionFailure("not an address")
    }
    return AddressRange(first: first, last: last)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func mac(_ last: UInt8, type: UInt8 = 1) -> HardwareAddress {
    HardwareAddress(type: type, bytes: [2, 0, 0, 0, 0, last] as [UInt8]) ?? .none
}

extension LeaseStore {
    /// The lease of an address that the test knows to be in a pool.
    func id(_ address: String) -> LeaseID {
        guard let id = IPv4Address(address).flatMap({ lease(at: $0) }) else {
            preconditionFailure("no such lease")
        }
        return id
    }

    func record(_ address: String) -> String {
        var bytes: [UInt8] = []
        appendRecord(of: id(address), to: &bytes)
        return text(bytes)
    }
}

/// 2026-11-21 02:41:14 UTC
let start = Timestamp(1_795_228_874)
