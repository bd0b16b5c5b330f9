internal import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What MAX speaks: REST v3 with signed payloads, one WebSocket for books and one for the account.
///
/// The venue takes requests in and carries them out later, so a reply to a cancel is no proof: `order_update` or a query
/// says what became of the order.
public struct MAXAdapter: VenueAdapter {
    public let venue: VenueID
    public let markets: [AdapterMarket]
    let signer: MAXSigner?
    var slots: [MAXMarketState]
    var index = MAXOrderIndex()
    /// Fills of orders that may be ours under an id that is not known yet, oldest first.
    var unclaimed: [MAXTrade] = []
    /// The newest fills of the stream, to recognise trades with ourselves.
    var recentTrades: [MAXTrade] = []
    var clock = MAXClock()
    var fees: MAXFees?
    private var lastNonce: Int64 = 0

    /// - Parameter credentials: nil for an adapter that only reads books.
    public init(venue: VenueID = .target, markets: [AdapterMarket], credentials: MAXCredentials?) {
        self.venue = venue
        self.markets = markets.map { AdapterMarket($0.id, symbol: $0.symbol.lowercased(), isTraded: $0.isTraded) }
        slots = self.markets.map { MAXMarketState(market: $0) }
        signer = credentials.map { MAXSigner($0) }
    }

    public var name: String { "MAX" }

    public var capabilities: VenueCapabilities {
        VenueCapabilities(
            amend: .unsupported, placeBatch: 1, cancelBatch: 1, cancelAll: true, postOnly: .expires,
            deadMansSwitch: .none, hiddenOrders: false, reduceOnly: false, clientOrderIDsAreUniqueForLife: false,
            arrivalHorizon: Self.arrivalHorizon)
    }

    /// A nonce is good for thirty seconds by the venue's clock, which is known to about a second.
    static let arrivalHorizon = TimeSpan.seconds(35)

    public var rateRules: [RateRule] { [RateRule(.weight, per: .minutes(1), limit: 1_200)] }

    public var cadence: AdapterCadence {
        AdapterCadence(orders: .zero, idleOrders: .seconds(5), balances: .seconds(15), requestDeadline: .seconds(8))
    }

    public func bookSource(of market: MarketID) -> BookSource { .stream }

    public func offers(_ call: VenueCall) -> Bool {
        switch call {
        case .time, .rules, .book: true
        case .accountMode, .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll: signer != nil
        case .streamKey, .countdown: false
        }
    }

    /// Each order is told as it is taken in.
    public var streamEchoesOrders: Bool { true }

    public func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .place: CallCost(.order, orders: 1)
        case .cancel, .cancelAll: CallCost(.cancel)
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .streamKey, .countdown:
            CallCost(.query)
        }
    }

    public mutating func forget(_ order: ClientOrderID) { index.forget(order) }

    // MARK: What all parts use

    func slot(of market: MarketID) -> Int? { slots.firstIndex { $0.market.id == market } }

    /// The slot of a market by the venue's name for it, and its rules; nil for one that is not ours to watch.
    func listed(_ name: String?) -> (slot: Int, instrument: Instrument)? {
        guard let slot = slots.firstIndex(where: { $0.market.symbol == name }),
            let instrument = slots[slot].instrument
        else { return nil }
        return (slot, instrument)
    }

    /// Milliseconds by the venue's clock, moved on where they were used already.
    mutating func nextNonce(at time: Instant) -> Int64 {
        lastNonce = max(lastNonce + 1, time.milliseconds)
        return lastNonce
    }
}

/// What is known of one market.
struct MAXMarketState: Sendable {
    let market: AdapterMarket
    var instrument: Instrument?
    var status = MAXMarket.Status.unknown
    var book = MAXBookChain()
    var openOrders = MAXOrderPages()
    /// The last trade of the page of fills that was read before.
    var fillsThrough: TradeID?
}

/// Where a list of open orders has got to. A page begins with the moment at which the one before ended, so that rows of
/// that moment come again.
struct MAXOrderPages: Sendable {
    private var seen: [VenueOrderID] = []
    /// Creation of the newest row, in milliseconds.
    private(set) var through: Int64?

    /// - Returns: the rows that no page had yet.
    mutating func add(_ rows: [MAXOrder], page: Int) -> [MAXOrder] {
        let fresh = page == 0 ? rows : rows.filter { !seen.contains($0.id) }
        seen = rows.map(\.id)
        through = rows.map(\.createdAt).max() ?? through
        return fresh
    }
}
