/// Algorithms of OMAPI signatures; the name on the wire is followed by `.SIG-ALG.REG.INT.`.
public enum OmapiAlgorithm: String, CaseIterable, Sendable {
    case md5 = "hmac-md5"
    case sha1 = "hmac-sha1"
    case sha224 = "hmac-sha224"
    case sha256 = "hmac-sha256"
    case sha384 = "hmac-sha384"
    case sha512 = "hmac-sha512"

    /// Bytes of a signature.
    public var signatureLength: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// By the name in an OPEN of an authenticator or in a key statement; letter case does not
    /// count.
    public init?(wireName: [UInt8]) {
        let name = String(decoding: wireName, as: UTF8.self).lowercased()
        let suffix = ".sig-alg.reg.int."
        let bare = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
        self.init(rawValue: bare)
    }
}

/// A shared secret by which the two sides sign.
public struct OmapiKey: Hashable, Sendable {
    public var name: [UInt8]
    public var algorithm: OmapiAlgorithm
    public var secret: [UInt8]

    public init(name: [UInt8], algorithm: OmapiAlgorithm, secret: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.secret = secret
    }
}

/// Computes an HMAC; the executable gives OpenSSL's, so that this module links no cryptography.
public typealias OmapiSigner =
    @Sendable (OmapiAlgorithm, _ secret: [UInt8], _ bytes: ArraySlice<UInt8>) -> [UInt8]

/// Compares two signatures in a time that depends on their length alone.
public func areEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
