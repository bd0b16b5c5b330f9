internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import Runtime
internal import TradingEngine
internal import Wire

/// A bot at one moment, as the replies need it.
struct BotView {
    let bot: any ControllableBot
    let state: BotState
    let configuration: BotConfiguration
    let frame: BotFrame?
    let now: Instant

    init(_ bot: any ControllableBot, at now: Instant) {
        self.bot = bot
        self.now = now
        state = bot.state
        configuration = bot.configuration
        frame = bot.frame
    }

    var status: EngineStatus? { frame?.status }
    var markets: [MarketStatus] { status?.markets ?? [] }
    var isRunning: Bool { state != .stopped }
    /// Ours that still live; nothing while stopped, whatever the last look said.
    var orders: [(market: MarketStatus, order: OrderStatus)] {
        guard isRunning else { return [] }
        return markets.flatMap { market in market.orders.map { (market, $0) } }
    }

    func symbol(_ id: MarketID) -> String {
        if configuration.markets.indices.contains(id.index) { return configuration.markets[id.index].symbol }
        return instrument(id)?.symbol ?? "\(id)"
    }

    func instrument(_ id: MarketID) -> Instrument? { markets.first { $0.market == id }?.instrument }

    /// Orders of ours that may still rest: what the venue listed last, or what we still believe alive.
    var restingOrders: Int { max(frame?.restingAtVenue ?? 0, isRunning ? orders.count : 0) }
}

// MARK: Numbers

extension TimeSpan {
    /// Seconds, exactly.
    var seconds: ExactDecimal { ExactDecimal(mantissa: Int128(nanoseconds), scale: 9) }
}

extension Instrument {
    func decimal(_ mid: HalfTicks) -> ExactDecimal {
        ExactDecimal(mantissa: Int128(mid.count) * tickSize.mantissa * 5, scale: tickSize.scale + 1)
    }
}

extension MarketStatus {
    /// Our best quotes: the highest buy and the lowest sell that work or are on their way.
    var quotes: (bid: Price?, ask: Price?) {
        let bids = orders.filter { $0.side == .buy }.compactMap(\.price)
        let asks = orders.filter { $0.side == .sell }.compactMap(\.price)
        return (bids.max(), asks.min())
    }

    /// Nil before the first data.
    var dataAge: TimeSpan? { bookAge > .hours(24 * 365) ? nil : bookAge }
}

/// Where the money of one market, or of all, came from.
struct ProfitParts {
    var spread = Cash.zero
    var inventory = Cash.zero
    /// Slippage of hedges; nil where nothing is hedged.
    var hedging: Cash?
    /// Negative for a cost.
    var fees = Cash.zero
    var funding = Cash.zero
    var equityChange = Cash.zero

    /// Of one market, in its own asset.
    init(_ market: MarketStatus) {
        self.init(market.sources, equityChange: market.equityChange, hasHedge: market.isHedge)
    }

    /// Of all together, in the asset that is counted in.
    init(_ status: EngineStatus?) {
        guard let status else {
            self.init(ProfitSources(), equityChange: .zero, hasHedge: false)
            return
        }
        var sources = ProfitSources()
        (sources.spreadCapture, sources.inventory) = (status.totals.spreadCapture, status.totals.inventory)
        (sources.hedging, sources.fees, sources.funding) = (
            status.totals.hedging, status.totals.fees, status.totals.funding
        )
        self.init(sources, equityChange: status.equityChange, hasHedge: status.hasHedge)
    }

    private init(_ sources: ProfitSources, equityChange: Cash, hasHedge: Bool) {
        spread = sources.spreadCapture
        inventory = sources.inventory
        hedging = hasHedge ? sources.hedging : nil
        fees = -sources.fees
        funding = sources.funding
        self.equityChange = equityChange
    }

    var net: Cash { spread + inventory + (hedging ?? .zero) + fees + funding }
    /// What the parts do not explain: zero, or the books are wrong.
    var residual: Cash { equityChange - net }
}
