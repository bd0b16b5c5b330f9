public import Fundamentals
public import MarketModel
public import VenueKit

/// What a session on Binance's USD-M futures is to do.
public struct BinanceFuturesConfiguration: Sendable {
    public var venue: VenueID
    public var markets: [AdapterMarket]
    /// Nil for one that only reads books.
    public var credentials: BinanceCredentials?
    public var depth: BinanceDepth
    /// Whether the public tape is wanted: a connection more, since April 2026.
    public var wantsTrades: Bool
    /// How late a request may reach the venue; at most a minute.
    public var receiveWindow: TimeSpan
    /// Sent with every order: the venue's documents do not agree on what holds without it. It does nothing for post-only
    /// and fill-or-kill orders.
    public var prevention: BinanceSelfTradePrevention

    /// - Precondition: the receive window is between a millisecond and a minute; futures know no prevention but the three
    ///   that expire orders.
    public init(
        venue: VenueID = .reference, markets: [AdapterMarket], credentials: BinanceCredentials? = nil,
        depth: BinanceDepth = .partial, wantsTrades: Bool = false, receiveWindow: TimeSpan = .seconds(5),
        prevention: BinanceSelfTradePrevention = .expireMaker
    ) {
        precondition(
            (1...60_000).contains(receiveWindow.milliseconds), "Binance takes a recvWindow of at most a minute.")
        precondition(
            [.expireMaker, .expireTaker, .expireBoth].contains(prevention),
            "futures know EXPIRE_TAKER, EXPIRE_MAKER and EXPIRE_BOTH")
        self.venue = venue
        self.markets = markets
        self.credentials = credentials
        self.depth = depth
        self.wantsTrades = wantsTrades
        self.receiveWindow = receiveWindow
        self.prevention = prevention
    }
}
