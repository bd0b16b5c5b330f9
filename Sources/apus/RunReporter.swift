internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Runtime
internal import SystemIO
internal import TradingEngine
internal import VenueKit

/// Turns what a bot tells into log lines, periodic reports and frames of the panel.
final class RunReporter {
    private let host: BotHost
    private let screen: PanelScreen?
    private let loop: EventLoop
    private var nextPriceReport = Instant.distantPast
    private var nextBalanceReport = Instant.distantPast

    private static let frameInterval = TimeSpan.milliseconds(200)

    init(_ host: BotHost, _ screen: PanelScreen?, on loop: EventLoop) {
        self.host = host
        self.screen = screen
        self.loop = loop
    }

    /// From now on, for as long as the host lives.
    func begin() {
        _ = host.addObserver { [self] event in
            switch event.body {
            case .note(let note): write(level(note.level), note.text)
            case .effect(let effect): report(effect)
            // Both have told it in notes and incidents.
            case .state, .halted: break
            }
        }
        showFrames()
    }

    private func showFrames() {
        loop.schedule(after: Self.frameInterval) { [self] in
            if host.state != .stopped, let frame = host.frame { reportPeriodically(frame) }
            screen?.show()
            showFrames()
        }
    }

    private func write(_ level: LogLevel, _ text: String) { host.log.write(level, text, at: wallClock()) }

    private func level(_ level: SessionNote.Level) -> LogLevel {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }

    private func report(_ effect: Effect) {
        switch effect {
        case .send(let approved): write(.debug, "send \(text(approved.action))")
        case .refused(let action, let refusal): write(.info, "not sent, \(text(action)): \(refusal)")
        case .query(let order, _): write(.info, "asking what became of \(order)")
        case .fetchFills: write(.debug, "reading the trade history")
        case .booked(let booked):
            let fill = booked.fill
            let instrument = instrument(fill.market)
            write(
                .info,
                "fill \(fill.trade): \(fill.side.rawValue)\(subject(instrument)) "
                    + "\(RunWording.text(fill.quantity, instrument)) at "
                    + "\(RunWording.text(fill.price, instrument)) (\(fill.isMaker ? "maker" : "taker")), "
                    + "position \(RunWording.text(booked.position, instrument))")
        case .incident(let incident): write(level(incident.severity), incident.text)
        case .quiet: write(.info, "nothing of ours is open as far as can be seen; asking the venue")
        }
    }

    private func text(_ action: OrderAction) -> String {
        let instrument = instrument(action.market)
        return RunWording.text(action, instrument) + subject(instrument)
    }

    private func instrument(_ market: MarketID) -> Instrument? {
        host.instruments.indices.contains(market.index) ? host.instruments[market.index] : nil
    }

    /// The market's name where there are several to tell apart.
    private func subject(_ instrument: Instrument?) -> String {
        guard host.instruments.count > 1, let instrument else { return "" }
        return " \(instrument.symbol)"
    }

    private func level(_ severity: Incident.Severity) -> LogLevel {
        switch severity {
        case .notice: .info
        case .warning: .warning
        case .alarm: .error
        }
    }

    /// The price and balance reports of the cycle bot, in the intervals of the configuration.
    private func reportPeriodically(_ frame: BotFrame) {
        guard let status = frame.status else { return }
        let logging = host.configuration.logging
        if isDue(&nextPriceReport, logging.priceReportInterval, frame.now) {
            for market in status.markets {
                guard let touch = market.touch else { continue }
                let instrument = market.instrument
                let (bid, ask) = (instrument.text(touch.bid.price), instrument.text(touch.ask.price))
                write(.info, "price\(subject(instrument)): bid \(bid), ask \(ask), spread \(touch.spreadTicks) ticks")
            }
        }
        if isDue(&nextBalanceReport, logging.balanceReportInterval, frame.now) {
            let wallet = Self.wealth(status)
            let positions = status.markets.map { "\($0.instrument.text($0.position)) \($0.instrument.baseAsset)" }
            write(
                .info,
                "balance: \(wallet), position \(positions.joined(separator: ", ")), "
                    + "net \(status.equityChange.text(decimals: 6))")
        }
    }

    /// The wallet of an account on margin, or what is held on spot venues.
    private static func wealth(_ status: EngineStatus) -> String {
        guard !status.holdings.isEmpty else { return "wallet \(status.wallet?.text(decimals: 4) ?? "not known")" }
        let holdings = status.holdings.map { holding in
            let venue = status.venues[holding.venue.index].name
            return "\(holding.own?.text(decimals: 4) ?? "not known") \(holding.asset) on \(venue)"
        }
        return "held \(holdings.joined(separator: ", "))"
    }

    private func isDue(_ next: inout Instant, _ interval: TimeSpan, _ now: Instant) -> Bool {
        guard interval > .zero, now >= next else { return false }
        next = now + interval
        return true
    }
}

/// Actions as people read them. Before the market's rules are known, prices are in ticks and quantities in lots.
enum RunWording {
    static func text(_ price: Price, _ instrument: Instrument?) -> String {
        instrument?.text(price) ?? price.description
    }

    static func text(_ quantity: Quantity, _ instrument: Instrument?) -> String {
        instrument?.text(quantity) ?? quantity.description
    }

    static func text(_ action: OrderAction, _ instrument: Instrument?) -> String {
        switch action {
        case .place(let id, let spec):
            "place \(id) \(spec.side.rawValue) \(text(spec.quantity, instrument)) at "
                + (spec.price.map { text($0, instrument) } ?? "market")
        case .amend(let id, _, _, let price, let quantity):
            "amend \(id) to \(text(quantity, instrument)) at \(text(price, instrument))"
        case .cancel(let id, _): "cancel \(id)"
        case .cancelAll: "cancel all"
        }
    }
}
