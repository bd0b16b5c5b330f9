internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import RiskControl

extension TradingEngine {
    // MARK: What is held

    /// By our own books; nil until the venue has told.
    func ownHolding(_ holding: Int) -> Cash? { holdings[holding].opening.map { $0 + change(of: holding) } }

    /// What the markets made of a holding since the books were opened.
    private func change(of holding: Int) -> Cash {
        var sum = Cash.zero
        for index in markets.indices {
            guard let link = markets[index].holdings, link.base == holding || link.quote == holding else { continue }
            let change = markets[index].ledger.holdingChange
            if link.base == holding { sum += change.base }
            if link.quote == holding { sum += change.quote }
        }
        return sum
    }

    /// What may be counted on of a spot market's two assets; nil until the venue has told both, and on margin.
    func held(_ index: Int) -> HoldingChange? {
        guard let link = markets[index].holdings, let base = ownHolding(link.base), let quote = ownHolding(link.quote)
        else { return nil }
        return HoldingChange(base: holdings[link.base].usable(base), quote: holdings[link.quote].usable(quote))
    }

    /// What the gate holds against the least balance, in the asset that is counted in: the margin wallet, or what a spot market's
    /// two assets are worth at its newest mid; nil until it is known.
    func worth(_ index: Int) -> Cash? {
        guard markets[index].holdings != nil else {
            guard markets[index].conversion != nil, let wallet else { return wallet }
            return markets[index].counted(wallet)
        }
        guard let held = held(index), let mid = markets[index].ledger.mid else { return nil }
        return markets[index].counted(held.quote + markets[index].instrument.value(ofBase: held.base, at: mid))
    }

    /// What there is to pay with in a spot market, and what all that is open at its venue may take of it.
    /// - Parameter own: what is open in the market itself, without the order that is about to be amended.
    func funds(_ index: Int, beside own: OpenExposure) -> SpotFunds? {
        guard let link = markets[index].holdings else { return nil }
        let held = held(index)
        let fee = buyFee(index)
        var funds = SpotFunds(heldBase: held?.base ?? .zero, heldQuote: held?.quote ?? .zero, buyFee: fee)
        for other in markets.indices {
            guard let theirs = markets[other].holdings else { continue }
            let needsBase = theirs.base == link.base || theirs.quote == link.base
            guard needsBase || theirs.base == link.quote || theirs.quote == link.quote else { continue }
            let open = other == index ? own : open(other, excluding: nil)
            let sold = markets[other].instrument.baseAmount(open.selling)
            let spent = SpotFunds.cost(of: markets[other].cost(of: open), fee: buyFee(other))
            if theirs.base == link.base { funds.committedBase += sold }
            if theirs.base == link.quote { funds.committedQuote += sold }
            if theirs.quote == link.base { funds.committedBase += spent }
            if theirs.quote == link.quote { funds.committedQuote += spent }
        }
        return funds
    }

    private func buyFee(_ index: Int) -> Rate {
        guard venues[markets[index].venue.index].takesBuyFeeInQuote else { return .zero }
        return max(markets[index].instrument.takerFee, markets[index].instrument.makerFee, .zero)
    }

    // MARK: The venue's word

    /// A fill moved both assets of its market.
    mutating func explainHoldings(_ index: Int, since before: HoldingChange) {
        guard let link = markets[index].holdings else { return }
        let change = markets[index].ledger.holdingChange
        holdings[link.base].explain(change.base - before.base, at: now)
        holdings[link.quote].explain(change.quote - before.quote, at: now)
    }

    /// The first word on an asset opens its books, and so does each until something was traded; afterwards it is compared with
    /// them. A lasting difference (a transfer, or an error) raises one alarm and is then taken as given.
    mutating func reconcile(
        _ asset: String, of venue: VenueID, _ total: Cash, asOf: Instant, into effects: inout [Effect]
    ) {
        guard let index = holdings.firstIndex(where: { $0.venue == venue && $0.asset == asset }),
            asOf >= holdings[index].reportedAsOf
        else { return }
        holdings[index].reported = total
        holdings[index].reportedAsOf = asOf
        let users = markets.indices.filter {
            markets[$0].holdings.map { $0.base == index || $0.quote == index } ?? false
        }
        let isFresh = users.allSatisfy { markets[$0].ledger.fillCount == 0 && markets[$0].counts.placed == 0 }
        if isFresh || holdings[index].opening == nil {
            begin(index, total, users, asOf: asOf, into: &effects)
        } else {
            compare(index, total, users, asOf: asOf, into: &effects)
        }
    }

    private mutating func begin(
        _ index: Int, _ total: Cash, _ users: [Int], asOf: Instant, into effects: inout [Effect]
    ) {
        for user in users where markets[user].holdings?.base == index { adopt(user, total, asOf: asOf, into: &effects) }
        holdings[index].opening = total - change(of: index)
        holdings[index].difference.notice(.zero, at: now)
    }

    /// A spot market's position is what is held of its base asset beyond what counts as none; without such a number, whatever
    /// is held at the start counts as none.
    private mutating func adopt(_ index: Int, _ total: Cash, asOf: Instant, into effects: inout [Effect]) {
        markets[index].reconciliation.isAdopted = true
        markets[index].reconciliation.adoptedAsOf = asOf
        guard markets[index].ledger.fillCount == 0, let neutral = markets[index].neutralHolding else { return }
        let position = markets[index].instrument.lots(inBase: total - neutral)
        guard position != markets[index].ledger.position else { return }
        guard position.magnitude < Quantity(lots: 1 << 40) else {
            let symbol = markets[index].instrument.symbol
            effects.append(.incident(Incident(.alarm, "\(symbol): the venue told an impossible holding, \(total)")))
            return
        }
        let mid = markets[index].ledger.mid
        markets[index].ledger = Ledger(markets[index].instrument)
        if let mid { markets[index].ledger.mark(mid, at: now) }
        markets[index].ledger.adopt(position)
        refreshEquity(index)
    }

    private mutating func compare(
        _ index: Int, _ total: Cash, _ users: [Int], asOf: Instant, into effects: inout [Effect]
    ) {
        guard let own = ownHolding(index) else { return }
        let difference = total - own
        if difference == .zero {
            holdings[index].difference.notice(.zero, at: now)
            return
        }
        // In a market that is only watched nothing of ours can be under way, and nobody tells its history.
        let traded = users.filter { markets[$0].isTraded }
        guard users.allSatisfy({ isQuiet($0, asOf: asOf) }) else { return }
        holdings[index].difference.notice(difference, at: now)
        let noticed = holdings[index].difference.noticedAt
        guard traded.allSatisfy({ isHistoryRead($0, since: noticed, before: asOf) }) else {
            for market in traded { effects.append(.fetchFills(markets[market].id)) }
            return
        }
        holdings[index].difference.notice(.zero, at: now)
        holdings[index].opening = holdings[index].opening.map { $0 + difference }
        let asset = holdings[index].asset
        let text =
            "\(venues[holdings[index].venue.index].prefix)the holding of \(asset) differs from our books by \(difference): "
            + "a transfer, or fills that are unknown"
        effects.append(.incident(Incident(.alarm, text)))
    }
}

extension MarketState {
    /// What all buys that are open may cost, without fees.
    fileprivate func cost(of open: OpenExposure) -> Cash {
        let limited = instrument.cash(ofTickLots: open.buyingCost)
        guard open.buyingAtMarket > .zero, let mid = ledger.mid else { return limited }
        return limited + instrument.marketBuyValue(open.buyingAtMarket, at: mid)
    }
}

/// What the quotes of one look at a market ask for on top of what is open: each was judged without those after it.
struct PlannedFunds: Sendable {
    fileprivate var base = Cash.zero
    fileprivate var quote = Cash.zero

    mutating func add(_ wanted: Quote, _ order: Order?, _ context: RiskContext) {
        guard let funds = context.funds else { return }
        let instrument = context.instrument
        switch wanted.side {
        case .sell:
            let more = wanted.quantity - (order?.atRisk ?? .zero)
            base += max(.zero, instrument.baseAmount(more))
        case .buy:
            let value = instrument.notional(wanted.price, wanted.quantity)
            let open = instrument.cash(ofTickLots: order?.costAtRisk ?? 0)
            quote += max(.zero, funds.cost(of: value) - funds.cost(of: open))
        }
    }
}

extension SpotFunds {
    mutating func commit(_ planned: PlannedFunds) {
        committedBase += planned.base
        committedQuote += planned.quote
    }
}
