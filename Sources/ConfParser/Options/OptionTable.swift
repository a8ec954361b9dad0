/// All option spaces and options: the built-in ones and those that a configuration defines.
///
/// Names are compared without case. What is defined last wins, both by name and by code.
public struct OptionTable: Sendable {
    /// Indexed by ``OptionSpaceID``. A space that was declared again stays here, but is found by
    /// name no more.
    public private(set) var spaces: [OptionSpace]
    /// All definitions in the order in which they were made, also replaced ones.
    public private(set) var definitions: [OptionDefinition]
    private var spacesByName: [[UInt8]: OptionSpaceID]
    private var names: [[[UInt8]: Int32]]
    private var codes: [OptionReference: Int32]

    /// The table that every configuration starts with.
    public init() { self = Self.builtIn }

    private init(empty: Void) {
        spaces = []
        definitions = []
        spacesByName = [:]
        names = []
        codes = [:]
    }

    private static let builtIn = makeBuiltIn()

    /// A space by name.
    public func space(named name: [UInt8]) -> OptionSpaceID? {
        spacesByName[name.lowercasedASCII]
    }

    /// The facts of a space; the id must be of this table.
    public subscript(space: OptionSpaceID) -> OptionSpace { spaces[Int(space.rawValue)] }

    /// An option by name in a space.
    public func option(named name: [UInt8], in space: OptionSpaceID) -> OptionDefinition? {
        guard let index = names[Int(space.rawValue)][name.lowercasedASCII] else { return nil }
        return definitions[Int(index)]
    }

    /// The option that has a code, if any.
    public func definition(_ reference: OptionReference) -> OptionDefinition? {
        guard let index = codes[reference] else { return nil }
        return definitions[Int(index)]
    }

    /// The names of a space's options, in no order.
    func names(in space: OptionSpaceID) -> [[UInt8]] {
        names[Int(space.rawValue)].values.map { definitions[Int($0)].name }
    }

    /// Format letters of an option; `X` (any bytes) for a code without definition.
    public func format(_ reference: OptionReference) -> [UInt8] {
        definition(reference)?.format ?? [UInt8(ascii: "X")]
    }

    /// Adds a space; `nil` when there are 65,535 already.
    public mutating func declare(_ space: OptionSpace) -> OptionSpaceID? {
        guard spaces.count < 65_535 else { return nil }
        let id = OptionSpaceID(UInt16(spaces.count))
        spaces.append(space)
        names.append([:])
        spacesByName[space.name.lowercasedASCII] = id
        return id
    }

    /// Adds an option, replacing one of the same name or code.
    ///
    /// The code of a replaced name becomes unknown; the name of a replaced code keeps working
    /// (ISC).
    public mutating func define(_ definition: OptionDefinition) {
        forget(definition.name, in: definition.reference.space)
        let index = Int32(truncatingIfNeeded: definitions.count)
        let space = Int(definition.reference.space.rawValue)
        let key = definition.name.lowercasedASCII
        definitions.append(definition)
        names[space][key] = index
        codes[definition.reference] = index
        if let inner = Self.encapsulatedName(definition.format), let id = self.space(named: inner) {
            spaces[Int(id.rawValue)].parent = definition.reference
        }
    }

    /// Takes a name away, and its code unless that has another name by now.
    mutating func forget(_ name: [UInt8], in space: OptionSpaceID) {
        let index = names[Int(space.rawValue)].removeValue(forKey: name.lowercasedASCII)
        guard let index else { return }
        let reference = definitions[Int(index)].reference
        if codes[reference] == index { codes[reference] = nil }
    }

    /// The name of the space in a format like `Enwip.`, if there is one.
    public static func encapsulatedName(_ format: [UInt8]) -> [UInt8]? {
        guard let start = format.firstIndex(of: UInt8(ascii: "E")),
            let end = format[start...].firstIndex(of: UInt8(ascii: ".")), end > start + 1
        else { return nil }
        return Array(format[(start + 1)..<end])
    }

    /// The space that the value of an option is made of, if it encapsulates one.
    public func encapsulatedSpace(_ reference: OptionReference) -> OptionSpaceID? {
        guard let definition = definition(reference) else { return nil }
        return Self.encapsulatedName(definition.format).flatMap { space(named: $0) }
    }
}

extension OptionTable {
    /// Widths of the built-in spaces: code, length, end code, hash size (config-language.md,
    /// option-spaces.tsv).
    private static let builtInWidths: [(code: UInt8, length: UInt8, end: UInt32?)] = [
        (1, 1, 255), (1, 1, nil), (1, 1, nil), (1, 1, nil), (4, 1, nil), (4, 1, nil),
        (2, 2, nil), (2, 2, 0), (4, 0, 0), (4, 0, nil), (0, 0, nil), (4, 1, nil),
    ]

    private static func makeBuiltIn() -> OptionTable {
        var table = OptionTable(empty: ())
        var current = OptionSpaceID.dhcp
        let text: [UInt8] = unsafe Array(
            UnsafeBufferPointer(
                start: builtInText.utf8Start, count: builtInText.utf8CodeUnitCount))
        // Spaces first: an option may encapsulate a space that comes later.
        let lines = text.split(separator: UInt8(ascii: "\n"))
        for line in lines where !line.contains(UInt8(ascii: " ")) {
            let index = table.spaces.count
            guard index < builtInWidths.count else { break }
            let widths = builtInWidths[index]
            _ = table.declare(
                OptionSpace(
                    name: Array(line), codeWidth: widths.code, lengthWidth: widths.length,
                    endCode: widths.end))
        }
        for line in lines {
            let fields = line.split(separator: UInt8(ascii: " "))
            if fields.count == 1 {
                current = table.space(named: Array(line)) ?? current
            } else if fields.count == 3, let code = UInt32(decimal: fields[1]) {
                table.define(
                    OptionDefinition(
                        reference: OptionReference(current, code), name: Array(fields[0]),
                        format: fields[2].elementsEqual([UInt8(ascii: "-")])
                            ? [] : Array(fields[2])))
            }
        }
        return table
    }
}
