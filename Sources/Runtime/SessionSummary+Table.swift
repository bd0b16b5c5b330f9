internal import Fundamentals
internal import MarketModel
internal import TradingEngine

extension SessionSummary {
    /// A column for each market and one for all together; for a single market its own alone, without titles.
    public var table: (titles: [String], rows: [[String]]) {
        var rows = [
            ["ending", endingText], ["duration", "\(frame.uptime.nanoseconds / 1_000_000_000) s"],
        ]
        if let status = frame.status { rows += figures(TotalFigures(status)) }
        if let status = frame.status, let reason = status.haltReason { rows.append(["halted", reason]) }
        rows.append(["orders open", "\(ordersOpen)"])
        rows.append(["unresolved", "\(frame.status?.unresolved ?? 0)"])
        for holding in frame.status?.holdings ?? [] { rows.append(row(holding)) }
        rows.append(["ledger difference", ledgerDifference?.description ?? "not known"])
        if let armed = isSwitchArmed { rows.append(["dead man's switch", armed ? "armed" : "off"]) }
        guard markets.count > 1 else { return ([], rows) }
        let hasConversion = frame.status?.hasConversion == true
        let total = hasConversion ? "total in \(frame.status?.countingAsset ?? "")" : "total"
        return ([""] + markets.map(\.instrument.symbol) + [total], rows)
    }

    private func figures(_ total: TotalFigures) -> [[String]] {
        func row(_ label: String, _ text: (any SessionFigures) -> String) -> [String] {
            [label] + markets.map { text($0) } + (markets.count > 1 ? [text(total)] : [])
        }
        var rows = [
            row("fills") { "\($0.fills) (\($0.makerFills) maker)" },
            row("volume") { $0.volume.text(decimals: 2) },
            marketRow("position") { "\($0.instrument.text($0.position)) \($0.instrument.baseAsset)" },
            row("realized") { $0.realized.text(decimals: 6) }, row("unrealized") { $0.unrealized.text(decimals: 6) },
            row("spread") { $0.spreadCapture.text(decimals: 6) }, row("inventory") { $0.inventory.text(decimals: 6) },
        ]
        if markets.contains(where: \.isHedge) { rows.append(row("hedging") { $0.hedging.text(decimals: 6) }) }
        rows += [
            row("fees") { (-$0.fees).text(decimals: 6) }, row("funding") { $0.funding.text(decimals: 6) },
            row("net") { $0.net.text(decimals: 6) }, row("net - equity") { $0.identityResidual.description },
        ]
        for (index, outcome) in total.outcomes.enumerated() {
            rows.append(
                row("\(Self.text(outcome.horizon)) later") { figures in
                    let outcome = figures.outcomes[index]
                    return outcome.fills > 0 ? outcome.gain.text(decimals: 6) : "-"
                })
        }
        return rows + [
            marketRow("largest position") { "\($0.countedMaxPosition.text(decimals: 2)) of \($0.exposureLimit)" },
            marketRow("largest exposure") { "\($0.maxExposure.text(decimals: 2)) of \($0.exposureLimit)" },
            marketRow("quoted bid, ask") { market in
                [market.uptime.bid, market.uptime.ask].map { Self.percent(market.uptime.permille($0)) }
                    .joined(separator: ", ")
            },
            marketRow("quoted both sides") { Self.percent($0.uptime.permille($0.uptime.twoSided)) },
            row("orders per fill") { $0.requestsPerFill?.description ?? "-" },
        ]
    }

    private func row(_ holding: HoldingReport) -> [String] {
        let venue = frame.status?.venues[holding.venue.index].name ?? ""
        return ["held \(venue.isEmpty ? "" : venue + " ")\(holding.asset)", holding.own?.description ?? "not known"]
    }

    private func marketRow(_ label: String, _ text: (MarketStatus) -> String) -> [String] {
        [label] + markets.map(text)
    }

    private static func text(_ span: TimeSpan) -> String {
        let seconds = span.milliseconds / 1_000
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min"
    }

    private static func percent(_ permille: Int64) -> String { "\(permille / 10).\(permille % 10) %" }
}
