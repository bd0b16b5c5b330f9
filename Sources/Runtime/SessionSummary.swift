public import Configuration
internal import Fundamentals
internal import MarketModel
internal import TradingEngine
internal import Wire

/// What a run did and where the money came from: the last thing a run says.
public struct SessionSummary {
    private let frame: BotFrame
    private let ending: LiveRunner.Ending
    private let configuration: BotConfiguration

    public init(_ frame: BotFrame, ending: LiveRunner.Ending, configuration: BotConfiguration) {
        self.frame = frame
        self.ending = ending
        self.configuration = configuration
    }

    /// Orders of ours that may still rest: what the venue listed last, or what we still believe alive.
    private var ordersOpen: Int {
        let believed = frame.status?.markets.reduce(0) { $0 + $1.orders.count } ?? 0
        return max(frame.restingAtVenue ?? 0, believed)
    }

    /// Wallet and position, the venue's against ours, in the settlement asset; nil before the venue has told both.
    private var ledgerDifference: Cash? {
        guard let status = frame.status, let own = status.wallet, let reported = status.reportedWallet,
            let market = status.markets.first, let position = market.reportedPosition
        else { return nil }
        let gap = position - market.position
        let price = market.touch?.mid ?? HalfTicks(count: 2)
        return (reported - own).magnitude + market.instrument.notional(price, gap.magnitude)
    }

    private var endingText: String {
        switch ending {
        case .stopped: "stopped"
        case .abandoned: "abandoned"
        case .refused: "refused"
        }
    }

    /// One JSON object; amounts are exact decimal texts in the settlement asset.
    public var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("venue", configuration.venue.rawValue)
        json.member("symbol", configuration.markets[0].symbol)
        json.member("bot", configuration.template.rawValue)
        json.member("ending", endingText)
        json.member("duration_seconds", frame.uptime.nanoseconds / 1_000_000_000)
        if let status = frame.status, let market = status.markets.first { write(market, status, into: &json) }
        json.member("orders_open_after", Int64(ordersOpen))
        json.member("unresolved_after", Int64(frame.status?.unresolved ?? 0))
        if let difference = ledgerDifference {
            json.member("venue_ledger_difference", difference.description)
        } else {
            json.key("venue_ledger_difference")
            json.null()
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func write(_ market: MarketStatus, _ status: EngineStatus, into json: inout JSONWriter) {
        json.member("fills", Int64(market.fills))
        json.member("maker_fills", Int64(market.makerFills))
        json.member("volume", market.volume.description)
        json.member("position", market.instrument.text(market.position))
        json.key("pnl")
        json.beginObject()
        json.member("spread", market.spreadCapture.description)
        json.member("inventory", market.inventory.description)
        json.member("fees", (-market.fees).description)
        json.member("funding", market.funding.description)
        json.member("net", (market.spreadCapture + market.inventory - market.fees + market.funding).description)
        json.endObject()
        json.member("equity_change", market.equityChange.description)
        if let wallet = status.wallet { json.member("wallet", wallet.description) }
        json.member("max_abs_position_usd", market.maxPositionValue.description)
        json.member("max_exposure_usd", market.maxExposure.description)
        json.member("limit_usd", market.exposureLimit.description)
        json.member("orders_placed", Int64(market.counts.placed))
        json.member("orders_amended", Int64(market.counts.amended))
        json.member("orders_canceled", Int64(market.counts.canceled))
        json.member("orders_rejected", Int64(market.counts.rejected))
        json.member("two_sided_permille", permille(market.twoSidedTime, of: market.observedTime))
        if let reason = status.haltReason { json.member("halted", reason) }
    }

    private func permille(_ part: TimeSpan, of whole: TimeSpan) -> Int64 {
        whole > .zero ? Int64(Int128(part.nanoseconds) * 1_000 / Int128(whole.nanoseconds)) : 0
    }

    /// Lines for people.
    public var rows: [(label: String, value: String)] {
        var rows = [
            ("ending", endingText), ("duration", "\(frame.uptime.nanoseconds / 1_000_000_000) s"),
        ]
        if let status = frame.status, let market = status.markets.first {
            rows += [
                ("fills", "\(market.fills) (\(market.makerFills) as maker)"),
                ("volume", "\(market.volume.text(decimals: 2)) \(market.instrument.settlementAsset)"),
                ("position", "\(market.instrument.text(market.position)) \(market.instrument.baseAsset)"),
                ("spread", market.spreadCapture.text(decimals: 6)),
                ("inventory", market.inventory.text(decimals: 6)),
                ("fees", (-market.fees).text(decimals: 6)),
                ("funding", market.funding.text(decimals: 6)),
                ("net", market.equityChange.text(decimals: 6)),
                ("largest position", "\(market.maxPositionValue.text(decimals: 2)) of \(market.exposureLimit)"),
            ]
            if let reason = status.haltReason { rows.append(("halted", reason)) }
        }
        rows.append(("orders open", "\(ordersOpen)"))
        rows.append(("unresolved", "\(frame.status?.unresolved ?? 0)"))
        rows.append(("ledger difference", ledgerDifference?.description ?? "not known"))
        return rows
    }
}
