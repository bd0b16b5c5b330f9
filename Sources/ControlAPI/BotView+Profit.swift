internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import Runtime
internal import TradingEngine
internal import Wire

extension BotView {
    /// Per market, in its settlement asset, and in total, in the asset that is counted in; amounts are exact texts. The series is bounded: at most 600
    /// samples of each market, evenly spaced over the session.
    func writeProfit(withSeries: Bool, into json: inout JSONWriter) {
        json.object("total") { json in
            write(ProfitParts(status), status?.totals ?? EngineTotals(), into: &json)
            if let status, status.hasConversion { json.member("counted_in", status.countingAsset) }
            json.optional("ledger_difference", ledgerDifference?.description)
        }
        json.array("markets", markets) { json, market in
            json.object { json in
                json.member("market", symbol(market.market))
                write(ProfitParts(market), EngineTotals(of: market), into: &json)
                json.member("realized", market.realized.description)
                json.member("unrealized", market.unrealized.description)
                json.member("position", market.instrument.text(market.position))
                if withSeries { writeInventory(of: market, into: &json) }
            }
        }
    }

    private func writeInventory(of market: MarketStatus, into json: inout JSONWriter) {
        json.array("inventory_series", market.inventorySeries) { json, sample in
            json.object { json in
                json.number("age_seconds", frame.map { ($0.now - sample.at).seconds })
                json.member("position", market.instrument.text(sample.position))
                json.member("mid", market.instrument.decimal(sample.mid).normalized.description)
            }
        }
    }

    /// The venue's wallet against ours; nil before both are known.
    private var ledgerDifference: Cash? {
        guard let own = status?.wallet, let reported = status?.reportedWallet else { return nil }
        return reported - own
    }

    private func write(_ parts: ProfitParts, _ totals: EngineTotals, into json: inout JSONWriter) {
        json.member("spread", parts.spread.description)
        json.member("inventory", parts.inventory.description)
        if let hedging = parts.hedging { json.member("hedging", hedging.description) }
        json.member("fees", parts.fees.description)
        json.member("funding", parts.funding.description)
        json.member("net", parts.net.description)
        json.member("equity_change", parts.equityChange.description)
        json.member("identity_residual", parts.residual.description)
        json.member("fills", totals.fills)
        json.member("maker_fills", totals.makerFills)
        json.member("volume", totals.volume.description)
        json.number("order_to_trade", totals.requestsPerFill)
        let uptime = totals.uptime
        json.object("uptime") { json in
            json.optional("bid_permille", permille(uptime.bid, of: uptime.observed))
            json.optional("ask_permille", permille(uptime.ask, of: uptime.observed))
            json.optional("two_sided_permille", permille(uptime.twoSided, of: uptime.observed))
        }
        json.array("markouts", totals.markouts) { json, markout in
            json.object { json in
                json.number("horizon_seconds", markout.horizon.seconds)
                json.member("buys", markout.buys)
                json.member("buy_gain", markout.buyGain.description)
                json.member("sells", markout.sells)
                json.member("sell_gain", markout.sellGain.description)
            }
        }
    }

    private func permille(_ part: TimeSpan, of whole: TimeSpan) -> Int64? {
        guard whole > .zero else { return nil }
        return Int64(Int128(part.nanoseconds) * 1_000 / Int128(whole.nanoseconds))
    }
}

/// One limit beside what is used of it.
struct LimitLine: Hashable, Sendable {
    var name: String
    /// Nil for the account.
    var market: String?
    var unit: String
    var value: String
    var used: String?
    var room: String?
    var state: State

    enum State: String, Hashable, Sendable, CaseIterable { case ok, near, reached, unmeasured }

    init(_ name: String, _ market: String?, unit: String, value: String) {
        (self.name, self.market, self.unit, self.value) = (name, market, unit, value)
        state = .unmeasured
    }

    init(_ name: String, _ market: String?, _ used: Cash?, of limit: Cash) {
        self.init(name, market, unit: "USD", value: limit.description)
        guard let used else { return }
        self.used = used.description
        room = (limit - used).description
        state = used >= limit ? .reached : used.units * 5 >= limit.units * 4 ? .near : .ok
    }

    init(_ name: String, _ market: String?, _ used: Int?, of limit: Int) {
        self.init(name, market, unit: "count", value: "\(limit)")
        guard let used else { return }
        self.used = "\(used)"
        room = "\(limit - used)"
        state = used >= limit ? .reached : used * 5 >= limit * 4 ? .near : .ok
    }

    /// A floor: used is what stands above nothing, room what stands above the limit.
    init(_ name: String, atLeast limit: Cash, found: Cash?) {
        self.init(name, nil, unit: "USD", value: limit.description)
        guard let found else { return }
        used = found.description
        room = (found - limit).description
        state = found < limit ? .reached : found.units * 4 < limit.units * 5 ? .near : .ok
    }

    func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.optional("market", market)
            json.member("unit", unit)
            json.member("value", value)
            json.optional("used", used)
            json.optional("room", room)
            json.member("state", state.rawValue)
        }
    }
}

extension BotView {
    /// Every limit of the configuration, by the name it has there. What is used is counted at the worst case: working,
    /// in flight and unresolved orders all filled.
    var limitLines: [LimitLine] {
        let account = configuration.accountLimits
        let live = isRunning ? status : nil
        var lines = [
            LimitLine("max_exposure_usd", nil, live?.exposure, of: account.maxExposure)
        ]
        if let limit = account.maxNetExposure {
            let used = live.map { max($0.netLong.magnitude, $0.netShort.magnitude) }
            lines.append(LimitLine("max_net_exposure_usd", nil, used, of: limit))
        }
        lines += [
            LimitLine("max_daily_loss_usd", nil, live?.dailyLoss, of: account.maxDailyLoss),
            LimitLine("max_drawdown_usd", nil, live?.drawdown, of: account.maxDrawdown),
            LimitLine("min_balance_usd", atLeast: account.minBalance, found: live?.wallet),
            LimitLine("max_messages", nil, unit: "count", value: "\(account.maxMessages)"),
        ]
        for (index, market) in configuration.markets.enumerated() {
            let found = live?.markets.first { $0.market.index == index }
            let limits = market.limits
            lines += [
                LimitLine("max_position_usd", market.symbol, found?.exposure, of: limits.maxPositionValue),
                LimitLine("max_open_orders", market.symbol, found?.orders.count, of: limits.maxOpenOrders),
                LimitLine(
                    "max_order_value_usd", market.symbol, unit: "USD", value: limits.maxOrderValue.description),
                LimitLine("price_collar", market.symbol, unit: "ratio", value: limits.priceCollar.description),
            ]
        }
        return lines
    }

    func writeLimits(into json: inout JSONWriter) {
        json.key("limits")
        json.beginArray()
        for line in limitLines { line.write(into: &json) }
        json.endArray()
    }
}
