internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueMAX
internal import Wire

extension MAXServer {
    /// The market that a request names.
    func market(_ parameters: MAXParameters) throws(MAXError) -> MarketID {
        try market(named: try parameters.required("market"))
    }

    func market(named name: String) throws(MAXError) -> MarketID {
        guard let market = configuration.markets.map(\.instrument.market).first(where: { symbol($0) == name }) else {
            throw .invalid("market")
        }
        return market
    }

    func optionalMarket(_ parameters: MAXParameters) throws(MAXError) -> MarketID? {
        parameters.text("market") == nil ? nil : try market(parameters)
    }

    func writeTimestamp(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("timestamp", venueTime.milliseconds / 1_000)
        json.endObject()
    }

    func writeMarkets(_ json: inout JSONWriter) {
        json.beginArray()
        for definition in configuration.markets {
            let instrument = definition.instrument
            json.beginObject()
            json.member("id", instrument.symbol.lowercased())
            json.member("status", "active")
            json.member("base_unit", instrument.baseAsset.lowercased())
            json.member("base_unit_precision", MAXText.precision(instrument.lotSize))
            json.key("min_base_amount")
            json.numeral(MAXText.number(instrument.decimal(instrument.quantityRange.lowerBound)))
            json.member("quote_unit", instrument.quoteAsset.lowercased())
            json.member("quote_unit_precision", MAXText.precision(instrument.tickSize))
            json.key("min_quote_amount")
            json.numeral(MAXText.number(instrument.minNotional.decimal))
            json.member("m_wallet_supported", false)
            json.endObject()
        }
        json.endArray()
    }

    /// Unless the client asks for prices in order, asks come worst first, as they were recorded.
    func writeDepth(_ parameters: MAXParameters, _ json: inout JSONWriter) throws(MAXError) {
        let market = try market(parameters)
        let limit = Int(try parameters.integer("limit", in: 1...300) ?? 300)
        let isSorted = try parameters.word("sort_by_price", of: ["true", "false"], standard: "false") == "true"
        let book = exchange.book(market, depth: limit)
        let feed = feeds[market.index]
        json.beginObject()
        json.member("timestamp", venueTime.milliseconds / 1_000)
        json.member("last_update_version", feed.version)
        json.member("last_update_id", feed.updateID)
        write("asks", isSorted ? book.asks : book.asks.reversed(), market, &json)
        write("bids", book.bids, market, &json)
        json.endObject()
    }

    func write(_ name: String, _ levels: [BookLevel], _ market: MarketID, _ json: inout JSONWriter) {
        let instrument = instrument(market)
        json.key(name)
        json.beginArray()
        for level in levels {
            json.beginArray()
            json.string(MAXText.amount(instrument.decimal(level.price)))
            json.string(MAXText.amount(instrument.decimal(level.quantity)))
            json.endArray()
        }
        json.endArray()
    }

    /// Newest first. The side is that of the order that rested.
    func writePublicTrades(_ parameters: MAXParameters, _ json: inout JSONWriter) throws(MAXError) {
        let market = try market(parameters)
        let limit = try parameters.limit()
        let until = try parameters.moment("timestamp") ?? .distantFuture
        let instrument = instrument(market)
        json.beginArray()
        for trade in exchange.trades(market).reversed().filter({ told($0.venueTime) <= until.milliseconds }).prefix(
            limit)
        {
            json.beginObject()
            json.member("id", trade.id.number)
            json.member("price", MAXText.amount(instrument.decimal(trade.price)))
            json.member("volume", MAXText.amount(instrument.decimal(trade.quantity)))
            json.member("funds", MAXText.amount(instrument.notional(trade.price, trade.quantity)))
            json.member("market", symbol(market))
            json.member("side", trade.aggressor.opposite.maxBookText)
            json.member("created_at", told(trade.venueTime))
            json.endObject()
        }
        json.endArray()
    }

    // MARK: Tickers

    func writeTickers(_ parameters: MAXParameters, _ json: inout JSONWriter) throws(MAXError) {
        let names = parameters.fields.filter { $0.name == "markets[]" }.map(\.value)
        guard !names.isEmpty else { throw .missing("markets") }
        var markets: [MarketID] = []
        for name in names { markets.append(try market(named: name)) }
        json.beginArray()
        for market in markets { writeTicker(market, &json) }
        json.endArray()
    }

    /// Over the prints that are kept, at most the last 1,000 of a day.
    func writeTicker(_ market: MarketID, _ json: inout JSONWriter) {
        let instrument = instrument(market)
        let touch = exchange.touch(market)
        let prints = exchange.trades(market).filter { $0.venueTime + .hours(24) > now }
        let quantity = prints.reduce(Quantity.zero) { $0 + $1.quantity }
        let value = prints.reduce(Cash.zero) { $0 + instrument.notional($1.price, $1.quantity) }
        func text(_ price: Price?) -> String { price.map { MAXText.amount(instrument.decimal($0)) } ?? "0.0" }
        func text(_ quantity: Quantity?) -> String { MAXText.amount(instrument.decimal(quantity ?? .zero)) }
        json.beginObject()
        json.member("market", symbol(market))
        json.member("at", venueTime.milliseconds / 1_000)
        json.member("buy", text(touch?.bid.price))
        json.member("buy_vol", text(touch?.bid.quantity))
        json.member("sell", text(touch?.ask.price))
        json.member("sell_vol", text(touch?.ask.quantity))
        json.member("open", text(prints.first?.price))
        json.member("low", text(prints.map(\.price).min()))
        json.member("high", text(prints.map(\.price).max()))
        json.member("last", text(exchange.lastPrice(market)))
        json.member("vol", text(quantity))
        json.member("vol_in_btc", instrument.baseAsset == "BTC" ? text(quantity) : "0.0")
        json.member("vol_in_quote", MAXText.amount(value))
        json.endObject()
    }
}
