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
        configuration.markets.indices.contains(id.index) ? configuration.markets[id.index].symbol : "\(id)"
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
    /// Negative for a cost.
    var fees = Cash.zero
    var funding = Cash.zero
    var equityChange = Cash.zero

    init(_ markets: [MarketStatus]) {
        for market in markets {
            spread += market.spreadCapture
            inventory += market.inventory
            fees -= market.fees
            funding += market.funding
            equityChange += market.equityChange
        }
    }

    var net: Cash { spread + inventory + fees + funding }
    /// What the parts do not explain: zero, or the books are wrong.
    var residual: Cash { equityChange - net }
}
