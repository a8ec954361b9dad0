public import ConfParser
public import Wire

/// A table from a hash to a row number: open addressing, keys live elsewhere. A removed row leaves
/// a mark until the table grows.
struct RowTable: Sendable {
    /// Half of the hash above the row number: rows of other keys are passed over, and moved when
    /// the table grows, without a look at the keys.
    private var slots: [UInt64]
    /// Rows and marks.
    private var filled = 0
    private(set) var count = 0
    private static let empty = UInt32.max
    private static let mark = UInt32.max - 1

    init(minimumCapacity: Int = 0) {
        var size = 16
        while size * 4 < minimumCapacity * 5 { size *= 2 }
        slots = [UInt64](repeating: UInt64(Self.empty), count: size)
    }

    /// Room for so many rows in an empty table: one that doubles is filled several times.
    mutating func reserve(_ rows: Int) {
        if filled == 0 { self = RowTable(minimumCapacity: rows) }
    }

    /// The row that satisfies `matches` among those of a hash.
    func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
        place(of: hash, where: matches).map { Self.row(slots[$0]) }
    }

    private static func row(_ slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot) }

    private func place(of hash: UInt64, where matches: (UInt32) -> Bool) -> Int? {
        let mask = slots.count - 1
        let tag = UInt32(truncatingIfNeeded: hash)
        var place = Int(tag) & mask
        while true {
            let slot = slots[place]
            let row = Self.row(slot)
            if row == Self.empty { return nil }
            if UInt32(truncatingIfNeeded: slot >> 32) == tag, row != Self.mark, matches(row) {
                return place
            }
            place = (place + 1) & mask
        }
    }

    /// Adds a row under its hash.
    mutating func insert(_ row: UInt32, hash: UInt64) {
        if (filled + 1) * 5 > slots.count * 4 { grow() }
        put(hash << 32 | UInt64(row))
        count += 1
        filled += 1
    }

    /// Takes a row out; one that is not there is no matter.
    mutating func remove(_ row: UInt32, hash: UInt64) {
        guard let place = place(of: hash, where: { $0 == row }) else { return }
        slots[place] = UInt64(Self.mark)
        count -= 1
    }

    private mutating func put(_ slot: UInt64) {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: slot >> 32) & mask
        while Self.row(slots[place]) != Self.empty { place = (place + 1) & mask }
        slots[place] = slot
    }

    /// Doubles, unless most of what fills the table are marks.
    private mutating func grow() {
        let old = slots
        let size = count * 2 > filled ? old.count * 2 : old.count
        slots = [UInt64](repeating: UInt64(Self.empty), count: size)
        for slot in old where Self.row(slot) < Self.mark { put(slot) }
        filled = count
    }
}

/// Hash of bytes; the keys come from the administrator, so no seed is needed: a stranger can only
/// look up.
func hashBytes(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
    return value ^ value >> 33
}

/// Heads of the chains of host declarations.
struct HostIndex: Sendable {
    /// By name; only kept for operators (``Configuration/isOpenToOperators``).
    var byName = RowTable()
    var byIdentifier = RowTable()
    var byHardware = RowTable()
    /// `host-identifier`: one row per host that has one, latest first for equal options.
    var identifiers: [HostIdentifierRow] = []
    var byIdentifierOption = RowTable()
    /// The options that host identifiers name, newest first (ISC).
    var identifierOptions: [OptionReference] = []
}

/// `host-identifier option NAME VALUE`
struct HostIdentifierRow: Sendable {
    var option: OptionReference
    var value: ByteRange
    var host: HostID
}

/// Subclasses by class and data.
struct SubclassIndex: Sendable {
    var table = RowTable()
}

extension Configuration {
    /// The first host of the chain of a client identifier; go on with ``HostRow/next``.
    public func host(identifier: some Collection<UInt8>) -> HostID? {
        guard !identifier.isEmpty else { return nil }
        let hash = hashBytes(identifier)
        return hostIndex.byIdentifier.find(hash) {
            hostText(hosts[Int($0)].identifier).elementsEqual(identifier)
        }.map { HostID($0) }
    }

    /// The first host of the chain of a hardware address; go on with ``HostRow/next``.
    public func host(hardware: HardwareAddress) -> HostID? {
        guard !hardware.isNone else { return nil }
        return hostIndex.byHardware.find(hardware.hash(seed: 0)) {
            hosts[Int($0)].hardware == hardware
        }.map { HostID($0) }
    }

    /// The options that `host-identifier` statements name, in the order in which they are tried.
    public var hostIdentifierOptions: [OptionReference] { hostIndex.identifierOptions }

    /// The host that has this value of an option as its `host-identifier`.
    public func host(option: OptionReference, value: some Collection<UInt8>) -> HostID? {
        let hash = hashBytes(value, seed: UInt64(option.code))
        return hostIndex.byIdentifierOption.find(hash) {
            let row = hostIndex.identifiers[Int($0)]
            return row.option == option && hostText(row.value).elementsEqual(value)
        }.map { hostIndex.identifiers[Int($0)].host }
    }

    /// Name of a host declaration.
    public func name(of host: HostID) -> ArraySlice<UInt8> {
        hostText(hosts[Int(host.index)].name)
    }

    /// The fixed addresses of a host as written: some may be names that are to be looked up.
    public func fixedAddresses(of host: HostID) -> ArraySlice<FixedAddress> {
        let row = hosts[Int(host.index)]
        let start = Int(row.firstFixedAddress)
        return fixedAddresses[start..<(start + Int(row.fixedAddressCount))]
    }
}
