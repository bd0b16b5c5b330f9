internal import Fundamentals
internal import MarketModel

/// What a session keeps about one market.
struct ExtendedMarketState: Sendable {
    let id: MarketID
    let symbol: String
    var market: ExtendedMarket?

    /// Whether a book is out that `bookLost` has not taken back.
    var hasBook = false
    var lastPrintID: TradeID?
    var mark: ExactDecimal?
    /// The running estimate where one is known, otherwise the rate that was applied last.
    var fundingRate = Rate.zero
    /// When the running estimate was read.
    var estimatedAt: Instant = .distantPast

    init(id: MarketID, symbol: String) {
        self.id = id
        self.symbol = symbol
    }

    var instrument: Instrument? { market?.instrument }
}
