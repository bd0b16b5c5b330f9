public import Fundamentals
public import MarketModel
public import VenueKit

/// Everything a session needs to know before it starts.
public struct ExtendedSessionConfiguration: Sendable {
    public struct Market: Hashable, Sendable {
        public var id: MarketID
        /// As the venue writes it, `BTC-USD`.
        public var symbol: String
        /// Set at start-up; nil leaves the account's.
        public var leverage: ExactDecimal?

        public init(id: MarketID, symbol: String, leverage: ExactDecimal? = nil) {
            self.id = id
            self.symbol = symbol
            self.leverage = leverage
        }
    }
    /// Fee rates that overrule the account's own.
    public struct Fees: Hashable, Sendable {
        public var maker: Rate
        public var taker: Rate

        public init(maker: Rate, taker: Rate) {
            self.maker = maker
            self.taker = taker
        }
    }

    public var markets: [Market]
    public var credentials: ExtendedCredentials
    public var network: ExtendedNetwork
    public var publicTrades: Bool
    public var fees: Fees?
    public var selfTradeProtection: ExtendedOrderDraft.SelfTradeProtection
    /// Length of the dead man's switch, whole seconds; re-armed after a third of it. One for the whole account.
    public var countdown: TimeSpan
    /// Till when the venue keeps an order that nobody cancels.
    public var orderLifetime: TimeSpan
    /// How far from mark an order without a price may go.
    public var marketOrderReach: Rate
    public var requestDeadline: TimeSpan
    /// Difference of the clocks at start beyond which nothing may run: the machine's clock has to be set.
    public var maxClockSkew: TimeSpan
    /// How long the session's caller may have been silent before everything it knew counts as old.
    public var standstill: TimeSpan
    /// Limits of the address; market makers have their own.
    public var rateRules: [RateRule]
    /// Seed of order nonces and of the jitter between attempts. A new one for each start.
    public var seed: UInt64

    public init(
        markets: [Market], credentials: ExtendedCredentials, network: ExtendedNetwork, publicTrades: Bool = true,
        fees: Fees? = nil, selfTradeProtection: ExtendedOrderDraft.SelfTradeProtection = .account,
        countdown: TimeSpan = .seconds(60), orderLifetime: TimeSpan = .hours(1),
        marketOrderReach: Rate = .basisPoints(200), requestDeadline: TimeSpan = .seconds(5),
        maxClockSkew: TimeSpan = .seconds(2), standstill: TimeSpan = .seconds(3),
        rateRules: [RateRule] = documentedRules, seed: UInt64 = 1
    ) {
        self.markets = markets
        self.credentials = credentials
        self.network = network
        self.publicTrades = publicTrades
        self.fees = fees
        self.selfTradeProtection = selfTradeProtection
        self.countdown = .seconds(max(1, countdown.nanoseconds / 1_000_000_000))
        self.orderLifetime = min(orderLifetime, network.longestOrderLife)
        self.marketOrderReach = marketOrderReach
        self.requestDeadline = requestDeadline
        self.maxClockSkew = maxClockSkew
        self.standstill = standstill
        self.rateRules = rateRules
        self.seed = seed
    }

    /// 1,000 requests a minute for each address.
    public static let documentedRules = [RateRule(.weight, per: .minutes(1), limit: 1_000)]

    /// What Extended can do.
    ///
    /// External ids count as reusable: the venue refuses a duplicate (1134), but nothing says for how long. A request
    /// carries no time after which the venue would drop it, so its horizon is the deadline and as long again for what
    /// still waits in a gateway, at least fifteen seconds more.
    /// - Parameter requestDeadline: after which the transport gives up a request.
    public static func capabilities(requestDeadline: TimeSpan = .seconds(5)) -> VenueCapabilities {
        VenueCapabilities(
            amend: .replacement, placeBatch: 1, cancelBatch: 50, cancelAll: true, postOnly: .expires,
            deadMansSwitch: .perAccount(minimum: .seconds(1), maximum: .hours(1)), hiddenOrders: false,
            reduceOnly: true, clientOrderIDsAreUniqueForLife: false,
            arrivalHorizon: requestDeadline + max(.seconds(15), requestDeadline))
    }
}
