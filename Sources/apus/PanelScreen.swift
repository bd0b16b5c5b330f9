internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Runtime
internal import SystemIO
internal import TerminalUI
internal import TradingEngine
internal import VenueKit

/// The live panel on the terminal: frames of a run, as text and numbers that people read.
final class PanelScreen {
    private let configuration: BotConfiguration
    private let log: Log
    private var diff = PanelDiff()
    private var lastSize = (columns: 0, rows: 0)
    /// Messages sent by the time of each frame of the last minute.
    private var messages: [(at: Instant, count: Int)] = []

    init(_ configuration: BotConfiguration, _ log: Log) {
        self.configuration = configuration
        self.log = log
    }

    func enter() { Console.out(PanelDiff.enter, terminator: "") }
    func leave() { Console.out(PanelDiff.leave, terminator: "") }

    func show(_ frame: BotFrame) {
        let size = terminalSize(1) ?? (columns: 80, rows: 24)
        if size != lastSize {
            diff.invalidate()
            lastSize = size
        }
        let lines = Panel.render(
            model(frame), width: size.columns, height: size.rows, colour: Console.style.isEnabled)
        Console.out(diff.update(to: lines), terminator: "")
    }

    private func model(_ frame: BotFrame) -> PanelModel {
        let clock = "up \(frame.uptime.nanoseconds / 1_000_000_000) s"
        let none = PanelModel.Position(lots: "-", value: "-", entry: "-", unrealized: "-")
        guard let status = frame.status, let market = status.markets.first else {
            return PanelModel(
                venue: configuration.venue.rawValue, symbol: configuration.markets[0].symbol, phase: "starting",
                clock: clock,
                position: none,
                profit: .init(spread: "-", inventory: "-", fees: "-", funding: "-", net: "-", equity: "-"),
                activity: .init(
                    fills: "-", volume: "-", makerShare: "-", orderToTrade: "-", orderRate: "-", weightUsed: "-"),
                log: logLines)
        }
        let instrument = market.instrument
        var model = PanelModel(
            venue: configuration.venue.rawValue, symbol: configuration.markets[0].symbol, phase: phase(status, market),
            phaseHealth: phaseHealth(status, market), clock: clock, position: position(market),
            profit: profit(status, market), activity: activity(frame, market),
            lights: lights(frame, status, market), limits: limits(status, market), log: logLines)
        if let touch = market.touch {
            model.bid = level(touch.bid, instrument)
            model.ask = level(touch.ask, instrument)
            model.mid =
                ExactDecimal(
                    mantissa: Int128(touch.mid.count) * instrument.tickSize.mantissa * 5,
                    scale: instrument.tickSize.scale + 1
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
            lots: market.instrument.text(market.position),
            value: market.positionValue.text(decimals: 2), entry: market.averageEntry?.normalized.description ?? "-",
            unrealized: market.unrealized.text(decimals: 4))
    }

    private func profit(_ status: EngineStatus, _ market: MarketStatus) -> PanelModel.Profit {
        .init(
            spread: market.spreadCapture.text(decimals: 4), inventory: market.inventory.text(decimals: 4),
            fees: (-market.fees).text(decimals: 4), funding: market.funding.text(decimals: 4),
            net: market.equityChange.text(decimals: 4),
            equity: status.wallet.map { ($0 + market.unrealized).text(decimals: 2) } ?? "-")
    }

    private func activity(_ frame: BotFrame, _ market: MarketStatus) -> PanelModel.Activity {
        let sent = market.counts.placed + market.counts.amended + market.counts.canceled
        messages.removeAll { frame.now - $0.at > .minutes(1) }
        messages.append((frame.now, sent))
        let lately = sent - (messages.first?.count ?? sent)
        let health = frame.health
        var activity = PanelModel.Activity(
            fills: "\(market.fills)", volume: market.volume.text(decimals: 2),
            makerShare: market.fills > 0 ? "\(market.makerFills * 100 / market.fills) %" : "-",
            orderToTrade: market.fills > 0 ? "\(sent / market.fills)" : "-", orderRate: "\(lately)/min",
            weightUsed: health.usedWeight.map { used in "\(used)/\(health.weightLimit.map(String.init) ?? "-")" } ?? "-"
        )
        if market.observedTime > .zero {
            activity.twoSided =
                "\(Int128(market.twoSidedTime.nanoseconds) * 100 / Int128(market.observedTime.nanoseconds)) %"
        }
        if let markout = market.markouts.dropFirst().first, markout.buys + markout.sells > 0 {
            activity.markout = (markout.buyGain + markout.sellGain).text(decimals: 4)
        }
        return activity
    }

    private func lights(_ frame: BotFrame, _ status: EngineStatus, _ market: MarketStatus) -> [PanelModel.Light] {
        let age = market.bookAge
        let stale = configuration.markets[0].limits.staleAfter
        let health = frame.health
        var lights: [PanelModel.Light] = [
            .init(
                "market data", age > .hours(24) ? "none" : "\(age.milliseconds) ms",
                age < stale / 3 ? .good : age < stale ? .warning : .bad),
            .init(
                "private stream", status.isPrivateStreamUp ? "up \(PanelText.age(health.privateStreamAge))" : "down",
                status.isPrivateStreamUp ? .good : .bad),
            .init(
                "listen key", health.listenKeyAge.map { PanelText.age($0) } ?? "none",
                health.listenKeyAge.map { $0 < .minutes(50) ? .good : .bad } ?? .warning),
            .init(
                "countdown", market.isSwitchArmed.map { $0 ? "armed" : "off" } ?? "-",
                market.isSwitchArmed.map { $0 ? .good : .bad } ?? .unknown),
            .init("breaker", status.isBreakerOpen ? "open" : "closed", status.isBreakerOpen ? .bad : .good),
            .init("unresolved", "\(status.unresolved)", status.unresolved == 0 ? .good : .warning),
        ]
        if let median = health.medianRoundTrip, let slow = health.slowRoundTrip {
            let limit = configuration.accountLimits.maxRoundTrip
            lights.append(
                .init(
                    "round trip", "\(PanelText.milliseconds(median)), p99 \(PanelText.milliseconds(slow))",
                    slow < limit / 2 ? .good : .warning))
        }
        if let offset = health.clockOffset {
            let distance = abs(offset.milliseconds)
            lights.append(
                .init("clock", "\(offset.milliseconds) ms", distance < 250 ? .good : distance < 1_000 ? .warning : .bad)
            )
        }
        return lights
    }

    private func limits(_ status: EngineStatus, _ market: MarketStatus) -> [PanelModel.Bar] {
        let account = configuration.accountLimits
        return [
            bar("market", market.exposure, market.exposureLimit),
            bar("account", status.exposure, status.exposureLimit),
            bar("day's loss", status.dailyLoss, account.maxDailyLoss),
            bar("drawdown", status.drawdown, account.maxDrawdown),
            bar("orders", market.orders.count, configuration.markets[0].limits.maxOpenOrders),
        ]
    }

    private func bar(_ name: String, _ used: Int, _ limit: Int) -> PanelModel.Bar {
        .init(name, "\(used)/\(limit)", permille: limit > 0 ? used * 1_000 / limit : 0)
    }

    private func bar(_ name: String, _ used: Cash, _ limit: Cash) -> PanelModel.Bar {
        let permille = limit > .zero ? Int(clamping: used.units * 1_000 / limit.units) : 0
        return .init(name, "\(used.text(decimals: 2))/\(limit.text(decimals: 2))", permille: permille)
    }
}

/// Spans as a panel has room for them.
enum PanelText {
    /// `12 s`, `7 min`, `3 h`; empty for none.
    static func age(_ span: TimeSpan?) -> String {
        guard let span else { return "" }
        let seconds = span.nanoseconds / 1_000_000_000
        return seconds < 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }

    static func milliseconds(_ span: TimeSpan) -> String {
        let tenths = span.nanoseconds / 100_000
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\(tenths / 10) ms"
    }
}
