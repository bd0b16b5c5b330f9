public import Cryptography

/// What proves to Aster who is trading. Neither text, dump nor mirror of it shows a secret.
public enum AsterCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// V1: requests carry the key in a header and an HMAC made with the secret.
    case apiKey(key: String, secret: Secret)
    /// V3: requests are signed by the agent wallet `signer`, whose private key is `key`. `user` is the account's own
    /// wallet; the venue needs it only where that wallet signs itself.
    case wallet(user: EthereumAddress?, signer: EthereumAddress, key: Secret, network: AsterNetwork)

    /// Wallet credentials from texts as they stand in an environment; `signer` may be left out.
    public static func wallet(
        user: String?, signer: String?, privateKey: Secret, network: AsterNetwork
    ) throws(AsterCredentialsError) -> AsterCredentials {
        guard let key = EthereumPrivateKey(privateKey) else { throw .invalidPrivateKey }
        let userAddress = try user.map { text throws(AsterCredentialsError) in
            guard let address = EthereumAddress(text) else {
                throw .invalidAddress(field: "user", length: text.utf8.count)
            }
            return address
        }
        if let signer {
            guard let address = EthereumAddress(signer) else {
                throw .invalidAddress(field: "signer", length: signer.utf8.count)
            }
            guard address == key.address else { throw .keyOfAnotherSigner(expected: address, actual: key.address) }
        }
        return .wallet(user: userAddress, signer: key.address, key: privateKey, network: network)
    }

    public var description: String {
        switch self {
        case .apiKey(let key, _): "Aster API key \(key.utf8.count >= 32 ? key.prefix(4) + "…" : "***")"
        case .wallet(let user, let signer, _, let network):
            "Aster wallet \(signer)\(user.map { " for \($0)" } ?? "") on \(network)"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why credentials cannot sign.
public enum AsterCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyKey, emptySecret
    /// Header values are visible ASCII.
    case malformedKey
    case invalidPrivateKey
    /// Without the text, which may be a private key that got into the wrong place.
    case invalidAddress(field: String, length: Int)
    case keyOfAnotherSigner(expected: EthereumAddress, actual: EthereumAddress)

    public var description: String {
        switch self {
        case .emptyKey: "the Aster API key is empty"
        case .emptySecret: "the Aster API secret is empty"
        case .malformedKey: "the Aster API key holds a character that no header may carry: expected visible ASCII"
        case .invalidPrivateKey: "the Aster private key is no secp256k1 key: expected 64 hexadecimal digits"
        case .invalidAddress(let field, let length):
            "Aster's `\(field)` is no address: expected 0x and 40 hexadecimal digits, found \(length) characters"
        case .keyOfAnotherSigner(let expected, let actual):
            "the Aster private key belongs to \(actual), not to the signer \(expected)"
        }
    }
}
