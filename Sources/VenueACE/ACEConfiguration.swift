public import Fundamentals
public import MarketModel
public import VenueKit

/// How an `ACEAdapter` is to work.
public struct ACEConfiguration: Hashable, Sendable {
    /// Symbols are spelled `BTC/TWD`.
    public var markets: [AdapterMarket]
    public var venue: VenueID
    /// Whether the venue has the batch routes that ACE never published; Apus's own local venue can.
    public var supportsBatch: Bool
    /// ACE documents no limit; ten a second is what clients kept to.
    public var requestsPerSecond: Int
    /// Between two readings of a book: there is no stream.
    public var bookInterval: TimeSpan
    /// Levels of each side that are asked for.
    public var bookDepth: Int
    public var cadence: AdapterCadence
    /// Before every path.
    public var pathPrefix: String

    public init(
        markets: [AdapterMarket], venue: VenueID = .target, supportsBatch: Bool = false, requestsPerSecond: Int = 10,
        bookInterval: TimeSpan = .milliseconds(500), bookDepth: Int = 30, cadence: AdapterCadence = AdapterCadence(),
        pathPrefix: String = ACEVenue.pathPrefix
    ) {
        self.markets = markets
        self.venue = venue
        self.supportsBatch = supportsBatch
        self.requestsPerSecond = requestsPerSecond
        self.bookInterval = bookInterval
        self.bookDepth = bookDepth
        self.cadence = cadence
        self.pathPrefix = pathPrefix
    }
}
