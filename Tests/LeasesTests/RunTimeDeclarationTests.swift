import ConfParser
import Testing
import Wire

@testable import Leases

@Suite struct RunTimeDeclarationTests {
    private func tree(_ text: String) -> ConfigurationTree {
        parseConfiguration(path: [], family: .v4) { _ in .bytes(Array(text.utf8)) }.tree
    }

    private func declarations(
        _ leases: String, over configuration: String
    ) -> (RunTimeDeclarations, ConfigurationTree) {
        let tree = tree(configuration)
        var store = LeaseStore(pools: [PoolDescription](), seed: 1)
        var reader = LeaseFileReader(
            bytes: Array(leases.utf8), path: [], family: .v4, tree: tree,
            recovery: .atNextRecord)
        let contents = store.load(&reader, now: Timestamp(1))
        return (RunTimeDeclarations(contents, over: tree), tree)
    }

    private func text(_ declarations: RunTimeDeclarations, _ tree: ConfigurationTree) -> String {
        var text: [UInt8] = []
        declarations.append(to: &text, LeaseFileFormat(options: tree.options))
        return String(decoding: text, as: UTF8.self)
    }

    /// ISC's server ends when it has to write these two.
    @Test func classesUseTheNamesOfFiles() {
        let file = "class \"c\" {\n  dynamic;\n  match concat (filename, server-name);\n}\n"
        let (declarations, tree) = declarations(file, over: "")
        let written = text(declarations, tree)
        #expect(written.contains("match concat (filename, server-name);"))
        let (again, _) = self.declarations(written, over: "")
        #expect(text(again, tree) == written)
    }

    @Test func whatWasWrittenIsWrittenAgain() {
        let file = """
            class "c" {
              dynamic;
              lease limit 2;
              match if known;
            }

            subclass "c" "x" {
              dynamic;
            }

            group g {
              dynamic;
            }
            host h {
              dynamic;
              hardware ethernet 02:00:00:00:00:01;
              uid "abc";
              fixed-address 10.0.0.1,10.0.0.2;
              group "g";
                    supersede host-name = "h";
                    supersede server.next-server = 0a:00:00:09;
            }

            """
        let (declarations, tree) = declarations(file, over: "")
        #expect(text(declarations, tree) == file)
        #expect(declarations.writtenClassCount == 2)
        #expect(declarations.writtenGroupCount == 1)
    }

    @Test func aHostOfTheConfigurationIsTakenAway() {
        let (declarations, tree) = declarations(
            "host a { dynamic; deleted; }",
            over: "group { host a { hardware ethernet 1:2:3:4:5:6; } host b { } }")
        #expect(text(declarations, tree) == "host a {\n  deleted;\n}\n")
        guard case .group(let group)? = declarations.applied(to: tree).root.declarations.first
        else {
            Issue.record("no group")
            return
        }
        #expect(group.scope.declarations.count == 1)
    }

    /// ISC's server forgets such hosts; a change of a host of the configuration is kept.
    @Test func hostsWithoutDynamicPassAway() {
        let (declarations, tree) = declarations(
            "host a { uid 1:2; } host b { deleted; } host b { uid 3:4; } host c { dynamic; }",
            over: "host b { uid 1:1; }")
        let format = LeaseFileFormat(options: tree.options)
        #expect(
            text(declarations, tree) == """
                host b {
                  deleted;
                }
                host b {
                  uid 03:04;
                }
                host c {
                  dynamic;
                }

                """)
        #expect(declarations.hosts.count == 3)
        let (again, _) = self.declarations(
            String(decoding: declarations.rendered(format), as: UTF8.self),
            over: "host b { uid 1:1; }")
        #expect(again.hosts.count == 3)
    }

    @Test func aHostMadeAgainReplacesTheDeletedOne() {
        let file = """
            host a { dynamic; uid 1:2; }
            host a { dynamic; deleted; }
            host a { dynamic; uid 3:4; }
            host b { dynamic; }
            host b { dynamic; deleted; }
            """
        let (declarations, tree) = declarations(file, over: "")
        #expect(text(declarations, tree) == "host a {\n  dynamic;\n  uid 03:04;\n}\n")
        #expect(declarations.applied(to: tree).root.declarations.count == 1)
    }

    @Test func leasesAloneDeclareNothing() {
        let (declarations, _) = declarations("lease 10.0.0.1 { ends never; }", over: "")
        #expect(declarations.isEmpty)
    }

    /// Of groups only those with a name are written, and neither kind unless it is `dynamic`.
    @Test func functionsAreFoundInWhatIsToBeWritten() {
        func holders(_ leases: String, over configuration: String) -> FunctionHolders {
            declarations(leases, over: configuration).0.functionHolders
        }
        let function = "if known { define f () { } }"
        #expect(holders("", over: "host h { dynamic; \(function) }") == .hosts)
        #expect(holders("", over: "group g { dynamic; \(function) }") == .groups)
        #expect(holders("", over: "group { dynamic; \(function) } host h { \(function) }") == [])
        #expect(holders("host h { dynamic; \(function) }", over: "") == .hosts)
        #expect(holders("group g { dynamic; on commit { \(function) } }", over: "") == .groups)
        #expect(holders("host h { \(function) }", over: "") == [])
    }
}
