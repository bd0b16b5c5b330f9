public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What ACE speaks: form posts signed with SHA-256, answers in an envelope whose status is the outcome, no streams.
///
/// Books, open orders and fills are polled. A cancel says nothing of what was filled before it, so an order is told as
/// over only after the fills up to then have been read. An order whose placement was never answered has no name at the
/// venue: it is looked for by our own id, first among the open orders, then in the fills.
public struct ACEAdapter: VenueAdapter {
    public let configuration: ACEConfiguration
    let credentials: ACECredentials?

    var pairs: [MarketID: ACEMarketPair] = [:]
    var names = ACEOrderNames()
    var tradeNumbers = ACENumbering()
    /// Orders of this start, with their markets.
    var placed: [ClientOrderID: Placement] = [:]
    var lookups: [ClientOrderID: Lookup] = [:]
    var cancels = AcknowledgedCancels()
    var openPages: [MarketID: ListPages] = [:]
    var fillPages: [MarketID: ListPages] = [:]
    /// When the first page of fills was asked for.
    var fillsAskedAt: [MarketID: Instant] = [:]
    /// The time that the newest request was signed with.
    var lastStamp: Instant?

    struct Placement: Hashable, Sendable {
        var market: MarketID
        /// By the venue's clock.
        var at: Instant
    }

    /// How an order is being asked for.
    enum Lookup: Hashable, Sendable {
        case byNumber
        /// By our id among the open orders: without a name nothing else can be asked.
        case amongOpen
        /// It was not open at that moment: by our id among the fills.
        case amongFills(notOpenAt: Instant)
    }

    /// - Parameter credentials: nil for a session that only reads books.
    public init(_ configuration: ACEConfiguration, credentials: ACECredentials?) {
        precondition(configuration.requestsPerSecond > 0, "a rate limit is at least one request a second")
        self.configuration = configuration
        self.credentials = credentials
    }

    public var name: String { ACEVenue.name }
    public var venue: VenueID { configuration.venue }
    public var markets: [AdapterMarket] { configuration.markets }
    public var cadence: AdapterCadence { configuration.cadence }
    public var streamCount: Int { 0 }

    public var capabilities: VenueCapabilities {
        let batch = configuration.supportsBatch ? ACEVenue.batchSize : 1
        return VenueCapabilities(
            amend: .unsupported, placeBatch: batch, cancelBatch: batch, cancelAll: false, postOnly: .rejects,
            deadMansSwitch: .none, hiddenOrders: false, reduceOnly: false, clientOrderIDsAreUniqueForLife: false,
            arrivalHorizon: .seconds(ACEVenue.timeWindowSeconds))
    }

    public var rateRules: [RateRule] {
        [RateRule(.weight, per: .seconds(1), limit: configuration.requestsPerSecond)]
    }

    public func bookSource(of market: MarketID) -> BookSource { .poll(every: configuration.bookInterval) }

    public func offers(_ call: VenueCall) -> Bool {
        switch call {
        case .time, .rules, .book: true
        case .balances, .openOrders, .fills, .order, .place, .cancel: credentials != nil
        case .accountMode, .cancelAll, .streamKey, .countdown: false
        }
    }

    public func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .cancel, .cancelAll: CallCost(.cancel)
        case .place(let orders): CallCost(.order, orders: orders.count)
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .streamKey, .countdown:
            CallCost(.query)
        }
    }

    // MARK: No streams

    public mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? { nil }

    public mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {}

    public mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        throw VenueDecodeError("stream", "expected no frame: ACE has no streams")
    }

    public mutating func forget(_ order: ClientOrderID) {
        names.forget(order)
        placed[order] = nil
        lookups[order] = nil
        cancels.forget(order)
    }

    /// Our id, where the text is one.
    static func client(_ customID: String) -> ClientOrderID? { ClientOrderID(text: customID) }
}
