internal import Fundamentals
internal import MarketModel

/// From a model's distances in the quote asset to quotes on the market's ticks and lots.
struct ModelPlacement {
    let view: MarketView
    let size: Quantity
    let timeInForce: TimeInForce
    private let tick: Double
    /// The unit of inventory: one order, before limits cut it.
    private let unit: Quantity

    init(_ view: MarketView, orderSize: ExactDecimal, timeInForce: TimeInForce) {
        self.view = view
        self.timeInForce = timeInForce
        tick = view.instrument.tickSize.double
        unit = view.instrument.wholeLots(of: orderSize)
        var size = unit
        if let cap = view.caps.order { size = min(size, view.instrument.lots(worth: cap, at: view.touch.ask.price)) }
        self.size = size
    }

    /// The mid in the quote asset.
    var mid: Double { Double(view.mid.count) / 2 * tick }
    /// Inventory in orders.
    var inventory: Double { Double(view.position.lots) / Double(max(1, unit.lots)) }

    /// σ per √second in the quote asset, as realised by the book; nil before there is a second of it.
    var realizedSigma: Double? {
        let seconds = Double(view.varianceSpan.nanoseconds) / 1e9
        guard seconds >= 1 else { return nil }
        return (Double(view.squaredMoves) / 4 / seconds).squareRoot() * tick
    }

    /// Rounds away from the mid to the tick; a post-only price that would cross stands one tick behind the touch.
    func quote(_ side: Side, at price: Double) -> Result<Quote, Absent> {
        let ticks = side == .buy ? (price / tick).rounded(.down) : (price / tick).rounded(.up)
        guard ticks.isFinite, abs(ticks) < 1e15 else { return .failure(Absent(reason: .noModelPrice)) }
        var level = Price(ticks: Int64(ticks))
        if timeInForce == .postOnly {
            switch side {
            case .buy: level = min(level, Price(ticks: view.touch.ask.price.ticks - 1))
            case .sell: level = max(level, Price(ticks: view.touch.bid.price.ticks + 1))
            }
        }
        if let absence = view.instrument.absence(level, size, reduceOnly: false) {
            return .failure(Absent(reason: absence))
        }
        return .success(Quote(side: side, price: level, quantity: size, timeInForce: timeInForce))
    }

    struct Absent: Error { var reason: QuoteAbsence }

    /// Adds the quote, or says why there is none.
    func offer(_ side: Side, at price: Double, into decision: inout QuotingDecision) {
        switch quote(side, at: price) {
        case .success(let quote): decision.quotes.append(quote)
        case .failure(let absent): decision.absence = absent.reason
        }
    }
}

extension ExactDecimal {
    /// The nearest number that arithmetic can be done with.
    var double: Double {
        var divisor = 1.0
        for _ in 0..<scale { divisor *= 10 }
        return Double(mantissa) / divisor
    }
}

extension Instrument {
    /// The whole lots in an amount of the base asset.
    func wholeLots(of amount: ExactDecimal) -> Quantity {
        let scale = max(amount.scale, lotSize.scale)
        guard let units = amount.units(atScale: scale), let lot = lotSize.units(atScale: scale), lot > 0, units > 0
        else { return .zero }
        return Quantity(lots: Int64(clamping: units / lot))
    }
}
