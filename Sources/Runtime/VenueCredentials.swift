public import Configuration
internal import Cryptography
internal import SystemIO
public import VenueACE
public import VenueAster
public import VenueBinance
public import VenueBitoPro
public import VenueExtended
public import VenueMAX

/// What proves to the configured venues who is trading.
public enum VenueCredentials: Sendable {
    case aster(AsterCredentials)
    case extended(ExtendedCredentials)
    /// A mirror's; the reference's are nil where it is only watched.
    case mirror(MirrorTargetCredentials, reference: BinanceCredentials?)

    /// Keys that can sign, from texts as they were read.
    /// - Parameter reference: of a mirror that hedges.
    public init(
        _ credentials: Credentials, reference: Credentials? = nil, for configuration: BotConfiguration
    ) throws(VenueCredentialsError) {
        if configuration.mirror != nil {
            self = .mirror(
                try MirrorTargetCredentials(credentials, for: configuration),
                reference: try Self.binance(reference, for: configuration))
            return
        }
        switch (credentials, configuration.venue) {
        case (.hmac(let key, let value), .aster):
            self = .aster(.apiKey(key: Self.text(key), secret: Self.secret(value)))
        case (.wallet(let user, let signer, let key), .aster):
            do throws(AsterCredentialsError) {
                self = .aster(
                    try .wallet(
                        user: user.isEmpty ? nil : user, signer: signer, privateKey: Self.secret(key),
                        network: configuration.asterNetwork))
            } catch {
                throw VenueCredentialsError(description: error.description)
            }
        case (.stark(let apiKey, let vault, let privateKey, let publicKey), .extended):
            do throws(ExtendedCredentialsError) {
                self = .extended(
                    try ExtendedCredentials(
                        apiKey: Self.secret(apiKey), vault: vault, privateKey: Self.secret(privateKey),
                        publicKey: publicKey))
            } catch {
                throw VenueCredentialsError(description: error.description)
            }
        case (.stark, _), (.hmac, _), (.wallet, _), (.bitoPro, _), (.ed25519, _):
            throw VenueCredentialsError(foreign: configuration)
        }
    }

    /// Binance's keys, of either type; nil where none are needed.
    private static func binance(
        _ credentials: Credentials?, for configuration: BotConfiguration
    ) throws(VenueCredentialsError) -> BinanceCredentials? {
        guard configuration.mirror?.credentials != nil else { return nil }
        switch credentials {
        case .hmac(let key, let value)?: return try binance(key, .hmac(secret(value)))
        case .ed25519(let key, let file)?: return try binance(key, .ed25519(try privateKey(file)))
        case .wallet, .stark, .bitoPro, nil:
            throw VenueCredentialsError(description: "to hedge, the reference needs its API key and secret")
        }
    }

    private static func binance(
        _ key: CredentialText, _ value: BinanceCredentials.Key
    ) throws(VenueCredentialsError) -> BinanceCredentials {
        do throws(BinanceCredentialsError) { return try BinanceCredentials(apiKey: secret(key), key: value) } catch {
            throw VenueCredentialsError(description: error.description)
        }
    }

    private static func privateKey(_ path: String) throws(VenueCredentialsError) -> Ed25519PrivateKey {
        if isReadableByOthers(path) {
            throw VenueCredentialsError(description: "\(path) is readable by others: chmod 600 \(path)")
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: 65_536) } catch {
            throw VenueCredentialsError(description: "the Ed25519 key cannot be read: \(error)")
        }
        do throws(Ed25519KeyError) {
            return try Ed25519PrivateKey(Secret(String(decoding: bytes, as: UTF8.self)))
        } catch {
            throw VenueCredentialsError(description: "\(path): \(error)")
        }
    }

    static func text(_ text: CredentialText) -> String { String(decoding: text.expose(), as: UTF8.self) }
    static func secret(_ text: CredentialText) -> Secret { Secret(Self.text(text)) }
}

/// Keys of a mirror's target.
public enum MirrorTargetCredentials: Sendable {
    case ace(ACECredentials)
    case bitoPro(BitoProCredentials)
    case max(MAXCredentials)

    init(_ credentials: Credentials, for configuration: BotConfiguration) throws(VenueCredentialsError) {
        switch (credentials, configuration.venue) {
        case (.hmac(let key, let value), .ace):
            self = .ace(
                ACECredentials(apiKey: VenueCredentials.text(key), secretKey: VenueCredentials.secret(value)))
        case (.bitoPro(let key, let value, let email), .bitoPro):
            self = .bitoPro(
                BitoProCredentials(
                    apiKey: VenueCredentials.text(key), apiSecret: VenueCredentials.secret(value), identity: email))
        case (.hmac(let key, let value), .max):
            do throws(MAXCredentialsError) {
                self = .max(
                    try MAXCredentials(accessKey: VenueCredentials.secret(key), secret: VenueCredentials.secret(value)))
            } catch {
                throw VenueCredentialsError(description: error.description)
            }
        case (.stark, _), (.hmac, _), (.wallet, _), (.bitoPro, _), (.ed25519, _):
            throw VenueCredentialsError(foreign: configuration)
        }
    }
}

/// Why keys cannot sign, without the keys.
public struct VenueCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(description: String) { self.description = description }

    init(foreign configuration: BotConfiguration) {
        description =
            "the scheme of the credentials, \(configuration.credentials.scheme.rawValue), is not one of "
            + configuration.venue.rawValue
    }
}

extension BotConfiguration {
    /// Which Aster signatures are for.
    public var asterNetwork: AsterNetwork {
        switch (usesTestnet, endpoints.chainID == Int64(AsterNetwork.testnet.chainID)) {
        case (true, _), (_, true): .testnet
        case (false, false): endpoints.rest.isLoopback ? .local : .mainnet
        }
    }

    /// Which Extended is meant; a local one has the chain of the network it stands for.
    public var extendedNetwork: ExtendedNetwork {
        switch (endpoints.rest.isLoopback, usesTestnet) {
        case (true, let isTest): .local(isTest ? .testnet : .mainnet)
        case (false, true): .testnet
        case (false, false): .mainnet
        }
    }
}
