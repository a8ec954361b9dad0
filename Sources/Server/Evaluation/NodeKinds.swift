import ConfParser

extension Node.Kind {
    var type: ExpressionType {
        switch self {
        case .number, .extractInteger, .leaseTime, .clientState, .arithmetic: .numeric
        case .exists, .known, .isStatic, .checkClasses, .defined, .not, .and, .or, .equal,
            .notEqual, .matches:
            .boolean
        case .variable, .call, .functionBody: .any
        default: .data
        }
    }

    /// ISC's number of a boolean operator, as its log lines show it (a boolean as the subject of
    /// `switch` passes the parser).
    func booleanOpcode(detail: UInt8) -> Int? {
        switch self {
        case .checkClasses: 2
        case .equal: 3
        case .and: 8
        case .or: 9
        case .not: 10
        case .exists: 22
        case .known: 24
        case .isStatic: 33
        case .notEqual: 38
        case .defined: 40
        case .matches: detail == 1 ? 59 : 58
        default: nil
        }
    }

    /// As ``booleanOpcode(detail:)``, for operators that give data: `(2 + var-num)` has data on its
    /// left where no number is expected, and passes the parser.
    func dataOpcode(detail: UInt8) -> Int? {
        switch self {
        case .substring: 4
        case .suffix: 5
        case .concat: 6
        case .hostLookup: 7
        case .option: 11
        case .hardware: 12
        case .packet: 13
        case .constant: 14
        case .encodeInteger: detail == 8 ? 18 : detail == 16 ? 19 : 20
        case .reverse: 25
        case .leasedAddress: 26
        case .binaryToASCII: 27
        case .configOption: 28
        case .hostDeclarationName: 29
        case .pick: 30
        case .null: 39
        case .filename: 42
        case .serverName: 43
        case .uppercase: 56
        case .lowercase: 57
        case .hostname: 60
        case .relay: 61
        default: nil
        }
    }

    /// As ``booleanOpcode(detail:)``, for operators that give numbers.
    func numericOpcode(detail: UInt8) -> Int? {
        switch self {
        case .extractInteger: detail == 8 ? 15 : detail == 16 ? 16 : 17
        case .number: 21
        case .leaseTime: 31
        case .clientState: 55
        case .arithmetic: [47, 50, 49, 51, 52, 53, 54][min(Int(detail), 6)]
        default: nil
        }
    }

    /// ISC's complaint about an operator where another type is needed, which variables and calls
    /// bring past the parser.
    func complaint(detail: UInt8, in place: String) -> String? {
        if let opcode = booleanOpcode(detail: detail) {
            return "Boolean opcode in \(place): \(opcode)"
        }
        if let opcode = dataOpcode(detail: detail) {
            return "Data opcode in \(place): \(opcode)"
        }
        return numericOpcode(detail: detail).map { "Numeric opcode in \(place): \($0)" }
    }

    /// ISC: empty data of these have no address, with which regular expressions cannot cope.
    var isNothingWhenEmpty: Bool {
        switch self {
        case .constant, .substring, .configOption, .variable: true
        default: false
        }
    }
}
