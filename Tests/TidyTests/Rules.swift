import Glibc

/// Something in the tree that breaks a house rule.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}

/// Words that may not stand in code, and the rooms that may use them all the same.
struct Ban {
    let word: String
    let because: String
    var except: [String] = []

    /// The core gets clock, chance and files as arguments (ARCHITECTURE.md); only the shell asks
    /// the system.
    static let all: [Ban] = [
        Ban(
            word: "import Foundation", because: "bytes, not Foundation",
            except: ["Sources/Management"]),
        Ban(word: "import Dispatch", because: "the shell has its own loop"),
        Ban(word: "import Glibc", because: "only the shell asks the system", except: shellAndTests),
        Ban(word: "import CLinux", because: "only the shell asks the system", except: shell),
        Ban(word: "Date(", because: "Timestamp and Instant are the times here"),
        Ban(word: ".random(", because: "chance is an argument", except: shell),
        Ban(word: "SystemRandomNumberGenerator", because: "chance is an argument", except: shell),
        Ban(word: "getrandom", because: "chance is an argument", except: shell),
        Ban(word: "clock_gettime", because: "time is an argument", except: shell),
        Ban(word: "gettimeofday", because: "time is an argument", except: shell),
        Ban(word: "ContinuousClock", because: "time is an argument", except: shell),
        Ban(word: "SuspendingClock", because: "time is an argument", except: shell),
        Ban(word: "time(nil)", because: "time is an argument", except: shell),
        Ban(word: "sleep(", because: "nobody waits by sleeping", except: shell),
        Ban(word: "print(", because: "log lines are values"),
        Ban(word: "try!", because: "handle the error"),
        Ban(word: "as!", because: "cast with a question"),
        Ban(word: "fatalError", because: "say precondition, with its reason"),
        Ban(word: "@_silgen_name", because: "declare it in CLinux"),
    ]

    private static let shell = ["Sources/dhcpd", "Sources/omshell"]
    private static let shellAndTests =
        shell + [
            "Tests/ConfParserTests", "Tests/DhcpdTests", "Tests/FailoverTests",
            "Tests/FixtureFiles", "Tests/LeasesTests",
            "Tests/ServerTests", "Tests/SimulationTests", "Tests/Swarm", "Tests/TidyTests",
            "Tests/WireTests",
        ]
}

/// The rules for one Swift file.
struct SwiftRules {
    static let functionLinesMax = 70
    static let fileLinesMax = 800
    static let columnsMax = 100
    /// What needs no comment although it is public: imports, and what a standard protocol asks for.
    private static let notWanted: Set = [
        "import", "extension", "<", "==", "hash(into", "description:", "encode(to",
        "debugDescription:",
    ]

    let file: SourceFile
    let text: SwiftText
    private let lines: [[UInt8].SubSequence]

    init(_ file: SourceFile) {
        self.file = file
        text = SwiftText(file.bytes)
        lines = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    func findings() -> [Finding] {
        bannedWords() + unfinished() + lengths() + longFunctions() + undocumented()
    }

    private func finding(_ line: Int, _ rule: String) -> Finding {
        Finding(path: file.path, line: line, rule: rule)
    }

    private func bannedWords() -> [Finding] {
        Ban.all.filter { !$0.except.contains(file.room) }.flatMap { ban in
            offsets(of: ban.word, in: text.code).map {
                finding(text.line(of: $0), "`\(ban.word)`: \(ban.because)")
            }
        }
    }

    /// Marks of unfinished work stand in comments, so the whole text counts. They are put together
    /// here lest this file find itself.
    private func unfinished() -> [Finding] {
        ["TO" + "DO", "FIX" + "ME", "X" + "XX"].flatMap { mark in
            offsets(of: mark, in: file.bytes).map {
                finding(text.line(of: $0), "`\(mark)`: finish it or open an issue")
            }
        }
    }

    private func lengths() -> [Finding] {
        var found: [Finding] = []
        if lines.count - 1 > Self.fileLinesMax {
            found.append(finding(lines.count - 1, "more than \(Self.fileLinesMax) lines"))
        }
        for (index, line) in lines.enumerated() where line.count > Self.columnsMax {
            if String(decoding: line, as: UTF8.self).count > Self.columnsMax {
                found.append(finding(index + 1, "more than \(Self.columnsMax) columns"))
            }
        }
        return found
    }

    private func longFunctions() -> [Finding] {
        var search = FunctionSearch(text)
        return search.spans().filter { $0.count > Self.functionLinesMax }.map {
            finding($0.lowerBound, "a function of \($0.count) lines")
        }
    }

    /// A public declaration has a `///` comment above it, attributes in between or not. One comment
    /// may cover a run of declarations without a blank line.
    private func undocumented() -> [Finding] {
        var found: [Finding] = []
        for index in lines.indices where declaresPublic(index) {
            var above = index - 1
            while above >= 0, startsWith(above, "@") || startsWith(above, "public ") { above -= 1 }
            if above < 0 || !startsWith(above, "///") {
                found.append(finding(index + 1, "public without a doc comment"))
            }
        }
        return found
    }

    private func declaresPublic(_ index: Int) -> Bool {
        let start = text.lineStarts[index]
        let words = text.code[start..<(start + lines[index].count)].split(
            separator: UInt8(ascii: " ")
        )
        .map { String(decoding: $0, as: UTF8.self) }
        .drop { $0.hasPrefix("@") }
        guard words.prefix(2).contains("public") else { return false }
        let isField =
            (words.contains("let") || words.contains("var")) && words.last != "{"
            && !words.contains("{")
        let isInitialiser = words.contains { $0.hasPrefix("init(") || $0.hasPrefix("init?(") }
        return !isField && !isInitialiser && Self.notWanted.isDisjoint(with: words)
    }

    private func startsWith(_ index: Int, _ prefix: String) -> Bool {
        lines[index].drop { $0 == UInt8(ascii: " ") }.starts(with: prefix.utf8)
    }
}

/// Finds where functions, initialisers and subscripts begin and end.
struct FunctionSearch {
    private static let keywords = ["func", "init", "deinit", "subscript"]

    private let text: SwiftText
    private var found: [ClosedRange<Int>] = []
    /// The line of the declaration whose body each open brace is, or nothing for other braces.
    private var braces: [Int?] = []
    private var declared: Int?
    private var parentheses = 0

    init(_ text: SwiftText) { self.text = text }

    /// The lines of each function, its declaration included.
    mutating func spans() -> [ClosedRange<Int>] {
        var word: [UInt8] = []
        var before = UInt8(ascii: "\n")
        for (offset, byte) in text.code.enumerated() {
            if isWord(byte) {
                word.append(byte)
                continue
            }
            if !word.isEmpty {
                if before != UInt8(ascii: "."), parentheses == 0,
                    Self.keywords.contains(String(decoding: word, as: UTF8.self))
                {
                    declared = text.line(of: offset)
                }
                word.removeAll(keepingCapacity: true)
            }
            before = byte
            take(byte, at: offset)
        }
        return found
    }

    private mutating func take(_ byte: UInt8, at offset: Int) {
        switch byte {
        case UInt8(ascii: "("): parentheses += 1
        case UInt8(ascii: ")"): parentheses -= 1
        case UInt8(ascii: "{"):
            // A brace within parentheses is a closure in an argument, not the body.
            braces.append(parentheses == 0 ? declared : nil)
            if parentheses == 0 { declared = nil }
        case UInt8(ascii: "}"):
            if let opened = braces.popLast(), let first = opened {
                found.append(first...text.line(of: offset))
            }
            declared = nil
        default: break
        }
    }
}

func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80
        || (byte | 0x20) >= UInt8(ascii: "a")
            && (byte | 0x20) <= UInt8(ascii: "z")
        || byte >= 0x30 && byte <= 0x39
}

/// Where a word begins: the byte before it is not part of the same word. The library's search is
/// used because this runs unoptimised over the whole tree.
func offsets(of word: String, in bytes: [UInt8]) -> [Int] {
    let wanted = Array(word.utf8)
    guard let first = wanted.first else { return [] }
    var found: [Int] = []
    unsafe bytes.withUnsafeBytes { area in
        guard let base = area.baseAddress else { return }
        var from = 0
        while from + wanted.count <= area.count,
            let hit = unsafe memchr(base + from, Int32(first), area.count - from - wanted.count + 1)
        {
            let offset = unsafe UnsafeRawPointer(hit) - base
            let joined = unsafe isWord(first) && offset > 0 && isWord(area[offset - 1])
            if unsafe !joined && memcmp(hit, wanted, wanted.count) == 0 { found.append(offset) }
            from = offset + 1
        }
    }
    return found
}
