internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Runtime
internal import SystemIO
internal import TradingEngine
internal import VenueKit

/// Turns what a run tells into log lines, periodic reports and frames of the panel.
final class RunReporter {
    private let configuration: BotConfiguration
    private let log: Log
    private let state: StateDirectory
    private let screen: PanelScreen?
    private var nextPriceReport = Instant.distantPast
    private var nextBalanceReport = Instant.distantPast
    private var instrument: Instrument?

    init(_ configuration: BotConfiguration, _ log: Log, _ state: StateDirectory, _ screen: PanelScreen?) {
        self.configuration = configuration
        self.log = log
        self.state = state
        self.screen = screen
    }

    var observer: LiveRunner.Observer {
        var observer = LiveRunner.Observer()
        observer.note = { [self] note in write(level(note.level), note.text) }
        observer.effect = { [self] effect in report(effect) }
        observer.instrument = { [self] in instrument = $0 }
        observer.frame = { [self] frame in
            reportPeriodically(frame)
            screen?.show(frame)
        }
        observer.halted = { [self] reason in
            do throws(StateError) { try state.recordHalt(reason) } catch {
                write(.error, "the halt could not be recorded: \(error)")
            }
        }
        observer.day = { [self] day in
            do throws(StateError) { try state.record(day) } catch {
                write(.error, "the day's result could not be recorded: \(error)")
            }
        }
        return observer
    }

    private func write(_ level: LogLevel, _ text: String) { log.write(level, text, at: wallClock()) }

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
        case .send(let approved): write(.debug, "send \(RunWording.text(approved.action, instrument))")
        case .refused(let action, let refusal):
            write(.info, "not sent, \(RunWording.text(action, instrument)): \(refusal)")
        case .query(let order, _): write(.info, "asking what became of \(order)")
        case .fetchFills: write(.debug, "reading the trade history")
        case .booked(let booked):
            let fill = booked.fill
            write(
                .info,
                "fill \(fill.trade): \(fill.side.rawValue) \(RunWording.text(fill.quantity, instrument)) at "
                    + "\(RunWording.text(fill.price, instrument)) (\(fill.isMaker ? "maker" : "taker")), "
                    + "position \(RunWording.text(booked.position, instrument))")
        case .incident(let incident): write(level(incident.severity), incident.text)
        case .quiet: write(.info, "nothing of ours is open as far as can be seen; asking the venue")
        }
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
        guard let status = frame.status, let market = status.markets.first else { return }
        let instrument = market.instrument
        if isDue(&nextPriceReport, configuration.logging.priceReportInterval, frame.now), let touch = market.touch {
            let bid = instrument.text(touch.bid.price)
            let ask = instrument.text(touch.ask.price)
            write(.info, "price: bid \(bid), ask \(ask), spread \(touch.spreadTicks) ticks")
        }
        if isDue(&nextBalanceReport, configuration.logging.balanceReportInterval, frame.now) {
            let wallet = status.wallet?.text(decimals: 4) ?? "not known"
            let position = "\(instrument.text(market.position)) \(instrument.baseAsset)"
            write(
                .info, "balance: wallet \(wallet), position \(position), net \(market.equityChange.text(decimals: 6))")
        }
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
