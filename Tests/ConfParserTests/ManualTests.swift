import FixtureFiles
import Testing
import Wire

@testable import ConfParser

/// The manual has every option and every word of expressions and statements.
@Suite struct ManualTests {
    private func page(_ name: String) -> String {
        String(decoding: contents(fixtures("../../man/\(name)")) ?? [], as: UTF8.self)
    }

    @Test func everyOptionIsThere() {
        let lines = page("dhcp-options.5").split(separator: "\n")
        let table = OptionTable()
        var count = 0
        for option in table.definitions {
            let reference = option.reference
            let space = String(decoding: table[reference.space].name, as: UTF8.self)
            let name = String(decoding: option.name, as: UTF8.self)
            guard space != "server", !name.hasPrefix("illegal-") else { continue }
            let full = space == "dhcp" ? name : "\(space).\(name)"
            let isThere = lines.contains {
                $0.hasPrefix(".It Ic option \(full) ") && $0.hasSuffix("; Pq \(reference.code)")
            }
            #expect(isThere, "\(full)")
            count += 1
        }
        #expect(count > 190)
    }

    @Test func everyWordOfExpressionsIsThere() {
        let page = page("dhcp-eval.5")
        let words = """
            option config-option hardware packet substring suffix lcase ucase concat reverse pick \
            pick-first-value binary-to-ascii encode-int extract-int leased-address lease-time \
            host-decl-name filename server-name gethostname gethostbyname v6relay null \
            client-state noerror formerr notimp servfail nxdomain refused yxdomain yxrrset \
            nxrrset notauth notzone reboot booting select request bound renew rebind exists \
            known static defined check not and or if elsif else switch case default break set \
            unset define return eval log add on commit release expiry transmission execute \
            parse-vendor-option supersede append prepend send
            """
        let found = Set(page.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
        for word in words.split(separator: " ") { #expect(found.contains(String(word)), "\(word)") }
    }
}
