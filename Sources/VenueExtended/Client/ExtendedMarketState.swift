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

    init(id: MarketID, symbol: String) {
        self.id = id
        self.symbol = symbol
    }

    var instrument: Instrument? { market?.instrument }
}
