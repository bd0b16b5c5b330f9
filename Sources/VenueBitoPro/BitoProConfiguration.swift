public import Fundamentals
public import MarketModel
public import VenueKit

/// How a `BitoProAdapter` is to work.
public struct BitoProConfiguration: Hashable, Sendable {
    /// Symbols are spelled `BTC_TWD`.
    public var markets: [AdapterMarket]
    public var venue: VenueID
    /// Whether books come by stream: the whole book, at most once a second. Otherwise they are polled.
    public var streamsBooks: Bool
    /// Between two readings of a book, where it is polled.
    public var bookInterval: TimeSpan
    /// Levels of each side: 1, 5, 10, 20, 30 or 50.
    public var bookDepth: Int
    public var cadence: AdapterCadence
    /// Whether several orders go into one request.
    public var supportsBatch = true

    public init(
        markets: [AdapterMarket], venue: VenueID = .target, streamsBooks: Bool = true,
        bookInterval: TimeSpan = .milliseconds(500), bookDepth: Int = 20,
        cadence: AdapterCadence = AdapterCadence(orders: .seconds(2))
    ) {
        self.markets = markets
        self.venue = venue
        self.streamsBooks = streamsBooks
        self.bookInterval = bookInterval
        self.bookDepth = bookDepth
        self.cadence = cadence
    }
}
