public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What BitoPro speaks: JSON signed with HMAC-SHA384, batches of ten, whole books and account news by stream.
///
/// Fills come from the list alone: the stream of trades calls them by other names, so that it only says that there is
/// something to read. Rows of that list do not repeat our ids either; one whose order has no name yet waits for it.
public struct BitoProAdapter: VenueAdapter {
    public let configuration: BitoProConfiguration
    let credentials: BitoProCredentials?
    let signer: BitoProSigner?

    var instruments: [MarketID: Instrument] = [:]
    var names = BitoProOrderNames()
    var cancels = AcknowledgedCancels()
    var fillPages: [MarketID: FillPages] = [:]
    /// Fills whose order may be one of ours that has no name yet.
    var homeless: [MarketID: [BitoProTradeRow]] = [:]
    /// When orders left, by the venue's clock.
    var sentAt: [ClientOrderID: Instant] = [:]
    var pacing = BitoProPacing()

    /// A list of fills as far as its pages have come.
    struct FillPages: Hashable, Sendable {
        var askedAt: Instant
        /// The oldest trade so far: the next page begins with it.
        var oldest: TradeID?
    }

    /// - Parameter credentials: nil for a session that only reads books.
    public init(_ configuration: BitoProConfiguration, credentials: BitoProCredentials?) {
        self.configuration = configuration
        self.credentials = credentials
        signer = credentials.map { BitoProSigner($0) }
    }

    public var name: String { BitoProVenue.name }
    public var venue: VenueID { configuration.venue }
    public var markets: [AdapterMarket] { configuration.markets }
    public var cadence: AdapterCadence { configuration.cadence }

    public var capabilities: VenueCapabilities {
        let batch = configuration.supportsBatch ? BitoProVenue.batchSize : 1
        return VenueCapabilities(
            amend: .unsupported, placeBatch: batch, cancelBatch: batch,
            cancelAll: true, postOnly: .expires, deadMansSwitch: .none, hiddenOrders: false, reduceOnly: false,
            clientOrderIDsAreUniqueForLife: false, arrivalHorizon: .seconds(30))
    }

    public var rateRules: [RateRule] {
        [RateRule(.weight, per: .minutes(1), limit: BitoProVenue.requestsPerMinute)]
    }

    public func bookSource(of market: MarketID) -> BookSource {
        configuration.streamsBooks ? .stream : .poll(every: configuration.bookInterval)
    }

    public func offers(_ call: VenueCall) -> Bool {
        switch call {
        case .rules: true
        case .book: !configuration.streamsBooks
        case .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll: signer != nil
        case .time, .accountMode, .streamKey, .countdown: false
        }
    }

    /// Some calls have limits of their own; their weight is their share of them.
    public func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .cancel(_, let targets): CallCost(.cancel, weight: targets.count > 1 ? 5 : 1)
        case .cancelAll: CallCost(.cancel, weight: 10)
        case .place(let orders): CallCost(.order, weight: orders.count > 1 ? 7 : 1, orders: orders.count)
        case .openOrders: CallCost(.query, weight: 2)
        case .time, .rules, .accountMode, .book, .balances, .fills, .order, .streamKey, .countdown: CallCost(.query)
        }
    }

    public func opens(_ call: VenueCall) -> Instant { pacing.opens(call) }

    public mutating func forget(_ order: ClientOrderID) {
        names.forget(order)
        cancels.forget(order)
        sentAt[order] = nil
    }

    func symbol(of market: MarketID) -> String? { markets.first { $0.id == market }?.symbol }

    func market(ofSymbol symbol: String) -> MarketID? { markets.first { $0.symbol == symbol.uppercased() }?.id }

    func instrument(_ market: MarketID) throws(VenueDecodeError) -> Instrument {
        guard let instrument = instruments[market] else {
            throw VenueDecodeError("reply", "expected the rules of \(market) first")
        }
        return instrument
    }

    /// What our markets are made of, each asset once.
    var assets: [String] {
        var assets: [String] = []
        for market in markets {
            guard let instrument = instruments[market.id] else { continue }
            for asset in [instrument.baseAsset, instrument.quoteAsset] where !assets.contains(asset) {
                assets.append(asset)
            }
        }
        return assets
    }
}
