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
    let markets: [MarketFigures]
    let total: TotalFigures

    /// - Parameter frame: the last of the session; nil for a bot that never started.
    public init(_ frame: BotFrame?, ending: RunEnding, configuration: BotConfiguration) {
        self.frame =
            frame
            ?? BotFrame(
                status: nil, phase: .stopped, now: .distantPast, uptime: .zero, restingAtVenue: nil, health: .init())
        self.ending = ending
        self.configuration = configuration
        markets = frame?.status?.markets.map(MarketFigures.init) ?? []
        total = TotalFigures(markets, equityChange: frame?.status?.equityChange ?? .zero)
    }

    /// Orders of ours that may still rest: what the venue listed last, or what we still believe alive.
    var ordersOpen: Int {
        let believed = frame.status?.markets.reduce(0) { $0 + $1.orders.count } ?? 0
        return max(frame.restingAtVenue ?? 0, believed)
    }

    /// Wallet and positions, the venue's against ours, in the settlement asset; nil until the venue has told all of
    /// them.
    var ledgerDifference: Cash? {
        guard let status = frame.status, let own = status.wallet, let reported = status.reportedWallet else {
            return nil
        }
        var difference = (reported - own).magnitude
        for market in status.markets {
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
        let known = markets.compactMap { $0.status.isSwitchArmed }
        return known.isEmpty ? nil : known.allSatisfy { $0 }
    }
}

/// Figures that exist for one market and for all together.
protocol ProfitFigures {
    var fills: Int { get }
    var makerFills: Int { get }
    var volume: Cash { get }
    var realized: Cash { get }
    var unrealized: Cash { get }
    var spread: Cash { get }
    var inventory: Cash { get }
    /// Positive is a cost.
    var fees: Cash { get }
    var funding: Cash { get }
    var equityChange: Cash { get }
    /// One for each horizon, the shortest first.
    var markouts: [MarkoutFigures] { get }
    var placed: Int { get }
    var amended: Int { get }
    var canceled: Int { get }
    var rejected: Int { get }
}

extension ProfitFigures {
    var net: Cash { spread + inventory - fees + funding }
    /// The parts against the change of equity: zero, or the books are wrong.
    var identityResidual: Cash { net - equityChange }
    /// Messages that ask something of an order.
    var messages: Int { placed + amended + canceled }
    /// Messages for each fill, with two decimals; nil without a fill.
    var orderToTrade: ExactDecimal? {
        guard fills > 0 else { return nil }
        return ExactDecimal(mantissa: Int128(messages) * 100 / Int128(fills), scale: 2)
    }
}

/// What the mid did after fills.
struct MarkoutFigures {
    var horizon: TimeSpan
    /// Fills old enough to be measured.
    var fills: Int
    var gain: Cash
}

struct MarketFigures: ProfitFigures {
    let status: MarketStatus

    init(_ status: MarketStatus) { self.status = status }

    var fills: Int { status.fills }
    var makerFills: Int { status.makerFills }
    var volume: Cash { status.volume }
    var realized: Cash { status.realized }
    var unrealized: Cash { status.unrealized }
    var spread: Cash { status.spreadCapture }
    var inventory: Cash { status.inventory }
    var fees: Cash { status.fees }
    var funding: Cash { status.funding }
    var equityChange: Cash { status.equityChange }
    var markouts: [MarkoutFigures] {
        status.markouts.map { .init(horizon: $0.horizon, fills: $0.buys + $0.sells, gain: $0.buyGain + $0.sellGain) }
    }
    var placed: Int { status.counts.placed }
    var amended: Int { status.counts.amended }
    var canceled: Int { status.counts.canceled }
    var rejected: Int { status.counts.rejected }

    /// Thousandths of the time of quoting.
    func permille(_ part: TimeSpan) -> Int64 {
        let whole = status.observedTime
        return whole > .zero ? Int64(Int128(part.nanoseconds) * 1_000 / Int128(whole.nanoseconds)) : 0
    }
}

/// Sums over all markets.
struct TotalFigures: ProfitFigures {
    var fills = 0
    var makerFills = 0
    var volume = Cash.zero
    var realized = Cash.zero
    var unrealized = Cash.zero
    var spread = Cash.zero
    var inventory = Cash.zero
    var fees = Cash.zero
    var funding = Cash.zero
    let equityChange: Cash
    var markouts: [MarkoutFigures] = []
    var placed = 0
    var amended = 0
    var canceled = 0
    var rejected = 0

    /// - Parameter equityChange: the engine's own, for the parts to be held against.
    init(_ markets: [MarketFigures], equityChange: Cash) {
        self.equityChange = equityChange
        for market in markets {
            fills += market.fills
            makerFills += market.makerFills
            volume += market.volume
            realized += market.realized
            unrealized += market.unrealized
            spread += market.spread
            inventory += market.inventory
            fees += market.fees
            funding += market.funding
            placed += market.placed
            amended += market.amended
            canceled += market.canceled
            rejected += market.rejected
            add(market.markouts)
        }
    }

    private mutating func add(_ others: [MarkoutFigures]) {
        if markouts.isEmpty { return markouts = others }
        for index in markouts.indices where index < others.count {
            markouts[index].fills += others[index].fills
            markouts[index].gain += others[index].gain
        }
    }
}
