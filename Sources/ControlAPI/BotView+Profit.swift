internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import TradingEngine
internal import Wire

extension BotView {
    /// Per market and in total; amounts are exact texts in the settlement asset.
    func writeProfit(into json: inout JSONWriter) {
        json.object("total") { json in
            write(markets, into: &json)
            json.optional("ledger_difference", ledgerDifference?.description)
        }
        json.array("markets", markets) { json, market in
            json.object { json in
                json.member("market", symbol(market.market))
                write([market], into: &json)
                json.member("realized", market.realized.description)
                json.member("unrealized", market.unrealized.description)
                json.member("position", market.instrument.text(market.position))
            }
        }
    }

    /// The venue's wallet against ours; nil before both are known.
    private var ledgerDifference: Cash? {
        guard let own = status?.wallet, let reported = status?.reportedWallet else { return nil }
        return reported - own
    }

    private func write(_ markets: [MarketStatus], into json: inout JSONWriter) {
        let parts = ProfitParts(markets)
        json.member("spread", parts.spread.description)
        json.member("inventory", parts.inventory.description)
        json.member("fees", parts.fees.description)
        json.member("funding", parts.funding.description)
        json.member("net", parts.net.description)
        json.member("equity_change", parts.equityChange.description)
        json.member("identity_residual", parts.residual.description)
        let fills = markets.reduce(0) { $0 + $1.fills }
        json.member("fills", fills)
        json.member("maker_fills", markets.reduce(0) { $0 + $1.makerFills })
        json.member("volume", markets.reduce(Cash.zero) { $0 + $1.volume }.description)
        let sent = markets.reduce(0) { $0 + $1.sent }
        json.number(
            "order_to_trade", fills > 0 ? ExactDecimal(mantissa: Int128(sent) * 100 / Int128(fills), scale: 2) : nil)
        writeMarkouts(markets, into: &json)
    }

    private func writeMarkouts(_ markets: [MarketStatus], into json: inout JSONWriter) {
        let horizons = markets.first?.markouts.map(\.horizon) ?? []
        json.array("markouts", Array(horizons.enumerated())) { json, entry in
            let rows = markets.map { $0.markouts[entry.offset] }
            json.object { json in
                json.number("horizon_seconds", entry.element.seconds)
                json.member("buys", rows.reduce(0) { $0 + $1.buys })
                json.member("buy_gain", rows.reduce(Cash.zero) { $0 + $1.buyGain }.description)
                json.member("sells", rows.reduce(0) { $0 + $1.sells })
                json.member("sell_gain", rows.reduce(Cash.zero) { $0 + $1.sellGain }.description)
            }
        }
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
            LimitLine("max_exposure_usd", nil, live?.exposure, of: account.maxExposure),
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
