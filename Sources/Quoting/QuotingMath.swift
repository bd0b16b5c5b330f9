internal import Fundamentals
internal import MarketModel

/// Prices in 10⁻⁹ ticks: where formulas with real numbers end, before a price is rounded to a tick.
struct FineTicks: Comparable, Hashable, Sendable {
    static let perTick: Int128 = 1_000_000_000
    /// 2⁴⁰ ticks: no price of a book is larger, and products with two rates fit.
    static let bound: Int128 = (1 << 40) * perTick

    var count: Int128

    init(count: Int128) { self.count = count }
    init(_ mid: HalfTicks) { count = Int128(mid.count) * (Self.perTick / 2) }

    /// Nil for a price that is not positive or beyond the bound.
    init?(_ price: ExactDecimal, in instrument: Instrument) {
        let tick = instrument.tickSize
        guard let up = powerOfTen(tick.scale + 9), let down = powerOfTen(price.scale) else { return nil }
        let (dividend, overflow) = price.mantissa.multipliedReportingOverflow(by: up)
        let (divisor, isTooSmall) = down.multipliedReportingOverflow(by: tick.mantissa)
        guard !overflow, !isTooSmall else { return nil }
        count = Cash.divideRounding(dividend, by: divisor)
        guard count > 0, count <= Self.bound else { return nil }
    }

    /// `amount` of the quote asset; what is beyond the bound counts as at it.
    init(amount: Double, in instrument: Instrument) {
        let ticks = amount / instrument.tickSize.double
        let limit = Double(Self.bound)
        let fine = ticks * Double(Self.perTick)
        count = fine.isNaN ? 0 : Int128(min(limit, max(-limit, fine.rounded())))
    }

    static func < (a: Self, b: Self) -> Bool { a.count < b.count }
    static func + (a: Self, b: Self) -> Self { Self(count: a.count + b.count) }
    static func - (a: Self, b: Self) -> Self { Self(count: a.count - b.count) }

    /// This × `rate`, to the nearest.
    func times(_ rate: Rate) -> Self {
        Self(count: Cash.divideRounding(count * Int128(rate.parts), by: Int128(Rate.one.parts)))
    }

    /// To the tick, away from the middle of the market: down for a bid, up for an offer.
    func rounded(for side: Side) -> Price {
        switch side {
        case .buy: Price(ticks: Int64(clamping: floorDivide(count, by: Self.perTick)))
        case .sell: Price(ticks: Int64(clamping: ceilDivide(count, by: Self.perTick)))
        }
    }
}

func powerOfTen(_ exponent: Int) -> Int128? {
    guard (0...38).contains(exponent) else { return nil }
    var result: Int128 = 1
    for _ in 0..<exponent { result *= 10 }
    return result
}

extension Rate {
    var double: Double { Double(parts) / Double(Rate.one.parts) }

    /// Rounded to 10⁻⁸; between −1 and 1 whatever `value` is.
    init(_ value: Double) {
        let parts = (value * Double(Rate.one.parts)).rounded()
        let one = Double(Rate.one.parts)
        self.init(parts: value.isNaN ? 0 : Int64(min(one, max(-one, parts))))
    }
}

extension Instrument {
    /// The fewest lots that hold an amount of the base asset.
    func lots(holding amount: ExactDecimal) -> Quantity {
        let whole = wholeLots(of: amount)
        let scale = max(amount.scale, lotSize.scale)
        guard let units = amount.units(atScale: scale), let held = decimal(whole).units(atScale: scale) else {
            return whole
        }
        return held < units ? whole + Quantity(lots: 1) : whole
    }
}

extension MarketView {
    /// Below this the realised volatility says too little.
    static let leastVarianceSpan = TimeSpan.seconds(10)

    /// σ: the standard deviation of the mid's relative move over one minute, from the squared moves of as much of the
    /// last minute as was watched; nil before there is enough of it.
    var minuteVolatility: Double? {
        guard varianceSpan >= Self.leastVarianceSpan, mid.count > 0 else { return nil }
        let scaled = Double(squaredMoves) * 60e9 / Double(varianceSpan.nanoseconds)
        return scaled.squareRoot() / Double(mid.count)
    }

    /// The position as a share of what the limits allow: −1…1.
    var inventoryRatio: Double {
        guard position != .zero else { return 0 }
        guard positionLimit > .zero else { return position > .zero ? 1 : -1 }
        return min(1, max(-1, Double(position.lots) / Double(positionLimit.lots)))
    }

    /// The nearest price to `price` that a post-only order of this side may have: one tick behind the opposite touch.
    func postOnly(_ side: Side, _ price: Price) -> Price {
        switch side {
        case .buy: min(price, touch.ask.price - 1)
        case .sell: max(price, touch.bid.price + 1)
        }
    }
}
