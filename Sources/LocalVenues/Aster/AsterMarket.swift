internal import Exchange
internal import Fundamentals
internal import MarketModel

/// One market as the protocol sees it: book ids, the tape's aggregates, candles and the last mark.
struct AsterMarket: Sendable {
    let definition: MarketDefinition
    /// As stream names carry it.
    let lowerSymbol: String
    /// Id of the last change to the displayed book, and when it happened.
    var updateID: Int64
    var updatedAt: Instant
    var touch: Touch?
    /// As last told to the streams.
    private var lastMark: MarkState
    var aggregates: RecentList<AggregateTrade>
    var prices: CandleSeries
    var markPrices: CandleSeries
    var indexPrices: CandleSeries
    var fundingHistory: RecentList<FundingRecord>
    private var nextAggregate: Int64 = 1

    var instrument: Instrument { definition.instrument }
    var id: MarketID { definition.instrument.market }

    init(
        _ definition: MarketDefinition, updateID: Int64,
        mark: (price: ExactDecimal, index: ExactDecimal, fundingRate: Rate, nextFunding: Instant), at now: Instant
    ) {
        self.definition = definition
        lowerSymbol = definition.instrument.symbol.lowercased()
        self.updateID = updateID
        updatedAt = now
        lastMark = MarkState(
            price: mark.price, index: mark.index, rate: mark.fundingRate, nextFunding: mark.nextFunding)
        aggregates = RecentList(capacity: 1_000)
        prices = CandleSeries()
        markPrices = CandleSeries()
        indexPrices = CandleSeries()
        fundingHistory = RecentList(capacity: 1_000)
    }

    /// Takes a print into candles and aggregates: consecutive prints of one moment, side and price are one
    /// aggregate, as the fills of one order are.
    mutating func record(_ trade: PublicTrade, joinsPrevious: Bool) {
        let value = instrument.notional(trade.price, trade.quantity)
        prices.record(
            instrument.decimal(trade.price), quantity: trade.quantity, value: value,
            isTakerBuy: trade.aggressor == .buy,
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

    mutating func record(_ state: MarkState, at now: Instant) {
        if lastMark.nextFunding < state.nextFunding, lastMark.nextFunding <= now {
            fundingHistory.append(FundingRecord(time: lastMark.nextFunding, rate: lastMark.rate))
        }
        lastMark = state
        markPrices.record(state.price, at: now)
        indexPrices.record(state.index, at: now)
    }
}

/// Mark and index price, the funding rate, and when it is next paid.
struct MarkState: Hashable, Sendable {
    var price: ExactDecimal
    var index: ExactDecimal
    var rate: Rate
    var nextFunding: Instant
}

/// What one order took at one price.
struct AggregateTrade: Hashable, Sendable {
    var id: Int64
    var price: Price
    var quantity: Quantity
    var firstTrade: TradeID
    var lastTrade: TradeID
    var aggressor: Side
    var time: Instant
}

struct FundingRecord: Hashable, Sendable {
    var time: Instant
    var rate: Rate
}

/// A liquidation, as `forceOrder` tells it.
struct ForcedOrder: Hashable, Sendable {
    var order: ExchangeOrder
    var execution: Execution
}
