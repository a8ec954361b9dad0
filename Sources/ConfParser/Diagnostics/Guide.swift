/// What the parser remembers only when somebody wants complaints explained: where things were
/// declared, and what could have been meant.
struct Guide {
    /// What can be there twice.
    enum Subject: Hashable {
        case host, hardware, fixedAddress, identifier, hostIdentifier
        case classOf, matchIf, submatch
        case subnet, network, interface
        case zoneServers(TokenKind)
        case algorithm, secret, after
    }

    private struct Key: Hashable {
        var subject: Subject
        var name: [UInt8]
    }

    private struct Range {
        var low: UInt32
        var high: UInt32
        var place: SourcePosition
    }

    private var places: [Key: SourcePosition] = [:]
    private var ranges: [Range] = []
    /// The first word of the statement being read, if it is no keyword.
    var bareWord: [UInt8]?
    /// Words of which one was expected.
    var words: [[UInt8]] = []
    /// Explaining takes time that grows with the configuration; after so many complaints nobody
    /// reads on.
    var budget = 1000

    /// Remembers a place. Without `again` the first one stays.
    mutating func note(
        _ subject: Subject, _ name: [UInt8], _ place: SourcePosition, again: Bool = false
    ) {
        let key = Key(subject: subject, name: name)
        if again || places[key] == nil { places[key] = place }
    }

    /// Remembers the place of something without a name.
    mutating func note(_ subject: Subject, _ place: SourcePosition, again: Bool = false) {
        note(subject, [], place, again: again)
    }

    mutating func forget(_ subjects: Subject...) {
        for subject in subjects { places[Key(subject: subject, name: [])] = nil }
    }

    func place(_ subject: Subject, _ name: [UInt8] = []) -> SourcePosition? {
        places[Key(subject: subject, name: name)]
    }

    mutating func noteRange(_ low: UInt32, _ high: UInt32, _ place: SourcePosition) {
        ranges.append(Range(low: low, high: high, place: place))
    }

    /// The first range with an address.
    func range(with address: UInt32) -> SourcePosition? {
        ranges.first { $0.low <= address && address <= $0.high }?.place
    }
}
