internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// Figures that exist for one market and for all together.
protocol SessionFigures {
    var fills: Int { get }
    var makerFills: Int { get }
    var volume: Cash { get }
    var realized: Cash { get }
    var unrealized: Cash { get }
    var spreadCapture: Cash { get }
    var inventory: Cash { get }
    /// Slippage of hedges; negative is a loss.
    var hedging: Cash { get }
    /// Positive is a cost.
    var fees: Cash { get }
    var funding: Cash { get }
    /// As the books have it, not as the parts sum.
    var equityChange: Cash { get }
    var counts: OrderCounts { get }
    var requestsPerFill: ExactDecimal? { get }
    /// One for each horizon, the shortest first: fills old enough, and what the mid did for them.
    var outcomes: [(horizon: TimeSpan, fills: Int, gain: Cash)] { get }
}

extension SessionFigures {
    var net: Cash { spreadCapture + inventory + hedging - fees + funding }
    /// The parts against the change of equity: zero, or the books are wrong.
    var identityResidual: Cash { net - equityChange }
}

extension MarketStatus: SessionFigures {
    /// In the asset that limits are counted in, at the newest rate.
    var countedMaxPosition: Cash { rate?(maxPositionValue) ?? .zero }

    var outcomes: [(horizon: TimeSpan, fills: Int, gain: Cash)] {
        markouts.map { ($0.horizon, $0.buys + $0.sells, $0.buyGain + $0.sellGain) }
    }
}

/// All markets together, against the engine's own change of equity.
struct TotalFigures: SessionFigures {
    let totals: EngineTotals
    let equityChange: Cash

    init(_ status: EngineStatus) {
        totals = status.totals
        equityChange = status.equityChange
    }

    var fills: Int { totals.fills }
    var makerFills: Int { totals.makerFills }
    var volume: Cash { totals.volume }
    var realized: Cash { totals.realized }
    var unrealized: Cash { totals.unrealized }
    var spreadCapture: Cash { totals.spreadCapture }
    var inventory: Cash { totals.inventory }
    var hedging: Cash { totals.hedging }
    var fees: Cash { totals.fees }
    var funding: Cash { totals.funding }
    var counts: OrderCounts { totals.counts }
    var requestsPerFill: ExactDecimal? { totals.requestsPerFill }
    var outcomes: [(horizon: TimeSpan, fills: Int, gain: Cash)] {
        totals.markouts.map { ($0.horizon, $0.buys + $0.sells, $0.buyGain + $0.sellGain) }
    }
}

extension QuoteUptime {
    /// Thousandths of the time of quoting.
    func permille(_ part: TimeSpan) -> Int64 {
        observed > .zero ? Int64(Int128(part.nanoseconds) * 1_000 / Int128(observed.nanoseconds)) : 0
    }
}
