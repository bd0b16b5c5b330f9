internal import Fundamentals
internal import MarketModel

/// What changes in one market: its book, prices, prints, funding and waiting orders.
struct MarketState {
    var book = MatchingBook()
    var trades = RingBuffer<PublicTrade>(capacity: 1_000)
    var lastPrice: Int64?
    var mark = MarkPrice()
    var fundingRate: Rate
    var nextFunding: Instant
    /// Orders waiting for their trigger, in order of acceptance.
    var waiting: [WaitingOrder] = []
    /// What a lot is of the base asset, in a spot market; nil in others.
    let spotLot: Cash?

    init(_ definition: MarketDefinition, startingAt now: Instant) {
        fundingRate = definition.fundingRate
        switch definition.instrument.kind {
        case .perpetual:
            nextFunding = Exchange.boundary(after: now, every: definition.fundingInterval)
            spotLot = nil
        case .spot:
            nextFunding = .distantFuture
            let units = definition.instrument.lotSize.units(atScale: Cash.scale)
            precondition(units != nil, "a lot of a spot market is a whole number of units of 10⁻¹²")
            spotLot = units.map { Cash(units: $0) }
        }
    }

    var isSpot: Bool { spotLot != nil }

    /// Lets the mark follow the mid; it stays where it was while a side is empty.
    mutating func followMid() {
        guard !mark.isPinned, let bid = book.bestDisplayed(.buy), let ask = book.bestDisplayed(.sell) else { return }
        mark.halfTicks = bid.price + ask.price
        mark.parts = Int128(bid.price + ask.price) * (MarkPrice.partsPerTick / 2)
    }
}

/// An order in the trigger book. Trailing orders remember the best price since they became active.
struct WaitingOrder {
    var slot: Int
    var isActive: Bool
    /// In parts of a tick.
    var extreme: Int128
}

/// The mark price: the mid, exactly, or whatever the flow last said.
struct MarkPrice {
    /// In 10⁻⁸ ticks; zero while unknown.
    var parts: Int128 = 0
    /// The mid in half ticks, where the mark is the mid.
    var halfTicks: Int64 = 0
    var isPinned = false
    var price = ExactDecimal.zero
    var index = ExactDecimal.zero

    static let partsPerTick: Int128 = 100_000_000

    var isKnown: Bool { parts > 0 }

    /// Value of `lots` at the mark: exact at a mid, else rounded half away from zero. Saturates instead of overflowing.
    func value(lots: Int64, cashPerTickLot: Cash) -> Cash {
        let limit = Int128(1_000_000_000_000_000) * 1_000_000_000_000_000
        let (perPart, first) = (Int128(lots) * parts).multipliedReportingOverflow(by: cashPerTickLot.units)
        guard !first else { return Cash(units: lots < 0 ? -limit : limit) }
        let value = Cash.divideRounding(perPart, by: MarkPrice.partsPerTick)
        return Cash(units: max(-limit, min(limit, value)))
    }
}
