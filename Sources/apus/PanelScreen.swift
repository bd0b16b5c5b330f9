internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import Runtime
internal import SystemIO
internal import TerminalUI
internal import TradingEngine

/// The live panel on the terminal: frames of a run, as text and numbers that people read.
final class PanelScreen {
    private let configuration: BotConfiguration
    private let log: Log
    private var diff = PanelDiff()
    private var lastSize = (columns: 0, rows: 0)
    private var placedBefore = 0
    private var rate = "-"
    private var rateSince = Instant.distantPast

    init(_ configuration: BotConfiguration, _ log: Log) {
        self.configuration = configuration
        self.log = log
    }

    func enter() { Console.out(PanelDiff.enter, terminator: "") }
    func leave() { Console.out(PanelDiff.leave, terminator: "") }

    func show(_ frame: LiveRunner.Frame) {
        let size = terminalSize(1) ?? (columns: 80, rows: 24)
        if size != lastSize {
            diff.invalidate()
            lastSize = size
        }
        let lines = Panel.render(
            model(frame), width: size.columns, height: size.rows, colour: Console.style.isEnabled)
        Console.out(diff.update(to: lines), terminator: "")
    }

    private func model(_ frame: LiveRunner.Frame) -> PanelModel {
        let clock = "up \(frame.uptime.nanoseconds / 1_000_000_000) s"
        let none = PanelModel.Position(lots: "-", value: "-", entry: "-", unrealized: "-")
        guard let status = frame.status, let market = status.markets.first else {
            return PanelModel(
                venue: configuration.venue.rawValue, symbol: configuration.symbol, phase: "starting", clock: clock,
                position: none,
                profit: .init(spread: "-", inventory: "-", fees: "-", funding: "-", net: "-", equity: "-"),
                activity: .init(
                    fills: "-", volume: "-", makerShare: "-", orderToTrade: "-", orderRate: "-", weightUsed: "-"),
                log: logLines)
        }
        let instrument = market.instrument
        var model = PanelModel(
            venue: configuration.venue.rawValue, symbol: configuration.symbol, phase: phase(status, market),
            phaseHealth: phaseHealth(status, market), clock: clock, position: position(market),
            profit: profit(status, market), activity: activity(market, at: frame.now),
            lights: lights(status, market), limits: limits(status, market), log: logLines)
        if let touch = market.touch {
            model.bid = level(touch.bid, instrument)
            model.ask = level(touch.ask, instrument)
            model.mid = ExactDecimal(
                mantissa: Int128(touch.mid.count) * instrument.tickSize.mantissa * 5, scale: instrument.tickSize.scale + 1
            ).description
            model.spread = "\(touch.spreadTicks) ticks"
        }
        model.bids = orders(market, .buy, at: frame.now)
        model.asks = orders(market, .sell, at: frame.now)
        return model
    }

    private var logLines: [PanelModel.LogLine] {
        log.recentLines.suffix(50).map { line in
            let health: PanelModel.Health =
                line.contains(" ERROR ") ? .bad : line.contains(" WARNING ") ? .warning : .good
            return PanelModel.LogLine(line, health)
        }
    }

    private func phase(_ status: EngineStatus, _ market: MarketStatus) -> String {
        if let reason = status.haltReason { return "halted: \(reason)" }
        if let reason = market.withheld { return "\(status.phase.rawValue): \(reason.text)" }
        return status.phase.rawValue
    }

    private func phaseHealth(_ status: EngineStatus, _ market: MarketStatus) -> PanelModel.Health {
        if status.haltReason != nil { return .bad }
        return market.withheld == nil && status.phase == .quoting ? .good : .warning
    }

    private func level(_ level: BookLevel, _ instrument: Instrument) -> PanelModel.Level {
        .init(price: instrument.text(level.price), quantity: instrument.text(level.quantity))
    }

    private func orders(_ market: MarketStatus, _ side: Side, at now: Instant) -> [PanelModel.Level] {
        market.orders.filter { $0.side == side }.map { order in
            let age = (now - order.placedAt).nanoseconds / 1_000_000_000
            return .init(
                price: order.price.map(market.instrument.text) ?? "market",
                quantity: market.instrument.text(order.remaining), note: "\(age)s \(order.state.rawValue)")
        }
    }

    private func position(_ market: MarketStatus) -> PanelModel.Position {
        .init(
            lots: "\(market.instrument.text(market.position)) \(market.instrument.baseAsset)",
            value: market.positionValue.text(decimals: 2), entry: market.averageEntry?.description ?? "-",
            unrealized: market.unrealized.text(decimals: 4))
    }

    private func profit(_ status: EngineStatus, _ market: MarketStatus) -> PanelModel.Profit {
        .init(
            spread: market.spreadCapture.text(decimals: 4), inventory: market.inventory.text(decimals: 4),
            fees: (-market.fees).text(decimals: 4), funding: market.funding.text(decimals: 4),
            net: market.equityChange.text(decimals: 4), equity: status.wallet?.text(decimals: 2) ?? "-")
    }

    private func activity(_ market: MarketStatus, at now: Instant) -> PanelModel.Activity {
        let messages = market.counts.placed + market.counts.amended + market.counts.canceled
        if now - rateSince >= .seconds(1) {
            rate = "\(max(0, messages - placedBefore))/s"
            placedBefore = messages
            rateSince = now
        }
        return .init(
            fills: "\(market.fills)", volume: market.volume.text(decimals: 2),
            makerShare: market.fills > 0 ? "\(market.makerFills * 100 / market.fills) %" : "-",
            orderToTrade: market.fills > 0 ? "\(messages / market.fills)" : "-", orderRate: rate, weightUsed: "-")
    }

    private func lights(_ status: EngineStatus, _ market: MarketStatus) -> [PanelModel.Light] {
        let age = market.bookAge.milliseconds
        return [
            .init("market data", age > 86_400_000 ? "none" : "\(age) ms", age < 1_000 ? .good : age < 3_000 ? .warning : .bad),
            .init(
                "private stream", status.isPrivateStreamUp ? "up" : "down", status.isPrivateStreamUp ? .good : .bad),
            .init(
                "dead man's switch", market.isSwitchArmed.map { $0 ? "armed" : "off" } ?? "-",
                market.isSwitchArmed.map { $0 ? .good : .bad } ?? .unknown),
            .init("breaker", status.isBreakerOpen ? "open" : "closed", status.isBreakerOpen ? .bad : .good),
            .init("unresolved", "\(status.unresolved)", status.unresolved == 0 ? .good : .warning),
        ]
    }

    private func limits(_ status: EngineStatus, _ market: MarketStatus) -> [PanelModel.Bar] {
        [
            bar("market exposure", market.exposure, market.exposureLimit),
            bar("account exposure", status.exposure, status.exposureLimit),
        ]
    }

    private func bar(_ name: String, _ used: Cash, _ limit: Cash) -> PanelModel.Bar {
        let permille = limit > .zero ? Int(clamping: used.units * 1_000 / limit.units) : 0
        return .init(name, "\(used.text(decimals: 2))/\(limit.text(decimals: 2))", permille: permille)
    }
}
