internal import Execution
internal import Fundamentals
internal import MarketModel

extension TradingEngine {
    /// A trade with ourselves stops everything until a person has looked; what only looks like one is told.
    mutating func watchSelfTrades(_ fill: Fill, _ index: Int, into effects: inout [Effect]) {
        guard let finding = markets[index].selfTrades.observe(fill) else { return }
        let instrument = markets[index].instrument
        let what = "\(instrument.text(fill.quantity)) at \(instrument.text(fill.price))"
        switch finding {
        case .certain(let other):
            let orders = Self.names(fill, other)
            let text = "\(instrument.symbol): we traded with ourselves, trade \(fill.trade): \(orders), \(what)"
            effects.append(.incident(Incident(.alarm, text)))
            halt("a trade with ourselves in \(instrument.symbol), trade \(fill.trade)", into: &effects)
        case .suspected(let other):
            guard markets[index].selfTrades.tellsSuspicion(at: now) else { return }
            let text =
                "\(instrument.symbol): perhaps a trade with ourselves, trades \(other.trade) and \(fill.trade): "
                + "\(Self.names(fill, other)), \(what)"
            effects.append(.incident(Incident(.alarm, text)))
        }
    }

    /// The order that bought first.
    private static func names(_ fill: Fill, _ other: Fill?) -> String {
        func name(_ side: Side) -> String {
            guard let fill = [fill, other].compactMap({ $0 }).first(where: { $0.side == side }) else {
                return "an order that is not known yet"
            }
            return fill.clientOrderID?.text ?? "the venue's order \(fill.venueOrderID)"
        }
        return "\(name(.buy)) bought and \(name(.sell)) sold"
    }

    /// An order ended; the venue's own prevention should never have to act, because the gate acts before it.
    mutating func watchPrevention(_ id: ClientOrderID, _ reason: DoneReason, into effects: inout [Effect]) {
        guard reason == .selfTradePrevented, let order = table.order(id), order.isLive, isKnown(order.spec.market)
        else { return }
        let index = order.spec.market.index
        guard markets[index].selfTrades.notePrevented(at: now) else { return }
        let symbol = markets[index].instrument.symbol
        let text =
            "\(symbol): the venue has taken off more than \(SelfTradeWatch.preventedAllowed) orders within an hour that "
            + "would have met our own, the last \(id)"
        effects.append(.incident(Incident(.alarm, text)))
    }

    /// Over all markets.
    var selfTradeCounts: SelfTradeCounts {
        markets.reduce(into: SelfTradeCounts()) { sum, market in
            sum.certain += market.selfTrades.counts.certain
            sum.suspected += market.selfTrades.counts.suspected
            sum.prevented += market.selfTrades.counts.prevented
        }
    }
}
