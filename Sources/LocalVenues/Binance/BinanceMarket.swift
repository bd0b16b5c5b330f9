internal import Exchange
internal import Fundamentals
internal import MarketModel

/// One spot market as the protocol sees it: book ids, the tape's aggregates and candles.
struct BinanceMarket: Sendable {
    let definition: MarketDefinition
    /// As stream names carry it.
    let lowerSymbol: String
    /// Id of the last change to the displayed book: each change of a level is one.
    var updateID: Int64
    /// As last told.
    var touch: Touch?
    private(set) var aggregates = RecentList<AggregateTrade>(capacity: 1_000)
    /// The last aggregate that the streams were told.
    var toldAggregate: Int64 = 0
    private(set) var prices = CandleSeries()
    private var nextAggregate: Int64 = 1

    var instrument: Instrument { definition.instrument }
    var id: MarketID { definition.instrument.market }

    init(_ definition: MarketDefinition, updateID: Int64) {
        self.definition = definition
        lowerSymbol = definition.instrument.symbol.lowercased()
        self.updateID = updateID
    }

    /// Takes a print into candles and aggregates: consecutive prints of one moment, side and price are one
    /// aggregate, as the fills of one order are.
    mutating func record(_ trade: PublicTrade, joinsPrevious: Bool) {
        prices.record(
            instrument.decimal(trade.price), quantity: trade.quantity,
            value: instrument.notional(trade.price, trade.quantity), isTakerBuy: trade.aggressor == .buy,
            id: trade.id.number, at: trade.venueTime)
        if joinsPrevious, var last = aggregates.last, last.price == trade.price, last.aggressor == trade.aggressor {
            last.quantity += trade.quantity
            last.lastTrade = trade.id
            aggregates.replaceLast(last)
            return
        }
        aggregates.append(
            AggregateTrade(
                id: nextAggregate, price: trade.price, quantity: trade.quantity, firstTrade: trade.id,
                lastTrade: trade.id, aggressor: trade.aggressor, time: trade.venueTime))
        nextAggregate += 1
    }
}
