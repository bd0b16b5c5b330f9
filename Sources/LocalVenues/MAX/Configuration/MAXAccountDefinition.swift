public import Cryptography
public import MarketModel

/// An account of the local venue.
public struct MAXAccountDefinition: Sendable {
    /// How people and auditors call it.
    public var name: String
    public var accessKey: String
    public var secretKey: Secret
    /// By asset, in upper case.
    public var balances: [(asset: String, amount: Cash)]

    public init(name: String, accessKey: String, secretKey: Secret, balances: [(asset: String, amount: Cash)]) {
        self.name = name
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.balances = balances
    }

    /// The account of a local venue that is started without an account file. Its keys open nothing but local venues.
    public static func demo() -> MAXAccountDefinition {
        MAXAccountDefinition(
            name: "demo", accessKey: "ApusLocalMAXAccessKey0000000000000000000",
            secretKey: Secret("ApusLocalMAXSecretKey0000000000000000000"),
            balances: [
                ("TWD", Cash(whole: 10_000_000)), ("BTC", Cash(whole: 3)), ("USDT", Cash(whole: 300_000)),
                ("ETH", Cash(whole: 50)),
            ])
    }
}
