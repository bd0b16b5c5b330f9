public import Cryptography
public import StarkCryptography

/// What proves to Extended who is trading: a sub-account's API key, its position ("vault") and its private key.
/// Neither text, dump nor mirror of it shows a secret.
public struct ExtendedCredentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Sent in a header with every private request.
    public let apiKey: Secret
    public let vault: UInt32
    public let key: StarkPrivateKey

    /// The felt that the venue knows the account by.
    public var publicKey: Felt { key.publicKey }

    /// - Parameters:
    ///   - privateKey: `0x` and hexadecimal digits.
    ///   - publicKey: Where given, must be the private key's own: all three belong to one sub-account.
    public init(
        apiKey: Secret, vault: UInt32, privateKey: Secret, publicKey: String? = nil
    ) throws(ExtendedCredentialsError) {
        guard !apiKey.isEmpty else { throw .emptyAPIKey }
        guard apiKey.expose({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) else { throw .malformedAPIKey }
        self.apiKey = apiKey
        self.vault = vault
        do throws(StarkKeyError) { key = try StarkPrivateKey(hex: privateKey) } catch {
            throw .unusablePrivateKey(error)
        }
        if let publicKey {
            guard let felt = Felt(hex: publicKey) else {
                throw .malformedPublicKey(length: publicKey.utf8.count)
            }
            guard felt == key.publicKey else { throw .keyOfAnother(expected: felt, actual: key.publicKey) }
        }
    }

    /// As above, with the vault as text.
    public init(
        apiKey: Secret, vault: String, privateKey: Secret, publicKey: String? = nil
    ) throws(ExtendedCredentialsError) {
        guard !vault.hasPrefix("+"), let number = UInt32(vault) else {
            throw .malformedVault(length: vault.utf8.count)
        }
        try self.init(apiKey: apiKey, vault: number, privateKey: privateKey, publicKey: publicKey)
    }

    public var description: String { "Extended vault \(vault), Stark key \(publicKey.hex)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why credentials cannot sign.
public enum ExtendedCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyAPIKey
    /// Header values are visible ASCII.
    case malformedAPIKey
    /// Without the texts, which may be a private key that got into the wrong place.
    case malformedVault(length: Int), malformedPublicKey(length: Int)
    case unusablePrivateKey(StarkKeyError)
    case keyOfAnother(expected: Felt, actual: Felt)

    public var description: String {
        switch self {
        case .emptyAPIKey: "the Extended API key is empty"
        case .malformedAPIKey:
            "the Extended API key holds a character that no header may carry: expected visible ASCII"
        case .malformedVault(let length):
            "Extended's vault is no number: expected the digits of the sub-account's vault, found \(length) characters"
        case .malformedPublicKey(let length):
            "Extended's public key is no felt: expected 0x and up to 64 hexadecimal digits, found \(length) characters"
        case .unusablePrivateKey(.malformed):
            "the Extended private key is no Stark key: expected 0x and up to 64 hexadecimal digits"
        case .unusablePrivateKey(.outOfRange):
            "the Extended private key is no Stark key: it is zero, or not below the order of the curve"
        case .keyOfAnother(let expected, let actual):
            "the Extended private key belongs to the public key \(actual.hex), not to \(expected.hex)"
        }
    }
}
