public import Fundamentals
public import MarketModel
public import VenueKit

/// Where the books of a Binance session come from.
public enum BinanceDepth: Hashable, Sendable {
    /// The top of the book, whole, every 100 ms: nothing to join, and nothing below it is known.
    case partial
    /// Changes every 100 ms, joined to a snapshot of the thousand best levels a side.
    case differences
}

/// What a session on Binance spot is to do.
public struct BinanceSpotConfiguration: Sendable {
    public var venue: VenueID
    public var markets: [AdapterMarket]
    /// Nil for one that only reads books.
    public var credentials: BinanceCredentials?
    public var depth: BinanceDepth
    /// Whether the public tape is wanted.
    public var wantsTrades: Bool
    /// How late a request may reach the venue; at most a minute.
    public var receiveWindow: TimeSpan
    /// Of orders that may take liquidity at once: what of ours rests in their way goes.
    public var takerPrevention: BinanceSelfTradePrevention
    /// Of orders that are to rest: they give way to what rests already.
    public var passivePrevention: BinanceSelfTradePrevention

    /// - Precondition: the receive window is between a millisecond and a minute.
    public init(
        venue: VenueID = .reference, markets: [AdapterMarket], credentials: BinanceCredentials? = nil,
        depth: BinanceDepth = .partial, wantsTrades: Bool = false, receiveWindow: TimeSpan = .seconds(5),
        takerPrevention: BinanceSelfTradePrevention = .expireMaker,
        passivePrevention: BinanceSelfTradePrevention = .expireTaker
    ) {
        precondition(
            (1...60_000).contains(receiveWindow.milliseconds), "Binance takes a recvWindow of at most a minute.")
        self.venue = venue
        self.markets = markets
        self.credentials = credentials
        self.depth = depth
        self.wantsTrades = wantsTrades
        self.receiveWindow = receiveWindow
        self.takerPrevention = takerPrevention
        self.passivePrevention = passivePrevention
    }
}
