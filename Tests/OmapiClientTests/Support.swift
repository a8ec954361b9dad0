import OmapiClient
import Signing

/// A session with the message number that ISC's omshell begins with.
func newSession() -> OmshellSession {
    OmshellSession(firstID: 0x6b8b_4567) { Signature.hmac($0, secret: $1, $2) }
}

/// What is written, to either stream, by some effects.
func written(_ effects: [OmshellSession.Effect]) -> [UInt8] {
    // ISC's complaints overtake what the same command says to a pipe.
    var complaints: [UInt8] = []
    var output: [UInt8] = []
    for effect in effects {
        switch effect {
        case .output(let bytes): output += bytes
        case .complain(let line), .log(let line, _): complaints += line + [0x0a]
        default: break
        }
    }
    return complaints + output
}

/// Bytes in hexadecimal; none for anything else.
func unhexed(_ text: some Sequence<UInt8>) -> [UInt8] {
    let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - digits.count % 2, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

/// Undoes the escapes of a recorded line.
func unescaped(_ text: some Sequence<UInt8>) -> [UInt8] {
    let text = Array(text)
    var bytes: [UInt8] = []
    var index = 0
    while index < text.count {
        guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
            bytes.append(text[index])
            index += 1
            continue
        }
        switch text[index + 1] {
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "x"):
            bytes += unhexed(text[(index + 2)...].prefix(2))
            index += 2
        default: bytes.append(text[index + 1])
        }
        index += 2
    }
    return bytes
}
