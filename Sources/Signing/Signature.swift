import COpenSSL
public import Omapi

/// OpenSSL's HMAC, given to the server and the client of OMAPI.
public enum Signature {
    /// The signature of `bytes`; empty if OpenSSL refuses, which no signature equals.
    public static func hmac(
        _ algorithm: OmapiAlgorithm, secret: [UInt8], _ bytes: ArraySlice<UInt8>
    ) -> [UInt8] {
        var length: UInt32 = 0
        let message = Array(bytes)
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { area, count in
            // OpenSSL writes at most EVP_MAX_MD_SIZE bytes and says how many; key and message are
            // given with their lengths and read only during the call.
            let result = unsafe HMAC(
                digest(algorithm), secret, Int32(clamping: secret.count), message, message.count,
                area.baseAddress, &length)
            count = unsafe result == nil ? 0 : Int(length)
        }
    }

    private static func digest(_ algorithm: OmapiAlgorithm) -> OpaquePointer? {
        switch algorithm {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
