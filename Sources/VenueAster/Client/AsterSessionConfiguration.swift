public import Fundamentals
public import MarketModel
public import VenueKit

/// Everything a session needs to know before it starts.
public struct AsterSessionConfiguration: Sendable {
    public struct Market: Hashable, Sendable {
        public var id: MarketID
        /// Upper case, `ASTERUSDT`.
        public var symbol: String

        public init(id: MarketID, symbol: String) {
            self.id = id
            self.symbol = symbol
        }
    }
    /// Where the book comes from.
    public enum DepthFeed: Hashable, Sendable {
        /// Every change (`depth@100ms`) on top of a snapshot: the whole book.
        case changes
        /// The best 5, 10 or 20 levels (`depth<N>@100ms`), each message complete.
        case top(Int)
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
    public var credentials: AsterCredentials
    public var depth: DepthFeed
    public var publicTrades: Bool
    public var fees: Fees?
    /// How long the venue may take to look at a V1 request (`recvWindow`).
    public var receiveWindow: TimeSpan
    /// Length of the dead man's switch; re-armed after a third of it.
    public var countdown: TimeSpan
    public var listenKeyKeepAlive: TimeSpan
    public var requestDeadline: TimeSpan
    /// Difference of the clocks at start beyond which nothing may run: the machine's clock has to be set.
    public var maxClockSkew: TimeSpan
    /// Age of the last public message after which the market counts as lost.
    public var marketSilence: TimeSpan
    /// The newest nonce that an earlier run of the same agent wallet may have used; 0 where none is known.
    public var lastNonce: Int64
    /// Seed of the jitter between attempts.
    public var seed: UInt64

    public init(
        markets: [Market], credentials: AsterCredentials, depth: DepthFeed = .changes, publicTrades: Bool = true,
        fees: Fees? = nil, receiveWindow: TimeSpan = .seconds(3), countdown: TimeSpan = .seconds(30),
        listenKeyKeepAlive: TimeSpan = .minutes(30), requestDeadline: TimeSpan = .seconds(5),
        maxClockSkew: TimeSpan = .seconds(1), marketSilence: TimeSpan = .seconds(3), lastNonce: Int64 = 0,
        seed: UInt64 = 1
    ) {
        self.markets = markets
        self.credentials = credentials
        self.depth = depth
        self.publicTrades = publicTrades
        self.fees = fees
        self.receiveWindow = receiveWindow
        self.countdown = countdown
        self.listenKeyKeepAlive = listenKeyKeepAlive
        self.requestDeadline = requestDeadline
        self.maxClockSkew = maxClockSkew
        self.marketSilence = marketSilence
        self.lastNonce = lastNonce
        self.seed = seed
    }

    /// What Aster can do.
    /// - Parameters:
    ///   - isNonceSigned: V3, where a request lives as long as its nonce: 60 s instead of the receive window.
    ///   - receiveWindow: of V1. The venue may take ten seconds more before it gives up on a request of its own.
    public static func capabilities(
        isNonceSigned: Bool, receiveWindow: TimeSpan = .seconds(5)
    ) -> VenueCapabilities {
        let horizon = isNonceSigned ? TimeSpan.seconds(75) : max(.seconds(15), receiveWindow + .seconds(10))
        return VenueCapabilities(
            amend: isNonceSigned ? .inPlace : .unsupported, placeBatch: 5, cancelBatch: 10, cancelAll: true,
            postOnly: .expires,
            deadMansSwitch: .perMarket(minimum: .seconds(1), maximum: .minutes(10)), hiddenOrders: true,
            reduceOnly: true, clientOrderIDsAreUniqueForLife: false,
            arrivalHorizon: horizon)
    }
}
