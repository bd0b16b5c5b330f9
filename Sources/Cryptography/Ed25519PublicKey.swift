internal import COpenSSL

/// The public half of an Ed25519 key.
public struct Ed25519PublicKey: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Nil for any other length than 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(key: [UInt8]) { bytes = key }

    /// From a PEM, its base64 body alone, or the bare 32 bytes in base64 or hexadecimal.
    public init(_ text: String) throws(Ed25519KeyError) {
        let body = try Ed25519Text.body(Array(text.utf8), label: "PUBLIC KEY")
        if body.utf8.count == 64, let key = Hex.decode(body) {
            bytes = key
            return
        }
        guard let decoded = Base64.decode(body) else { throw .malformed }
        guard decoded.count == 32 || decoded.count == 44 && decoded.starts(with: Self.prefix) else {
            throw .anotherKind
        }
        bytes = Array(decoded.suffix(32))
    }

    /// SubjectPublicKeyInfo of RFC 8410 up to the key.
    private static let prefix = Hex.decode("302a300506032b6570032100")!

    /// As venues want it registered: the SubjectPublicKeyInfo in base64, the body of a PEM.
    public var subjectPublicKeyInfo: String { Base64.encode(Self.prefix + bytes) }

    /// Whether `signature` was made over `message` by the private half. False for a signature of any other length than 64.
    public func accepts(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, 32) else {
            return false
        }
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    public var description: String { Hex.encode(bytes) }
}
