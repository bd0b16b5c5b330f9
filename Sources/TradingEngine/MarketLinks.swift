internal import MarketModel
internal import Quoting

/// Which of the engine's holdings are a market's base and quote asset.
struct MarketHoldings: Hashable, Sendable {
    var base: Int
    var quote: Int
}

/// What a market has to do with others: worked out once, from the configuration.
struct MarketLinks: Sendable {
    var isTraded: Bool
    var holdings: MarketHoldings?
    var conversion: MarketID?
    var converted: [Int]

    /// - Parameter holdings: of all venues; those of this market are added where they are missing.
    init(_ index: Int, in configuration: EngineConfiguration, _ holdings: inout [Holding]) {
        let market = configuration.markets[index]
        isTraded = market.strategy != .watch || configuration.markets.contains { $0.hedge?.market.index == index }
        conversion = Self.conversion(index, in: configuration.markets)
        converted = configuration.markets.indices.filter {
            Self.conversion($0, in: configuration.markets)?.index == index
        }
        switch configuration.venues[market.venue.index].kind {
        case .margin: self.holdings = nil
        case .spot:
            self.holdings = MarketHoldings(
                base: Self.holding(market.venue, market.instrument.baseAsset, &holdings),
                quote: Self.holding(market.venue, market.instrument.quoteAsset, &holdings))
        }
    }

    /// The market that others are converted by has the same quote asset as they, and so converts itself too.
    private static func conversion(_ index: Int, in markets: [MarketConfiguration]) -> MarketID? {
        if let named = markets[index].conversion { return named }
        return markets.contains { $0.conversion?.index == index } ? MarketID(index) : nil
    }

    private static func holding(_ venue: VenueID, _ asset: String, _ holdings: inout [Holding]) -> Int {
        if let index = holdings.firstIndex(where: { $0.venue == venue && $0.asset == asset }) { return index }
        holdings.append(Holding(venue, asset))
        return holdings.count - 1
    }
}
