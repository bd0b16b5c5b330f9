internal import Fundamentals
internal import Runtime
internal import TradingEngine
internal import Wire

extension BotView {
    /// Why nobody should rely on the bot now; empty when it does what it was told, be it quoting, pausing or nothing.
    var complaints: [String] {
        switch state {
        case .stopped, .stopping: return []
        case .starting: return startingComplaints
        case .running: break
        }
        guard let status else { return [] }
        var reasons: [String] = []
        if status.haltReason != nil { reasons.append("halted") }
        if !status.isPrivateStreamUp { reasons.append("the private stream is down") }
        if status.isBreakerOpen { reasons.append("the breaker is open") }
        for market in status.markets {
            let name = symbol(market.market)
            if market.isSwitchArmed == false { reasons.append("\(name): the dead man's switch is not armed") }
            if case .book? = market.withheld { reasons.append("\(name): \(market.withheld?.text ?? "")") }
        }
        return reasons
    }

    /// A start takes seconds; one that takes longer waits for something that the log names.
    private var startingComplaints: [String] {
        guard let uptime = frame?.uptime, uptime > Self.startingPatience else { return [] }
        return ["still starting after \(uptime.milliseconds / 1_000) s"]
    }

    private static let startingPatience = TimeSpan.seconds(60)

    func writeHealth(into json: inout JSONWriter) {
        let complaints = complaints
        json.member("status", complaints.isEmpty ? "healthy" : "unhealthy")
        json.member("state", state.rawValue)
        json.array("reasons", complaints) { $0.string($1) }
    }

    /// What became of the alerts, channel by channel.
    func writeAlerts(into json: inout JSONWriter) {
        json.array("channels", bot.alertReports) { json, report in json.object { report.write(into: &$0) } }
    }
}
