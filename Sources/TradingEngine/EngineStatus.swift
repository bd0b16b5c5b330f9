internal import Accounting
internal import Execution
public import Fundamentals
public import MarketModel
internal import OrderBooks
public import Quoting
internal import RiskControl

/// The engine as a panel or an API shows it: a plain value, complete in itself.
public struct EngineStatus: Sendable {
    public var at: Instant
    public var phase: EnginePhase
    public var haltReason: String?
    public var isPaused: Bool
    public var isReady: Bool
    /// On every venue.
    public var isPrivateStreamUp: Bool
    /// Of any venue.
    public var isBreakerOpen: Bool
    /// One for each venue, the target first.
    public var venues: [VenueReport]
    /// What is held on spot venues, by venue and asset.
    public var holdings: [HoldingReport]
    /// The asset in which equity, exposure, limits and totals are counted.
    public var countingAsset: String
    /// Of the account on margin, by our own books; nil until the venue has told the balance.
    public var wallet: Cash?
    /// Wallet as the venue last told it.
    public var reportedWallet: Cash?
    /// Change of equity since the start, over all markets.
    public var equityChange: Cash
    /// Sum over markets of worst-case position values, and its limit.
    public var exposure: Cash
    public var exposureLimit: Cash
    /// Sum over markets of signed position values: if everything is bought that may be, if everything is sold, and the
    /// limit on either.
    public var netLong: Cash
    public var netShort: Cash
    public var netLimit: Cash?
    /// Loss of the day and fall from the highest equity, as the limits on them count; zero when there is none.
    public var dailyLoss: Cash
    public var drawdown: Cash
    public var unresolved: Int
    /// Over all markets; every one of them should be zero.
    public var selfTrades: SelfTradeCounts
    /// Sums over the markets, in the counting asset.
    public var totals: EngineTotals
    public var markets: [MarketStatus]

    /// Whether fills are offset in another market.
    public var hasHedge: Bool { markets.contains(where: \.isHedge) }
    /// Whether amounts of any market are in another asset than the totals.
    public var hasConversion: Bool { markets.contains { $0.rate != .identity } }
}

/// One of our live orders.
public struct OrderStatus: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case pendingNew, working, pendingAmend, pendingCancel, unresolved
    }
    public var id: ClientOrderID
    public var side: Side
    /// Nil for a market order.
    public var price: Price?
    public var remaining: Quantity
    public var filled: Quantity
    public var state: State
    public var placedAt: Instant
}

/// One market; amounts in its own settlement asset, exposures and their limits in the asset that is counted in.
public struct MarketStatus: Sendable {
    public var market: MarketID
    public var venue: VenueID
    /// From the market's own asset into the one that is counted in; nil while the rate is not known.
    public var rate: CashConversion?
    /// Fills of another market are offset here.
    public var isHedge: Bool
    public var instrument: Instrument
    /// Best bid and ask if they may be quoted from.
    public var touch: Touch?
    public var bookAge: TimeSpan
    /// Why it is not being quoted; nil when it is.
    public var withheld: Withholding?
    /// Why the model quotes less than it would; nil when it does not.
    public var absence: String?
    /// What its quotes are around; nil before there were any.
    public var priceSource: QuotePriceSource?
    public var orders: [OrderStatus]
    public var position: Quantity
    /// As the venue last told it; nil before the first word.
    public var reportedPosition: Quantity?
    public var averageEntry: ExactDecimal?
    public var positionValue: Cash
    public var realized: Cash
    public var unrealized: Cash
    public var fees: Cash
    public var funding: Cash
    public var spreadCapture: Cash
    public var inventory: Cash
    /// Slippage of hedges; negative is a loss.
    public var hedging: Cash
    /// Of the base asset, paid as fees: what is held is this much less than the position says.
    public var baseFees: ExactDecimal
    /// Equal to the five parts above it, to the last unit.
    public var equityChange: Cash
    public var fills: Int
    public var makerFills: Int
    public var volume: Cash
    public var makerVolume: Cash
    /// One for each horizon, the shortest first.
    public var markouts: [MarkoutStatus]
    public var counts: OrderCounts
    /// How long bids and asks worked, of the time the engine was quoting.
    public var uptime: QuoteUptime
    /// What was held, from the first mid to now, evenly spaced.
    public var inventorySeries: [InventorySample]
    /// Worst-case position value now, the most it ever was, and its limit.
    public var exposure: Cash
    public var maxExposure: Cash
    public var exposureLimit: Cash
    public var maxPositionValue: Cash
    /// Nil when the venue has said nothing about one.
    public var isSwitchArmed: Bool?
    /// Σ of squared mid moves over the last minute, in half ticks squared.
    public var squaredMoves: Int64
    /// The public mark price; nil when none is fresh.
    public var mark: ExactDecimal?
    /// Since the newest public mark, fresh or not; nil before the first.
    public var markAge: TimeSpan?
    /// Of the current interval; zero until told.
    public var fundingRate: Rate
    /// How far its fills are offset elsewhere; nil for a market that is not hedged.
    public var hedge: HedgeStatus?

    /// Where the change in equity came from.
    public var sources: ProfitSources {
        var sources = ProfitSources()
        (sources.spreadCapture, sources.inventory, sources.hedging) = (spreadCapture, inventory, hedging)
        (sources.fees, sources.funding) = (fees, funding)
        return sources
    }
    /// The change in equity in the asset that is counted in: of each source by itself, so that they sum to it exactly.
    public var countedEquityChange: Cash { rate == .identity ? equityChange : sources.converted(rate).sum }

    /// Time with both sides working, of the time the engine was quoting.
    public var twoSidedTime: TimeSpan { uptime.twoSided }
    public var observedTime: TimeSpan { uptime.observed }
    /// Requests sent for each fill, to two decimals; nil without a fill.
    public var requestsPerFill: ExactDecimal? { counts.requests(perFillOf: fills) }
}

/// What the mid did after our fills: Σ (mid then − fill price) × signed quantity, over the fills old enough.
public struct MarkoutStatus: Hashable, Sendable {
    public var horizon: TimeSpan
    public var buys: Int
    public var bought: Quantity
    public var buyGain: Cash
    public var sells: Int
    public var sold: Quantity
    public var sellGain: Cash
}

extension TradingEngine {
    public var status: EngineStatus {
        let statuses = markets.map(status)
        return EngineStatus(
            at: now, phase: phase, haltReason: haltReason, isPaused: isPaused, isReady: isReady,
            isPrivateStreamUp: venues.allSatisfy(\.isPrivateStreamUp),
            isBreakerOpen: venues.contains { gate.isBroken(venue: $0.id, at: now) }, venues: venues.map(report),
            holdings: holdings.indices.filter(isRelevant).map(report), countingAsset: countingAsset, wallet: ownWallet,
            reportedWallet: balance.reported,
            equityChange: equityChange, exposure: exposure.gross,
            exposureLimit: configuration.limits.maxExposure, netLong: exposure.long, netShort: exposure.short,
            netLimit: configuration.limits.maxNetExposure, dailyLoss: gate.dailyLoss, drawdown: gate.drawdown,
            unresolved: table.unresolvedCount, selfTrades: selfTradeCounts, totals: totals(statuses), markets: statuses)
    }

    private func totals(_ markets: [MarketStatus]) -> EngineTotals {
        var totals = EngineTotals()
        for market in markets { totals.add(market) }
        return totals
    }

    private func status(_ market: MarketState) -> MarketStatus {
        let ledger = market.ledger
        return MarketStatus(
            market: market.id, venue: market.venue, rate: market.rate,
            isHedge: configuration.markets.contains { $0.hedge?.market == market.id }, instrument: market.instrument,
            touch: market.touch, bookAge: market.book.age(at: now),
            withheld: market.withheld, absence: market.absence?.text(market.instrument),
            priceSource: market.priceSource,
            orders: table.live.filter { $0.spec.market == market.id }.map(Self.status), position: ledger.position,
            reportedPosition: market.reconciliation.reported, averageEntry: ledger.averageEntry,
            positionValue: ledger.mid.map { market.instrument.notional($0, ledger.position) } ?? ledger.cost,
            realized: ledger.realized, unrealized: ledger.unrealized, fees: ledger.fees, funding: ledger.funding,
            spreadCapture: ledger.spreadCapture, inventory: ledger.inventory, hedging: ledger.hedging,
            baseFees: ledger.basePaid.decimal.normalized, equityChange: ledger.equityChange,
            fills: ledger.fillCount, makerFills: ledger.makerCount, volume: ledger.volume,
            makerVolume: ledger.makerVolume, markouts: markouts(ledger.markouts), counts: market.counts,
            uptime: market.uptime, inventorySeries: market.inventory.samples, exposure: market.worst.gross,
            maxExposure: market.maxExposureSeen, exposureLimit: market.limits.maxPositionValue,
            maxPositionValue: ledger.maxPositionValue, isSwitchArmed: isSwitchArmed(market),
            squaredMoves: market.book.volatility.squaredMoves,
            mark: market.prices.live(at: now, staleAfter: market.limits.staleAfter),
            markAge: market.prices.age(at: now), fundingRate: market.prices.fundingRate, hedge: hedgeStatus(market))
    }

    private func markouts(_ markouts: Markouts) -> [MarkoutStatus] {
        Markouts.horizons.indices.map { index in
            let buys = markouts.buys[index]
            let sells = markouts.sells[index]
            return MarkoutStatus(
                horizon: Markouts.horizons[index], buys: buys.fills, bought: buys.quantity, buyGain: buys.gain,
                sells: sells.fills, sold: sells.quantity, sellGain: sells.gain)
        }
    }

    private func isSwitchArmed(_ market: MarketState) -> Bool? {
        switch market.deadMansSwitch {
        case .unreported: nil
        case .disarmed: false
        case .armed(let until): now < until
        }
    }

    private static func status(_ order: Order) -> OrderStatus {
        let state: OrderStatus.State =
            switch order.state {
            case .pendingNew: .pendingNew
            case .working: .working
            case .pendingAmend: .pendingAmend
            case .pendingCancel: .pendingCancel
            case .unresolved, .done: .unresolved
            }
        return OrderStatus(
            id: order.id, side: order.spec.side, price: order.spec.price, remaining: order.remaining,
            filled: order.filled, state: state, placedAt: order.placedAt)
    }
}
