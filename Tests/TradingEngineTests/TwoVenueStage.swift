import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// The markets of a bot on two venues: what is quoted, what converts its currency, and where it could be hedged.
enum Place {
    static let quoted = 0
    static let conversion = 1
    static let hedge = 2
}

/// A spot market that has no other bounds than those of the test.
func makeSpot(_ market: Int, _ base: String, _ quote: String, tick: String, lot: String) -> Instrument {
    var instrument = Instrument(
        market: MarketID(market), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
        tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
        priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: Cash(whole: 5),
        collarUp: Rate("1.5")!, collarDown: Rate("0.5")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: Rate("0.0005")!, takerFee: Rate("0.001")!)!
    instrument.kind = .spot
    return instrument
}

/// Quotes of 0.02 BTC, 3 000 TWD from the mid.
private let quoter = FixedSpreadParameters(
    halfSpread: ExactDecimal("3000")!, orderSize: Cash(whole: 60_000), orderTimeout: .seconds(3_000),
    counterFillWait: .seconds(3_000), inventoryThreshold: Cash(whole: 1_000_000_000),
    minProfitToClose: Cash(whole: 1_000_000), profitHold: .seconds(3_000), positionCheckInterval: .seconds(1))

/// The same at the other venue, so that orders come to be there: 0.001 BTC, 100 USDT from the mid.
let hedgeQuoter = FixedSpreadParameters(
    halfSpread: ExactDecimal("100")!, orderSize: Cash(whole: 100), orderTimeout: .seconds(3_000),
    counterFillWait: .seconds(3_000), inventoryThreshold: Cash(whole: 1_000_000_000),
    minProfitToClose: Cash(whole: 1_000_000), profitHold: .seconds(3_000), positionCheckInterval: .seconds(1))

struct TwoVenues {
    var quoted = StrategyConfiguration.fixedSpread(quoter)
    var hedge = StrategyConfiguration.watch
    /// In the counting asset, USDT.
    var maxPositionValue = Cash(whole: 100_000)
    var maxOrderValue = Cash(whole: 100_000)
    var maxExposure = Cash(whole: 200_000)
    var maxNetExposure: Cash?
    var neutralHolding: Cash?
    var takesBuyFeeInQuote = true
    var hedgeKind = VenueConfiguration.Kind.spot

    var configuration: EngineConfiguration {
        var limits = makeMarketLimits()
        limits.maxPositionValue = maxPositionValue
        limits.maxOrderValue = maxOrderValue
        limits.priceCollar = Rate("0.2")!
        limits.staleAfter = .seconds(60)
        limits.maxRepeatedFills = 1_000
        var account = makeAccountLimits()
        account.minBalance = .zero
        account.maxExposure = maxExposure
        account.maxNetExposure = maxNetExposure
        account.maxDailyLoss = Cash(whole: 500)
        account.maxDrawdown = Cash(whole: 5_000)
        var btcTwd = MarketConfiguration(
            instrument: makeSpot(0, "BTC", "TWD", tick: "1", lot: "0.0001"), strategy: quoted, limits: limits)
        btcTwd.conversion = MarketID(Place.conversion)
        btcTwd.neutralHolding = neutralHolding
        let usdtTwd = MarketConfiguration(
            instrument: makeSpot(1, "USDT", "TWD", tick: "0.01", lot: "0.01"), strategy: .watch, limits: limits)
        var btcUsdt = MarketConfiguration(
            instrument: makeSpot(2, "BTC", "USDT", tick: "0.01", lot: "0.00001"), strategy: hedge, limits: limits)
        btcUsdt.venue = .reference
        var configuration = EngineConfiguration(
            markets: [btcTwd, usdtTwd, btcUsdt], limits: account, epoch: 7, amends: .unsupported)
        configuration.venues = [
            VenueConfiguration(.spot, name: "max", takesBuyFeeInQuote: takesBuyFeeInQuote),
            VenueConfiguration(hedgeKind, name: "binance"),
        ]
        return configuration
    }
}

extension Stage {
    init(_ venues: TwoVenues) {
        engine = TradingEngine(venues.configuration)
        lastBookID = [1_000, 1_000, 1_000]
    }

    /// Ready on both venues: 3 000 000 TWD and 100 000 USDT for a BTC, 30 TWD for a USDT; one BTC and 10 000 000 TWD are held
    /// on the one, one BTC and 100 000 USDT on the other.
    static func onTwoVenues(
        _ venues: TwoVenues = TwoVenues(), btc: Cash = Cash(whole: 1), twd: Cash = Cash(whole: 10_000_000)
    ) -> Stage {
        var stage = Stage(venues)
        stage.hold("BTC", btc)
        stage.hold("TWD", twd)
        if venues.hedgeKind == .spot {
            stage.hold("BTC", Cash(whole: 1), at: .reference)
            stage.hold("USDT", Cash(whole: 100_000), at: .reference)
        }
        stage.bookOnTwoVenues()
        stage.step(.venue(.ready, of: .target))
        stage.step(.venue(.ready, of: .reference))
        return stage
    }

    @discardableResult
    mutating func bookOnTwoVenues(
        btc: Int64 = 3_000_000, twd: Int64 = 3_000, hedge: Int64 = 10_000_000
    ) -> [Effect] {
        book(twd - 1, twd + 1, market: Place.conversion, lots: 1_000_000_000)
            + book(hedge - 1, hedge + 1, market: Place.hedge, lots: 1_000_000_000)
            + book(btc - 1, btc + 1, market: Place.quoted, lots: 1_000_000_000)
    }

    @discardableResult
    mutating func hold(_ asset: String, _ total: Cash, at venue: VenueID = .target) -> [Effect] {
        account(.holding(venue, asset: asset, total: total, available: nil, asOf: now))
    }

    func holding(_ asset: String, at venue: VenueID = .target) -> HoldingReport? {
        engine.status.holdings.first { $0.asset == asset && $0.venue == venue }
    }

    /// One of our orders fills, with a fee in either asset.
    @discardableResult
    mutating func trade(
        _ id: ClientOrderID?, _ side: Side, _ price: Int64, _ lots: Int64, market: Int = Place.quoted,
        fee: Cash = .zero, baseFee: Cash = .zero
    ) -> [Effect] {
        nextTrade += 1
        var fill = Fill(
            market: MarketID(market), trade: TradeID(nextTrade), clientOrderID: id,
            venueOrderID: VenueOrderID(id.map { Int64($0.sequence) } ?? 99), side: side, price: Price(ticks: price),
            quantity: Quantity(lots: lots), isMaker: true, commission: fee, venueTime: now)
        fill.baseCommission = baseFee
        return account(.filled(fill))
    }

    mutating func pass(_ span: TimeSpan = .milliseconds(200)) {
        now = now + span
        step(.timer)
    }

    /// The venue has told every trade up to now, and time passes.
    mutating func tellHistory() {
        pass()
        for market in [Place.quoted, Place.hedge] { account(.fillsComplete(MarketID(market), asOf: now)) }
        pass()
    }
}
