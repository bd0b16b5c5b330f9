internal import Exchange
internal import Fundamentals
internal import MarketModel

/// What everybody else does in one market of a mirror world: a book around a mid that wanders, and takers.
struct MirrorFlow: OrderFlow {
    /// How a market behaves; distances in 10⁻⁵ of the price.
    struct Habits: Hashable, Sendable {
        var price: Int64
        /// Between two books, and between two trades; the latter by chance, up to twice as long.
        var bookEvery: TimeSpan
        var tradeEvery: TimeSpan?
        /// From the mid to the first level, and from each level to the next.
        var halfSpread: Int64
        var step: Int64
        /// How far the mid moves from one book to the next, at the most.
        var move: Int64
        /// Of a level, and of a trade at the most, in lots.
        var level: Int64
        var trade: Int64
        /// How far beyond the mid a taker goes.
        var reach: Int64
    }

    private let market: MarketID
    private let habits: Habits
    private var random: RandomSource
    private var mid: Int64
    private var bookDue: Instant
    private var tradeDue: Instant?

    init(_ market: MarketID, _ habits: Habits, seed: UInt64, startingAt start: Instant) {
        self.market = market
        self.habits = habits
        random = RandomSource(seed: seed)
        mid = habits.price
        bookDue = start
        tradeDue = habits.tradeEvery.map { start + $0 }
    }

    var nextDue: Instant? { tradeDue.map { min($0, bookDue) } ?? bookDue }

    mutating func next() -> FlowEvent? {
        if let due = tradeDue, due < bookDue { return trade(at: due) }
        let event = book()
        bookDue = bookDue + habits.bookEvery
        return event
    }

    private func distance(_ share: Int64) -> Int64 { max(1, mid / 100_000 * share) }

    private mutating func book() -> FlowEvent {
        // It is drawn back to where it began, so that no world runs out of funds.
        let pull = (habits.price - mid) / 64
        mid += pull + random.integer(in: -distance(habits.move)...distance(habits.move))
        func level(_ index: Int64, _ sign: Int64) -> BookLevel {
            let far = distance(habits.halfSpread) + index * distance(habits.step)
            return BookLevel(Price(ticks: mid + sign * far), Quantity(lots: habits.level))
        }
        return .book(market, bids: (0..<8).map { level($0, -1) }, asks: (0..<8).map { level($0, 1) })
    }

    private mutating func trade(at due: Instant) -> FlowEvent {
        let span = habits.tradeEvery ?? .seconds(1)
        tradeDue = due + TimeSpan(nanoseconds: random.integer(in: 1...(2 * span.nanoseconds)))
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        return .trade(
            market, aggressor: side, quantity: Quantity(lots: random.integer(in: 1...habits.trade)),
            limit: Price(ticks: mid + side.sign * distance(habits.reach)))
    }
}

extension MirrorFlow.Habits {
    /// The quoted market: so wide that a mirror's ladder is the best of it, and takers reach its first levels.
    static func quoted(_ instrument: Instrument) -> Self {
        Self(
            price: ticks("3049500", instrument), bookEvery: .milliseconds(700), tradeEvery: .milliseconds(600),
            halfSpread: 600, step: 50, move: 4, level: lots("0.5", instrument), trade: lots("0.012", instrument),
            reach: 550)
    }

    /// USDT in TWD: narrow, quiet, without trades.
    static func conversion(_ instrument: Instrument) -> Self {
        Self(
            price: ticks("32.1", instrument), bookEvery: .milliseconds(900), tradeEvery: nil, halfSpread: 3, step: 3,
            move: 2, level: lots("50000", instrument), trade: 1, reach: 3)
    }

    /// The reference: narrow, deep and quick.
    static func reference(_ instrument: Instrument) -> Self {
        Self(
            price: ticks("95000", instrument), bookEvery: .milliseconds(250), tradeEvery: .milliseconds(400),
            halfSpread: 1, step: 1, move: 3, level: lots("0.4", instrument), trade: lots("0.3", instrument), reach: 5)
    }

    private static func ticks(_ text: String, _ instrument: Instrument) -> Int64 {
        MirrorPlaces.made(ExactDecimal(text).flatMap { instrument.price($0) }).ticks
    }
    private static func lots(_ text: String, _ instrument: Instrument) -> Int64 {
        MirrorPlaces.made(ExactDecimal(text).flatMap { instrument.quantity($0) }).lots
    }
}
