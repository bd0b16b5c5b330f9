public import Fundamentals
public import MarketModel

/// Everything that happens because time passes: marks, countdowns, funding.
extension Exchange {
    /// Fires what is due, in order of time: countdowns, funding, then marks with their triggers and liquidations.
    ///
    /// Marks are published at whole seconds; of the seconds that passed since the last call only the last is told.
    public mutating func advance(to now: Instant, into events: inout [ExchangeEvent]) {
        let now = tick(now)
        while true {
            let due = nextCountdownOrFunding
            guard due <= now else { break }
            if due >= nextMark { publishMarks(at: due, into: &events) }
            fireCountdowns(at: due, into: &events)
            payFunding(at: due, into: &events)
        }
        if nextMark <= now { publishMarks(at: now, into: &events) }
    }

    /// When `advance` next has something to do.
    public var nextDue: Instant { min(nextMark, nextCountdownOrFunding) }

    private var nextCountdownOrFunding: Instant {
        var due = Instant.distantFuture
        for countdown in countdowns { due = min(due, countdown.deadline) }
        for state in states { due = min(due, state.nextFunding) }
        return due
    }

    // MARK: Marks

    private mutating func publishMarks(at now: Instant, into events: inout [ExchangeEvent]) {
        nextMark = Self.boundary(after: now, every: .seconds(1))
        for market in markets.indices {
            publishMark(market, at: now, into: &events)
            fireTriggers(market, .markPrice, at: now, into: &events)
        }
        liquidate(at: now, into: &events)
    }

    mutating func publishMark(_ market: Int, at now: Instant, into events: inout [ExchangeEvent]) {
        guard states[market].mark.isKnown, !states[market].isSpot else { return }
        let mark = mark(MarketID(market))
        events.append(
            .mark(
                MarketID(market), price: mark.price, index: mark.index, fundingRate: mark.fundingRate,
                nextFunding: mark.nextFunding))
    }

    // MARK: Countdowns

    /// Cancels everything of that account in that market once `span` has passed; zero disarms; a new call replaces.
    public mutating func armCountdown(_ span: TimeSpan, of account: AccountID, in market: MarketID, at now: Instant) {
        let now = tick(now)
        guard has(account), has(market) else { return }
        countdowns.removeAll { $0.account == account && $0.market == market }
        guard span > .zero else { return }
        let (deadline, overflow) = now.nanoseconds.addingReportingOverflow(span.nanoseconds)
        guard !overflow, deadline < Instant.distantFuture.nanoseconds else { return }
        countdowns.append(Countdown(account: account, market: market, deadline: Instant(nanoseconds: deadline)))
    }

    /// When the switch would fire.
    public func countdown(of account: AccountID, in market: MarketID) -> Instant? {
        countdowns.first { $0.account == account && $0.market == market }?.deadline
    }

    private mutating func fireCountdowns(at due: Instant, into events: inout [ExchangeEvent]) {
        let fired = countdowns.filter { $0.deadline <= due }
        guard !fired.isEmpty else { return }
        countdowns.removeAll { $0.deadline <= due }
        for countdown in fired {
            for slot in accounts[countdown.account.index].markets[countdown.market.index].open {
                close(slot, .canceled, because: .countdown, at: due, into: &events)
            }
            settleDown(countdown.market.index, at: due, into: &events)
        }
    }

    // MARK: Funding

    /// Longs pay shorts position × mark × rate, rounded to the ledger; what rounding leaves stays with the house.
    private mutating func payFunding(at due: Instant, into events: inout [ExchangeEvent]) {
        for market in markets.indices where states[market].nextFunding <= due {
            states[market].nextFunding = Self.boundary(after: due, every: markets[market].fundingInterval)
            guard states[market].mark.isKnown else { continue }
            for account in accounts.indices {
                let lots = accounts[account].markets[market].position.quantity.lots
                guard lots != 0 else { continue }
                let payment = states[market].fundingRate.of(markValue(lots, market))
                guard payment != .zero else { continue }
                accounts[account].wallet -= payment
                house.funding += payment
                guard account != AccountID.flow.index else { continue }
                let id = AccountID(account)
                earn(.fundingFee, -payment, account: id, market: MarketID(market), at: due)
                events.append(.account(.fundingFee, id, market: MarketID(market), balanceChange: -payment))
            }
        }
    }
}
