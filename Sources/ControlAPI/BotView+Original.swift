internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import Quoting
internal import Runtime
internal import TradingEngine
internal import VenueKit
internal import Wire

/// The replies of the original percent-spread bot's API, member for member.
extension BotView {
    func writeStarted(into json: inout JSONWriter) {
        json.member("status", "started")
        writeConfiguration(into: &json)
    }

    func writeUpdated(into json: inout JSONWriter) {
        json.member("status", "updated")
        writeConfiguration(into: &json)
    }

    /// Prices are those of the first market; `/api/markets` tells of all.
    func writeStatus(into json: inout JSONWriter) {
        let market = isRunning ? markets.first : nil
        json.member("running", isRunning)
        writeConfiguration(into: &json)
        json.member("active_orders", orders.count)
        json.number("last_quote_price", market.flatMap(quotePrice))
        json.object("current_quotes") { json in
            let quotes = market?.quotes
            json.number("bid", quotes?.bid.flatMap { market?.instrument.decimal($0) })
            json.number("ask", quotes?.ask.flatMap { market?.instrument.decimal($0) })
        }
        json.array("order_ids", orders) { $0.string($1.order.id.text) }
    }

    /// The price between our quotes; without two of them, the market's mid.
    private func quotePrice(_ market: MarketStatus) -> ExactDecimal? {
        let quotes = market.quotes
        if let bid = quotes.bid, let ask = quotes.ask {
            return market.instrument.decimal(HalfTicks(count: bid.ticks + ask.ticks))
        }
        return market.touch.map { market.instrument.decimal($0.mid) }
    }

    /// The newest lines, oldest first.
    func writeLogs(limit: Int, into json: inout JSONWriter) {
        json.array("logs", bot.log.recentLines.suffix(limit)) { $0.string($1) }
    }

    /// How the market data arrive.
    func writeBroadcasterStats(into json: inout JSONWriter) {
        let ages = isRunning ? markets.flatMap { [$0.dataAge, $0.markAge].compactMap { $0 } } : []
        json.member("connected", isRunning && frame?.health.marketStreamAge != nil)
        json.number("connection_age_seconds", isRunning ? frame?.health.marketStreamAge?.seconds : nil)
        json.number("last_update_age_seconds", ages.min()?.seconds)
        json.array("markets", isRunning ? markets : []) { json, market in
            json.object { json in
                json.member("market", symbol(market.market))
                json.number("book_age_seconds", market.dataAge?.seconds)
                json.number("mark_age_seconds", market.markAge?.seconds)
                json.member("fresh", market.touch != nil)
            }
        }
        json.object("mark_prices") { json in
            for market in isRunning ? markets : [] {
                json.number(symbol(market.market), market.mark)
            }
        }
    }
}
