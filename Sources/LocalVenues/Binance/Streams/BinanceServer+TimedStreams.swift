internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    /// Sends the frames whose beat has come.
    mutating func flushStreams(into effects: inout [ServerEffect]) {
        for index in streams.indices where streams[index].dueAt <= now {
            let stream = streams[index].stream
            streams[index].dueAt = .distantFuture
            switch stream {
            case .depth(let market, _): flushDepth(index, markets[market.index], into: &effects)
            case .top(let market, let levels, _):
                publish(stream, topFrame(markets[market.index], levels), into: &effects)
            case .candles(let market, let interval):
                flushCandles(index, markets[market.index], interval, into: &effects)
                streams[index].touch(at: now)
            case .miniTicker(let market), .ticker(let market):
                publishTickers(stream, [markets[market.index]], isArray: false, into: &effects)
            case .allMiniTickers: publishTickers(stream, markets, isArray: true, into: &effects)
            case .averagePrice(let market): publishAverage(stream, markets[market.index], into: &effects)
            case .aggregateTrades, .trades, .touch: break
            }
        }
    }

    // MARK: Book

    private mutating func flushDepth(_ index: Int, _ market: BinanceMarket, into effects: inout [ServerEffect]) {
        guard !streams[index].depth.isEmpty else { return }
        let buffer = streams[index].depth
        let (bids, asks) = streams[index].depth.drain()
        let label = market.lowerSymbol + "@depth"
        if strikes(.depthGap, label) { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "depthUpdate")
        json.member("E", venueTime.milliseconds)
        json.member("s", market.instrument.symbol)
        json.member("U", buffer.firstID)
        json.member("u", buffer.lastID)
        writeLevels("b", bids, market.instrument, &json)
        writeLevels("a", asks, market.instrument, &json)
        json.endObject()
        publish(streams[index].stream, json.bytes, into: &effects)
        if strikes(.depthDuplicated, label) { publish(streams[index].stream, json.bytes, into: &effects) }
    }

    private func topFrame(_ market: BinanceMarket, _ levels: Int) -> [UInt8] {
        let book = exchange.book(market.id, depth: levels)
        var json = JSONWriter()
        json.beginObject()
        json.member("lastUpdateId", market.updateID)
        writeLevels("bids", book.bids, market.instrument, &json)
        writeLevels("asks", book.asks, market.instrument, &json)
        json.endObject()
        return json.bytes
    }

    // MARK: Candles

    /// The candle that just ended is told once more, closed.
    private mutating func flushCandles(
        _ index: Int, _ market: BinanceMarket, _ interval: CandleInterval, into effects: inout [ServerEffect]
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
        _ candle: Candle, _ market: BinanceMarket, _ interval: CandleInterval, isClosed: Bool
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
        json.member("o", AsterText.eightDecimals(candle.open))
        json.member("c", AsterText.eightDecimals(candle.close))
        json.member("h", AsterText.eightDecimals(candle.high))
        json.member("l", AsterText.eightDecimals(candle.low))
        json.member("v", BinanceText.quantity(candle.volume, instrument))
        json.member("n", candle.trades)
        json.member("x", isClosed)
        json.member("q", BinanceText.amount(candle.value))
        json.member("V", BinanceText.quantity(candle.takerBuyVolume, instrument))
        json.member("Q", BinanceText.amount(candle.takerBuyValue))
        json.member("B", "0")
        json.endObject()
        json.endObject()
        return json.bytes
    }

    // MARK: Tickers

    /// Statistics of the last 24 hours; markets that never traded are left out.
    private mutating func publishTickers(
        _ stream: BinanceStream, _ markets: [BinanceMarket], isArray: Bool, into effects: inout [ServerEffect]
    ) {
        let isFull = if case .ticker = stream { true } else { false }
        var json = JSONWriter()
        if isArray { json.beginArray() }
        var count = 0
        for market in markets {
            guard let statistics = statistics(market, since: now - .hours(24)) else { continue }
            count += 1
            json.beginObject()
            json.member("e", isFull ? "24hrTicker" : "24hrMiniTicker")
            json.member("E", venueTime.milliseconds)
            json.member("s", market.instrument.symbol)
            if isFull { writeFull(statistics, market, &json) } else { writeMini(statistics, &json) }
            json.endObject()
        }
        if isArray { json.endArray() }
        if count > 0 { publish(stream, json.bytes, into: &effects) }
    }

    private func writeMini(_ statistics: BinanceStatistics, _ json: inout JSONWriter) {
        json.member("c", AsterText.eightDecimals(statistics.span.close))
        json.member("o", AsterText.eightDecimals(statistics.span.open))
        json.member("h", AsterText.eightDecimals(statistics.span.high))
        json.member("l", AsterText.eightDecimals(statistics.span.low))
        json.member("v", BinanceText.quantity(statistics.span.volume, statistics.instrument))
        json.member("q", BinanceText.amount(statistics.span.value))
    }

    private func writeFull(_ statistics: BinanceStatistics, _ market: BinanceMarket, _ json: inout JSONWriter) {
        let (span, instrument) = (statistics.span, statistics.instrument)
        let book = exchange.book(market.id, depth: 1)
        json.member("p", statistics.change)
        json.member("P", statistics.changePercent)
        json.member("w", average(span, instrument))
        json.member("x", AsterText.eightDecimals(span.open))
        json.member("c", AsterText.eightDecimals(span.close))
        json.member("Q", BinanceText.quantity(statistics.lastQuantity, instrument))
        json.member("b", BinanceText.price(book.bids.first?.price, instrument))
        json.member("B", BinanceText.quantity(book.bids.first?.quantity ?? .zero, instrument))
        json.member("a", BinanceText.price(book.asks.first?.price, instrument))
        json.member("A", BinanceText.quantity(book.asks.first?.quantity ?? .zero, instrument))
        json.member("o", AsterText.eightDecimals(span.open))
        json.member("h", AsterText.eightDecimals(span.high))
        json.member("l", AsterText.eightDecimals(span.low))
        json.member("v", BinanceText.quantity(span.volume, instrument))
        json.member("q", BinanceText.amount(span.value))
        json.member("O", statistics.openTime.milliseconds)
        json.member("C", statistics.closeTime.milliseconds)
        json.member("F", span.firstTrade)
        json.member("L", span.lastTrade)
        json.member("n", span.trades)
    }

    private mutating func publishAverage(
        _ stream: BinanceStream, _ market: BinanceMarket, into effects: inout [ServerEffect]
    ) {
        guard let recent = market.prices.since(now - .minutes(5)) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "avgPrice")
        json.member("E", venueTime.milliseconds)
        json.member("s", market.instrument.symbol)
        json.member("i", "5m")
        json.member("w", average(recent, market.instrument))
        json.member("T", (exchange.trades(market.id).last?.venueTime ?? now).milliseconds)
        json.endObject()
        publish(stream, json.bytes, into: &effects)
    }
}
