internal import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What Binance spot speaks: books for a mirror, orders for its hedge.
///
/// Orders go over REST, the account's events come over the WebSocket API: spot has no listen keys any more.
/// Source: Binance's `rest-api.md`, `web-socket-streams.md` and `user-data-stream.md`, state of July 2026.
public struct BinanceSpotAdapter: VenueAdapter {
    /// How far the reading of trade history has come.
    enum FillCursor: Hashable {
        /// From a moment on; at most a day at once where `end` is set.
        case time(Instant, end: Instant?)
        case id(Int64)
    }

    public let name = "Binance"
    public let venue: VenueID
    public let markets: [AdapterMarket]
    public let capabilities: VenueCapabilities
    public internal(set) var rateRules = BinanceExchangeInfo.documentedRates
    public let cadence: AdapterCadence
    let configuration: BinanceSpotConfiguration
    var signer: BinanceSigner?

    /// By the index of the market in `markets`, nil until the rules have been read.
    var instruments: [Instrument?]
    var fees: [(maker: Rate, taker: Rate)?]
    var decoder = BinanceMarketDecoder(instruments: [])
    var userDecoder: BinanceUserDecoder
    /// Kept, so that a warm stream allocates nothing for it.
    var userEvents: [BinanceUserEvent] = []

    var index = OrderIndex()
    /// Orders that were sent and that the venue has not named yet.
    var unnamed: [(id: ClientOrderID, market: MarketID)] = []
    /// This start's orders, sorted.
    var placed: [ClientOrderID] = []
    var fillCursors: [FillCursor]
    /// What `accountMode` asks for next: 0 is the account, then the fee rates of each market.
    var accountStep = 0
    /// Bans in a row, without another reply between them.
    var bans = 0
    /// Third assets in which fees were taken: each is worth one note.
    var notedAssets: [String] = []

    /// - Precondition: markets that are traded come with credentials.
    public init(_ configuration: BinanceSpotConfiguration) {
        precondition(
            configuration.credentials != nil || !configuration.markets.contains(where: \.isTraded),
            "Binance takes no orders without credentials.")
        self.configuration = configuration
        venue = configuration.venue
        markets = configuration.markets
        signer = configuration.credentials.map {
            BinanceSigner($0, receiveWindow: configuration.receiveWindow.milliseconds)
        }
        capabilities = Self.capabilities(receiveWindow: configuration.receiveWindow)
        cadence = AdapterCadence(
            orders: .zero, idleOrders: .minutes(1), balances: .minutes(1), clock: .minutes(5), rules: .minutes(30))
        instruments = configuration.markets.map { _ in nil }
        fees = configuration.markets.map { _ in nil }
        fillCursors = configuration.markets.map { _ in .id(0) }
        userDecoder = BinanceUserDecoder(instruments: [], assets: [], venue: configuration.venue)
    }

    /// No batches, no amendments but downwards, no dead man's switch. A name may be used again once its order is over, so
    /// that a request never leaves twice. The window is checked once more before the matching engine, which has ten seconds.
    static func capabilities(receiveWindow: TimeSpan) -> VenueCapabilities {
        VenueCapabilities(
            amend: .unsupported, placeBatch: 1, cancelBatch: 1, cancelAll: true, postOnly: .rejects,
            deadMansSwitch: .none, hiddenOrders: false, reduceOnly: false, clientOrderIDsAreUniqueForLife: false,
            arrivalHorizon: receiveWindow + .seconds(10))
    }

    /// Every order that the venue takes has its `executionReport`.
    public var streamEchoesOrders: Bool { true }

    public func bookSource(of market: MarketID) -> BookSource {
        switch configuration.depth {
        case .partial: .stream
        case .differences: .differences
        }
    }

    var trades: Bool { markets.contains(where: \.isTraded) }

    public func offers(_ call: VenueCall) -> Bool {
        switch call {
        case .time, .rules, .book: true
        case .accountMode, .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll: trades
        case .streamKey, .countdown: false
        }
    }

    public func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .time: CallCost(.query, weight: 1)
        case .book: CallCost(.query, weight: configuration.depth == .partial ? 5 : 50)
        case .rules, .accountMode, .balances, .fills: CallCost(.query, weight: 20)
        case .openOrders: CallCost(.query, weight: 6)
        case .order: CallCost(.query, weight: 4)
        case .place(let placements): CallCost(.order, weight: 1, orders: placements.count)
        case .cancel, .cancelAll: CallCost(.cancel, weight: 1)
        case .streamKey, .countdown: CallCost(.query, weight: 1)
        }
    }

    public mutating func forget(_ order: ClientOrderID) {
        unnamed.removeAll { $0.id == order }
        let place = position(of: order)
        if place < placed.count, placed[place] == order { placed.remove(at: place) }
    }

    // MARK: What it knows

    func slot(of market: MarketID) -> Int? { markets.firstIndex { $0.id == market } }

    /// Whether the order is this start's.
    func isOwn(_ id: ClientOrderID) -> Bool {
        let place = position(of: id)
        return place < placed.count && placed[place] == id
    }

    /// The order is about to leave.
    mutating func expect(_ id: ClientOrderID, in market: MarketID) {
        let place = position(of: id)
        guard place == placed.count || placed[place] != id else { return }
        placed.insert(id, at: place)
        unnamed.append((id, market))
    }

    /// The venue said its name for an order; nil is an order of somebody else.
    mutating func record(_ id: ClientOrderID?, as venueID: VenueOrderID, in slot: Int) {
        index.record(id, as: venueID, in: slot)
        if let id { unnamed.removeAll { $0.id == id } }
    }

    private func position(of id: ClientOrderID) -> Int {
        var low = 0
        var high = placed.count
        while low < high {
            let middle = (low + high) / 2
            if placed[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
