public import Fundamentals
public import MarketModel

/// A stochastic market: clustered market orders of persistent sign and heavy-tailed size, a fair price that moves with
/// what is surprising in them, and a book of twenty levels a side that is pulled, refilled and changed all the time.
///
/// It does not see what happens to its orders. After every move it states the whole book, which puts right what
/// others' orders changed. Integers only: one seed gives the same flow on every machine.
///
/// Source: stylised facts measured on a recording (see ``SyntheticParameters/measured(on:startPrice:)``); hidden
/// metaorders after Lillo, Mike and Farmer (2005); impact of the surprise after Bouchaud et al. (2004).
public struct SyntheticFlow: OrderFlow {
    let instrument: Instrument
    let parameters: SyntheticParameters
    let startPrice: Price

    // Each process draws from a source of its own.
    var orderRandom: RandomSource
    var levelRandom: RandomSource
    var clockRandom: RandomSource

    /// In 2⁻¹⁶ ticks.
    var fair: Int64
    /// Where the best bid belongs; the best ask belongs one tick above.
    var touch: Int64
    var book: SyntheticBook
    var metaorder = Side.buy
    private(set) var regime = SyntheticRegime.quiet

    private var nextOrder = Instant.distantFuture
    private var nextLevelChange = Instant.distantFuture
    private var nextRegime = Instant.distantFuture
    var nextRefill = Instant.distantFuture

    /// Made in advance, all due at `pendingAt`.
    var pending: [FlowEvent] = []
    private var pendingIndex = 0
    private var pendingAt: Instant

    /// Nil unless the price leaves room below it and is within reason.
    ///
    /// - Parameter startPrice: the first best bid; the flow stays between a quarter and four times of it.
    public init?(
        seed: UInt64, instrument: Instrument, startPrice: Price, startingAt start: Instant,
        parameters: SyntheticParameters? = nil
    ) {
        guard (100..<(1 << 38)).contains(startPrice.ticks) else { return nil }
        var random = RandomSource(seed: seed)
        self.instrument = instrument
        self.startPrice = startPrice
        self.parameters = parameters ?? .measured(on: instrument, startPrice: startPrice)
        orderRandom = random.fork()
        levelRandom = random.fork()
        clockRandom = random.fork()
        touch = startPrice.ticks
        fair = startPrice.ticks << Self.fairBits + (1 << (Self.fairBits - 1))
        // Half a basis point between levels, so that twenty reach ten basis points whatever the tick.
        book = SyntheticBook(stride: max(1, startPrice.ticks / 20_000))
        pendingAt = start
        refill()
        nextRegime = start + wait(regime.meanStay.nanoseconds)
        nextLevelChange = start + wait(1_000_000_000_000 / self.parameters.levelChanges)
        nextOrder = start + wait(orderGap)
    }

    public var nextDue: Instant? { pendingAt }

    public mutating func next() -> FlowEvent? {
        let event = pending[pendingIndex]
        pendingIndex += 1
        if pendingIndex == pending.count {
            pending.removeAll(keepingCapacity: true)
            pendingIndex = 0
            while pending.isEmpty { step() }
        }
        return event
    }

    static let fairBits: Int64 = 16

    /// Lets the earliest process act.
    private mutating func step() {
        let now = min(min(nextOrder, nextLevelChange), min(nextRegime, nextRefill))
        pendingAt = now
        if now == nextRefill {
            nextRefill = .distantFuture
            refill()
        } else if now == nextOrder {
            placeMarketOrder()
            nextOrder = now + wait(orderGap)
            if isMoved, nextRefill == .distantFuture {
                nextRefill = now + wait(SyntheticShape.refill.nanoseconds)
            }
        } else if now == nextLevelChange {
            changeLevel()
            nextLevelChange = now + wait(1_000_000_000_000 / parameters.levelChanges)
        } else {
            regime = regime.next(&clockRandom)
            nextRegime = now + wait(regime.meanStay.nanoseconds)
            nextOrder = now + wait(orderGap)
        }
    }

    /// Mean nanoseconds between market orders in this regime.
    private var orderGap: Int64 { 1_000_000_000_000 * 100 / (parameters.marketOrders * regime.ratePercent) }

    private mutating func wait(_ mean: Int64) -> TimeSpan {
        TimeSpan(nanoseconds: clockRandom.exponential(mean: mean))
    }

    /// Whether the best levels are not where they belong.
    private var isMoved: Bool {
        book.bids.first?.price.ticks != touch || book.asks.first?.price.ticks != touch + 1
    }
}
