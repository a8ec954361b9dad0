import ConfParser
import Leases
import Wire

// `site-option-space` (server-v4.md §8.3): codes from some number on come from a space of their
// own.

/// The space of the site and its lowest code.
struct SiteSpace {
    let space: OptionSpaceID
    let least: UInt32
}

extension ServerCore {
    /// Finds out whether the reply has a space for the site's own codes. False if it names one that
    /// does not exist: nothing is sent then (ISC).
    mutating func chooseSiteSpace(into effects: inout Effects) -> Bool {
        siteSpace = nil
        guard let name = data(.siteOptionSpace) else { return true }
        guard let space = configuration.options.space(named: name) else {
            effects.log(.error) {
                $0.append(text: "unknown option space ")
                $0.append(contentsOf: name)
                $0.append(UInt8(ascii: "."))
            }
            return false
        }
        siteSpace = SiteSpace(space: space, least: leastCode(space, into: &effects))
        return true
    }

    /// The lowest code of the space: at most 224, and at least 128. Below 224 it is complained
    /// about, once.
    private mutating func leastCode(_ space: OptionSpaceID, into effects: inout Effects) -> UInt32 {
        if let known = siteMinimums[space] { return known }
        var least: UInt32 = 224
        let options = configuration.options
        for definition in options.definitions where definition.reference.space == space {
            guard options.definition(definition.reference) != nil else { continue }
            least = min(least, definition.reference.code)
        }
        if least < 224 {
            effects.log(.error) {
                $0.append(
                    text: """
                        WARNING: site-local option codes less than 224 have been deprecated by \
                        RFC3942.  You have options listed in site local space \

                        """)
                $0.append(contentsOf: options[space].name)
                $0.append(text: " that number as low as ")
                $0.append(decimal: UInt64(least))
                $0.append(
                    text: """
                        .  Please investigate if these should be declared as regular options \
                        rather than site-local options, or migrated up past 224.
                        """)
            }
        }
        siteMinimums[space] = max(least, 128)
        return max(least, 128)
    }

    /// The option that a code of the reply stands for.
    func reference(_ code: UInt8) -> OptionReference {
        if let siteSpace, UInt32(code) >= siteSpace.least {
            return OptionReference(siteSpace.space, UInt32(code))
        }
        return OptionReference(.dhcp, UInt32(code))
    }
}
