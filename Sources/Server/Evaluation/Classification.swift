import ConfParser
import Leases
public import Wire

/// The classes of one packet, and the subclasses that packets have made.
///
/// Matching is config-language.md §8. At most ``limit`` classes count for a packet.
public struct SpawnedClasses: Sendable {
    /// By ``ClassID/spawnedNumber``.
    public private(set) var rows: [Row] = []
    private var numbers: [Row: UInt32] = [:]

    /// A subclass made by `spawn with`; it has scope and lease limit of its class.
    public struct Row: Hashable, Sendable {
        public var parent: ClassID
        public var data: [UInt8]
    }

    /// Nothing spawned.
    public init() {}

    /// The subclass of these data.
    public func find(_ row: Row) -> UInt32? { numbers[row] }

    /// Adds a subclass; it must not be there yet.
    public mutating func add(_ row: Row) -> UInt32 {
        let number = UInt32(rows.count)
        rows.append(row)
        numbers[row] = number
        return number
    }
}

extension Evaluator {
    /// Most classes that one packet can be in.
    public static let classLimit = 5

    /// Another packet comes: it is in no class yet.
    public mutating func leaveClasses() { classes.removeAll(keepingCapacity: true) }

    /// Finds the classes that a packet is in; the packet must have been announced in ``facts``.
    /// Afterwards ``classes`` holds them in order, subclasses in the place of theirs.
    public mutating func classify(
        _ packet: borrowing DHCPv4Message, spawned: inout SpawnedClasses
    ) {
        for id in configuration.classOrder {
            guard let match = match(id, packet, &spawned) else { continue }
            add(match, packet)
        }
    }

    /// Puts a packet into a class. ISC: into the same one again too, each time that `add` runs.
    ///
    /// A sixth class is left out with the line `too many classes match %s`.
    mutating func add(_ id: ClassID, _ packet: borrowing DHCPv4Message) {
        guard classes.count < Self.classLimit else {
            var line = Array("too many classes match ".utf8)
            line.append(packet.hardware)
            return log(.error, line)
        }
        classes.append(id)
    }

    private mutating func match(
        _ id: ClassID, _ packet: borrowing DHCPv4Message, _ spawned: inout SpawnedClasses
    ) -> ClassID? {
        let row = configuration[id]
        if let condition = row.matchIf {
            guard boolean(condition, packet) == true else { return nil }
        }
        guard let submatch = row.submatch else { return row.matchIf == nil ? nil : id }
        guard row.hasSubclasses || row.isSpawning else { return nil }
        guard let range = data(submatch, packet), !range.isEmpty else { return nil }
        if let subclass = configuration.subclass(of: id, data: bytes[range]) { return subclass }
        guard row.isSpawning else { return nil }
        let wanted = SpawnedClasses.Row(parent: id, data: Array(bytes[range]))
        let number = spawned.find(wanted) ?? spawned.add(wanted)
        return ClassID(spawned: number)
    }

    /// `check "default"`: true if any class matches; nothing is spawned.
    mutating func checkClasses(_ packet: borrowing DHCPv4Message) -> Bool {
        guard facts.hasPacket else { return false }
        var ignored = SpawnedClasses()
        for id in configuration.classOrder where match(id, packet, &ignored) != nil {
            return true
        }
        return false
    }
}

extension Configuration {
    /// The class that a subclass belongs to, declared or spawned; `nil` for a class.
    public func parent(of id: ClassID, _ spawned: borrowing SpawnedClasses) -> ClassID? {
        guard let number = id.spawnedNumber else { return self[id].parent }
        return spawned.rows[number].parent
    }

    /// The class whose scope and limit hold: of a spawned subclass that of its parent.
    private func declared(_ id: ClassID, _ spawned: borrowing SpawnedClasses) -> ClassID {
        guard let number = id.spawnedNumber else { return id }
        return spawned.rows[number].parent
    }

    /// The scope of a class, declared or spawned.
    public func scope(of id: ClassID, _ spawned: borrowing SpawnedClasses) -> ScopeID {
        self[declared(id, spawned)].scope
    }

    /// The lease limit of a class, declared or spawned; 0 for none.
    public func leaseLimit(of id: ClassID, _ spawned: borrowing SpawnedClasses) -> Int32 {
        self[declared(id, spawned)].leaseLimit
    }
}
