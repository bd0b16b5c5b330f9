internal import COpenSSL

/// An Ed25519 key. Signatures are deterministic (RFC 8032): the same message gives the same bytes.
public final class Ed25519PrivateKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let key: Ed25519Handle
    public let publicKey: Ed25519PublicKey

    /// From the 32 bytes that RFC 8032 calls the secret key; nil for any other length.
    public init?(seed: Secret) {
        let handle = seed.expose { bytes in
            bytes.count == 32 ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, bytes, 32) : nil
        }
        guard let handle else { return nil }
        key = Ed25519Handle(handle)
        let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            var length = 32
            let done = EVP_PKEY_get_raw_public_key(handle, buffer.baseAddress, &length)
            precondition(done == 1 && length == 32, "An Ed25519 key made from a seed has a public key of 32 bytes.")
            initialized = 32
        }
        publicKey = Ed25519PublicKey(key: bytes)
    }

    /// From a file or variable as venues and OpenSSL write it: a PKCS#8 PEM, its base64 body alone, or the bare seed in
    /// base64 or hexadecimal. Space around and within is ignored.
    public convenience init(_ text: Secret) throws(Ed25519KeyError) {
        let seed = try text.expose { bytes in
            Result { () throws(Ed25519KeyError) in Secret(bytes: try Self.seed(in: bytes)) }
        }.get()
        guard let key = Ed25519PrivateKey(seed: seed) else { throw .malformed }
        self.init(copying: key)
    }

    private init(copying other: Ed25519PrivateKey) {
        key = other.key
        publicKey = other.publicKey
    }

    /// 64 bytes.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return [UInt8](unsafeUninitializedCapacity: 64) { buffer, initialized in
            var length = 64
            let done =
                EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1
                && EVP_DigestSign(context, buffer.baseAddress, &length, message, message.count) == 1
            precondition(done && length == 64, "A valid key signs every message in a working OpenSSL.")
            initialized = 64
        }
    }

    public static func == (a: Ed25519PrivateKey, b: Ed25519PrivateKey) -> Bool { a.publicKey == b.publicKey }
    public func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }
    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    // MARK: Reading

    /// PKCS#8 of RFC 8410 up to the seed: without, and with, the public key behind it.
    private static let plain = Hex.decode("302e020100300506032b657004220420")!
    private static let withPublicKey = Hex.decode("3051020101300506032b657004220420")!

    private static func seed(in text: [UInt8]) throws(Ed25519KeyError) -> [UInt8] {
        let body = try Ed25519Text.body(text, label: "PRIVATE KEY")
        if body.utf8.count == 64, let seed = Hex.decode(body) { return seed }
        guard let bytes = Base64.decode(body), !bytes.isEmpty else { throw .malformed }
        if bytes.count == 32 { return bytes }
        let isKnown =
            bytes.count == plain.count + 32 && bytes.starts(with: plain)
            || bytes.count == withPublicKey.count + 67 && bytes.starts(with: withPublicKey)
        guard isKnown else { throw .anotherKind }
        return Array(bytes[plain.count..<plain.count + 32])
    }
}

/// Why a text is no Ed25519 key. Never with the text, which may be one after all.
public enum Ed25519KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither PEM nor base64 nor hexadecimal, or cut short.
    case malformed
    /// A key that needs a passphrase.
    case encrypted
    /// RSA, EC, a certificate, a public key where a private one belongs.
    case anotherKind

    public var description: String {
        switch self {
        case .malformed:
            "no key: expected a PKCS#8 PEM, its base64 body, or 32 bytes in base64 or hexadecimal"
        case .encrypted: "the key is encrypted: expected one without a passphrase"
        case .anotherKind: "the key is of another kind: expected Ed25519"
        }
    }
}

/// Armour around keys.
enum Ed25519Text {
    /// What stands between the lines of a PEM of that label, or the whole text where there are none; without space.
    static func body(_ text: [UInt8], label: String) throws(Ed25519KeyError) -> String {
        let text = String(decoding: text, as: UTF8.self)
        guard text.contains("-----") else { return text.filter { !$0.isWhitespace } }
        let parts = text.split(separator: "-----", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[1].hasPrefix("BEGIN "), parts[3].hasPrefix("END ") else { throw .malformed }
        let found = parts[1].dropFirst("BEGIN ".count)
        if found == "ENCRYPTED \(label)" { throw .encrypted }
        guard found == label else { throw .anotherKind }
        return parts[2].filter { !$0.isWhitespace }
    }
}

/// Unchecked: OpenSSL's keys may be used by several threads at once as long as none changes them, and none does.
final class Ed25519Handle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { EVP_PKEY_free(pointer) }
}
