public import Configuration
internal import Cryptography
public import VenueAster
public import VenueExtended

/// What proves to the configured venue who is trading.
public enum VenueCredentials: Sendable {
    case aster(AsterCredentials)
    case extended(ExtendedCredentials)

    /// Keys that can sign, from texts as they were read.
    public init(_ credentials: Credentials, for configuration: BotConfiguration) throws(VenueCredentialsError) {
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
        case (.stark, .aster), (.hmac, .extended), (.wallet, .extended):
            throw VenueCredentialsError(
                description:
                    "the scheme of the credentials, \(configuration.credentials.scheme.rawValue), is not one of "
                    + configuration.venue.rawValue)
        }
    }

    private static func text(_ text: CredentialText) -> String { String(decoding: text.expose(), as: UTF8.self) }
    private static func secret(_ text: CredentialText) -> Secret { Secret(Self.text(text)) }
}

/// Why keys cannot sign, without the keys.
public struct VenueCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
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
