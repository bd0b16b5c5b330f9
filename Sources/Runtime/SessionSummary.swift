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
    /// In the order of the configuration; empty when the venue never told the rules.
    let markets: [MarketStatus]

    /// - Parameter frame: the last of the session; nil for a bot that never started.
    public init(_ frame: BotFrame?, ending: RunEnding, configuration: BotConfiguration) {
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

    /// Wallet and positions, the venue's against ours, in the settlement asset; nil until the venue has told all of
    /// them.
    var ledgerDifference: Cash? {
        guard let status = frame.status, let own = status.wallet, let reported = status.reportedWallet else {
            return nil
        }
        var difference = (reported - own).magnitude
        for market in markets {
            guard let position = market.reportedPosition else { return nil }
            let price = market.touch?.mid ?? HalfTicks(count: 2)
            difference += market.instrument.notional(price, (position - market.position).magnitude)
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
