internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Observability
internal import Runtime
internal import TradingEngine
internal import VenueKit

/// Prometheus' text format 0.0.4: families with HELP and TYPE, then samples.
struct MetricsText {
    private(set) var text = ""

    enum Kind: String { case counter, gauge }

    mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [(String, String)], value: String)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
            text += labels.isEmpty ? "\(name) \(sample.value)\n" : "\(name){\(labels)} \(sample.value)\n"
        }
    }

    mutating func gauge(_ name: String, _ help: String, _ value: String?) {
        if let value { family(name, .gauge, help, [([], value)]) }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension BotView {
    var metrics: String {
        var metrics = MetricsText()
        metrics.family(
            "apus_info", .gauge, "What runs: always 1.",
            [([("venue", configuration.venue.rawValue), ("template", configuration.template.rawValue)], "1")])
        metrics.family(
            "apus_state", .gauge, "1 for the state that the bot is in.",
            BotState.allCases.map { ([("state", $0.rawValue)], $0 == state ? "1" : "0") })
        addAccount(to: &metrics)
        addMarkets(to: &metrics)
        addAlerts(to: &metrics)
        metrics.family(
            "apus_log_lines_lost_total", .counter, "Log lines that could not be written.",
            [([], "\(bot.log.lostLines)")])
        return metrics.text
    }

    private func addAccount(to metrics: inout MetricsText) {
        metrics.gauge("apus_healthy", "1 when nothing is wrong.", complaints.isEmpty ? "1" : "0")
        metrics.gauge("apus_uptime_seconds", "Since the last start.", isRunning ? seconds(frame?.uptime) : nil)
        guard let status else { return }
        metrics.gauge(
            "apus_halted", "1 when trading is halted until a person resumes it.", flag(status.haltReason != nil))
        metrics.gauge("apus_paused", "1 when quoting is paused.", flag(status.isPaused))
        metrics.gauge("apus_breaker_open", "1 when the breaker is open.", flag(status.isBreakerOpen))
        metrics.gauge("apus_private_stream_up", "1 when the private stream is up.", flag(status.isPrivateStreamUp))
        metrics.gauge("apus_unresolved_orders", "Orders whose fate is unknown.", "\(status.unresolved)")
        metrics.gauge("apus_wallet", "Wallet balance by our own books.", status.wallet?.description)
        metrics.gauge("apus_venue_wallet", "Wallet balance as the venue told it.", status.reportedWallet?.description)
        metrics.gauge("apus_equity_change", "Change of equity since the start.", status.equityChange.description)
        metrics.gauge("apus_exposure", "Worst-case position value of all markets.", status.exposure.description)
        metrics.gauge("apus_exposure_limit", "Limit on apus_exposure.", status.exposureLimit.description)
        metrics.gauge("apus_daily_loss", "Loss of the day.", status.dailyLoss.description)
        metrics.gauge("apus_drawdown", "Fall from the highest equity.", status.drawdown.description)
        metrics.family(
            "apus_holding", .gauge, "Held on a spot venue by our own books, orders' shares included.",
            status.holdings.compactMap { holding in
                holding.own.map {
                    ([("venue", status.venues[holding.venue.index].name), ("asset", holding.asset)], $0.description)
                }
            })
        guard let health = frame?.health, isRunning else { return }
        metrics.gauge("apus_request_weight_used", "Of the current window.", health.usedWeight.map { "\($0)" })
        metrics.gauge("apus_request_weight_limit", "Of a window.", health.weightLimit.map { "\($0)" })
        metrics.family(
            "apus_round_trip_seconds", .gauge, "Round trips of account requests since the start.",
            [("0.5", health.medianRoundTrip), ("0.99", health.slowRoundTrip)].compactMap { quantile, span in
                seconds(span).map { ([("quantile", quantile)], $0) }
            })
        metrics.gauge("apus_clock_offset_seconds", "The venue's clock minus ours.", seconds(health.clockOffset))
    }

    private func addMarkets(to metrics: inout MetricsText) {
        func each(
            _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (MarketStatus) -> String?
        ) {
            metrics.family(
                name, kind, help,
                markets.compactMap { market in
                    value(market).map { ([("market", symbol(market.market))], $0) }
                })
        }
        each("apus_quoting", .gauge, "1 when the market is quoted.") { flag($0.withheld == nil && isRunning) }
        each("apus_position", .gauge, "Signed position in the base asset.") { $0.instrument.text($0.position) }
        each("apus_position_value", .gauge, "Signed position at the mid.") { $0.positionValue.description }
        each("apus_market_exposure", .gauge, "Worst-case position value.") { $0.exposure.description }
        each("apus_market_exposure_limit", .gauge, "Limit on it.") { $0.exposureLimit.description }
        each("apus_open_orders", .gauge, "Live orders of ours.") { "\(isRunning ? $0.orders.count : 0)" }
        each("apus_data_age_seconds", .gauge, "Age of the newest market data.") { seconds($0.dataAge) }
        each("apus_dead_mans_switch_armed", .gauge, "1 when armed.") { $0.isSwitchArmed.map(flag) }
        each("apus_two_sided_seconds_total", .counter, "Time with both sides working.") { seconds($0.twoSidedTime) }
        each("apus_quoting_seconds_total", .counter, "Time the engine was quoting.") { seconds($0.observedTime) }
        each("apus_fills_total", .counter, "Fills.") { "\($0.fills)" }
        each("apus_maker_fills_total", .counter, "Fills as maker.") { "\($0.makerFills)" }
        each("apus_volume_total", .counter, "Value traded.") { $0.volume.description }
        metrics.family(
            "apus_orders_total", .counter, "Orders by what was done.",
            markets.flatMap { market in
                let counts = market.counts
                return [
                    ("placed", counts.placed), ("amended", counts.amended), ("canceled", counts.canceled),
                    ("refused", counts.refused), ("rejected", counts.rejected),
                ].map { ([("market", symbol(market.market)), ("event", $0.0)], "\($0.1)") }
            })
        metrics.family(
            "apus_pnl", .gauge, "Profit and loss since the start by source; the sources sum to the change in equity.",
            markets.flatMap { market in
                let parts = ProfitParts(market)
                let hedging = parts.hedging.map { [("hedging", $0)] } ?? []
                return
                    ([("spread", parts.spread), ("inventory", parts.inventory)] + hedging + [
                        ("fees", parts.fees), ("funding", parts.funding),
                    ]).map { ([("market", symbol(market.market)), ("source", $0.0)], $0.1.description) }
            })
    }

    private func addAlerts(to metrics: inout MetricsText) {
        let reports = bot.alertReports
        metrics.family(
            "apus_alert_channel_up", .gauge, "1 while the channel takes alerts.",
            reports.map { ([("channel", $0.name)], flag($0.state == .working)) })
        metrics.family(
            "apus_alerts_waiting", .gauge, "Alerts not sent yet.",
            reports.map { ([("channel", $0.name)], "\($0.waiting)") })
        metrics.family(
            "apus_alerts_total", .counter, "Alerts by what became of them.",
            reports.flatMap { report in
                [
                    ("delivered", report.delivered), ("retried", report.retried), ("failed", report.failed),
                    ("dropped", report.dropped),
                ].map { ([("channel", report.name), ("event", $0.0)], "\($0.1)") }
            })
    }

    private func flag(_ value: Bool) -> String { value ? "1" : "0" }
    private func seconds(_ span: TimeSpan?) -> String? { span.map { $0.seconds.normalized.description } }
}
