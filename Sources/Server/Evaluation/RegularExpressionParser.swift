import ConfParser

/// The tree of a regular expression.
indirect enum Pattern: Sendable {
    case empty
    case set(ByteSet)
    case startOfText
    case endOfText
    case wordEdge(WordEdge)
    case sequence([Pattern])
    case either([Pattern])
    /// `most` is `nil` for "any number".
    case repeated(Pattern, least: Int, most: Int?)
    /// What stands between parentheses, numbered from 1.
    case group(Int, Pattern)
    /// What the group matched.
    case reference(Int)

    var isAnchor: Bool {
        switch self {
        case .startOfText, .endOfText, .wordEdge: true
        default: false
        }
    }
}

/// Places at the edges of words.
enum WordEdge: Sendable {
    case start, end, either, none
}

/// Reads POSIX extended syntax as glibc does, with its additions: references back, and
/// ``\w \W \s \S \b \B \< \> \` \'``.
struct PatternParser {
    private let text: [UInt8]
    private let ignoresCase: Bool
    private var index = 0
    private var depth = 0
    private var groupCount = 0
    /// Groups whose right parenthesis was read: only these can be referred to.
    private var completeGroups: Set<Int> = []
    /// Groups that are referred to.
    private(set) var referredGroups: Set<Int> = []

    /// glibc's limit of `{n}` is 32767; ours is lower, like the length of any option.
    private static let repetitionLimit = 1000
    private static let depthLimit = 100

    init(_ text: [UInt8], ignoresCase: Bool) {
        self.text = text
        self.ignoresCase = ignoresCase
    }

    /// The whole pattern; `nil` if it is malformed.
    mutating func parse() -> Pattern? {
        let pattern = alternatives()
        return index == text.count ? pattern : nil
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard let next, next == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() -> Pattern? {
        guard depth < Self.depthLimit else { return nil }
        depth += 1
        defer { depth -= 1 }
        var branches: [Pattern] = []
        let before = completeGroups
        repeat {
            // A branch cannot refer to groups of the others.
            let others = completeGroups
            completeGroups = before
            guard let branch = sequence() else { return nil }
            completeGroups.formUnion(others)
            branches.append(branch)
        } while take("|")
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() -> Pattern? {
        var items: [Pattern] = []
        while let byte = next, byte != UInt8(ascii: "|") {
            if byte == UInt8(ascii: ")"), depth > 1 { break }
            guard var item = atom() else { return nil }
            // glibc: what would repeat an anchor has nothing to repeat.
            while !item.isAnchor, let operation = next, Self.repeats.contains(operation) {
                guard let (least, most) = repetition() else { return nil }
                guard least <= Self.repetitionLimit else { return nil }
                if let most, most < least || most > Self.repetitionLimit { return nil }
                item = .repeated(item, least: least, most: most)
            }
            items.append(item)
        }
        return items.isEmpty ? .empty : .sequence(items)
    }

    /// Bytes that repeat what stands before them.
    private static let repeats = Array("*+?{".utf8)

    private mutating func repetition() -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard take("{") else { return nil }
        let least = number()
        var most = least
        if take(",") { most = number() }
        // glibc: `{,}` is `*`.
        guard take("}"), least != nil || text[index - 2] == UInt8(ascii: ",") || most != nil
        else { return nil }
        return (least ?? 0, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = next, byte &- UInt8(ascii: "0") < 10 {
            value = min((value ?? 0) * 10 + Int(byte - UInt8(ascii: "0")), 100_000)
            index += 1
        }
        return value
    }

    private mutating func atom() -> Pattern? {
        guard let byte = next else { return nil }
        // Nothing to repeat.
        guard !Self.repeats.contains(byte) else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "("):
            groupCount += 1
            let number = groupCount
            guard let inner = alternatives(), take(")") else { return nil }
            completeGroups.insert(number)
            return .group(number, inner)
        case UInt8(ascii: "^"): return .startOfText
        case UInt8(ascii: "$"): return .endOfText
        case UInt8(ascii: "."): return .set(ByteSet().inverted)
        case UInt8(ascii: "["): return bracket()
        case UInt8(ascii: "\\"): return escape()
        default: return single(byte)
        }
    }

    private func single(_ byte: UInt8) -> Pattern {
        var set = ByteSet()
        insert(byte, into: &set)
        return .set(set)
    }

    private func insert(_ byte: UInt8, into set: inout ByteSet) {
        set.insert(byte)
        guard ignoresCase else { return }
        set.insert(byte.asciiLowercased)
        set.insert(byte.asciiUppercased)
    }

    private mutating func escape() -> Pattern? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "w"): return .set(Self.word)
        case UInt8(ascii: "W"): return .set(Self.word.inverted)
        case UInt8(ascii: "s"): return .set(Self.members(of: "space") ?? ByteSet())
        case UInt8(ascii: "S"): return .set((Self.members(of: "space") ?? ByteSet()).inverted)
        case UInt8(ascii: "b"): return .wordEdge(.either)
        case UInt8(ascii: "B"): return .wordEdge(.none)
        case UInt8(ascii: "<"): return .wordEdge(.start)
        case UInt8(ascii: ">"): return .wordEdge(.end)
        case UInt8(ascii: "`"): return .startOfText
        case UInt8(ascii: "'"): return .endOfText
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let number = Int(byte - UInt8(ascii: "0"))
            guard completeGroups.contains(number) else { return nil }
            referredGroups.insert(number)
            return .reference(number)
        default: return single(byte)
        }
    }

    static var word: ByteSet {
        var set = members(of: "alnum") ?? ByteSet()
        set.insert(UInt8(ascii: "_"))
        return set
    }

    /// What stands between brackets.
    private mutating func bracket() -> Pattern? {
        let isInverted = take("^")
        var set = ByteSet()
        var isFirst = true
        while isFirst || next != UInt8(ascii: "]") {
            guard let low = bracketItem(&set, isFirst ? .first : .later) else { return nil }
            isFirst = false
            guard case .byte(let start) = low, isRange else {
                if case .byte(let byte) = low { insert(byte, into: &set) }
                continue
            }
            index += 1
            guard case .byte(let end)? = bracketItem(&set, .end) else { return nil }
            // glibc: both ends are made capital letters first.
            let (from, to) =
                ignoresCase ? (start.asciiUppercased, end.asciiUppercased) : (start, end)
            guard from <= to else { return nil }
            for byte in from...to { insert(byte, into: &set) }
        }
        index += 1
        return .set(isInverted ? set.inverted : set)
    }

    /// True if a hyphen follows that is not the last byte between the brackets.
    private var isRange: Bool {
        next == UInt8(ascii: "-") && index + 1 < text.count
            && text[index + 1] != UInt8(ascii: "]")
    }

    private enum BracketItem {
        case byte(UInt8)
        /// A class, which is in the set already.
        case many
    }

    private enum BracketPlace {
        case first, later, end
    }

    /// A byte, `[.a.]`, `[=a=]` or `[:alpha:]`; `nil` if it is malformed.
    private mutating func bracketItem(
        _ set: inout ByteSet, _ place: BracketPlace
    ) -> BracketItem? {
        guard let byte = next else { return nil }
        // glibc: a hyphen stands for itself at the beginning, as the end of a range, or last.
        if byte == UInt8(ascii: "-"), place == .later, isRange { return nil }
        if byte == UInt8(ascii: "-"), place == .later, index + 1 >= text.count { return nil }
        index += 1
        guard byte == UInt8(ascii: "["), let kind = next, ".=:".utf8.contains(kind) else {
            return .byte(byte)
        }
        let start = index + 1
        var end = start
        while end + 1 < text.count, text[end] != kind || text[end + 1] != UInt8(ascii: "]") {
            end += 1
        }
        guard end + 1 < text.count else { return nil }
        index = end + 2
        if kind == UInt8(ascii: ":") {
            let name = String(decoding: text[start..<end], as: UTF8.self)
            guard let members = Self.members(of: name) else { return nil }
            for byte in UInt8.min...UInt8.max where members.contains(byte) {
                insert(byte, into: &set)
            }
            return .many
        }
        // Without a locale only single bytes have names.
        guard end == start + 1 else { return nil }
        if kind == UInt8(ascii: ".") { return .byte(text[start]) }
        insert(text[start], into: &set)
        return .many
    }

    private static func members(of name: String) -> ByteSet? {
        let ranges: [ClosedRange<UInt8>]
        switch name {
        case "digit": ranges = [0x30...0x39]
        case "upper": ranges = [0x41...0x5a]
        case "lower": ranges = [0x61...0x7a]
        case "alpha": ranges = [0x41...0x5a, 0x61...0x7a]
        case "alnum": ranges = [0x30...0x39, 0x41...0x5a, 0x61...0x7a]
        case "xdigit": ranges = [0x30...0x39, 0x41...0x46, 0x61...0x66]
        case "space": ranges = [0x09...0x0d, 0x20...0x20]
        case "blank": ranges = [0x09...0x09, 0x20...0x20]
        case "cntrl": ranges = [0x00...0x1f, 0x7f...0x7f]
        case "print": ranges = [0x20...0x7e]
        case "graph": ranges = [0x21...0x7e]
        case "punct": ranges = [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]
        default: return nil
        }
        var set = ByteSet()
        for range in ranges {
            for byte in range { set.insert(byte) }
        }
        return set
    }
}
