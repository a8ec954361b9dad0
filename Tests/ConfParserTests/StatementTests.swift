import ConfParser
import Testing

@Suite struct StatementTests {
    @Test func branchesBecomeNested() {
        let outcome = parse(
            "if known { break; } elsif static { } else if exists host-name { } else { break; }")
        #expect(
            outcome.statements == [
                .conditional(
                    .known, then: [.breakOut],
                    otherwise: [
                        .conditional(
                            .isStatic, then: [],
                            otherwise: [
                                .conditional(
                                    .exists(OptionReference(.dhcp, 12)), then: [],
                                    otherwise: [.breakOut])
                            ])
                    ])
            ])
    }

    @Test func labelsPointIntoTheBody() {
        let outcome = parse(
            "switch (\"a\") { case \"a\": case \"b\": break; default: break; case \"c\": }")
        guard case .switchOver(let statement)? = outcome.statements.first else {
            Issue.record("no switch")
            return
        }
        #expect(statement.comparesData)
        #expect(statement.statements == [.breakOut, .breakOut])
        #expect(statement.labels.map(\.target) == [0, 0, 1, 2])
        #expect(statement.labels.map { $0.value == nil } == [false, false, true, false])
    }

    @Test func eventsKeepTheirBodies() {
        let outcome = parse("on expiry or release { unset v-1; } on commit;")
        #expect(
            outcome.statements == [
                .on([.expiry, .release], [.unset(variable: bytes("v-1"))]), .on(.commit, nil),
            ])
    }

    @Test func theRestIsOneLineEach() {
        let outcome = parse(
            """
            class "c" { }
            define f1z (a-1, b-1) { return a-1; }
            set v-1 = "x"; eval "x"; log (error, "y"); log ("z"); add "c"; parse-vendor-option;
            execute ("/bin/true", "a", v-1); word; db-time-format local; lease-id-format hex;
            """)
        #expect(outcome.complaints.isEmpty)
        #expect(
            outcome.statements == [
                .define(
                    function: bytes("f1z"), parameters: [bytes("a-1"), bytes("b-1")],
                    body: [.returnValue(.variable(bytes("a-1")))]),
                .set(variable: bytes("v-1"), .constant(bytes("x"))),
                .eval(.constant(bytes("x"))),
                .log(.error, .constant(bytes("y"))), .log(.debug, .constant(bytes("z"))),
                .addToClass(bytes("c")), .parseVendorOption,
                .execute(
                    command: bytes("/bin/true"),
                    arguments: [.constant(bytes("a")), .variable(bytes("v-1"))]),
                .eval(.variable(bytes("word"))),
            ])
        #expect(outcome.tree.writesLocalTime)
        #expect(outcome.tree.writesIdentifiersInHex)
        #expect(outcome.lines == ["lease_id_format is: hex"])
    }

    @Test func classesCollectWhatTheySay() {
        let outcome = parse(
            """
            class "a" { match if known; match hardware; lease limit 4; default-lease-time 5; }
            class "s" { dynamic; spawn with option agent.circuit-id; }
            subclass "a" 1:2 { lease limit 1; }
            subclass "a" "text";
            subclass "a" 1:3;
            vendor-class "s" { }
            """)
        #expect(outcome.complaints.isEmpty)
        guard case .classOf(let first) = outcome.declarations[0],
            case .classOf(let second) = outcome.declarations[1],
            case .subclass(let sub) = outcome.declarations[2],
            case .subclasses(let plain) = outcome.declarations[3],
            case .subclass(let old) = outcome.declarations[4]
        else {
            Issue.record("not as declared")
            return
        }
        #expect(first.matchIf == .known)
        #expect(first.submatch == .hardware)
        #expect(!first.isSpawning)
        #expect(first.leaseLimit == 4)
        #expect(first.scope.statements.count == 1)
        #expect(second.isSpawning)
        #expect(second.flags == .isDynamic)
        #expect(sub.data == [1, 2])
        #expect(sub.leaseLimit == 1)
        #expect(plain.declarations.map(\.data) == [bytes("text"), [1, 3]])
        #expect(old.className == old.data)
    }

    /// What crashes or hangs ISC (diagnostics.md §10) is read in order here.
    @Test(arguments: [
        "key k { }", "key k { algorithm hmac-md5; }", "if known { zone a.b. { } }",
        "on commit { key k { } }", "option domain-name;;", "option space x",
        "host a { host-identifier option routers; }", "define f1z () { db-time-format local; }",
    ])
    func nothingHangs(_ text: String) {
        _ = parse(text)
    }
}
