internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension ExtendedServer {
    /// Tells what happened to those who listen. Prints of one market are told together.
    mutating func publishNotices(into effects: inout [ServerEffect]) {
        guard !notices.isEmpty else { return }
        let batch = notices
        notices.removeAll(keepingCapacity: true)
        var prints = [[(PublicTrade, Bool)]](repeating: [], count: markets.count)
        for notice in batch {
            switch notice {
            case .level(let market, let side, let level): feeds[market.index].note(side, level, at: now)
            case .print(let market, let trade, let isLiquidation): prints[market.index].append((trade, isLiquidation))
            case .mark(let market, let mark, let index): publishPrices(market, mark, index, into: &effects)
            case .funding(let market, let time, let rate): publishFunding(market, time, rate, into: &effects)
            case .order, .trade, .balance, .position, .positionClosed, .transfer:
                publishAccount(notice, into: &effects)
            }
        }
        for (index, trades) in prints.enumerated() where !trades.isEmpty {
            let market = MarketID(index)
            publish(self.trades(market, trades), .trades(market), into: &effects)
        }
    }

    // MARK: Frames

    func trades(_ market: MarketID, _ trades: [(PublicTrade, Bool)]) -> ExtendedFrame {
        frame("", "TRADES") { json in
            json.beginArray()
            for (trade, isLiquidation) in trades {
                write(trade, markets[market.index], isLiquidation: isLiquidation, &json)
            }
            json.endArray()
        }
    }

    private mutating func publishPrices(
        _ market: MarketID, _ mark: ExactDecimal, _ index: ExactDecimal, into effects: inout [ServerEffect]
    ) {
        for (source, price) in [(ExtendedTopic.Source.mark, mark), (.index, index)] {
            let type = source == .mark ? "MP" : "IP"
            let frame = frame(type, "PRICES." + type) { json in
                json.beginObject()
                json.member("m", markets[market.index].definition.name)
                json.member("p", price.normalized.description)
                // Marks come without a time of their own, as live.
                json.member("ts", source == .mark ? 0 : venueTime.milliseconds)
                json.endObject()
            }
            publish(frame, .prices(source, market), into: &effects)
        }
    }

    private mutating func publishFunding(
        _ market: MarketID, _ time: Instant, _ rate: Rate, into effects: inout [ServerEffect]
    ) {
        let frame = frame("", "FUNDING_RATES") { json in
            json.beginObject()
            json.member("m", markets[market.index].definition.name)
            json.member("T", time.milliseconds)
            json.member("f", ExtendedText.rate(rate))
            json.endObject()
        }
        publish(frame, .funding(market), into: &effects)
    }

    /// The whole book.
    func snapshot(_ market: MarketID) -> ExtendedFrame {
        let book = exchange.book(market, depth: .max)
        func changes(_ levels: [BookLevel]) -> [ExtendedBookFeed.Change] {
            levels.map { .init(price: $0.price, delta: $0.quantity.lots, quantity: $0.quantity.lots) }
        }
        return bookFrame("SNAPSHOT", market, changes(book.bids), changes(book.asks))
    }

    func bookFrame(
        _ type: String, _ market: MarketID, _ bids: [ExtendedBookFeed.Change], _ asks: [ExtendedBookFeed.Change]
    ) -> ExtendedFrame {
        let instrument = markets[market.index].instrument
        return frame(type, "ORDERBOOKS." + type) { json in
            json.beginObject()
            json.member("t", type)
            json.member("m", instrument.symbol)
            for (name, changes) in [("b", bids), ("a", asks)] {
                json.key(name)
                json.beginArray()
                for change in changes {
                    json.beginObject()
                    json.member("q", instrument.text(Quantity(lots: change.delta)))
                    json.member("p", instrument.text(change.price))
                    json.member("c", change.quantity == 0 ? "0" : instrument.text(Quantity(lots: change.quantity)))
                    json.endObject()
                }
                json.endArray()
            }
            json.member("d", "f")
            json.endObject()
        }
    }

    /// Best bid and ask.
    func best(_ market: MarketID) -> ExtendedFrame {
        let instrument = markets[market.index].instrument
        let book = exchange.book(market, depth: 1)
        return frame("SNAPSHOT", "ORDERBOOKS.SNAPSHOT") { json in
            json.beginObject()
            json.member("t", "SNAPSHOT")
            json.member("m", instrument.symbol)
            for (name, levels) in [("b", book.bids), ("a", book.asks)] {
                json.key(name)
                json.beginArray()
                for level in levels {
                    json.beginObject()
                    json.member("q", instrument.text(level.quantity))
                    json.member("p", instrument.text(level.price))
                    json.endObject()
                }
                json.endArray()
            }
            json.member("d", "1")
            json.endObject()
        }
    }

    func frame(_ type: String, _ rpcType: String, _ data: (inout JSONWriter) -> Void) -> ExtendedFrame {
        var json = JSONWriter()
        data(&json)
        return ExtendedFrame(type: type, rpcType: rpcType, data: json.bytes, time: venueTime)
    }
}
