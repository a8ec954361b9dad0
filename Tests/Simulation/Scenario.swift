import ConfParser
import Failover
import Leases
import Wire

/// Plays a scenario: a text of statements, one in a line or separated by `;`, `#` begins a comment.
///
///     pair pool=10.77.0.100-10.77.0.139 mclt=10 lease=300 split=128
///     remember alpha normal       # its lease file says so
///     start alpha beta
///     run 5s
///     cut link; client c1 of alpha bind; run 40s; heal link
///     expect states normal normal
///
/// Nothing goes wrong by chance; the invariants are checked all the same.
public struct Scenario {
    private let world: World
    private var plan: Plan

    /// What did not come as expected, with its line and the story up to it; `nil` when all did.
    public static func failure(of text: String) -> String? {
        var plan = Plan()
        var scenario: Scenario?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let code = line.split(separator: "#", omittingEmptySubsequences: false).first ?? ""
            for statement in code.split(separator: ";") {
                let words = statement.split(separator: " ").map { String($0) }
                guard let verb = words.first else { continue }
                if verb == "pair" {
                    if let complaint = read(words.dropFirst(), into: &plan) {
                        return "line \(number + 1): \(complaint)"
                    }
                    scenario = Scenario(plan)
                } else if let complaint = scenario?.play(words) ?? missing(scenario) {
                    let story = scenario?.world.story(last: 60) ?? ""
                    return "line \(number + 1): \(statement): \(complaint)\n\(story)"
                }
            }
        }
        return nil
    }

    private static func missing(_ scenario: Scenario?) -> String? {
        scenario == nil ? "a scenario begins with pair" : nil
    }

    private init(_ plan: Plan) {
        self.plan = plan
        world = World(plan)
        world.keepsLogs = true
    }

    // MARK: - Statements

    private static func read(_ words: ArraySlice<String>, into plan: inout Plan) -> String? {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { return "\(word) has no value" }
            if parts[0] == "pool" {
                let ends = parts[1].split(separator: "-").compactMap { IPv4Address($0) }
                guard ends.count == 2, ends[0] <= ends[1] else { return "\(word) is no range" }
                plan.range = AddressRange(first: ends[0], last: ends[1])
                continue
            }
            guard let number = Int(parts[1]), number >= 0 else { return "\(word) is no number" }
            switch parts[0] {
            case "mclt": plan.mclt = number
            case "lease": plan.leaseSeconds = number
            case "split": plan.split = number
            case "response": plan.responseSeconds = number
            case "unacked": plan.maxUnacked = number
            case "balance": plan.loadBalanceSeconds = number
            case "stock": plan.hasStockSecondary = number == 1
            default: return "\(word) is not known"
            }
        }
        return nil
    }

    private mutating func play(_ words: [String]) -> String? {
        var complaint: String?
        switch (words[0], words.dropFirst().first) {
        case ("run", let time?): complaint = run(time)
        case ("cut", "link"): world.network.cut(world)
        case ("heal", "link"): world.network.heal(world)
        case ("reset", "link"): world.network.reset(world)
        case ("reload", let name?): complaint = reload(name, words.dropFirst(2))
        case ("client", let name?): complaint = act(name, words.dropFirst(2))
        case ("expect", _?): complaint = expect(Array(words.dropFirst()))
        default: complaint = machines(words)
        }
        return complaint ?? world.violation
    }

    private func run(_ time: String) -> String? {
        if time.hasSuffix("ms"), let milliseconds = UInt64(time.dropLast(2)) {
            world.run(milliseconds: milliseconds)
        } else if time.hasSuffix("s"), let seconds = Int(time.dropLast()) {
            world.run(seconds: seconds)
        } else {
            return "a time ends in s or ms"
        }
        return nil
    }

    private func machines(_ words: [String]) -> String? {
        if words[0] == "remember" {
            guard words.count == 3, words[2] == "normal", let node = node(words[1]) else {
                return "remember NAME normal"
            }
            let time = node.clocks(world.now).wall
            node.disk.replace(by: Configurations.normalState(node.role, plan, at: time))
            return nil
        }
        if words[0] == "set" {
            guard words.count == 3, let node = node(words[1]),
                let state = FailoverStateName.all.first(where: { "\($0.word)" == words[2] })
            else { return "set NAME STATE" }
            world.operate(node, to: state)
            return nil
        }
        if words[0] == "step" {
            guard words.count == 3, let node = node(words[1]), let seconds = Int(words[2]) else {
                return "step NAME SECONDS"
            }
            world.stepClock(node, milliseconds: seconds * 1000)
            return nil
        }
        for name in words.dropFirst() {
            guard let node = node(name) else { return "no server is called \(name)" }
            switch words[0] {
            case "start": world.boot(node)
            case "kill": world.kill(node)
            case "power-off": world.losePower(node)
            case "lose-disk": node.disk.replace(by: [])
            case "forget-log": node.log = []
            // Clients do not reach it, nor it them.
            case "isolate": node.isDeaf = true
            case "unite": node.isDeaf = false
            default: return "not a statement"
            }
        }
        return nil
    }

    /// `reload alpha`, `reload alpha option`, `reload alpha unacked`, `reload alpha pool`
    private func reload(_ name: String, _ changes: ArraySlice<String>) -> String? {
        guard let node = node(name) else { return "no server is called \(name)" }
        var variant = node.variant
        for change in changes {
            switch change {
            case "option": variant.number += 1
            case "unacked": variant.moreUnacked = 1 - variant.moreUnacked
            case "pool": variant.hasSecondPool.toggle()
            default: return "what changes?"
            }
        }
        world.reload(node, variant)
        return nil
    }

    private func node(_ name: String) -> Node? { world.nodes.first { $0.name == name } }

    // MARK: - Clients

    /// `NAME [of SERVER] VERB`
    private func act(_ name: String, _ words: ArraySlice<String>) -> String? {
        var words = words
        var owner: Node?
        if words.first == "of" {
            owner = words.dropFirst().first.flatMap { node($0) }
            if owner == nil { return "of whom?" }
            words = words.dropFirst(2)
        }
        let client = self.client(name, of: owner)
        switch words.first {
        case "bind", "discover":
            client.takesOffers = words.first == "bind"
            client.discover(world)
        case "renew": client.renew(world)
        case "rebind": client.rebind(world)
        case "release": client.release(world)
        case "reboot": client.reboot(world)
        case "claim": client.claim(world)
        case "stop": client.vanish(world)
        default: return "a client cannot do that"
        }
        return nil
    }

    /// The client of that name; a new one has an address whose hash falls to `owner`.
    private func client(_ name: String, of owner: Node?) -> Client {
        if let known = world.clients.first(where: { $0.name == name }) { return known }
        var hardware: [UInt8] = [2, 0x10, 0, 0, 0, 0]
        for number in 0..<UInt16.max {
            hardware[4] = UInt8(number >> 8)
            hardware[5] = UInt8(number & 0xff)
            let isTaken = world.clients.contains { $0.hardware == hardware }
            let isPrimarys = Int(Product.bucket(hardware)) < plan.split
            if !isTaken, owner.map({ ($0.role == .primary) == isPrimarys }) ?? true { break }
        }
        let client = Client(name: name, hardware: hardware, clientID: [], isRelayed: false)
        client.isScripted = true
        world.clients.append(client)
        return client
    }

    // MARK: - Expectations

    private func expect(_ words: [String]) -> String? {
        let rest = Array(words.dropFirst())
        switch words[0] {
        case "states":
            let states = world.nodes.map(\.state)
            return states == rest ? nil : "they are \(states)"
        case "moves":
            guard let node = rest.first.flatMap({ node($0) }) else { return "of whom?" }
            return node.moves == Array(rest.dropFirst()) ? nil : "it moved \(node.moves)"
        case "log", "no-log":
            guard let node = rest.first.flatMap({ node($0) }) else { return "of whom?" }
            let text = rest.dropFirst().joined(separator: " ")
            let isThere = node.log.contains { Self.contains($0, text) }
            return isThere == (words[0] == "log") ? nil : "the log says otherwise"
        case "count": return expectCount(rest)
        case "client": return expectClient(rest)
        case "lease": return expectLease(rest)
        default: return "not an expectation"
        }
    }

    private static func contains(_ line: String, _ text: String) -> Bool {
        // Statements cannot have two spaces in a row; log lines may.
        let words = line.split(separator: " ").joined(separator: " ")
        let (line, text) = (Array(words.utf8), Array(text.utf8))
        guard line.count >= text.count else { return false }
        return (0...(line.count - text.count)).contains {
            line[$0..<($0 + text.count)].elementsEqual(text)
        }
    }

    /// `count alpha backup 20`
    private func expectCount(_ words: [String]) -> String? {
        guard words.count == 3, let process = node(words[0])?.process, let count = Int(words[2])
        else { return "count SERVER STATE NUMBER" }
        let found = Product.rows(process).count { "\($0.bindingState.name)" == words[1] }
        return found == count ? nil : "there are \(found)"
    }

    /// `lease c1 alpha active`: what a server believes of the address that a client has or had.
    private func expectLease(_ words: [String]) -> String? {
        guard words.count == 3, let process = node(words[1])?.process,
            let client = world.clients.first(where: { $0.name == words[0] })
        else { return "lease CLIENT SERVER STATE" }
        let row = Product.rows(process).first { $0.address == client.lastAck?.yiaddr }
        guard let row else { return "that client never had an address" }
        return "\(row.bindingState.name)" == words[2] ? nil : "it is \(row.bindingState.name)"
    }

    /// `client c1 unbound`, `client c1 offers alpha beta`,
    /// `client c1 bound [by SERVER] [lease SECONDS]`
    private func expectClient(_ words: [String]) -> String? {
        guard words.count > 1, let client = world.clients.first(where: { $0.name == words[0] })
        else { return "which client?" }
        let lease = client.holds(at: world.now)
        switch words[1] {
        case "unbound":
            return lease == nil ? nil : "it has \(lease?.address ?? .any)"
        case "offers":
            let offering = world.nodes.filter { node in
                client.offers.contains { $0.server == node.address }
            }.map(\.name)
            return offering == Array(words.dropFirst(2)) ? nil : "there are offers of \(offering)"
        case "bound":
            guard let lease else { return "it has no address" }
            var rest = words.dropFirst(2)
            while let key = rest.first, let value = rest.dropFirst().first {
                rest = rest.dropFirst(2)
                if key == "by", node(value)?.address != lease.server { return "by \(lease.server)" }
                if key == "lease", UInt32(value) != lease.seconds {
                    return "for \(lease.seconds) s"
                }
            }
            return nil
        default: return "not an expectation of a client"
        }
    }
}
