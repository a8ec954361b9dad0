import ConfParser

/// A POSIX extended regular expression over bytes, for `~=` and `~~`.
///
/// Only whether something matches is asked, so all alternatives are followed at once (Thompson):
/// time is bounded by the product of pattern and subject, whatever a stranger sends. A pattern with
/// references back (`\1`) is no regular expression in that sense; ``search(_:)`` follows its
/// alternatives one after the other, remembers where it has been, and gives up at a limit. The C
/// library's `regexec` knows no limit, and would also tie the answer to the locale.
struct RegularExpression: Sendable {
    private var states: [State] = []
    private var start = 0
    /// Groups that are referred to, in the order of their places in ``Thread/groups``.
    private let groups: [Int]
    private let ignoresCase: Bool

    enum State: Sendable {
        case set(ByteSet, next: Int)
        case fork(Int, Int)
        case startOfText(next: Int)
        case endOfText(next: Int)
        case wordEdge(WordEdge, next: Int)
        /// Beginning and end of the group with this place.
        case open(Int, next: Int)
        case close(Int, next: Int)
        /// What the group with this place matched.
        case reference(Int, next: Int)
        case accept
    }

    /// Most states of an expression: repetitions like `(a{255}){255}` are refused.
    private static let stateLimit = 20_000
    /// Most steps of a search with references back; beyond them nothing matches.
    private static let stepLimit = 200_000

    /// `nil` for a malformed pattern, or one whose repetitions are beyond the limit.
    init?(_ pattern: some Collection<UInt8>, ignoresCase: Bool) {
        var parser = PatternParser(Array(pattern), ignoresCase: ignoresCase)
        guard let tree = parser.parse() else { return nil }
        groups = parser.referredGroups.sorted()
        self.ignoresCase = ignoresCase
        states = [.accept]
        guard let start = add(tree, next: 0) else { return nil }
        self.start = start
    }

    /// True if the pattern matches anywhere in the text.
    func matches(_ text: some Collection<UInt8>) -> Bool {
        groups.isEmpty ? follow(Array(text)) : search(Array(text))
    }
}

// MARK: - From the tree to states

extension RegularExpression {
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
        case .group(let number, let inner):
            guard let place = groups.firstIndex(of: number) else { return add(inner, next: next) }
            let end = add(.close(place, next: next))
            return add(inner, next: end).map { add(.open(place, next: $0)) }
        case .reference(let number):
            return groups.firstIndex(of: number).map { add(.reference($0, next: next)) }
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
}

// MARK: - All alternatives at once

extension RegularExpression {
    private func follow(_ text: [UInt8]) -> Bool {
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
            // Without references there are no groups.
            case .open, .close, .reference, .set, .accept: break
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

// MARK: - References back

extension RegularExpression {
    /// One way through the pattern: where it is, and what the groups matched on it.
    private struct Thread: Hashable {
        var state: Int
        var place: Int
        /// For each of ``RegularExpression/groups`` its beginning and, when it is complete, end.
        var groups: [Group]
    }

    private struct Group: Hashable {
        var start: Int32 = -1
        var end: Int32 = -1
    }

    /// Bounded in time and memory by ``stepLimit``: a way that leads where another one has been is
    /// not followed.
    private func search(_ text: [UInt8]) -> Bool {
        var seen: Set<Thread> = []
        let none = [Group](repeating: Group(), count: groups.count)
        for first in 0...text.count {
            var waiting = [Thread(state: start, place: first, groups: none)]
            while let thread = waiting.popLast() {
                guard seen.insert(thread).inserted else { continue }
                guard seen.count < Self.stepLimit else { return false }
                if case .accept = states[thread.state] { return true }
                step(thread, text, &waiting)
            }
        }
        return false
    }

    private func step(_ thread: Thread, _ text: [UInt8], _ waiting: inout [Thread]) {
        var thread = thread
        let place = thread.place
        switch states[thread.state] {
        case .fork(let left, let right):
            thread.state = right
            waiting.append(thread)
            thread.state = left
        case .set(let set, let next):
            guard place < text.count, set.contains(text[place]) else { return }
            (thread.state, thread.place) = (next, place + 1)
        case .startOfText(let next):
            guard place == 0 else { return }
            thread.state = next
        case .endOfText(let next):
            guard place == text.count else { return }
            thread.state = next
        case .wordEdge(let edge, let next):
            guard Self.isEdge(edge, place, text) else { return }
            thread.state = next
        case .open(let group, let next):
            thread.groups[group] = Group(start: Int32(clamping: place), end: -1)
            thread.state = next
        case .close(let group, let next):
            thread.groups[group].end = Int32(clamping: place)
            thread.state = next
        case .reference(let group, let next):
            guard let end = end(of: thread.groups[group], at: place, text) else { return }
            (thread.state, thread.place) = (next, end)
        case .accept:
            return
        }
        waiting.append(thread)
    }

    /// Where a group's text ends if it stands here once more. A group without text matches nothing.
    private func end(of group: Group, at place: Int, _ text: [UInt8]) -> Int? {
        guard group.start >= 0, group.end >= group.start else { return nil }
        let length = Int(group.end - group.start)
        guard length <= text.count - place else { return nil }
        for index in 0..<length {
            let (left, right) = (text[Int(group.start) + index], text[place + index])
            guard left == right || ignoresCase && left.asciiLowercased == right.asciiLowercased
            else { return nil }
        }
        return place + length
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
