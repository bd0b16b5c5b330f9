public import Cryptography
public import Exchange
public import Fundamentals
public import MarketModel
public import VenueAster

/// A trading account of the local venue, with both kinds of credentials.
public struct AsterAccountDefinition: Sendable {
    /// How people and auditors call it.
    public var name: String
    /// V1 credentials.
    public var apiKey: String
    public var apiSecret: Secret
    /// V3: the master wallet, and the address whose key signs the requests.
    public var user: EthereumAddress
    public var signer: EthereumAddress
    /// Only shown on readiness, so that a bot can be pointed here; the server itself has no use for it.
    public var privateKey: Secret?
    /// Opening balances by asset.
    public var balances: [(asset: String, amount: Cash)]

    public init(
        name: String, apiKey: String, apiSecret: Secret, user: EthereumAddress, signer: EthereumAddress,
        privateKey: Secret? = nil, balances: [(asset: String, amount: Cash)]
    ) {
        self.name = name
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.user = user
        self.signer = signer
        self.privateKey = privateKey
        self.balances = balances
    }
}

/// Request limits of the venue, in fixed windows aligned to the clock.
public struct AsterLimits: Hashable, Sendable {
    /// Request weight per minute and address.
    public var weightPerMinute: Int64 = 2_400
    /// New and amended orders per account.
    public var ordersPerMinute: Int64 = 1_200
    public var ordersPerTenSeconds: Int64 = 300
    /// Requests sent in spite of a 429 before the address is banned with 418, and how long the first ban lasts;
    /// each further ban is twice as long, up to three days.
    public var ignoredBeforeBan: Int64 = 20
    public var firstBan: TimeSpan = .minutes(2)
    /// Messages a stream client may send each second, and streams it may hold.
    public var streamMessagesPerSecond: Int64 = 10
    public var streamsPerConnection = 200

    public init() {}
}

/// What the venue's documents leave open; each has the default of the fact that is most plausible.
public struct AsterLeeway: Hashable, Sendable {
    /// The code for a client order id that is open already (Binance's, by default).
    public var duplicateClientOrderIDCode: Int64 = -4_116
    /// How long a listen key lives without keep-alive.
    public var listenKeyLife: TimeSpan = .minutes(60)
    public var pingInterval: TimeSpan = .minutes(5)
    /// A stream client that sent no pong for so long is cut off.
    public var pongTimeout: TimeSpan = .minutes(15)
    /// An account is warned when its maintenance margin reaches so much of its equity, and again only after it has
    /// fallen below. The venue's documents give no figure.
    public var marginCall: Rate = .basisPoints(8_000)
    /// Least time between two `forceOrder` frames of one market; of more liquidations only the last is told.
    public var liquidationInterval: TimeSpan = .seconds(1)
    /// A stream connection is closed by the venue when it is this old.
    public var connectionLife: TimeSpan = .hours(24)

    public init() {}
}

/// All that a local Aster is made of.
public struct AsterServerConfiguration: Sendable {
    public var accounts: [AsterAccountDefinition]
    public var markets: [MarketDefinition]
    public var chaos: AsterChaos
    public var seed: UInt64
    public var network: AsterNetwork
    public var limits: AsterLimits
    public var leeway: AsterLeeway
    public var dialect = AsterDialect.aster

    public init(
        accounts: [AsterAccountDefinition], markets: [MarketDefinition], chaos: AsterChaos = AsterChaos(),
        seed: UInt64 = 1, network: AsterNetwork = .local, limits: AsterLimits = AsterLimits(),
        leeway: AsterLeeway = AsterLeeway()
    ) {
        self.accounts = accounts
        self.markets = markets
        self.chaos = chaos
        self.seed = seed
        self.network = network
        self.limits = limits
        self.leeway = leeway
    }
}

public typealias AsterConfigurationError = VenueConfigurationError
