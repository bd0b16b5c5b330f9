internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import Runtime
internal import TerminalUI
internal import TradingEngine
internal import VenueKit

extension PanelText {
    func lights(
        _ frame: BotFrame, _ status: EngineStatus, _ configuration: BotConfiguration
    ) -> [PanelModel.Light] {
        let health = frame.health
        var lights: [PanelModel.Light] = [
            marketData(status, configuration),
            .init(
                "private stream", status.isPrivateStreamUp ? "up \(SpanText.age(health.privateStreamAge))" : "down",
                status.isPrivateStreamUp ? .good : .bad),
        ]
        switch configuration.venue {
        case .aster:
            lights.append(
                .init(
                    "listen key", health.listenKeyAge.map { SpanText.age($0) } ?? "none",
                    health.listenKeyAge.map { $0 < .minutes(50) ? .good : .bad } ?? .warning))
        case .extended, .binance, .ace, .bitoPro, .max: break
        }
        lights += [
            deadMansSwitch(status),
            .init("breaker", status.isBreakerOpen ? "open" : "closed", status.isBreakerOpen ? .bad : .good),
            .init("unresolved", "\(status.unresolved)", status.unresolved == 0 ? .good : .warning),
        ]
        if let median = health.medianRoundTrip, let slow = health.slowRoundTrip {
            let limit = configuration.accountLimits.maxRoundTrip
            lights.append(
                .init(
                    "round trip", "\(SpanText.milliseconds(median)), p99 \(SpanText.milliseconds(slow))",
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

    /// The oldest book of all markets, against its own limit.
    private func marketData(_ status: EngineStatus, _ configuration: BotConfiguration) -> PanelModel.Light {
        let ages = zip(status.markets, configuration.markets).map { (age: $0.bookAge, stale: $1.limits.staleAfter) }
        guard let oldest = ages.max(by: { $0.age < $1.age }) else { return .init("market data", "none", .bad) }
        let isWell = ages.allSatisfy { $0.age < $0.stale / 3 }
        let isUsable = ages.allSatisfy { $0.age < $0.stale }
        return .init(
            "market data", oldest.age > .hours(24) ? "none" : "\(oldest.age.milliseconds) ms",
            isWell ? .good : isUsable ? .warning : .bad)
    }

    private func deadMansSwitch(_ status: EngineStatus) -> PanelModel.Light {
        let known = status.markets.compactMap(\.isSwitchArmed)
        let isArmed = known.allSatisfy { $0 }
        guard !known.isEmpty else { return .init("switch", "-", .unknown) }
        return .init("switch", isArmed ? "armed" : "off", isArmed ? .good : .bad)
    }

    func limits(
        _ status: EngineStatus, _ market: MarketStatus, _ configuration: BotConfiguration
    ) -> [PanelModel.Bar] {
        let account = configuration.accountLimits
        var bars = [
            bar(status.markets.count > 1 ? market.instrument.symbol : "market", market.exposure, market.exposureLimit),
            bar("account", status.exposure, status.exposureLimit),
        ]
        if let limit = status.netLimit {
            bars.append(bar("net", max(status.netLong.magnitude, status.netShort.magnitude), limit))
        }
        bars += [
            bar("day's loss", status.dailyLoss, account.maxDailyLoss),
            bar("drawdown", status.drawdown, account.maxDrawdown),
            bar("orders", market.orders.count, configuration.markets[market.market.index].limits.maxOpenOrders),
        ]
        return bars
    }

    private func bar(_ name: String, _ used: Int, _ limit: Int) -> PanelModel.Bar {
        .init(name, "\(used)/\(limit)", permille: limit > 0 ? used * 1_000 / limit : 0)
    }

    private func bar(_ name: String, _ used: Cash, _ limit: Cash) -> PanelModel.Bar {
        let permille = limit > .zero ? Int(clamping: used.units * 1_000 / limit.units) : 0
        let exact = "\(used.text(decimals: 2))/\(limit.text(decimals: 2))"
        // A bar's text has room for twelve characters.
        let text = exact.count > 12 ? "\(used.text(decimals: 0))/\(limit.text(decimals: 0))" : exact
        return .init(name, text, permille: permille)
    }
}

/// Spans as a panel has room for them.
enum SpanText {
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
