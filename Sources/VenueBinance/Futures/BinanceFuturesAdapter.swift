internal import Fundamentals
public import MarketModel
internal import VenueAster
public import VenueKit
internal import Wire

/// What Binance's USD-M futures speak: books for a mirror, positions for its hedge.
///
/// Aster's API is a fork of this one, so rules, replies, events and errors are read by Aster's readers. What differs: signatures
/// (`BinanceSigner`), streams divided by category, and self-trade prevention on every order.
/// Source: Binance's futures documents, state of October 2026.
public struct BinanceFuturesAdapter: VenueAdapter {
    public let name = "Binance futures"
    public let venue: VenueID
    public let markets: [AdapterMarket]
    public let capabilities: VenueCapabilities
    public internal(set) var rateRules = AsterExchangeInfo.documentedRules
    public let cadence: AdapterCadence
    let configuration: BinanceFuturesConfiguration
    var signer: BinanceSigner?

    /// By the index of the market in `markets`, nil until the rules have been read.
    var instruments: [Instrument?]
    var fees: [(maker: Rate, taker: Rate)?]
    var decoder = AsterMarketDecoder(instruments: [])
    var userDecoder = AsterUserDecoder(instruments: [])
    /// Kept, so that a warm stream allocates nothing for it.
    var userEvents: [AsterUserEvent] = []
    var listenKey: String?

    var index = OrderIndex()
    /// Orders that were sent and that the venue has not named yet.
    var unnamed: [(id: ClientOrderID, market: MarketID)] = []
    /// This start's orders, sorted.
    var placed: [ClientOrderID] = []
    /// Where the next page of each market's fills begins; nil to begin by time.
    var fillCursors: [Int64?]
    /// What `accountMode` asks for next: 0 is the position mode, then the fee rates of each market.
    var accountStep = 0
    /// Whether `balances` asks for positions next.
    var asksForPositions = false
    /// Bans in a row, without another reply between them.
    var bans = 0
    var remarked: [String] = []

    /// - Precondition: markets that are traded come with credentials.
    public init(_ configuration: BinanceFuturesConfiguration) {
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
        fillCursors = configuration.markets.map { _ in nil }
    }

    /// A modified order loses its self-trade prevention, so that orders are not modified. Names may be used again once their
    /// order is over, so that a request never leaves twice.
    static func capabilities(receiveWindow: TimeSpan) -> VenueCapabilities {
        VenueCapabilities(
            amend: .unsupported, placeBatch: 5, cancelBatch: 10, cancelAll: true, postOnly: .rejects,
            deadMansSwitch: .perMarket(minimum: .seconds(1), maximum: .minutes(10)), hiddenOrders: false,
            reduceOnly: true, clientOrderIDsAreUniqueForLife: false, arrivalHorizon: receiveWindow + .seconds(10))
    }

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
        case .accountMode, .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll, .streamKey, .countdown:
            trades
        }
    }

    public func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .time, .rules, .openOrders, .order: CallCost(.query, weight: 1)
        case .book: CallCost(.query, weight: configuration.depth == .partial ? 2 : 20)
        case .accountMode: CallCost(.query, weight: 30)
        case .balances, .fills: CallCost(.query, weight: 5)
        case .place(let placements): CallCost(.order, weight: placements.count > 1 ? 5 : 0, orders: placements.count)
        case .cancel, .cancelAll: CallCost(.cancel, weight: 1)
        case .countdown: CallCost(.cancel, weight: 10)
        case .streamKey: CallCost(.query, weight: 1)
        }
    }

    public mutating func forget(_ order: ClientOrderID) {
        unnamed.removeAll { $0.id == order }
        let place = position(of: order)
        if place < placed.count, placed[place] == order { placed.remove(at: place) }
    }

    // MARK: What it knows

    func slot(of market: MarketID) -> Int? { markets.firstIndex { $0.id == market } }

    func instrument(of market: MarketID) throws(VenueDecodeError) -> (slot: Int, Instrument) {
        guard let slot = slot(of: market), let instrument = instruments[slot] else {
            throw VenueDecodeError("order", "no instrument is loaded for \(market)")
        }
        return (slot, instrument)
    }

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
