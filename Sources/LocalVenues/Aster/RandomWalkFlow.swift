public import Exchange
public import Fundamentals
internal import MarketModel

/// Background flow that keeps a venue alive for trying clients: each market's price walks at random, its book of
/// twenty-five levels follows, and market orders of both sides take from it. It claims no realism.
public struct RandomWalkFlow: OrderFlow {
    private var random: RandomSource
    private var time: Instant
    /// The price in the middle of each market's book, in ticks.
    private var mids: [Int64]
    private let instruments: [Instrument]
    /// Lots of a typical level: about a thousand coins of the quote asset.
    private let sizes: [Int64]

    private static let depth: Int64 = 25
    private static let halfSpread: Int64 = 3

    /// - Precondition: there is a market.
    public init(_ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant) {
        precondition(!markets.isEmpty, "a flow needs a market")
        random = RandomSource(seed: seed)
        time = now
        instruments = markets.map(\.instrument)
        mids = instruments.map { instrument in
            let start = AsterMarkets.price(instrument.symbol).flatMap { instrument.price($0) }
            return max(start?.ticks ?? 10_000, 2 * (Self.depth + Self.halfSpread))
        }
        sizes = zip(instruments, mids).map { instrument, mid in
            max(1, instrument.lots(worth: Cash(whole: 1_000), at: Price(ticks: mid)).lots)
        }
    }

    public var nextDue: Instant? { time }

    public mutating func next() -> FlowEvent? {
        let index = Int(random.integer(in: 0...Int64(instruments.count - 1)))
        time = time + .milliseconds(random.integer(in: 20...200))
        return random.chance(1, in: 3) ? trade(index) : book(index)
    }

    private mutating func trade(_ index: Int) -> FlowEvent {
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        return .trade(
            instruments[index].market, aggressor: side,
            quantity: Quantity(lots: random.integer(in: 1...max(1, sizes[index] / 2))),
            limit: Price(ticks: mids[index] + side.sign * (Self.depth + Self.halfSpread)))
    }

    private mutating func book(_ index: Int) -> FlowEvent {
        let floor = instruments[index].priceRange.lowerBound.ticks + Self.depth + Self.halfSpread
        let ceiling = instruments[index].priceRange.upperBound.ticks - Self.depth - Self.halfSpread
        mids[index] = max(floor, min(ceiling, mids[index] + random.integer(in: -1...1)))
        let bids = levels(index, .buy)
        return .book(instruments[index].market, bids: bids, asks: levels(index, .sell))
    }

    private mutating func levels(_ index: Int, _ side: Side) -> [BookLevel] {
        (0..<Self.depth).map { step in
            BookLevel(
                Price(ticks: mids[index] - side.sign * (Self.halfSpread + step)),
                Quantity(lots: sizes[index] / 10 + random.integer(in: 1...sizes[index])))
        }
    }
}
