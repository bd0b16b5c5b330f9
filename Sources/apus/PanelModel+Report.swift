internal import MarketModel
internal import TerminalUI
internal import Wire

extension BotReport {
    /// The panel of `apus run`, filled from what the control API tells: the first market in detail.
    func panel(orders: [JSONValue], log: [String]) -> PanelModel {
        let markets = bot["markets"]?.elements ?? []
        let rows = profit["markets"]?.elements ?? []
        let first = markets.first ?? .null
        let firstRow = rows.first ?? .null
        let total = profit["total"] ?? .null
        var model = PanelModel(
            venue: bot.shown("venue"), symbol: first.shown("market"), phase: phase(first), phaseHealth: health(first),
            clock: String(uptime.drop { $0 == "," || $0 == " " }), position: position(first, firstRow),
            profit: profit(total), markouts: markouts(total),
            activity: activity(total),
            lights: lights(first), limits: bars, log: log.map(Self.logLine))
        model.bid = first["bid"]?.text.map { .init(price: $0, quantity: "") }
        model.ask = first["ask"]?.text.map { .init(price: $0, quantity: "") }
        let own = orders.filter { $0["market"] == first["market"] }
        model.bids = own.filter { $0["side"]?.text == Side.buy.rawValue }.map(Self.level)
        model.asks = own.filter { $0["side"]?.text == Side.sell.rawValue }.map(Self.level)
        if markets.count > 1 {
            model.markets = markets.map { market in
                let row = rows.first { $0["market"] == market["market"] } ?? .null
                let quotes = market["quotes"] ?? .null
                return PanelModel.Market(
                    symbol: market.shown("market"), health: health(market),
                    state: market["withheld"]?.text ?? market["absence"]?.text ?? "",
                    bid: market.shown("bid"), ask: market.shown("ask"), ownBid: quotes.shown("bid"),
                    ownAsk: quotes.shown("ask"), position: market.shown("position"), twoSided: share(row),
                    profit: profit(row), markouts: markouts(row))
            }
        }
        return model
    }

    private func phase(_ market: JSONValue) -> String { market["withheld"]?.text ?? market["absence"]?.text ?? state }

    private func health(_ market: JSONValue) -> PanelModel.Health {
        if bot["halted"]?.text != nil { return .bad }
        return market["withheld"]?.text == nil && bot["state"]?.text == "running" ? .good : .warning
    }

    private func position(_ market: JSONValue, _ row: JSONValue) -> PanelModel.Position {
        .init(
            lots: market.shown("position"), value: money(market, "position_value", 2),
            entry: market.shown("average_entry"), unrealized: money(row, "unrealized", 4))
    }

    private func profit(_ row: JSONValue) -> PanelModel.Profit {
        .init(
            spread: money(row, "spread", 4), inventory: money(row, "inventory", 4), fees: money(row, "fees", 4),
            funding: money(row, "funding", 4), net: money(row, "net", 4), equity: money(bot, "wallet", 2))
    }

    private func activity(_ total: JSONValue) -> PanelModel.Activity {
        let fills = total["fills"]?.integer ?? 0
        let maker = total["maker_fills"]?.integer ?? 0
        return .init(
            fills: "\(fills)", volume: money(total, "volume", 2),
            makerShare: fills > 0 ? "\(maker * 100 / fills) %" : "-", orderToTrade: total.shown("order_to_trade"),
            orderRate: "-", weightUsed: "-", twoSided: share(total), markout: markouts(total).dropFirst().first ?? "-")
    }

    private func markouts(_ row: JSONValue) -> [String] {
        (row["markouts"]?.elements ?? []).map { markout in
            let gains = ["buy_gain", "sell_gain"].compactMap { markout[$0]?.text.flatMap { Cash($0) } }
            let count = (markout["buys"]?.integer ?? 0) + (markout["sells"]?.integer ?? 0)
            return count > 0 ? gains.reduce(Cash.zero) { $0 + $1 }.text(decimals: 4) : "-"
        }
    }

    private func share(_ row: JSONValue) -> String {
        row["uptime"]?["two_sided_permille"]?.integer.map { "\($0 / 10) %" } ?? "-"
    }

    private func lights(_ market: JSONValue) -> [PanelModel.Light] {
        func light(_ name: String, _ isWell: Bool?, _ well: String, _ ill: String) -> PanelModel.Light {
            .init(name, isWell.map { $0 ? well : ill } ?? "-", isWell.map { $0 ? .good : .bad } ?? .unknown)
        }
        let unresolved = bot["unresolved_orders"]?.integer ?? 0
        return [
            light("market data", market["bid"]?.text != nil, "fresh", "none"),
            light("private stream", bot["private_stream_up"]?.boolean, "up", "down"),
            light("switch", market["dead_mans_switch_armed"]?.boolean, "armed", "off"),
            light("breaker", bot["breaker_open"]?.boolean.map { !$0 }, "closed", "open"),
            .init("unresolved", "\(unresolved)", unresolved == 0 ? .good : .warning),
        ]
    }

    private var bars: [PanelModel.Bar] {
        let isAlone = bot["markets"]?.elements?.count == 1
        return (limits["limits"]?.elements ?? []).compactMap { limit in
            // A floor is used in the other direction.
            guard let used = limit["used"]?.text.flatMap({ Cash($0) }),
                let value = limit["value"]?.text.flatMap({ Cash($0) }),
                value > .zero, limit["name"]?.text != "min_balance_usd"
            else { return nil }
            let isCount = limit["unit"]?.text == "count"
            let place = limit["market"]?.text.flatMap { isAlone ? nil : "\($0) " } ?? ""
            return .init(
                place + Self.barName(limit.shown("name")),
                "\(used.text(decimals: isCount ? 0 : 2))/\(value.text(decimals: isCount ? 0 : 2))",
                permille: Int(clamping: used.units * 1_000 / value.units))
        }
    }

    /// What the panel of `apus run` calls a limit.
    private static func barName(_ name: String) -> String {
        switch name {
        case "max_position_usd": "market"
        case "max_exposure_usd": "account"
        case "max_net_exposure_usd": "net"
        case "max_daily_loss_usd": "day's loss"
        case "max_drawdown_usd": "drawdown"
        case "max_open_orders": "orders"
        default: name
        }
    }

    private func money(_ row: JSONValue, _ name: String, _ decimals: Int) -> String {
        row[name]?.text.flatMap { Cash($0) }?.text(decimals: decimals) ?? "-"
    }

    private static func level(_ order: JSONValue) -> PanelModel.Level {
        .init(price: order.shown("price"), quantity: order.shown("remaining"), note: order.shown("state"))
    }

    private static func logLine(_ line: String) -> PanelModel.LogLine {
        .init(line, line.contains(" ERROR ") ? .bad : line.contains(" WARNING ") ? .warning : .good)
    }
}
