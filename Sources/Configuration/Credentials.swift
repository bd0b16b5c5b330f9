/// What a session signs with.
public enum Credentials: Hashable, Sendable {
    /// Aster, Binance, MAX: API key and secret, HMAC-SHA256. ACE: the same two, its own signature.
    case hmac(key: CredentialText, secret: CredentialText)
    /// Aster: V3 API wallet: addresses as `0x` and 40 hexadecimal digits, and the private key as 64 with or without
    /// `0x`.
    case wallet(user: String, signer: String, privateKey: CredentialText)
    /// Extended: API key, the account's vault, and its Stark private key as `0x` and at most 64 hexadecimal digits. The
    /// public key, of the same form, is there to be compared with the private one's.
    case stark(apiKey: CredentialText, vault: UInt32, privateKey: CredentialText, publicKey: String?)
    /// BitoPro: API key and secret, HMAC-SHA384, and the account's e-mail address.
    case bitoPro(key: CredentialText, secret: CredentialText, email: String)
    /// Binance: API key, and the file with its Ed25519 private key.
    case ed25519(key: CredentialText, keyFile: String)

    /// What must never appear in any output, for the log's scrubber.
    public var secrets: [CredentialText] {
        switch self {
        case .hmac(let key, let secret): [key, secret]
        case .wallet(_, _, let privateKey): [privateKey]
        case .stark(let apiKey, _, let privateKey, _): [apiKey, privateKey]
        case .bitoPro(let key, let secret, _): [key, secret]
        case .ed25519(let key, _): [key]
        }
    }
}

/// Which environment variables hold the keys.
public struct CredentialNames: Hashable, Sendable {
    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        /// API key and secret.
        case hmac
        /// Aster: V3 API wallet.
        case wallet
        /// Extended: API key, vault and Stark key.
        case stark
        /// BitoPro: API key, secret and e-mail address.
        case bitoPro = "bitopro"
        /// Binance: API key, and secret or Ed25519 key.
        case binance
    }

    public var scheme: Scheme
    /// The names of the schemes; those that `scheme` does not need are empty or not read.
    public var apiKey: String
    public var apiSecret: String
    public var user: String
    public var signer: String
    public var privateKey: String
    public var vault: String
    public var publicKey: String
    public var email = ""
    /// Of the path of a private key.
    public var keyFile = ""

    /// The variables the scheme needs.
    public var needed: [String] {
        switch scheme {
        case .hmac: [apiKey, apiSecret]
        case .wallet: [user, signer, privateKey]
        case .stark: [apiKey, vault, privateKey]
        case .bitoPro: [apiKey, apiSecret, email]
        case .binance: [apiKey, apiSecret]
        }
    }

    /// Reads the keys. Issues name the variable and what is wrong with it, never its value.
    public func read(_ environment: [String: String]) -> (credentials: Credentials?, issues: [ConfigurationIssue]) {
        var reader = CredentialReader(environment: environment)
        let credentials: Credentials
        switch scheme {
        case .hmac:
            let key = reader.value(apiKey, "the API key", CredentialReader.isToken)
            let secret = reader.value(apiSecret, "the API secret", CredentialReader.isToken)
            credentials = .hmac(key: CredentialText(key), secret: CredentialText(secret))
        case .wallet:
            let address = "an address: 0x and 40 hexadecimal digits"
            let user = reader.value(user, address, CredentialReader.isAddress)
            let signer = reader.value(signer, address, CredentialReader.isAddress)
            let key = reader.value(
                privateKey, "a private key: 64 hexadecimal digits", CredentialReader.isEthereumKey)
            credentials = .wallet(user: user, signer: signer, privateKey: CredentialText(key))
        case .stark:
            let key = reader.value(apiKey, "the API key", CredentialReader.isToken)
            let vault = reader.value(vault, "the account's vault: a whole number") {
                UInt32($0) != nil && !$0.hasPrefix("+")
            }
            let stark = "0x and at most 64 hexadecimal digits"
            let privateKey = reader.value(
                privateKey, "the Stark private key: \(stark)", CredentialReader.isStarkKey)
            let publicKey = reader.optional(
                publicKey, "the Stark public key: \(stark)", CredentialReader.isStarkKey)
            credentials = .stark(
                apiKey: CredentialText(key), vault: UInt32(vault) ?? 0,
                privateKey: CredentialText(CredentialReader.prefixed(privateKey)),
                publicKey: publicKey.map(CredentialReader.prefixed))
        case .bitoPro:
            let key = reader.value(apiKey, "the API key", CredentialReader.isToken)
            let secret = reader.value(apiSecret, "the API secret", CredentialReader.isToken)
            let email = reader.value(email, "the account's e-mail address", CredentialReader.isEmail)
            credentials = .bitoPro(key: CredentialText(key), secret: CredentialText(secret), email: email)
        case .binance: credentials = reader.binance(self)
        }
        return (reader.issues.isEmpty ? credentials : nil, reader.issues)
    }
}

/// Takes values from the environment and judges their form.
private struct CredentialReader {
    let environment: [String: String]
    private(set) var issues: [ConfigurationIssue] = []

    init(environment: [String: String]) { self.environment = environment }

    /// A key of either type: with its secret, or with the file of its private key.
    mutating func binance(_ names: CredentialNames) -> Credentials {
        let key = CredentialText(value(names.apiKey, "the API key", Self.isToken))
        let isPath = { (text: String) in !text.utf8.contains(0) && text.utf8.count <= 4_096 }
        guard let file = optional(names.keyFile, "the path of a private key (PEM)", isPath) else {
            let expected = "the API secret, or \(names.keyFile) with the path of an Ed25519 private key (PEM)"
            return .hmac(key: key, secret: CredentialText(value(names.apiSecret, expected, Self.isToken)))
        }
        if !(environment[names.apiSecret] ?? "").isEmpty {
            complain(
                names.keyFile, "is set beside \(names.apiSecret): a key has either a secret or a private key",
                expected: "one of them")
        }
        return .ed25519(key: key, keyFile: file)
    }

    mutating func value(_ name: String, _ expected: String, _ isRight: (String) -> Bool) -> String {
        if let text = optional(name, expected, isRight) { return text }
        if (environment[name] ?? "").isEmpty {
            complain(name, "is not set: expected \(expected)\(synonym(of: name))", expected: expected)
        }
        return ""
    }

    /// Nil where it is not set, or wrong.
    mutating func optional(_ name: String, _ expected: String, _ isRight: (String) -> Bool) -> String? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        if isRight(text) { return text }
        complain(name, "is not \(expected) (value not shown)", expected: expected)
        return nil
    }

    private mutating func complain(_ name: String, _ message: String, expected: String) {
        issues.append(ConfigurationIssue(file: "environment", path: name, message: message, expected: expected))
    }

    /// Names other bots use for the same thing; they are offered, never read.
    private static let synonyms: [(name: String, others: [String])] = [
        ("EXTENDED_API_KEY", ["X10_API_KEY", "EXTENDED_APIKEY", "API_KEY"]),
        ("EXTENDED_VAULT", ["EXTENDED_VAULT_ID", "X10_VAULT", "X10_VAULT_ID", "VAULT_ID", "VAULT"]),
        (
            "EXTENDED_PRIVATE_KEY",
            [
                "EXTENDED_STARK_PRIVATE_KEY", "X10_PRIVATE_KEY", "X10_STARK_PRIVATE_KEY", "STARK_PRIVATE_KEY",
                "STARKNET_PRIVATE_KEY", "PRIVATE_KEY",
            ]
        ),
        ("ASTERDEX_API_KEY", ["ASTER_API_KEY", "API_KEY"]),
        ("ASTERDEX_API_SECRET", ["ASTER_API_SECRET", "API_SECRET"]),
        ("ACE_API_KEY", ["ACE_APIKEY", "API_KEY"]),
        ("ACE_API_SECRET", ["ACE_SECRET", "ACE_SECURITY_KEY", "ACE_SECRET_KEY", "API_SECRET"]),
        ("BITOPRO_API_KEY", ["BITOPRO_APIKEY", "API_KEY"]),
        ("BITOPRO_API_SECRET", ["BITOPRO_SECRET", "BITOPRO_SECRET_KEY", "API_SECRET"]),
        ("BITOPRO_EMAIL", ["BITOPRO_IDENTITY", "BITOPRO_ACCOUNT"]),
        ("MAX_API_KEY", ["MAX_ACCESS_KEY", "API_KEY"]),
        ("MAX_API_SECRET", ["MAX_SECRET_KEY", "MAX_SECRET", "API_SECRET"]),
        ("BINANCE_API_KEY", ["BINANCE_APIKEY", "API_KEY"]),
        ("BINANCE_API_SECRET", ["BINANCE_SECRET", "BINANCE_SECRET_KEY", "BINANCE_API_KEY_SECRET", "API_SECRET"]),
    ]

    private func synonym(of name: String) -> String {
        let others = Self.synonyms.first { $0.name == name }?.others ?? []
        guard let other = others.first(where: { !(environment[$0] ?? "").isEmpty }) else { return "" }
        return "; \(other) is set: rename it, or name it in the configuration's \"credentials\""
    }

    /// Printable ASCII without spaces or the brackets of a placeholder such as `<your-key>`.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count <= 512 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.hasPrefix("<")
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return isToken(text) && text.utf8.count <= 254 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("0x") && isHex(text.dropFirst(2), count: 40...40)
    }

    static func isEthereumKey(_ text: String) -> Bool { isHex(digits(of: text), count: 64...64) }

    static func isStarkKey(_ text: String) -> Bool { isHex(digits(of: text), count: 1...64) }

    /// With `0x`, which the environment may leave out.
    static func prefixed(_ text: String) -> String { text.hasPrefix("0x") || text.isEmpty ? text : "0x" + text }

    private static func digits(of text: String) -> Substring { text.hasPrefix("0x") ? text.dropFirst(2) : text[...] }

    private static func isHex(_ text: Substring, count: ClosedRange<Int>) -> Bool {
        count.contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
    }
}
