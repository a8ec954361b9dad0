import ConfParser
import Leases
import Server
import Testing
import Wire

/// What needs a packet or a lease.
@Suite struct EvaluatorTests {
    /// A DISCOVER with these options.
    private func message(_ options: [UInt8]) throws -> DHCPv4Message {
        var bytes: [UInt8] = [1, 1, 6, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 20)
        bytes += [2, 0, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 10)
        bytes += Array("sname".utf8) + [UInt8](repeating: 0, count: 59)
        bytes += Array("file".utf8) + [UInt8](repeating: 0, count: 124)
        bytes += [99, 130, 83, 99] + options + [255]
        var message = DHCPv4Message()
        try message.decode(bytes.span)
        return message
    }

    /// The value of `domain-name` after the outermost statements ran for a packet.
    private func value(
        _ expression: String, options: [UInt8] = [53, 1, 1], isKnown: Bool = false,
        before: String = ""
    ) throws -> String? {
        let configuration = compile(before + "option domain-name = \(expression);")
        var evaluator = Evaluator(configuration)
        var facts = Facts()
        facts.hasPacket = true
        facts.isKnown = isKnown
        facts.now = Timestamp(1000)
        facts.lease = Facts.LeaseFacts(
            address: IPv4Address(10, 0, 0, 7), ends: Timestamp(1100), hardware: .none, host: nil,
            isStatic: false)
        evaluator.begin(facts)
        let packet = try message(options)
        evaluator.run(.root, packet)
        guard let range = evaluator.value(OptionReference(.dhcp, 15), packet) else { return nil }
        return printable(Array(evaluator.bytes[range]))
    }

    @Test func primariesSeeThePacket() throws {
        #expect(try value("hardware") == #"\x01\x02\x00\x00\x00\x00\x09"#)
        #expect(try value("filename") == "file")
        #expect(try value("server-name") == "sname")
        #expect(try value("packet (28, 2)") == #"\x02\x00"#)
        #expect(try value("packet (240, 100)") == #"5\x01\x01\xff"#)
        #expect(try value("packet (244, 100)") == "")
        #expect(try value("packet (245, 1)") == nil)
        #expect(try value("option dhcp-message-type") == #"\x01"#)
        #expect(try value("option host-name") == nil)
        #expect(try value("option host-name", options: [12, 2, 0x61, 0x62]) == "ab")
    }

    @Test func primariesSeeTheLease() throws {
        #expect(try value("leased-address") == #"\x0a\x00\x00\x07"#)
        #expect(try value("encode-int (lease-time, 8)") == "d")
        #expect(try value("host-decl-name") == nil)
    }

    @Test func optionsOfOtherSpacesStandInsideOptions() throws {
        let agent: [UInt8] = [82, 7, 1, 2, 0x78, 0x79, 2, 1, 0x7a]
        #expect(try value("option agent.circuit-id", options: agent) == "xy")
        #expect(try value("option agent.remote-id", options: agent) == "z")
        #expect(try value("option agent.link-selection", options: agent) == nil)
        let name: [UInt8] = [81, 11, 4, 0, 0, 1, 0x61, 2, 0x62, 0x63, 1, 0x64, 0]
        #expect(try value("option fqdn.hostname", options: name) == "a")
        // ISC: in a name of labels the dot belongs to the domain.
        #expect(try value("option fqdn.domainname", options: name) == ".bc.d")
        #expect(try value("option fqdn.fqdn", options: name) == "a.bc.d")
        let space = """
            option space mine;
            option mine.one code 1 = text;
            option mine-encapsulation code 200 = encapsulate mine;

            """
        let carried: [UInt8] = [200, 6, 2, 1, 0x61, 1, 1, 0x62]
        #expect(try value("option mine.one", options: carried, before: space) == "b")
        // A length that runs out of the carrier.
        let torn: [UInt8] = [200, 3, 1, 9, 0x61]
        #expect(try value("option mine.one", options: torn, before: space) == nil)
    }

    @Test func vendorOptionsAreReadOnceAskedFor() throws {
        let space = "option space mine;\noption mine.one code 1 = text;\n"
        let carried: [UInt8] = [43, 3, 1, 1, 0x62]
        let before = space + "vendor-option-space mine;\n"
        #expect(try value("option mine.one", options: carried, before: before) == nil)
        let asked = before + "parse-vendor-option;\n"
        #expect(try value("option mine.one", options: carried, before: asked) == "b")
    }

    @Test func knownIsTheHostDeclaration() throws {
        let text = "if known { option host-name \"k\"; } else { option host-name \"u\"; }\n"
        let shown = "config-option host-name"
        #expect(try value(shown, isKnown: true, before: text) == "k")
        #expect(try value(shown, isKnown: false, before: text) == "u")
    }

    @Test func functionsThatCallThemselvesEnd() throws {
        let text = "define fun-f (arg-a) { set y-y = fun-f (arg-a); return fun-f (arg-a); }\n"
        #expect(try value("\"x\"", before: text + "set y-y = fun-f (\"x\");\n") == nil)
        let loop = "option host-name = concat (config-option host-name, config-option host-name);\n"
        #expect(try value("config-option host-name", before: loop) == nil)
    }

    /// What a stranger sends may keep a pattern with references back busy, but not for long.
    @Test(arguments: [
        #"^((a*)*)*\\1$"#, #"^(a|aa)+(a*)\\1\\2b$"#, #"(a*)(a*)(a*)(a*)\\4\\3\\2\\1b"#,
    ])
    func hostileTextsEnd(_ pattern: String) throws {
        let name = [UInt8](repeating: 0x61, count: 250) + [0x63]
        let text = "if option host-name ~= \"\(pattern)\" { option root-path \"yes\"; }\n"
        let options = [12, UInt8(name.count)] + name
        #expect(try value("config-option root-path", options: options, before: text) == nil)
    }

    @Test func classesMatchInOrderAndSpawn() throws {
        let configuration = compile(
            """
            class "a" { match if option host-name = "ab"; }
            class "b" { match option host-name; }
            subclass "b" "ab";
            class "c" { spawn with option host-name; lease limit 4; }
            class "d" { match if option host-name = "cd"; match option host-name; }
            subclass "d" "ab";
            class "e" { match option host-name; }
            """)
        var evaluator = Evaluator(configuration)
        var facts = Facts()
        facts.hasPacket = true
        var spawned = SpawnedClasses()
        func classify(_ name: String) throws -> [ClassID] {
            evaluator.begin(facts)
            evaluator.leaveClasses()
            let text = Array(name.utf8)
            evaluator.classify(try message([12, UInt8(text.count)] + text), spawned: &spawned)
            return evaluator.classes
        }
        let first = ClassID(spawned: 0)
        let subclass = try #require(
            configuration.subclass(of: ClassID(1), data: Array("ab".utf8)))
        #expect(try classify("ab") == [ClassID(0), subclass, first])
        #expect(try classify("zz") == [ClassID(first.index + 1)])
        #expect(try classify("ab").last == first)
        #expect(spawned.rows.count == 2)
        #expect(configuration.leaseLimit(of: first, spawned) == 4)
        #expect(
            configuration.parent(of: first, spawned).map { configuration.name(of: $0) }
                == Array("c".utf8))
    }

    @Test func onlyFiveClassesCount() throws {
        let text = (0..<7).map { "class \"\($0)\" { match if exists dhcp-message-type; }\n" }
        var evaluator = Evaluator(compile(text.joined()))
        var facts = Facts()
        facts.hasPacket = true
        evaluator.begin(facts)
        var spawned = SpawnedClasses()
        evaluator.classify(try message([53, 1, 1]), spawned: &spawned)
        #expect(evaluator.classes == (0..<5).map { ClassID($0) })
        let lines = evaluator.logs.map { printable(Array(evaluator.text($0))) }
        #expect(lines.allSatisfy { $0 == "too many classes match 02:00:00:00:00:09" })
        #expect(lines.count == 2)
    }

    /// Templates and statements leave the same.
    @Test func templatesGiveWhatTheStatementsGive() throws {
        let text = """
            option domain-name "root"; append domain-name ".r"; default-lease-time 5;
            option space mine; option mine.one code 1 = text; option mine.one "x";
            subnet 10.0.0.0 netmask 255.255.255.0 {
              append domain-name ".s"; option host-name = option domain-name;
              pool { range 10.0.0.5; prepend domain-name "p."; max-lease-time 7; }
            }
            """
        let plain = compile(text)
        // A statement that does anything else makes the statements run.
        let running = compile("set var-one = \"x\";\n" + text)
        var results: [[String]] = []
        for configuration in [plain, running] {
            var evaluator = Evaluator(configuration)
            evaluator.begin(Facts())
            let packet = try message([53, 1, 1])
            for _ in 0..<2 {
                evaluator.begin(Facts())
                evaluator.run(subnet: SubnetID(0), pool: PoolID(0), packet)
            }
            var lines: [String] = []
            var options: [OptionReference] = []
            evaluator.reply.forEach { options.append($0) }
            for option in options {
                let value = evaluator.value(option, packet).map { Array(evaluator.bytes[$0]) }
                lines.append("\(option.space.rawValue).\(option.code) \(value ?? [])")
            }
            results.append(lines)
        }
        #expect(results[0] == results[1])
        #expect(results[0].contains("0.15 \(Array("p.root.r.s".utf8))"))
    }
}
