public import ConfParser

/// The options set so far for one reply: a scratch structure that is reused from packet to packet
/// and allocates nothing once its buffers have grown.
///
/// A value is one part, or several after `append` and `prepend`. Parts that are expressions are
/// evaluated when the value is asked for and not when it is set (ISC: later `set` statements show).
public struct OptionValues: Sendable {
    /// In the order in which they were first set; replacing keeps the place.
    private(set) var entries: [Entry] = []
    private(set) var parts: [Part] = []
    /// Bytes of parts that are not constants of the program.
    private(set) var bytes: [UInt8] = []
    /// Entry by code, for the two spaces that matter.
    private var dhcp = [UInt16](repeating: .max, count: 256)
    private var server = [UInt16](repeating: .max, count: 128)

    struct Entry: Sendable {
        var space: UInt16
        /// Compressed domain lists are joined in a way of their own.
        var isPresent: Bool
        var code: UInt32
        var firstPart: UInt32
    }

    struct Part: Sendable {
        var kind: Kind
        /// Start of a run of bytes, or an expression.
        var a: UInt32
        /// Length of the run.
        var b: UInt32
        /// Next part, or the maximum.
        var next: UInt32

        enum Kind: UInt8, Sendable {
            /// A run of ``Program/bytes``.
            case constant
            /// A run of ``OptionValues/bytes``.
            case own
            case expression
            /// Set without a value.
            case nothing
        }
    }

    /// Nothing set.
    public init() {}

    /// Forgets everything, keeps the buffers.
    public mutating func removeAll() {
        for entry in entries {
            if entry.space == OptionSpaceID.dhcp.rawValue, entry.code < 256 {
                dhcp[Int(entry.code)] = .max
            } else if entry.space == OptionSpaceID.server.rawValue, entry.code < 128 {
                server[Int(entry.code)] = .max
            }
        }
        entries.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// True if the option is set, be its value null.
    public func contains(_ option: OptionReference) -> Bool {
        find(option).map { entries[$0].isPresent } ?? false
    }

    /// Takes an option away.
    public mutating func remove(_ option: OptionReference) {
        if let index = find(option) { entries[index].isPresent = false }
    }

    /// Sets an option to bytes that the caller has, replacing what is there.
    public mutating func set(_ option: OptionReference, _ value: some Collection<UInt8>) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: value)
        set(option, Part(kind: .own, a: start, b: UInt32(value.count), next: .max), .supersede)
    }

    /// All options of a space in the order in which they were first set.
    ///
    /// ISC keeps buckets with the newest first; replacing keeps the place in both.
    public func options(in space: OptionSpaceID) -> [OptionReference] {
        entries.filter { $0.isPresent && $0.space == space.rawValue }.map {
            OptionReference(space, $0.code)
        }
    }

    /// Calls `body` for every option that is set, in the order in which they were first set.
    public func forEach(_ body: (OptionReference) -> Void) {
        for entry in entries where entry.isPresent {
            body(OptionReference(OptionSpaceID(entry.space), entry.code))
        }
    }

    /// Applies one setting (config-language.md §3.1).
    mutating func set(_ option: OptionReference, _ part: Part, _ mode: OptionOperation) {
        let known = find(option)
        let isPresent = known.map { entries[$0].isPresent } ?? false
        if isPresent, let known {
            switch mode {
            case .setDefault: return
            case .append: return append(part, to: known)
            case .prepend: return prepend(part, to: known)
            case .supersede, .send: break
            }
        }
        parts.append(part)
        let first = UInt32(parts.count - 1)
        if isPresent, let known {
            entries[known].firstPart = first
        } else {
            add(option, firstPart: first)
        }
    }

    private mutating func add(_ option: OptionReference, firstPart: UInt32) {
        guard entries.count < Int(UInt16.max) - 1 else { return }
        entries.append(
            Entry(
                space: option.space.rawValue, isPresent: true, code: option.code,
                firstPart: firstPart))
        index(entries.count - 1)
    }

    private mutating func index(_ number: Int) {
        let entry = entries[number]
        if entry.space == OptionSpaceID.dhcp.rawValue, entry.code < 256 {
            dhcp[Int(entry.code)] = UInt16(truncatingIfNeeded: number)
        } else if entry.space == OptionSpaceID.server.rawValue, entry.code < 128 {
            server[Int(entry.code)] = UInt16(truncatingIfNeeded: number)
        }
    }

    /// A copy of what is set, without the buffers.
    var template: Template { Template(entries: entries, parts: parts, bytes: bytes) }

    /// Replaces everything by what was set when the template was made.
    mutating func assign(_ template: Template) {
        removeAll()
        entries.append(contentsOf: template.entries)
        parts.append(contentsOf: template.parts)
        bytes.append(contentsOf: template.bytes)
        for number in entries.indices { index(number) }
    }

    private mutating func append(_ part: Part, to entry: Int) {
        parts.append(part)
        var last = Int(entries[entry].firstPart)
        while parts[last].next != .max { last = Int(parts[last].next) }
        parts[last].next = UInt32(parts.count - 1)
    }

    private mutating func prepend(_ part: Part, to entry: Int) {
        var first = part
        first.next = entries[entry].firstPart
        parts.append(first)
        entries[entry].firstPart = UInt32(parts.count - 1)
    }

    /// The entry of an option, also one that was taken away.
    func find(_ option: OptionReference) -> Int? {
        if option.space == .dhcp, option.code < 256 {
            let number = dhcp[Int(option.code)]
            return number == .max ? nil : Int(number)
        }
        if option.space == .server, option.code < 128 {
            let number = server[Int(option.code)]
            return number == .max ? nil : Int(number)
        }
        return entries.lastIndex {
            $0.space == option.space.rawValue && $0.code == option.code
        }
    }

    /// The first part of an option that is set.
    func firstPart(_ option: OptionReference) -> Part? {
        guard let index = find(option), entries[index].isPresent else { return nil }
        return parts[Int(entries[index].firstPart)]
    }
}
