public import Cryptography

/// What proves to Binance who is trading. Neither text, dump nor mirror of it shows a secret.
public struct BinanceCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public enum Key: Hashable, Sendable {
        /// The secret that Binance made: signatures are HMAC-SHA256.
        case hmac(Secret)
        /// A key of one's own, whose public half is registered with Binance.
        case ed25519(Ed25519PrivateKey)
    }

    public let apiKey: Secret
    public let key: Key

    public init(apiKey: Secret, key: Key) throws(BinanceCredentialsError) {
        guard !apiKey.isEmpty else { throw .emptyKey }
        let isVisible = apiKey.expose { $0.allSatisfy { (0x21...0x7E).contains($0) } }
        guard isVisible else { throw .malformedKey }
        if case .hmac(let secret) = key, secret.isEmpty { throw .emptySecret }
        self.apiKey = apiKey
        self.key = key
    }

    public var description: String {
        switch key {
        case .hmac: "Binance API key *** (HMAC)"
        case .ed25519: "Binance API key *** (Ed25519)"
        }
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why credentials cannot sign.
public enum BinanceCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyKey, emptySecret
    /// Header values are visible ASCII.
    case malformedKey

    public var description: String {
        switch self {
        case .emptyKey: "the Binance API key is empty"
        case .emptySecret: "the Binance API secret is empty"
        case .malformedKey: "the Binance API key holds a character that no header may carry: expected visible ASCII"
        }
    }
}
