import ConfParser
import Leases
import Server
import Wire

extension Startup {
    /// `-6 -T`: the lease file of DHCPv6 is read, and one like the one that would be written is
    /// made.
    func testLeases6(_ checked: CheckedConfiguration) -> Never {
        let diagnostics = DiagnosticOutput(arguments)
        var reader = LeaseFileReader(
            bytes: LeaseDatabase.contents(of: paths.leases, log), path: paths.leases, family: .v6,
            tree: checked.tree, explains: diagnostics.wantsDetails, load: ConfigurationFile.load)
        var database = LeaseDatabase6(pools: AddressPools6(checked.tree))
        database.load(&reader)
        let messages = database.contents.messages.evaluated(
            options: checked.tree.options, hostname: NameLookup.hostname(), now: Clock.now().wall
        ) { self.reader.source.addresses($0) }
        diagnostics.log(messages, log)
        if let reason = reader.fatal { log.fatal(reason) }
        let declarations = RunTimeDeclarations(database.contents, over: checked.tree)
        let text = database.render(declarations, LeaseDatabase.format(checked.configuration))
        let counts = [IdentityAssociationRecord.Kind.na, .ta, .pd].map { database.count($0) }
        testRewrite(checked, declarations) { new throws(LeaseFile.Failure) in
            try new.append(text)
            return "\(counts[0]) NA, \(counts[1]) TA, \(counts[2]) PD leases to lease file."
        }
    }
}
