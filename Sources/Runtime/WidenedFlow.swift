internal import Exchange
internal import Fundamentals
internal import MarketModel

/// A flow whose market is wider: its liquidity stands further from the middle, and who takes pays up to that much more. So a
/// recording of a deep market plays as a thin one, in which a quote can be the best.
struct WidenedFlow: OrderFlow {
    private var flow: any OrderFlow
    /// How far each side moves, as a share of the price.
    private let share: Rate

    init(_ flow: any OrderFlow, by share: Rate) {
        self.flow = flow
        self.share = share
    }

    var nextDue: Instant? { flow.nextDue }

    mutating func next() -> FlowEvent? {
        guard let event = flow.next() else { return nil }
        switch event {
        case .book(let market, let bids, let asks):
            return .book(market, bids: bids.map { moved($0, .buy) }, asks: asks.map { moved($0, .sell) })
        case .trade(let market, let aggressor, let quantity, let limit):
            return .trade(market, aggressor: aggressor, quantity: quantity, limit: moved(limit, aggressor.opposite))
        case .rest(let market, let side, let level): return .rest(market, side, moved(level, side))
        case .withdraw(let market, let side, let level): return .withdraw(market, side, moved(level, side))
        case .mark: return event
        }
    }

    private func moved(_ level: BookLevel, _ side: Side) -> BookLevel {
        BookLevel(moved(level.price, side), level.quantity)
    }

    /// Away from the middle: what is bid lower, what is asked higher.
    private func moved(_ price: Price, _ side: Side) -> Price {
        let distance = Int64(clamping: Int128(price.ticks) * Int128(share.parts) / Int128(Rate.one.parts))
        return switch side {
        case .buy: Price(ticks: max(1, price.ticks - distance))
        case .sell: price + distance
        }
    }
}
