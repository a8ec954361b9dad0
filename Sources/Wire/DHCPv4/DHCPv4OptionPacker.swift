/// Lays options out in the option field and, where it overflows, in `file` and `sname`
/// (RFC 2131 §4.1, RFC 3396), in the places where ISC would put them.
///
/// Each option goes whole into the first field with room. One that fits nowhere, or has over
/// 255 bytes, is split over what is left; if even that does not hold it, it is left out.
public struct DHCPv4OptionPacker: Sendable {
    /// What stands in the option field behind the cookie.
    public private(set) var main: [UInt8] = []
    /// What stands in `file` and `sname`, with END; empty if not used.
    public private(set) var file: [UInt8] = []
    public private(set) var serverName: [UInt8] = []

    private var mainRoom = 0
    private var fileRoom = 0
    private var serverNameRoom = 0

    /// Most bytes of cookie and options of a reply, option 82 included.
    public static let maxSpace = 1236
    /// Kept free in the option field for option 52 and END; only the very last option may use it.
    private static let spare = 5

    private enum Field { case main, file, serverName }

    /// Empty fields.
    public init() {}

    /// Lays out the options of a reply.
    public mutating func pack(_ reply: borrowing DHCPv4Reply) {
        main.removeAll(keepingCapacity: true)
        file.removeAll(keepingCapacity: true)
        serverName.removeAll(keepingCapacity: true)
        let agentSize = reply.agentOptions.isEmpty ? 0 : reply.agentOptions.count + 2
        mainRoom = max(min(reply.space, Self.maxSpace - agentSize) - 4, 0)
        fileRoom = reply.canOverload && reply.file.isEmpty ? DHCPv4Layout.file.count : 0
        serverNameRoom =
            reply.canOverload && reply.serverName.isEmpty ? DHCPv4Layout.serverName.count : 0
        for index in reply.options.entries.indices {
            let isLast =
                index == reply.options.entries.count - 1
                && reply.options.entries[index].code == reply.lastCode
            place(reply.options, index, isLast: isLast, terminates: reply.terminatesText)
        }
        finish(reply.agentOptions, space: reply.space)
    }

    private mutating func place(
        _ list: borrowing DHCPv4OptionList, _ index: Int, isLast: Bool, terminates: Bool
    ) {
        let entry = list.entries[index]
        let hasNUL = terminates && entry.isText
        let length = entry.length + (hasNUL ? 1 : 0)
        if length <= 255, let field = field(holding: length, isLast: isLast) {
            append(
                entry.code, list.arena[entry.start..<(entry.start + entry.length)], hasNUL, field)
            return
        }
        let before = (main.count, file.count, serverName.count)
        var done = 0
        while done < length {
            guard let (field, room) = fieldWithRoom() else {
                main.removeSubrange(before.0...)
                file.removeSubrange(before.1...)
                serverName.removeSubrange(before.2...)
                return
            }
            let piece = min(room, length - done, 255)
            let end = min(done + piece, entry.length)
            let value = list.arena[(entry.start + done)..<(entry.start + end)]
            append(entry.code, value, done + piece > entry.length, field)
            done += piece
        }
    }

    /// The first field that holds an option whole.
    private func field(holding length: Int, isLast: Bool) -> Field? {
        let isAlone = isLast && file.isEmpty && serverName.isEmpty
        let spare = isAlone ? 2 : Self.spare
        if main.count + spare + length < mainRoom { return .main }
        if file.count + 3 + length < fileRoom { return .file }
        if serverName.count + 3 + length < serverNameRoom { return .serverName }
        return nil
    }

    /// The first field that holds at least one byte of an option, and how many it holds.
    private func fieldWithRoom() -> (Field, Int)? {
        if main.count + Self.spare + 1 < mainRoom {
            return (.main, mainRoom - main.count - Self.spare)
        }
        if file.count + 4 < fileRoom { return (.file, fileRoom - file.count - 3) }
        if serverName.count + 4 < serverNameRoom {
            return (.serverName, serverNameRoom - serverName.count - 3)
        }
        return nil
    }

    private mutating func append(
        _ code: UInt8, _ value: ArraySlice<UInt8>, _ hasNUL: Bool, _ field: Field
    ) {
        let length = UInt8(truncatingIfNeeded: value.count + (hasNUL ? 1 : 0))
        switch field {
        case .main: Self.append(code, length, value, hasNUL, to: &main)
        case .file: Self.append(code, length, value, hasNUL, to: &file)
        case .serverName: Self.append(code, length, value, hasNUL, to: &serverName)
        }
    }

    private static func append(
        _ code: UInt8, _ length: UInt8, _ value: ArraySlice<UInt8>, _ hasNUL: Bool,
        to field: inout [UInt8]
    ) {
        field.append(code)
        field.append(length)
        field.append(contentsOf: value)
        if hasNUL { field.append(0) }
    }

    /// Option 52 where options overflowed, option 82, END if there is room.
    private mutating func finish(_ agentOptions: [UInt8], space: Int) {
        var overload: UInt8 = 0
        if !file.isEmpty {
            file.append(DHCPv4Option.end)
            overload |= 1
        }
        if !serverName.isEmpty {
            serverName.append(DHCPv4Option.end)
            overload |= 2
        }
        if overload != 0 { main.append(contentsOf: [DHCPv4Option.overload, 1, overload]) }
        var limit = space - 4
        let agentSize = agentOptions.count + 2
        if !agentOptions.isEmpty, agentOptions.count <= 255,
            main.count + agentSize <= Self.maxSpace - 4
        {
            main.append(DHCPv4Option.agentInformation)
            main.append(UInt8(truncatingIfNeeded: agentOptions.count))
            main.append(contentsOf: agentOptions)
            limit = min(limit + agentSize, Self.maxSpace - 4)
        }
        if main.count < limit { main.append(DHCPv4Option.end) }
    }
}
