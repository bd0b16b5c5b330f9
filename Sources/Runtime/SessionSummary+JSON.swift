internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import TradingEngine
internal import Wire

extension SessionSummary {
    /// One JSON object; amounts are exact decimal texts in the settlement asset. Where markets settle in several, each market's
    /// are in its own, and all others in the one named by `counted_in`.
    ///
    /// Members at the top level speak of all markets together; `position` only where there is one market, and the
    /// exposures of the market that came closest to its limit. `markets` and `total` say it all.
    public var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("venue", configuration.venue.rawValue)
        json.member("symbol", configuration.markets.map(\.symbol).joined(separator: ","))
        json.member("bot", configuration.template.rawValue)
        json.member("ending", endingText)
        json.member("duration_seconds", frame.uptime.nanoseconds / 1_000_000_000)
        if let status = frame.status { writeOverview(status, into: &json) }
        json.member("orders_open_after", Int64(ordersOpen))
        json.member("unresolved_after", Int64(frame.status?.unresolved ?? 0))
        json.optional("venue_ledger_difference", ledgerDifference?.description)
        if let status = frame.status { writeDetails(status, into: &json) }
        if !alerts.isEmpty {
            json.key("alerts")
            json.beginArray()
            for report in alerts {
                json.beginObject()
                report.write(into: &json)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func writeOverview(_ status: EngineStatus, into json: inout JSONWriter) {
        let total = TotalFigures(status)
        json.member("fills", Int64(total.fills))
        json.member("maker_fills", Int64(total.makerFills))
        json.member("volume", total.volume.description)
        if markets.count == 1, let market = markets.first {
            json.member("position", market.instrument.text(market.position))
        }
        json.key("pnl")
        writeProfit(total, into: &json)
        if status.hasConversion { json.member("counted_in", status.countingAsset) }
        json.member("equity_change", total.equityChange.description)
        if let wallet = status.wallet { json.member("wallet", wallet.description) }
        if let market = closestToLimit { writeExposure(market, into: &json) }
        writeCounts(total, into: &json)
        json.member("two_sided_permille", markets.map { $0.uptime.permille($0.uptime.twoSided) }.min() ?? 0)
        if let reason = status.haltReason { json.member("halted", reason) }
    }

    private var closestToLimit: MarketStatus? {
        markets.max { a, b in
            // a ÷ its limit < b ÷ its limit, without a division.
            a.maxExposure.units / 1_000_000 * (b.exposureLimit.units / 1_000_000)
                < b.maxExposure.units / 1_000_000 * (a.exposureLimit.units / 1_000_000)
        }
    }

    private func writeDetails(_ status: EngineStatus, into json: inout JSONWriter) {
        if let armed = isSwitchArmed { json.member("dead_mans_switch_armed", armed) }
        json.key("markets")
        json.beginArray()
        for market in markets { write(market, into: &json) }
        json.endArray()
        if !status.holdings.isEmpty { writeHoldings(status, into: &json) }
        json.key("total")
        json.beginObject()
        writeFigures(TotalFigures(status), into: &json)
        json.member("exposure_usd", status.exposure.description)
        json.member("exposure_limit_usd", status.exposureLimit.description)
        json.member("net_exposure_usd", max(status.netLong.magnitude, status.netShort.magnitude).description)
        json.optional("net_exposure_limit_usd", status.netLimit?.description)
        json.endObject()
    }

    private func writeHoldings(_ status: EngineStatus, into json: inout JSONWriter) {
        json.key("holdings")
        json.beginArray()
        for holding in status.holdings {
            json.beginObject()
            json.member("venue", status.venues[holding.venue.index].name)
            json.member("asset", holding.asset)
            json.optional("held", holding.own?.description)
            json.optional("held_at_venue", holding.reported?.description)
            json.optional("value", holding.value?.description)
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ market: MarketStatus, into json: inout JSONWriter) {
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("position", market.instrument.text(market.position))
        json.member("position_value", market.positionValue.description)
        json.optional("average_entry", market.averageEntry?.normalized.description)
        writeFigures(market, into: &json)
        writeExposure(market, into: &json)
        let uptime = market.uptime
        json.member("bid_permille", uptime.permille(uptime.bid))
        json.member("ask_permille", uptime.permille(uptime.ask))
        json.member("two_sided_permille", uptime.permille(uptime.twoSided))
        json.member("orders_open_after", Int64(market.orders.count))
        if let armed = market.isSwitchArmed { json.member("dead_mans_switch_armed", armed) }
        json.endObject()
    }

    private func writeFigures(_ figures: some SessionFigures, into json: inout JSONWriter) {
        json.member("fills", Int64(figures.fills))
        json.member("maker_fills", Int64(figures.makerFills))
        json.member("volume", figures.volume.description)
        json.member("realized", figures.realized.description)
        json.member("unrealized", figures.unrealized.description)
        json.key("pnl")
        writeProfit(figures, into: &json)
        json.member("equity_change", figures.equityChange.description)
        json.member("identity_residual", figures.identityResidual.description)
        json.key("markouts")
        json.beginArray()
        for markout in figures.outcomes {
            json.beginObject()
            json.member("seconds", markout.horizon.milliseconds / 1_000)
            json.member("fills", Int64(markout.fills))
            json.member("gain", markout.gain.description)
            json.endObject()
        }
        json.endArray()
        writeCounts(figures, into: &json)
        json.optional("order_to_trade", figures.requestsPerFill?.description)
    }

    private func writeProfit(_ figures: some SessionFigures, into json: inout JSONWriter) {
        json.beginObject()
        json.member("spread", figures.spreadCapture.description)
        json.member("inventory", figures.inventory.description)
        if frame.status?.hasHedge == true { json.member("hedging", figures.hedging.description) }
        json.member("fees", (-figures.fees).description)
        json.member("funding", figures.funding.description)
        json.member("net", figures.net.description)
        json.endObject()
    }

    private func writeExposure(_ market: MarketStatus, into json: inout JSONWriter) {
        json.member("max_abs_position_usd", market.countedMaxPosition.description)
        json.member("max_exposure_usd", market.maxExposure.description)
        json.member("limit_usd", market.exposureLimit.description)
    }

    private func writeCounts(_ figures: some SessionFigures, into json: inout JSONWriter) {
        json.member("orders_placed", Int64(figures.counts.placed))
        json.member("orders_amended", Int64(figures.counts.amended))
        json.member("orders_canceled", Int64(figures.counts.canceled))
        json.member("orders_rejected", Int64(figures.counts.rejected))
    }
}

extension JSONWriter {
    fileprivate mutating func optional(_ name: String, _ text: String?) {
        if let text { return member(name, text) }
        key(name)
        null()
    }
}
