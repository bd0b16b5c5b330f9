public import Configuration
internal import Fundamentals
internal import MarketModel
internal import TradingEngine
internal import VenueKit

/// What a session did and where the money came from, per market and in total: the last thing a run says.
public struct SessionSummary {
    let frame: BotFrame
    let ending: RunEnding
    let configuration: BotConfiguration
    /// Empty without alerts.
    let alerts: [AlertReport]
    /// In the order of the configuration; empty when the venue never told the rules.
    let markets: [MarketStatus]

    /// - Parameter frame: the last of the session; nil for a bot that never started.
    public init(
        _ frame: BotFrame?, ending: RunEnding, configuration: BotConfiguration, alerts: [AlertReport] = []
    ) {
        self.alerts = alerts
        self.frame =
            frame
            ?? BotFrame(
                status: nil, phase: .stopped, now: .distantPast, uptime: .zero, restingAtVenue: nil, health: .init())
        self.ending = ending
        self.configuration = configuration
        markets = frame?.status?.markets ?? []
    }

    /// Orders of ours that may still rest: what the venue listed last, or what we still believe alive.
    var ordersOpen: Int {
        let believed = markets.reduce(0) { $0 + $1.orders.count }
        return max(frame.restingAtVenue ?? 0, believed)
    }

    /// Wallet, positions and holdings, the venues' against ours, in the asset that is counted in; nil until the venues have told
    /// all of them.
    var ledgerDifference: Cash? {
        guard let status = frame.status else { return nil }
        var difference = Cash.zero
        for venue in status.venues {
            let found: Cash?
            switch venue.kind {
            case .margin: found = walletDifference(status, venue.venue)
            case .spot: found = holdingsDifference(status, venue.venue)
            }
            guard let found else { return nil }
            difference += found
        }
        return difference
    }

    private func walletDifference(_ status: EngineStatus, _ venue: VenueID) -> Cash? {
        guard let own = status.wallet, let reported = status.reportedWallet else { return nil }
        var difference = (reported - own).magnitude
        for market in markets where market.venue == venue {
            guard let position = market.reportedPosition else { return nil }
            let price = market.touch?.mid ?? HalfTicks(count: 2)
            let own = market.instrument.notional(price, (position - market.position).magnitude)
            difference += market.rate?(own) ?? own
        }
        return difference
    }

    private func holdingsDifference(_ status: EngineStatus, _ venue: VenueID) -> Cash? {
        var difference = Cash.zero
        for holding in status.holdings where holding.venue == venue {
            guard let value = holding.differenceValue else { return nil }
            difference += value.magnitude
        }
        return difference
    }

    var endingText: String {
        switch ending {
        case .stopped: "stopped"
        case .abandoned: "abandoned"
        case .refused: "refused"
        }
    }

    /// Whether the venue's dead man's switch was armed at the end; nil where it said nothing of one.
    var isSwitchArmed: Bool? {
        let known = markets.compactMap(\.isSwitchArmed)
        return known.isEmpty ? nil : known.allSatisfy { $0 }
    }
}
