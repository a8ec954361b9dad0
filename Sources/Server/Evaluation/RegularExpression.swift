/// A POSIX extended regular expression over bytes, for `~=` and `~~`.
///
/// Only whether something matches is asked, so all alternatives are followed at once (Thompson):
/// time is bounded by the product of pattern and subject, whatever a stranger sends.
struct RegularExpression: Sendable {
    private var states: [State] = []

    enum State: Sendable {
        case set(ByteSet, next: Int)
        case fork(Int, Int)
        case startOfText(next: Int)
        case endOfText(next: Int)
        case wordEdge(WordEdge, next: Int)
        case accept
    }

    /// `nil` for a malformed pattern, or one whose repetitions are beyond the limit.
    init?(_ pattern: some Collection<UInt8>, ignoresCase: Bool) {
        var parser = PatternParser(Array(pattern), ignoresCase: ignoresCase)
        guard let tree = parser.parse() else { return nil }
        states = [.accept]
        guard let start = add(tree, next: 0) else { return nil }
        self.start = start
    }

    private var start = 0
    /// Most states of an expression: repetitions like `(a{255}){255}` are refused.
    private static let stateLimit = 20_000

    /// Adds the states of a node that go on with `next`; gives the entry.
    private mutating func add(_ node: Pattern, next: Int) -> Int? {
        guard states.count < Self.stateLimit else { return nil }
        switch node {
        case .empty: return next
        case .set(let set): return add(.set(set, next: next))
        case .startOfText: return add(.startOfText(next: next))
        case .endOfText: return add(.endOfText(next: next))
        case .wordEdge(let edge): return add(.wordEdge(edge, next: next))
        case .sequence(let nodes):
            var entry = next
            for node in nodes.reversed() {
                guard let start = add(node, next: entry) else { return nil }
                entry = start
            }
            return entry
        case .either(let nodes):
            var entry: Int?
            for node in nodes.reversed() {
                guard let start = add(node, next: next) else { return nil }
                entry = entry.map { add(.fork(start, $0)) } ?? start
            }
            return entry
        case .repeated(let inner, let least, let most):
            return add(inner, least, most, next: next)
        }
    }

    private mutating func add(_ state: State) -> Int {
        states.append(state)
        return states.count - 1
    }

    private mutating func add(
        _ node: Pattern, _ least: Int, _ most: Int?, next: Int
    ) -> Int? {
        var entry = next
        if let most {
            guard most >= least else { return nil }
            for _ in 0..<(most - least) {
                guard let start = add(node, next: entry) else { return nil }
                entry = add(.fork(start, next))
            }
        } else {
            let loop = add(.fork(next, next))
            guard let start = add(node, next: loop) else { return nil }
            states[loop] = .fork(start, next)
            entry = loop
        }
        for _ in 0..<least {
            guard let start = add(node, next: entry) else { return nil }
            entry = start
        }
        return entry
    }

    /// True if the pattern matches anywhere in the text.
    func matches(_ text: some Collection<UInt8>) -> Bool {
        let text = Array(text)
        var current: [Int] = []
        var isIn = [Bool](repeating: false, count: states.count)
        for place in 0...text.count {
            follow(start, at: place, of: text, &current, &isIn)
            if current.contains(where: { if case .accept = states[$0] { true } else { false } }) {
                return true
            }
            guard place < text.count else { return false }
            let before = current
            current.removeAll(keepingCapacity: true)
            for index in isIn.indices { isIn[index] = false }
            for index in before {
                guard case .set(let set, let next) = states[index],
                    set.contains(text[place])
                else { continue }
                follow(next, at: place + 1, of: text, &current, &isIn)
            }
        }
        return false
    }

    /// Adds a state and all that is reached from it without a byte.
    private func follow(
        _ first: Int, at place: Int, of text: [UInt8], _ current: inout [Int], _ isIn: inout [Bool]
    ) {
        var waiting = [first]
        while let index = waiting.popLast() {
            guard !isIn[index] else { continue }
            isIn[index] = true
            current.append(index)
            switch states[index] {
            case .fork(let left, let right): waiting += [right, left]
            case .startOfText(let next): if place == 0 { waiting.append(next) }
            case .endOfText(let next): if place == text.count { waiting.append(next) }
            case .wordEdge(let edge, let next):
                if Self.isEdge(edge, place, text) { waiting.append(next) }
            case .set, .accept: break
            }
        }
    }

    private static func isEdge(_ edge: WordEdge, _ place: Int, _ text: [UInt8]) -> Bool {
        let before = place > 0 && PatternParser.word.contains(text[place - 1])
        let after = place < text.count && PatternParser.word.contains(text[place])
        switch edge {
        case .start: return !before && after
        case .end: return before && !after
        case .either: return before != after
        case .none: return before == after
        }
    }
}

/// A set of byte values.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    func contains(_ byte: UInt8) -> Bool {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: return words.0 & bit != 0
        case 1: return words.1 & bit != 0
        case 2: return words.2 & bit != 0
        default: return words.3 & bit != 0
        }
    }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    var inverted: ByteSet {
        var result = ByteSet()
        result.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return result
    }
}
