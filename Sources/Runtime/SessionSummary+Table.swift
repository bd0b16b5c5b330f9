internal import Fundamentals
internal import MarketModel
internal import TradingEngine

extension SessionSummary {
    /// A column for each market and one for all together; for a single market its own alone, without titles.
    public var table: (titles: [String], rows: [[String]]) {
        var rows = [
            ["ending", endingText], ["duration", "\(frame.uptime.nanoseconds / 1_000_000_000) s"],
        ]
        rows += figures
        if let status = frame.status, let reason = status.haltReason { rows.append(["halted", reason]) }
        rows.append(["orders open", "\(ordersOpen)"])
        rows.append(["unresolved", "\(frame.status?.unresolved ?? 0)"])
        rows.append(["ledger difference", ledgerDifference?.description ?? "not known"])
        if let armed = isSwitchArmed { rows.append(["dead man's switch", armed ? "armed" : "off"]) }
        guard markets.count > 1 else { return ([], rows) }
        return ([""] + markets.map { $0.status.instrument.symbol } + ["total"], rows)
    }

    private var figures: [[String]] {
        guard !markets.isEmpty else { return [] }
        var rows = [
            row("fills") { "\($0.fills) (\($0.makerFills) maker)" },
            row("volume") { $0.volume.text(decimals: 2) },
            marketRow("position") { "\($0.instrument.text($0.position)) \($0.instrument.baseAsset)" },
            row("realized") { $0.realized.text(decimals: 6) }, row("unrealized") { $0.unrealized.text(decimals: 6) },
            row("spread") { $0.spread.text(decimals: 6) }, row("inventory") { $0.inventory.text(decimals: 6) },
            row("fees") { (-$0.fees).text(decimals: 6) }, row("funding") { $0.funding.text(decimals: 6) },
            row("net") { $0.net.text(decimals: 6) }, row("net - equity") { $0.identityResidual.description },
        ]
        for (index, markout) in total.markouts.enumerated() {
            rows.append(
                row("\(Self.text(markout.horizon)) later") { figures in
                    let markout = figures.markouts[index]
                    return markout.fills > 0 ? markout.gain.text(decimals: 6) : "-"
                })
        }
        rows += [
            marketRow("largest position") { "\($0.maxPositionValue.text(decimals: 2)) of \($0.exposureLimit)" },
            marketRow("largest exposure") { "\($0.maxExposure.text(decimals: 2)) of \($0.exposureLimit)" },
            ["quoted both sides"] + markets.map { Self.percent($0.permille($0.status.twoSidedTime)) },
            row("orders per fill") { $0.orderToTrade?.description ?? "-" },
        ]
        return rows
    }

    private func row(_ label: String, _ text: (any ProfitFigures) -> String) -> [String] {
        [label] + markets.map { text($0) } + (markets.count > 1 ? [text(total)] : [])
    }

    private func marketRow(_ label: String, _ text: (MarketStatus) -> String) -> [String] {
        [label] + markets.map { text($0.status) }
    }

    private static func text(_ span: TimeSpan) -> String {
        let seconds = span.milliseconds / 1_000
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min"
    }

    private static func percent(_ permille: Int64) -> String { "\(permille / 10).\(permille % 10) %" }
}
