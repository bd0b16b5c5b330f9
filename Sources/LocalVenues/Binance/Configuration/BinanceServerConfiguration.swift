public import Cryptography
public import Exchange
public import Fundamentals
public import MarketModel

/// A trading account of the local venue and the keys that open it.
public struct BinanceAccountDefinition: Sendable {
    /// A key whose private half Binance never sees.
    public struct Ed25519Key: Sendable {
        public var apiKey: String
        public var publicKey: Ed25519PublicKey
        /// Only shown on readiness, so that a bot can be pointed here; the server itself has no use for it.
        public var privateKey: Secret?

        public init(apiKey: String, publicKey: Ed25519PublicKey, privateKey: Secret? = nil) {
            self.apiKey = apiKey
            self.publicKey = publicKey
            self.privateKey = privateKey
        }
    }

    /// How people and auditors call it.
    public var name: String
    /// The key that signs with HMAC-SHA256.
    public var apiKey: String
    public var apiSecret: Secret
    public var ed25519: Ed25519Key?
    /// Accounts of one group may not trade with each other, see self-trade prevention; nil is in none.
    public var tradeGroup: Int?
    /// Opening balances by asset.
    public var balances: [(asset: String, amount: Cash)]

    public init(
        name: String, apiKey: String, apiSecret: Secret, ed25519: Ed25519Key? = nil, tradeGroup: Int? = nil,
        balances: [(asset: String, amount: Cash)]
    ) {
        self.name = name
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.ed25519 = ed25519
        self.tradeGroup = tradeGroup
        self.balances = balances
    }
}

/// Request limits of the venue, in fixed windows aligned to the clock.
public struct BinanceLimits: Hashable, Sendable {
    /// Request weight per minute and address.
    public var weightPerMinute: Int64 = 6_000
    /// New orders per account; an order's first fill gives some back.
    public var ordersPerTenSeconds: Int64 = 100
    public var ordersPerDay: Int64 = 200_000
    /// Told by `exchangeInfo`, and not enforced.
    public var requestsPerFiveMinutes: Int64 = 300_000
    /// Requests sent in spite of a 429 before the address is banned with 418, and how long the first ban lasts;
    /// each further ban is twice as long, up to three days.
    public var ignoredBeforeBan: Int64 = 20
    public var firstBan: TimeSpan = .minutes(2)
    /// Frames a stream client may send each second, and streams it may hold.
    public var streamMessagesPerSecond: Int64 = 5
    public var streamsPerConnection = 1_024
    /// Connections that may be opened in five minutes.
    public var connectionsPerFiveMinutes: Int64 = 300

    public init() {}
}

/// Times that a test may want shorter than they are.
public struct BinanceLeeway: Hashable, Sendable {
    public var pingInterval: TimeSpan = .seconds(20)
    /// A client that does not answer a ping for so long is cut off.
    public var pongTimeout: TimeSpan = .seconds(60)
    /// A connection is closed by the venue when it is this old.
    public var connectionLife: TimeSpan = .hours(24)
    /// How long before it closes a connection the venue says `serverShutdown`.
    public var shutdownNotice: TimeSpan = .minutes(10)

    public init() {}
}

/// All that a local Binance is made of.
public struct BinanceServerConfiguration: Sendable {
    public var accounts: [BinanceAccountDefinition]
    /// Spot markets.
    public var markets: [MarketDefinition]
    public var chaos: BinanceChaos
    public var seed: UInt64
    public var limits: BinanceLimits
    public var leeway: BinanceLeeway

    public init(
        accounts: [BinanceAccountDefinition], markets: [MarketDefinition], chaos: BinanceChaos = BinanceChaos(),
        seed: UInt64 = 1, limits: BinanceLimits = BinanceLimits(), leeway: BinanceLeeway = BinanceLeeway()
    ) {
        self.accounts = accounts
        self.markets = markets
        self.chaos = chaos
        self.seed = seed
        self.limits = limits
        self.leeway = leeway
    }
}
