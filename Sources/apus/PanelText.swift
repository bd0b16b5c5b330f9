internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Runtime
internal import TerminalUI
internal import TradingEngine
internal import VenueKit

/// Writes frames of a bot as the text and numbers of the panel.
struct PanelText {
    /// Messages sent by the time of each frame of the last minute.
    private var messages: [(at: Instant, count: Int)] = []

    mutating func model(_ host: BotHost) -> PanelModel {
        let configuration = host.configuration
        guard let frame = host.frame, let status = frame.status, let market = status.markets.first else {
            return waiting(host)
        }
        let instrument = market.instrument
        var model = PanelModel(
            venue: configuration.venue.rawValue, symbol: instrument.symbol, phase: phase(host.state, status),
            phaseHealth: phaseHealth(host.state, status), clock: Self.clock(frame.uptime), position: position(market),
            profit: profit(status), markouts: markouts(status.markets), activity: activity(frame, status),
            lights: lights(frame, status, configuration), limits: limits(status, market, configuration),
            log: logLines(host))
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
        model.inventory = market.inventorySeries.map(\.position.lots)
        if status.markets.count > 1 { model.markets = status.markets.map(line) }
        return model
    }

    /// Before the venue has told its rules.
    private func waiting(_ host: BotHost) -> PanelModel {
        PanelModel(
            venue: host.configuration.venue.rawValue, symbol: host.configuration.markets[0].symbol,
            phase: host.state.rawValue, clock: Self.clock(host.frame?.uptime ?? .zero),
            position: .init(lots: "-", value: "-", entry: "-", unrealized: "-"),
            profit: .init(spread: "-", inventory: "-", fees: "-", funding: "-", net: "-", equity: "-"),
            activity: .init(
                fills: "-", volume: "-", makerShare: "-", orderToTrade: "-", orderRate: "-", weightUsed: "-"),
            log: logLines(host))
    }

    private static func clock(_ uptime: TimeSpan) -> String { "up \(uptime.nanoseconds / 1_000_000_000) s" }

    private func logLines(_ host: BotHost) -> [PanelModel.LogLine] {
        host.log.recentLines.suffix(50).map { line in
            let health: PanelModel.Health =
                line.contains(" ERROR ") ? .bad : line.contains(" WARNING ") ? .warning : .good
            return PanelModel.LogLine(line, health)
        }
    }

    // MARK: Phase

    private func phase(_ state: BotState, _ status: EngineStatus) -> String {
        switch state {
        case .stopped, .starting, .stopping: return state.rawValue
        case .running: break
        }
        if let reason = status.haltReason { return "halted: \(reason)" }
        if status.isPaused { return "paused" }
        let held = status.markets.compactMap(\.withheld)
        guard let reason = held.first else { return status.phase.rawValue }
        return status.markets.count == 1
            ? "\(status.phase.rawValue): \(reason.text)"
            : "\(status.phase.rawValue), \(held.count) of \(status.markets.count) withheld"
    }

    private func phaseHealth(_ state: BotState, _ status: EngineStatus) -> PanelModel.Health {
        if status.haltReason != nil { return .bad }
        let isQuoting = state == .running && status.phase == .quoting && !status.isPaused
        return isQuoting && status.markets.allSatisfy { $0.withheld == nil } ? .good : .warning
    }

    // MARK: Markets

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

    private func line(_ market: MarketStatus) -> PanelModel.Market {
        let instrument = market.instrument
        let bids = market.orders.filter { $0.side == .buy }.compactMap(\.price)
        let asks = market.orders.filter { $0.side == .sell }.compactMap(\.price)
        return PanelModel.Market(
            symbol: instrument.symbol, health: market.withheld == nil ? .good : .warning,
            state: market.withheld?.text ?? market.absence ?? "",
            bid: market.touch.map { instrument.text($0.bid.price) } ?? "-",
            ask: market.touch.map { instrument.text($0.ask.price) } ?? "-",
            ownBid: bids.max().map(instrument.text) ?? "-", ownAsk: asks.min().map(instrument.text) ?? "-",
            position: instrument.text(market.position), twoSided: twoSided([market]),
            profit: .init(
                spread: market.spreadCapture.text(decimals: 4), inventory: market.inventory.text(decimals: 4),
                hedging: market.isHedge ? market.hedging.text(decimals: 4) : nil,
                fees: (-market.fees).text(decimals: 4), funding: market.funding.text(decimals: 4),
                net: market.equityChange.text(decimals: 4), equity: ""),
            markouts: markouts([market]))
    }

    // MARK: Sums

    private func profit(_ status: EngineStatus) -> PanelModel.Profit {
        let totals = status.totals
        return .init(
            spread: totals.spreadCapture.text(decimals: 4), inventory: totals.inventory.text(decimals: 4),
            hedging: status.hasHedge ? totals.hedging.text(decimals: 4) : nil,
            fees: (-totals.fees).text(decimals: 4), funding: totals.funding.text(decimals: 4),
            net: totals.net.text(decimals: 4),
            equity: equity(status))
    }

    /// The wallet and its positions at the mid, and what is held on spot venues; with the name of what it is counted in where
    /// there are several.
    private func equity(_ status: EngineStatus) -> String {
        guard !status.holdings.isEmpty else {
            return status.wallet.map { ($0 + status.totals.unrealized).text(decimals: 2) } ?? "-"
        }
        let held = status.holdings.compactMap(\.value).reduce(status.wallet ?? .zero, +)
        let onMargin = status.markets.filter { status.venues[$0.venue.index].kind == .margin }
        let unrealized = onMargin.reduce(Cash.zero) { $0 + ($1.rate?($1.unrealized) ?? .zero) }
        return (held + unrealized).text(decimals: 2) + (status.hasConversion ? " \(status.countingAsset)" : "")
    }

    private func markouts(_ markets: [MarketStatus]) -> [String] {
        (markets.first?.markouts.indices ?? 0..<0).map { index in
            let measured = markets.map { $0.markouts[index] }
            guard measured.contains(where: { $0.buys + $0.sells > 0 }) else { return "-" }
            return measured.reduce(Cash.zero) { $0 + $1.buyGain + $1.sellGain }.text(decimals: 4)
        }
    }

    /// The least of the markets' shares.
    private func twoSided(_ markets: [MarketStatus]) -> String {
        let shares = markets.compactMap { market -> Int128? in
            guard market.observedTime > .zero else { return nil }
            return Int128(market.twoSidedTime.nanoseconds) * 100 / Int128(market.observedTime.nanoseconds)
        }
        return shares.min().map { "\($0) %" } ?? "-"
    }

    private mutating func activity(_ frame: BotFrame, _ status: EngineStatus) -> PanelModel.Activity {
        let totals = status.totals
        let (fills, sent) = (totals.fills, totals.counts.requests)
        // A new session counts from zero.
        if let last = messages.last, last.count > sent { messages.removeAll() }
        messages.removeAll { frame.now - $0.at > .minutes(1) }
        messages.append((frame.now, sent))
        let lately = sent - (messages.first?.count ?? sent)
        let health = frame.health
        let markouts = markouts(status.markets)
        return PanelModel.Activity(
            fills: "\(fills)", volume: totals.volume.text(decimals: 2),
            makerShare: fills > 0 ? "\(totals.makerFills * 100 / fills) %" : "-",
            orderToTrade: totals.requestsPerFill?.description ?? "-", orderRate: "\(lately)/min",
            weightUsed: health.usedWeight.map { used in "\(used)/\(health.weightLimit.map(String.init) ?? "-")" }
                ?? "-",
            twoSided: twoSided(status.markets), markout: markouts.count > 1 ? markouts[1] : "-")
    }
}
