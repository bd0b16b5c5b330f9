internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Sends the frames whose beat has come.
    mutating func flushStreams(into effects: inout [ServerEffect]) {
        for index in streams.indices where streams[index].dueAt <= now {
            let stream = streams[index].stream
            streams[index].dueAt = .distantFuture
            switch stream {
            case .depth(let market, _): flushDepth(index, markets[market.index], into: &effects)
            case .top(let market, let levels, _):
                publish(stream, topFrame(markets[market.index], levels), into: &effects)
            case .aggregateTrades(let market): flushAggregates(index, markets[market.index], into: &effects)
            case .candles(let market, let interval):
                flushCandles(index, markets[market.index], interval, into: &effects)
            case .mark(let market, _): publish(stream, array([markets[market.index]], isArray: false), into: &effects)
            case .allMarks: publish(stream, array(markets, isArray: true), into: &effects)
            case .miniTicker(let market), .ticker(let market):
                publishTickers(stream, [markets[market.index]], isArray: false, into: &effects)
            case .allMiniTickers, .allTickers: publishTickers(stream, markets, isArray: true, into: &effects)
            case .liquidations, .allLiquidations: flushLiquidations(index, into: &effects)
            case .touch, .allTouches, .signedTrades, .user: break
            }
            if stream.isSteady { streams[index].touch(at: now) }
        }
    }

    // MARK: Book

    private mutating func flushDepth(_ index: Int, _ market: AsterMarket, into effects: inout [ServerEffect]) {
        guard !streams[index].depth.isEmpty else { return }
        let buffer = streams[index].depth
        let (bids, asks) = streams[index].depth.drain()
        if strikes(.depthGap, market.lowerSymbol + "@depth") { return }
        publish(
            streams[index].stream,
            depthFrame(market, (buffer.firstID, buffer.lastID, buffer.previousID), bids, asks), into: &effects)
    }

    private func topFrame(_ market: AsterMarket, _ levels: Int) -> [UInt8] {
        let book = exchange.book(market.id, depth: levels)
        return depthFrame(market, (market.updateID, market.updateID, market.updateID), book.bids, book.asks)
    }

    private func depthFrame(
        _ market: AsterMarket, _ ids: (first: Int64, last: Int64, previous: Int64), _ bids: [BookLevel],
        _ asks: [BookLevel]
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "depthUpdate")
        json.member("E", venueTime.milliseconds)
        json.member("T", market.updatedAt.milliseconds)
        json.member("s", market.instrument.symbol)
        json.member("U", ids.first)
        json.member("u", ids.last)
        json.member("pu", ids.previous)
        writeLevels("b", bids, market.instrument, &json)
        writeLevels("a", asks, market.instrument, &json)
        configuration.dialect.mark(&json)
        json.endObject()
        return json.bytes
    }

    // MARK: Tape

    private mutating func flushAggregates(_ index: Int, _ market: AsterMarket, into effects: inout [ServerEffect]) {
        let fresh = market.aggregates.elements.filter { $0.id > streams[index].lastAggregate }
        for trade in fresh {
            var json = JSONWriter()
            json.beginObject()
            json.member("e", "aggTrade")
            json.member("E", venueTime.milliseconds)
            json.member("a", trade.id)
            json.member("s", market.instrument.symbol)
            json.member("p", market.instrument.text(trade.price))
            json.member("q", market.instrument.text(trade.quantity))
            if configuration.dialect == .binanceFutures { json.member("nq", market.instrument.text(trade.quantity)) }
            json.member("f", trade.firstTrade.number)
            json.member("l", trade.lastTrade.number)
            json.member("T", trade.time.milliseconds)
            json.member("m", trade.aggressor == .sell)
            configuration.dialect.mark(&json)
            json.endObject()
            publish(streams[index].stream, json.bytes, into: &effects)
            streams[index].lastAggregate = trade.id
        }
    }

    /// The candle that just ended is told once more, closed.
    private mutating func flushCandles(
        _ index: Int, _ market: AsterMarket, _ interval: CandleInterval, into effects: inout [ServerEffect]
    ) {
        let open = interval.open(at: now)
        let last = streams[index].lastOpen
        if last != open, let closed = market.prices.candle(interval, openedAt: last) {
            let frame = candleFrame(closed, market, interval, isClosed: true)
            publish(streams[index].stream, frame, into: &effects)
        }
        streams[index].lastOpen = open
        guard let candle = market.prices.candle(interval, openedAt: open) else { return }
        let frame = candleFrame(candle, market, interval, isClosed: false)
        publish(streams[index].stream, frame, into: &effects)
    }

    private func candleFrame(
        _ candle: Candle, _ market: AsterMarket, _ interval: CandleInterval, isClosed: Bool
    ) -> [UInt8] {
        let instrument = market.instrument
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "kline")
        json.member("E", venueTime.milliseconds)
        json.member("s", instrument.symbol)
        json.key("k")
        json.beginObject()
        json.member("t", candle.openTime.milliseconds)
        json.member("T", interval.close(openedAt: candle.openTime).milliseconds - 1)
        json.member("s", instrument.symbol)
        json.member("i", interval.rawValue)
        json.member("f", candle.firstTrade)
        json.member("L", candle.lastTrade)
        json.member("o", candle.open.description)
        json.member("c", candle.close.description)
        json.member("h", candle.high.description)
        json.member("l", candle.low.description)
        json.member("v", instrument.text(candle.volume))
        json.member("n", candle.trades)
        json.member("x", isClosed)
        json.member("q", AsterText.value(candle.value, instrument))
        json.member("V", instrument.text(candle.takerBuyVolume))
        json.member("Q", AsterText.value(candle.takerBuyValue, instrument))
        json.member("B", "0")
        json.endObject()
        json.endObject()
        return json.bytes
    }

    // MARK: Mark price

    private func array(_ markets: [AsterMarket], isArray: Bool) -> [UInt8] {
        var json = JSONWriter()
        if isArray { json.beginArray() }
        for market in markets {
            let mark = mark(market)
            json.beginObject()
            json.member("e", "markPriceUpdate")
            json.member("E", venueTime.milliseconds)
            json.member("s", market.instrument.symbol)
            json.member("p", AsterText.eightDecimals(mark.price))
            json.member("P", AsterText.eightDecimals(mark.index))
            json.member("i", AsterText.eightDecimals(mark.index))
            json.member("r", mark.rate.description)
            json.member("T", mark.nextFunding.milliseconds)
            configuration.dialect.mark(&json)
            json.endObject()
        }
        if isArray { json.endArray() }
        return json.bytes
    }
}
