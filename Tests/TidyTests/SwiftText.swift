/// Swift source with comments and the contents of string literals blanked out, byte for byte and
/// line for line, so that a rule looks at code alone and still knows the line.
struct SwiftText {
    private(set) var code: [UInt8]
    private(set) var lineStarts: [Int] = [0]

    init(_ source: [UInt8]) {
        code = source
        var blanker = Blanker(source)
        blanker.run()
        code = blanker.output
        for (index, byte) in source.enumerated() where byte == UInt8(ascii: "\n") {
            lineStarts.append(index + 1)
        }
    }

    /// The number of the line, from 1, that holds a byte.
    func line(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }
}

/// Walks over source once. The stack says what surrounds the current byte: code in parentheses of
/// an interpolation lies inside a literal, which lies inside code.
private struct Blanker {
    private enum Surrounding {
        case code(openParentheses: Int)
        case comment(depth: Int)
        case literal(hashes: Int, multiline: Bool)
    }

    private let source: [UInt8]
    private(set) var output: [UInt8]
    private var at = 0
    private var stack: [Surrounding] = [.code(openParentheses: 0)]

    init(_ source: [UInt8]) {
        self.source = source
        output = source
    }

    mutating func run() {
        while at < source.count, let inner = stack.last {
            switch inner {
            case .code(let open): stepCode(open)
            case .comment(let depth): stepComment(depth)
            case .literal(let hashes, let multiline): stepLiteral(hashes, multiline)
            }
        }
    }

    private mutating func stepCode(_ open: Int) {
        if sees("//") {
            while at < source.count, source[at] != UInt8(ascii: "\n") { blank(1) }
        } else if sees("/*") {
            stack.append(.comment(depth: 1))
            blank(2)
        } else if let hashes = literalAhead() {
            at += hashes
            let multiline = sees("\"\"\"")
            stack.append(.literal(hashes: hashes, multiline: multiline))
            at += multiline ? 3 : 1
        } else {
            if source[at] == UInt8(ascii: "(") { setOpen(open + 1) }
            if source[at] == UInt8(ascii: ")") {
                if open == 1, stack.count > 1 { stack.removeLast() } else { setOpen(open - 1) }
            }
            at += 1
        }
    }

    private mutating func stepComment(_ depth: Int) {
        if sees("/*") {
            stack[stack.count - 1] = .comment(depth: depth + 1)
            blank(2)
        } else if sees("*/") {
            stack.removeLast()
            if depth > 1 { stack.append(.comment(depth: depth - 1)) }
            blank(2)
        } else {
            blank(1)
        }
    }

    private mutating func stepLiteral(_ hashes: Int, _ multiline: Bool) {
        let fence = String(repeating: "#", count: hashes)
        let quotes = multiline ? "\"\"\"" : "\""
        if sees(quotes + fence) {
            at += quotes.utf8.count + hashes
            stack.removeLast()
        } else if sees("\\" + fence + "(") {
            blank(1 + hashes)
            at += 1
            stack.append(.code(openParentheses: 1))
        } else if sees("\\" + fence) {
            blank(2 + hashes)
        } else if !multiline, source[at] == UInt8(ascii: "\n") {
            stack.removeLast()  // not legal Swift; do not let one slip swallow the rest
        } else {
            blank(1)
        }
    }

    private mutating func setOpen(_ count: Int) {
        stack[stack.count - 1] = .code(openParentheses: count)
    }

    /// The number of `#` before a quotation mark, when a literal begins here.
    private func literalAhead() -> Int? {
        var end = at
        while end < source.count, source[end] == UInt8(ascii: "#") { end += 1 }
        return end < source.count && source[end] == UInt8(ascii: "\"") ? end - at : nil
    }

    private func sees(_ text: String) -> Bool {
        var index = at
        for byte in text.utf8 {
            guard index < source.count, source[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where at < source.count {
            if source[at] != UInt8(ascii: "\n") { output[at] = UInt8(ascii: " ") }
            at += 1
        }
    }
}
