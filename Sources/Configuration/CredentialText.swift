/// Text of a key, kept from printing itself: descriptions, mirrors and interpolation show `***`.
public struct CredentialText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The secret itself. The caller moves it into its own keeping at once.
    public func expose() -> [UInt8] { bytes }

    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a session signs with.
public enum Credentials: Hashable, Sendable {
    /// API key and secret, HMAC-SHA256.
    case hmac(key: CredentialText, secret: CredentialText)
    /// V3 API wallet: addresses as `0x` and 40 hexadecimal digits, and the private key as 64 with or without `0x`.
    case wallet(user: String, signer: String, privateKey: CredentialText)

    /// What must never appear in any output, for the log's scrubber.
    public var secrets: [CredentialText] {
        switch self {
        case .hmac(let key, let secret): [key, secret]
        case .wallet(_, _, let privateKey): [privateKey]
        }
    }
}

/// Which environment variables hold the keys.
public struct CredentialNames: Hashable, Sendable {
    public enum Scheme: String, Hashable, Sendable, CaseIterable { case hmac, wallet }

    public var scheme: Scheme
    public var apiKey: String
    public var apiSecret: String
    public var user: String
    public var signer: String
    public var privateKey: String

    /// The variables the scheme needs.
    public var needed: [String] {
        switch scheme {
        case .hmac: [apiKey, apiSecret]
        case .wallet: [user, signer, privateKey]
        }
    }

    /// Reads the keys. Issues name the variable and what is wrong with it, never its value.
    public func read(_ environment: [String: String]) -> (credentials: Credentials?, issues: [ConfigurationIssue]) {
        var issues: [ConfigurationIssue] = []
        func complain(_ name: String, _ message: String, expected: String) {
            issues.append(
                ConfigurationIssue(file: "environment", path: name, message: message, expected: expected))
        }
        func value(_ name: String, _ expected: String, _ isRight: (String) -> Bool) -> String {
            let text = environment[name] ?? ""
            if text.isEmpty {
                complain(name, "is not set: expected \(expected)", expected: expected)
            } else if !isRight(text) {
                complain(name, "is not \(expected) (value not shown)", expected: expected)
            }
            return text
        }
        let credentials: Credentials
        switch scheme {
        case .hmac:
            let key = value(apiKey, "the API key", Self.isToken)
            let secret = value(apiSecret, "the API secret", Self.isToken)
            credentials = .hmac(key: CredentialText(key), secret: CredentialText(secret))
        case .wallet:
            let user = value(user, "an address: 0x and 40 hexadecimal digits", Self.isAddress)
            let signer = value(signer, "an address: 0x and 40 hexadecimal digits", Self.isAddress)
            let key = value(privateKey, "a private key: 64 hexadecimal digits", Self.isPrivateKey)
            credentials = .wallet(user: user, signer: signer, privateKey: CredentialText(key))
        }
        return (issues.isEmpty ? credentials : nil, issues)
    }

    /// Printable ASCII without spaces or the brackets of a placeholder such as `<your-key>`.
    private static func isToken(_ text: String) -> Bool {
        text.utf8.count <= 512 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.hasPrefix("<")
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("0x") && isHex(text.dropFirst(2), count: 40)
    }

    private static func isPrivateKey(_ text: String) -> Bool {
        isHex(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], count: 64)
    }

    private static func isHex(_ text: Substring, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
    }
}
