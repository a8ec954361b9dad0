public import Wire

// The chains by client: who holds or held which leases.
//
// Order of a chain (server-v4.md §5): active by latest end; then expired and released by latest
// `cltt`; then free, backup and reset by latest `cltt`; abandoned last. What is inserted stands
// before its equals.

extension LeaseStore {
    /// Client identifier of the present or last client; empty if none.
    public func uid(_ id: LeaseID) -> [UInt8] { Array(uidBytes(id)) }

    /// True when the lease has exactly this client identifier; allocates nothing.
    public func hasUID(_ id: LeaseID, _ uid: Span<UInt8>) -> Bool {
        arena.equals(rows[id.row].uidHandle, uid)
    }

    /// True when the lease has any client identifier.
    public func hasUID(_ id: LeaseID) -> Bool { rows[id.row].uidHandle != 0 }

    func uidBytes(_ id: LeaseID) -> ArraySlice<UInt8> { arena.string(rows[id.row].uidHandle) }

    /// The leases of a client identifier, best first.
    public func leases(uid: [UInt8]) -> [LeaseID] {
        var found: [LeaseID] = []
        _ = firstLease(uid: uid.span) { id, _ in
            found.append(id)
            return false
        }
        return found
    }

    /// The leases of a hardware address, best first.
    public func leases(hardware: HardwareAddress) -> [LeaseID] {
        var found: [LeaseID] = []
        _ = firstLease(hardware: hardware) { id, _ in
            found.append(id)
            return false
        }
        return found
    }

    /// The best lease of a client identifier that passes a test; allocates nothing.
    public func firstLease(
        uid: Span<UInt8>, where isWanted: (LeaseID, borrowing LeaseRow) -> Bool
    ) -> LeaseID? {
        guard !uid.isEmpty else { return nil }
        var index = uidIndex.head(hash(uid))
        while index != .max {
            let row = Int(index)
            if arena.equals(rows[row].uidHandle, uid), isWanted(LeaseID(index), rows[row]) {
                return LeaseID(index)
            }
            index = rows[row].nextByUID
        }
        return nil
    }

    /// The best lease of a hardware address that passes a test; allocates nothing.
    public func firstLease(
        hardware: HardwareAddress, where isWanted: (LeaseID, borrowing LeaseRow) -> Bool
    ) -> LeaseID? {
        guard !hardware.isNone else { return nil }
        var index = hardwareIndex.head(hash(hardware))
        while index != .max {
            let row = Int(index)
            if rows[row].hardware == hardware, isWanted(LeaseID(index), rows[row]) {
                return LeaseID(index)
            }
            index = rows[row].nextByHardware
        }
        return nil
    }

    /// Sets the client of a lease; an empty `uid` and ``HardwareAddress/none`` mean that there is
    /// none.
    public mutating func setClient(_ id: LeaseID, uid: [UInt8], hardware: HardwareAddress) {
        setClient(id, uid: uid.span, hardware: hardware)
    }

    /// Sets the client of a lease without need of an array.
    ///
    /// ISC: also when it is the same as before the lease is chained anew, in the place that follows
    /// from what it still is at that moment.
    public mutating func setClient(_ id: LeaseID, uid: Span<UInt8>, hardware: HardwareAddress) {
        let isSame = arena.equals(rows[id.row].uidHandle, uid)
        if !isSame || !isAloneByUID(id) {
            unchainUID(id)
            if !isSame { rows[id.row].uidHandle = arena.replace(rows[id.row].uidHandle, uid) }
            chainUID(id)
        }
        guard rows[id.row].hardware != hardware || !isAloneByHardware(id) else { return }
        unchainHardware(id)
        rows[id.row].hardware = hardware
        chainHardware(id)
    }

    /// True if no other lease stands in the chain of the lease's client identifier.
    private func isAloneByUID(_ id: LeaseID) -> Bool {
        rows[id.row].uidHandle == 0
            || rows[id.row].nextByUID == .max
                && uidIndex.head(hash(uidBytes(id).span)) == id.index
    }

    /// True if no other lease stands in the chain of the lease's hardware address.
    private func isAloneByHardware(_ id: LeaseID) -> Bool {
        rows[id.row].nextByHardware == .max && rows[id.row].previousByHardware == .max
    }

    /// True when the first row stands before the second one in a chain. ISC: the place is chosen
    /// when a client is set, by the state that the lease has then, and kept afterwards.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (first, second) = (Self.order(rows[left]), Self.order(rows[right]))
        if first != second { return first < second }
        return first == 0
            ? rows[left].ends >= rows[right].ends : rows[left].cltt >= rows[right].cltt
    }

    static func order(_ row: borrowing LeaseRow) -> Int {
        switch row.bindingState {
        case .active: 0
        case .expired, .released: 1
        case .free, .backup, .reset: 2
        case .abandoned: 3
        }
    }

    // MARK: - By client identifier

    func hash(_ uid: Span<UInt8>) -> UInt32 {
        var value = seed ^ UInt64(uid.count)
        var word: UInt64 = 0
        for index in 0..<uid.count {
            word = word << 8 | UInt64(uid[index])
            guard index & 7 == 7 || index == uid.count - 1 else { continue }
            value ^= word
            value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
            word = 0
        }
        value = (value ^ value >> 29) &* 0xc4ce_b9fe_1a85_ec53
        return UInt32(truncatingIfNeeded: value >> 32)
    }

    private mutating func chainUID(_ id: LeaseID) {
        guard rows[id.row].uidHandle != 0 else { return }
        let key = hash(uidBytes(id).span)
        var previous = UInt32.max
        var next = uidIndex.head(key)
        while next != .max, !precedes(id.row, Int(next)) {
            previous = next
            next = rows[Int(next)].nextByUID
        }
        rows[id.row].nextByUID = next
        if previous == .max {
            uidIndex.setHead(key, id.index)
        } else {
            rows[Int(previous)].nextByUID = id.index
        }
    }

    private mutating func unchainUID(_ id: LeaseID) {
        guard rows[id.row].uidHandle != 0 else { return }
        let key = hash(uidBytes(id).span)
        let next = rows[id.row].nextByUID
        rows[id.row].nextByUID = .max
        var previous = uidIndex.head(key)
        if previous == id.index {
            uidIndex.setHead(key, next)
            return
        }
        while previous != .max, rows[Int(previous)].nextByUID != id.index {
            previous = rows[Int(previous)].nextByUID
        }
        precondition(previous != .max, "a lease is not on its client's chain")
        rows[Int(previous)].nextByUID = next
    }

    // MARK: - By hardware address

    func hash(_ hardware: HardwareAddress) -> UInt32 {
        UInt32(truncatingIfNeeded: hardware.hash(seed: seed) >> 32)
    }

    private mutating func chainHardware(_ id: LeaseID) {
        guard !rows[id.row].hardware.isNone else { return }
        chainHardware(id, from: hardwareIndex.head(hash(rows[id.row].hardware)))
    }

    /// Chains a lease; the search begins at some member of the chain, `.max` when it has none.
    ///
    /// A client with a great many leases is the reason for looking near the old place first: walks
    /// from the head would cost the square of their number when they all run out.
    private mutating func chainHardware(_ id: LeaseID, from member: UInt32) {
        var previous = UInt32.max
        var next = member
        if next != .max { previous = rows[Int(next)].previousByHardware }
        while next != .max, !precedes(id.row, Int(next)) {
            previous = next
            next = rows[Int(next)].nextByHardware
        }
        while previous != .max, precedes(id.row, Int(previous)) {
            next = previous
            previous = rows[Int(previous)].previousByHardware
        }
        rows[id.row].nextByHardware = next
        rows[id.row].previousByHardware = previous
        if next != .max { rows[Int(next)].previousByHardware = id.index }
        if previous == .max {
            hardwareIndex.setHead(hash(rows[id.row].hardware), id.index)
        } else {
            rows[Int(previous)].nextByHardware = id.index
        }
    }

    private mutating func unchainHardware(_ id: LeaseID) {
        guard !rows[id.row].hardware.isNone else { return }
        let (previous, next) = (rows[id.row].previousByHardware, rows[id.row].nextByHardware)
        rows[id.row].nextByHardware = .max
        rows[id.row].previousByHardware = .max
        if next != .max { rows[Int(next)].previousByHardware = previous }
        if previous == .max {
            hardwareIndex.setHead(hash(rows[id.row].hardware), next)
        } else {
            rows[Int(previous)].nextByHardware = next
        }
    }
}
