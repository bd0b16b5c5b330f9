public import Exchange
public import Fundamentals
internal import MarketModel
internal import LocalVenues

public enum VenueFlow {
    public static func open(
        _ name: String, _ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        guard name == "synthetic" else { throw VenueHostError("recorded flow is not built yet") }
        return PulseFlow(markets, seed: seed, startingAt: now)
    }
}

private struct PulseFlow: OrderFlow {
    var random: RandomSource
    var time: Instant
    var mids: [Int64]
    let markets: [MarketDefinition]

    init(_ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant) {
        random = RandomSource(seed: seed)
        time = now
        self.markets = markets
        mids = markets.map {
            AsterMarkets.price($0.instrument.symbol).flatMap($0.instrument.price)?.ticks ?? 10_000
        }
    }

    var nextDue: Instant? { time }

    mutating func next() -> FlowEvent? {
        let index = Int(random.integer(in: 0...Int64(markets.count - 1)))
        let market = MarketID(index)
        time = time + .milliseconds(random.integer(in: 20...200))
        if random.chance(1, in: 3) {
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            return .trade(
                market, aggressor: side, quantity: Quantity(lots: random.integer(in: 1...50_000)),
                limit: Price(ticks: mids[index] + side.sign * 20))
        }
        mids[index] += random.integer(in: -1...1)
        func levels(_ sign: Int64) -> [BookLevel] {
            (0..<25).map { step in
                BookLevel(
                    Price(ticks: mids[index] - sign * (3 + step)),
                    Quantity(lots: 10_000 + random.integer(in: 0...90_000)))
            }
        }
        return .book(market, bids: levels(1), asks: levels(-1))
    }
}
