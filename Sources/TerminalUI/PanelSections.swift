/// The parts of the panel and what stands in them.
struct PanelSections {
    let model: PanelModel
    /// Not everything fits: lights and limits are sorted, the worst first.
    var isTight = false

    func header(_ width: Int) -> StyledText {
        let subject = isMany ? "\(model.markets.count) markets" : model.symbol
        var line = StyledText(width < 60 ? " \(subject)  " : " apus  \(model.venue) \(subject)  ", .header)
        line.append(" \(model.phase) ", model.phaseHealth == .good ? .header : PanelStyle(model.phaseHealth))
        let clock = DisplayWidth.safe(" \(model.clock) ")
        let room = width - DisplayWidth.of(clock)
        guard room >= 20 else { return line.fitted(width, fill: .header) }
        var result = line.fitted(room, fill: .header)
        result.append(clock, .header)
        return result
    }

    /// Whether tables of markets stand above, which hold what the single market's sections would repeat.
    private var isMany: Bool { model.markets.count > 1 }

    func columns(_ width: Int) -> [[PanelRow]] {
        switch (width >= 110, isMany) {
        case (true, false): [market + quotes, position + profit + activity, health + limits]
        case (false, false): [market + quotes + position + limits, profit + health + activity]
        case (true, true): [market + quotes + position, [.title("account"), money] + limits, health + activity]
        case (false, true) where isTight: [detail + limits, health + activity]
        case (false, true): [market + quotes + position + limits, [.title("account"), money] + health + activity]
        }
    }

    /// The market in detail in the least room.
    private var detail: [PanelRow] {
        [.title(model.symbol)]
            + model.asks.prefix(1).map { .line(own("sell", $0)) } + model.bids.prefix(1).map { .line(own("buy", $0)) }
            + spark + [money]
    }

    private var spark: [PanelRow] { model.inventory.isEmpty ? [] : [.spark("inventory", model.inventory)] }

    // MARK: Sections

    private var market: [PanelRow] {
        [
            .title(isMany ? model.symbol : "market"), .line(touch("ask", model.ask)), .line(touch("bid", model.bid)),
            .pair(.init(name: "mid", text: model.mid), .init(name: "spread", text: model.spread)),
        ]
    }

    private var quotes: [PanelRow] {
        let asks = model.asks.reversed().map { PanelRow.line(own("sell", $0)) }
        let bids = model.bids.map { PanelRow.line(own("buy", $0)) }
        let none: [PanelRow] = asks.isEmpty && bids.isEmpty ? [.line(StyledText("none", .dim))] : []
        return [.title("our quotes")] + asks + bids + none
    }

    private var position: [PanelRow] {
        let position = model.position
        return [
            .title("position"),
            .pair(.init(name: "lots", text: position.lots), .init(name: "value", text: position.value)),
            .pair(
                .init(name: "entry", text: position.entry),
                .init(name: "unreal.", short: "open", text: position.unrealized, isSigned: true)),
        ] + spark
    }

    private var profit: [PanelRow] {
        let profit = model.profit
        return [
            .title("profit"),
            .pair(
                .init(name: "spread", text: profit.spread, isSigned: true),
                .init(name: "inventory", short: "inv.", text: profit.inventory, isSigned: true)),
            .pair(
                .init(name: "fees", text: profit.fees, isSigned: true),
                .init(name: "funding", short: "fund.", text: profit.funding, isSigned: true)),
        ]
            + (profit.hedging.map {
                [.pair(.init(name: "hedging", text: $0, isSigned: true), .init(name: "", text: ""))]
            } ?? []) + [money]
    }

    private var money: PanelRow {
        .pair(
            .init(name: "net", text: model.profit.net, isSigned: true), .init(name: "equity", text: model.profit.equity)
        )
    }

    private var activity: [PanelRow] {
        let activity = model.activity
        return [
            .title("activity"),
            .pair(.init(name: "fills", text: activity.fills), .init(name: "volume", text: activity.volume)),
            .pair(
                .init(name: "maker", text: activity.makerShare),
                .init(name: "ord/trade", short: "o/t", text: activity.orderToTrade)),
            .pair(.init(name: "orders", text: activity.orderRate), .init(name: "weight", text: activity.weightUsed)),
            .pair(
                .init(name: "quoted", text: activity.twoSided),
                .init(name: "5s later", short: "5s", text: activity.markout, isSigned: true)),
        ]
    }

    private var health: [PanelRow] {
        let worstFirst = [PanelModel.Health.bad, .warning, .unknown, .good].flatMap { health in
            model.lights.filter { $0.health == health }
        }
        guard isTight, isMany else {
            return [.title("health")] + (isTight ? worstFirst : model.lights).map { .line(light($0)) }
        }
        let (well, troubles) = (worstFirst.filter { $0.health == .good }, worstFirst.filter { $0.health != .good })
        return [.title("health")] + troubles.map { .line(light($0)) }
            + stride(from: 0, to: well.count, by: 2).map { .line(line(well: well[$0...].prefix(2))) }
    }

    private var limits: [PanelRow] {
        let fullestFirst = model.limits.sorted { $0.permille > $1.permille }
        return [.title("limits")] + (isTight ? fullestFirst : model.limits).map { .bar($0) }
    }

    /// What matters most, in order, for a small terminal.
    func compact(_ width: Int) -> [StyledText] {
        let troubles = model.lights.filter { $0.health != .good }.map(light)
        let asks = model.asks.reversed().map { own("sell", $0) }
        let position = PanelRow.pair(
            .init(name: "lots", text: model.position.lots), .init(name: "value", text: model.position.value))
        if isMany {
            let markets = PanelTables(model).compact(width)
            return [money.drawn(width)] + troubles + markets + model.log.suffix(8).reversed().map(logLine)
        }
        return [money.drawn(width)] + troubles + [
            position.drawn(width), touch("ask", model.ask), touch("bid", model.bid),
        ] + asks + model.bids.map { own("buy", $0) } + model.log.suffix(8).reversed().map(logLine)
    }

    /// The newest lines that fit, oldest first.
    func log(rows: Int) -> [StyledText] { model.log.suffix(max(0, rows)).map(logLine) }

    // MARK: Lines

    /// Lights that need no attention, side by side.
    private func line(well lights: some Collection<PanelModel.Light>) -> StyledText {
        var line = StyledText()
        for light in lights {
            let both = "\(light.name) \(light.text)"
            line.append("+ ", .good)
            line.append(DisplayWidth.pad(DisplayWidth.of(both) > 16 ? light.name : both, 17))
        }
        return line
    }

    private func logLine(_ line: PanelModel.LogLine) -> StyledText {
        switch line.health {
        case .good: StyledText(line.text)
        case .warning, .bad, .unknown: StyledText(line.text, PanelStyle(line.health))
        }
    }

    private func touch(_ name: String, _ level: PanelModel.Level?) -> StyledText {
        var line = StyledText(DisplayWidth.pad(name, 5), .dim)
        guard let level else {
            line.append("-", .dim)
            return line
        }
        line.append(DisplayWidth.padLeft(level.price, 10), name == "bid" ? .good : .bad)
        line.append(" × \(level.quantity)")
        return line
    }

    private func own(_ name: String, _ level: PanelModel.Level) -> StyledText {
        var line = StyledText(DisplayWidth.pad(name, 5), .dim)
        line.append(DisplayWidth.padLeft(level.price, 10), name == "buy" ? .good : .bad)
        line.append(" × \(level.quantity)")
        if !level.note.isEmpty { line.append("  \(level.note)", .dim) }
        return line
    }

    private func light(_ light: PanelModel.Light) -> StyledText {
        let mark =
            switch light.health {
            case .good: "+"
            case .warning: "!"
            case .bad: "x"
            case .unknown: "?"
            }
        var line = StyledText("\(mark) ", PanelStyle(light.health))
        line.append(DisplayWidth.pad(light.name, 15))
        line.append(light.text, light.health == .good ? .plain : PanelStyle(light.health))
        return line
    }
}
