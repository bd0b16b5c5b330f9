import Exchange
import Fundamentals
import MarketModel
import Testing

/// A market with ticks of 0.0001 and lots of 0.01, so that one tick × one lot is 10⁻⁶ coins.
func definition(
    _ index: Int = 0, minNotional: Cash = Cash(whole: 0), maxOpenOrders: Int = 200, maxLeverage: Int64 = 50,
    fundingInterval: TimeSpan = .hours(8), collar: Int64 = 500, takeBound: Int64 = 500
) -> MarketDefinition {
    let instrument = Instrument(
        market: MarketID(index), symbol: "TEST\(index)USDT", baseAsset: "TEST\(index)", quoteAsset: "USDT",
        settlementAsset: "USDT", tickSize: ExactDecimal("0.0001")!, lotSize: ExactDecimal("0.01")!,
        priceRange: Price(ticks: 10)...Price(ticks: 1_000_000),
        quantityRange: Quantity(lots: 2)...Quantity(lots: 1_000_000),
        marketQuantityRange: Quantity(lots: 2)...Quantity(lots: 500_000), minNotional: minNotional,
        collarUp: Rate(parts: Rate.one.parts + Rate.basisPoints(collar).parts),
        collarDown: Rate(parts: Rate.one.parts - Rate.basisPoints(collar).parts),
        marketTakeBound: .basisPoints(takeBound), maxOpenOrders: maxOpenOrders, makerFee: Rate(parts: 10_000),
        takerFee: Rate(parts: 35_000))!
    return MarketDefinition(instrument: instrument, maxLeverage: maxLeverage, fundingInterval: fundingInterval)
}

/// An exchange, a clock and the events of the last step.
struct Desk {
    var exchange: Exchange
    var events: [ExchangeEvent] = []
    var now: Instant
    private var names = 0

    let market = MarketID(0)

    init(
        _ markets: [MarketDefinition] = [definition()],
        startingAt now: Instant = Instant(milliseconds: 1_700_000_000_000)
    ) {
        exchange = Exchange(markets: markets, startingAt: now)
        self.now = now
    }

    mutating func account(_ coins: Int64 = 1_000_000) -> AccountID {
        exchange.openAccount(balances: [("USDT", Cash(whole: coins))], at: now)
    }

    mutating func name() -> String {
        names += 1
        return "t-\(names)"
    }

    /// A limit order; its events replace the last ones.
    @discardableResult
    mutating func limit(
        _ account: AccountID, _ side: Side, _ lots: Int64, at ticks: Int64, _ tif: TimeInForce = .goodTillCancel,
        reduceOnly: Bool = false, mode: SelfTradeMode? = nil, name: String? = nil
    ) throws(ExchangeRejection) -> Int64 {
        let name = name ?? self.name()
        return try send(
            NewOrder(
                market: market, side: side, type: .limit, timeInForce: tif, quantity: Quantity(lots: lots),
                price: Price(ticks: ticks), reduceOnly: reduceOnly, clientOrderID: name, selfTradeMode: mode), account)
    }

    @discardableResult
    mutating func market(
        _ account: AccountID, _ side: Side, _ lots: Int64, reduceOnly: Bool = false
    ) throws(ExchangeRejection) -> Int64 {
        let name = name()
        return try send(
            NewOrder(
                market: market, side: side, type: .market, quantity: Quantity(lots: lots), reduceOnly: reduceOnly,
                clientOrderID: name), account)
    }

    @discardableResult
    mutating func send(_ order: NewOrder, _ account: AccountID) throws(ExchangeRejection) -> Int64 {
        events.removeAll()
        return try exchange.place(order, by: account, at: now, into: &events).id
    }

    mutating func apply(_ flow: FlowEvent) {
        events.removeAll()
        exchange.apply(flow, at: now, into: &events)
    }

    mutating func advance(_ span: TimeSpan) {
        events.removeAll()
        now = now + span
        exchange.advance(to: now, into: &events)
    }

    /// Flow liquidity: (price, lots), best first.
    mutating func book(_ bids: [(Int64, Int64)], _ asks: [(Int64, Int64)]) {
        apply(.book(market, bids: bids.map(level), asks: asks.map(level)))
    }

    func status(_ id: Int64, _ account: AccountID) -> OrderStatus? { exchange.order(id, of: account)?.status }
    func filled(_ id: Int64, _ account: AccountID) -> Int64? { exchange.order(id, of: account)?.filled.lots }
    func lots(_ account: AccountID) -> Int64 { exchange.position(of: account, in: market).quantity.lots }

    /// The book as text: `bids|asks`, best first, each `price:quantity`.
    var picture: String {
        let book = exchange.book(market, depth: .max)
        func text(_ levels: [BookLevel]) -> String {
            levels.map { "\($0.price.ticks):\($0.quantity.lots)" }.joined(separator: " ")
        }
        return text(book.bids) + "|" + text(book.asks)
    }

    /// The last step's events in short: what happened, to whom.
    var story: [String] { events.map(describe) }
}

func level(_ pair: (Int64, Int64)) -> BookLevel { BookLevel(Price(ticks: pair.0), Quantity(lots: pair.1)) }

func describe(_ event: ExchangeEvent) -> String {
    switch event {
    case .order(let change, let order, let execution):
        "\(change) a\(order.account.index) \(order.filled.lots)/\(order.quantity.lots)"
            + (execution.map { " \($0.quantity.lots)@\($0.price.ticks)\($0.isMaker ? "m" : "t")" } ?? "")
    case .account(let change, let account, _, _): "account \(change) a\(account.index)"
    case .print(_, let trade): "print \(trade.aggressor) \(trade.quantity.lots)@\(trade.price.ticks)"
    case .level(_, let side, let level): "level \(side) \(level.price.ticks):\(level.quantity.lots)"
    case .mark(_, let price, _, _, _): "mark \(price)"
    case .leverageChanged(let account, _, let leverage): "leverage a\(account.index) \(leverage)"
    }
}

/// The rejection of `body`, nil if it passed.
func rejection(_ body: () throws(ExchangeRejection) -> Void) -> ExchangeRejection? {
    do {
        try body()
        return nil
    } catch { return error }
}
