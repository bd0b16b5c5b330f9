internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import Quoting
internal import Runtime
internal import TradingEngine
internal import VenueKit
internal import Wire

extension BotView {
    /// The bot as a whole, and each of its markets.
    func writeMarkets(into json: inout JSONWriter) {
        json.member("state", state.rawValue)
        json.optional("phase", isRunning ? frame?.phase.rawValue : nil)
        json.member("paused", isRunning && status?.isPaused == true)
        json.optional("halted", status?.haltReason)
        json.member("venue", configuration.venue.rawValue)
        json.member("template", configuration.template.rawValue)
        json.number("uptime_seconds", isRunning ? frame?.uptime.seconds : nil)
        json.optional("wallet", status?.wallet?.description)
        json.optional("venue_wallet", status?.reportedWallet?.description)
        json.member("unresolved_orders", status?.unresolved ?? 0)
        json.optional("resting_at_venue", frame?.restingAtVenue.map(Int64.init))
        json.member("private_stream_up", isRunning && status?.isPrivateStreamUp == true)
        json.member("breaker_open", isRunning && status?.isBreakerOpen == true)
        if let status { writeVenues(status, into: &json) }
        if let counts = status?.selfTrades, counts != SelfTradeCounts() {
            json.object("self_trades") { json in
                json.member("certain", counts.certain)
                json.member("suspected", counts.suspected)
                json.member("prevented", counts.prevented)
            }
        }
        let count = max(configuration.markets.count, markets.count)
        json.array("markets", Array(0..<count)) { json, index in
            let status = markets.first { $0.market.index == index }
            json.object { json in
                json.member("market", symbol(MarketID(index)))
                if let status { write(status, into: &json) } else { writeUnknown(into: &json) }
            }
        }
    }

    /// Only of bots that have more than one wallet on one venue.
    private func writeVenues(_ status: EngineStatus, into json: inout JSONWriter) {
        if status.venues.count > 1 {
            json.array("venues", status.venues) { json, venue in
                json.object { json in
                    json.member("venue", venue.name)
                    json.member("kind", venue.kind.rawValue)
                    json.member("ready", isRunning && venue.isReady)
                    json.member("private_stream_up", isRunning && venue.isPrivateStreamUp)
                    json.member("breaker_open", isRunning && venue.isBreakerOpen)
                }
            }
        }
        if !status.holdings.isEmpty {
            json.array("holdings", status.holdings) { json, holding in
                json.object { json in
                    json.member("venue", status.venues[holding.venue.index].name)
                    json.member("asset", holding.asset)
                    json.optional("held", holding.own?.description)
                    json.optional("held_at_venue", holding.reported?.description)
                    json.optional("value", holding.value?.description)
                }
            }
        }
        if status.hasConversion { json.member("counted_in", status.countingAsset) }
    }

    private func write(_ market: MarketStatus, into json: inout JSONWriter) {
        let rules = market.instrument
        json.optional("bid", market.touch.map { rules.text($0.bid.price) })
        json.optional("ask", market.touch.map { rules.text($0.ask.price) })
        json.number("data_age_seconds", market.dataAge?.seconds)
        json.optional("withheld", market.withheld?.text)
        json.optional("absence", market.absence)
        json.optional("mark", market.mark?.normalized.description)
        json.optional("price_source", market.priceSource?.rawValue)
        json.object("quotes") { json in
            json.optional("bid", isRunning ? market.quotes.bid.map(rules.text) : nil)
            json.optional("ask", isRunning ? market.quotes.ask.map(rules.text) : nil)
        }
        json.member("open_orders", isRunning ? market.orders.count : 0)
        json.member("position", rules.text(market.position))
        json.optional("venue_position", market.reportedPosition.map(rules.text))
        json.optional("average_entry", market.averageEntry?.normalized.description)
        json.member("position_value", market.positionValue.description)
        json.member("exposure", market.exposure.description)
        json.member("exposure_limit", market.exposureLimit.description)
        json.member("max_exposure", market.maxExposure.description)
        json.optional("dead_mans_switch_armed", isRunning ? market.isSwitchArmed : nil)
        if let hedge = market.hedge { write(hedge, into: &json) }
    }

    private func write(_ hedge: HedgeStatus, into json: inout JSONWriter) {
        json.object("hedge") { json in
            json.member("market", symbol(hedge.market))
            json.member("unhedged", hedge.unhedged.description)
            json.optional("since", hedge.since.map { Timestamp.text($0) })
            json.member("orders", hedge.sent)
            json.member("fills", hedge.fills)
            json.member("failed", hedge.failed)
            json.member("slippage", hedge.slippage.description)
        }
    }

    /// Before the first start nothing but the name is known.
    private func writeUnknown(into json: inout JSONWriter) {
        for name in ["bid", "ask", "data_age_seconds", "withheld", "absence", "mark", "price_source"] {
            json.key(name)
            json.null()
        }
        json.object("quotes") { json in
            json.optional("bid", nil as String?)
            json.optional("ask", nil as String?)
        }
        json.member("open_orders", 0)
        for name in [
            "position", "venue_position", "average_entry", "position_value", "exposure", "exposure_limit",
            "max_exposure", "dead_mans_switch_armed",
        ] {
            json.key(name)
            json.null()
        }
    }

    func writeOrders(market symbol: String?, into json: inout JSONWriter) {
        let chosen = orders.filter { symbol == nil || self.symbol($0.market.market) == symbol }
        json.array("orders", chosen) { json, entry in
            let (market, order) = entry
            json.object { json in
                json.member("id", order.id.text)
                json.member("market", self.symbol(market.market))
                json.member("side", order.side.rawValue)
                json.optional("price", order.price.map(market.instrument.text))
                json.member("remaining", market.instrument.text(order.remaining))
                json.member("filled", market.instrument.text(order.filled))
                json.member("state", order.state.rawValue)
                json.member("placed_at", Timestamp.text(order.placedAt))
            }
        }
    }

    /// The newest `limit` fills; with `after`, the first `limit` that follow that one.
    func writeFills(limit: Int, after: String?, into json: inout JSONWriter) {
        let all = bot.recentFills
        var chosen = all.suffix(limit)
        var isComplete = true
        if let after {
            let place = all.firstIndex { fillID($0) == after }
            isComplete = place != nil
            chosen = all[(place.map { $0 + 1 } ?? 0)...].prefix(limit)
        }
        json.array("fills", Array(chosen)) { json, booked in json.object { write(booked, into: &$0) } }
        json.optional("last_id", chosen.last.map(fillID) ?? after)
        json.member("complete", isComplete)
    }

    private func fillID(_ booked: BookedFill) -> String { "\(symbol(booked.fill.market)):\(booked.fill.trade)" }

    private func write(_ booked: BookedFill, into json: inout JSONWriter) {
        let fill = booked.fill
        let rules = instrument(fill.market)
        json.member("id", fillID(booked))
        json.member("market", symbol(fill.market))
        json.member("side", fill.side.rawValue)
        json.optional("price", rules?.text(fill.price))
        json.optional("quantity", rules?.text(fill.quantity))
        json.member("liquidity", fill.isMaker ? "maker" : "taker")
        json.member("fee", fill.commission.description)
        json.optional("order_id", fill.clientOrderID?.text)
        json.member("venue_order_id", fill.venueOrderID.description)
        json.optional("position_after", rules?.text(booked.position))
        json.optional("mid", rules?.decimal(booked.mid).normalized.description)
        json.member("realized", booked.realized.description)
        json.member("at", Timestamp.text(fill.venueTime))
    }
}
