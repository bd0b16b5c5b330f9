public import Fundamentals
public import MarketModel

extension Exchange {
    /// Balances by asset; margin and profit are in the markets' settlement asset. Amounts beyond ±10¹³ coins are cut there.
    public mutating func openAccount(balances: [(asset: String, amount: Cash)], at now: Instant) -> AccountID {
        let now = tick(now)
        var rows: [(asset: String, amount: Cash)] = []
        for (asset, amount) in balances {
            let amount = max(-Bound.balance, min(Bound.balance, amount))
            if let row = rows.firstIndex(where: { $0.asset == asset }) {
                rows[row].amount = max(-Bound.balance, min(Bound.balance, rows[row].amount + amount))
            } else {
                rows.append((asset, amount))
            }
        }
        let account = AccountID(accounts.count)
        accounts.append(
            AccountState(rows, settlementAsset: settlementAsset, markets: markets, owner: account.index))
        for row in rows where row.amount != .zero {
            earn(.transfer, row.amount, asset: row.asset, account: account, at: now)
        }
        return account
    }

    /// Adds to (or takes from) a balance; books a transfer. Ignored where it would take more than the
    /// balance holds and no order holds back, or leave more than 10¹³ coins.
    public mutating func deposit(
        _ amount: Cash, asset: String, to account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        let now = tick(now)
        guard has(account), amount != .zero, amount >= -Bound.balance, amount <= Bound.balance else { return }
        if let row = accounts[account.index].holdings.firstIndex(where: { $0.asset == asset }) {
            let holding = accounts[account.index].holdings[row]
            let total = holding.amount + amount
            guard total <= Bound.balance, amount > .zero || total >= holding.locked else { return }
            accounts[account.index].holdings[row].amount = total
        } else {
            guard amount > .zero else { return }
            accounts[account.index].holdings.append(AssetHolding(asset: asset, amount: amount))
        }
        earn(.transfer, amount, asset: asset, account: account, at: now)
        events.append(.account(.deposit, account, market: nil, balanceChange: amount))
    }

    /// All balances of an account in the order in which the assets first appeared.
    public func balances(of account: AccountID) -> [(asset: String, amount: Cash)] {
        guard accounts.indices.contains(account.index) else { return [] }
        return accounts[account.index].holdings.map { ($0.asset, $0.amount) }
    }

    /// Wallet balance of the settlement asset.
    public func wallet(of account: AccountID) -> Cash {
        accounts.indices.contains(account.index) ? accounts[account.index].wallet : .zero
    }

    public func position(of account: AccountID, in market: MarketID) -> ExchangePosition {
        guard accounts.indices.contains(account.index), has(market) else { return ExchangePosition(leverage: 1) }
        return accounts[account.index].markets[market.index].position
    }

    // MARK: Margin

    /// Position value at mark − cost basis, over all markets.
    public func unrealized(of account: AccountID) -> Cash {
        guard accounts.indices.contains(account.index) else { return .zero }
        var sum = Cash.zero
        for index in markets.indices {
            let lots = accounts[account.index].markets[index].position.quantity.lots
            guard lots != 0, states[index].mark.isKnown else { continue }
            sum += markValue(lots, index) - accounts[account.index].markets[index].position.value
        }
        return sum
    }

    /// Initial margin of positions, of open orders, and maintenance margin, over all markets.
    ///
    /// In each market the worse of (position + resting buys) and (resting sells − position) is backed, at the account's
    /// leverage; what of it exceeds the position's own margin is the orders' part.
    public func margin(of account: AccountID) -> (positions: Cash, orders: Cash, maintenance: Cash) {
        guard accounts.indices.contains(account.index) else { return (.zero, .zero, .zero) }
        var result = (positions: Cash.zero, orders: Cash.zero, maintenance: Cash.zero)
        for index in markets.indices where !accounts[account.index].markets[index].isIdle {
            let (position, total) = initialMargin(account.index, index, addingBuys: .zero, sells: .zero)
            result.positions += position
            result.orders += total - position
            let held = accounts[account.index].markets[index].position.quantity.lots
            result.maintenance += markets[index].maintenanceMargin.of(markValue(held, index).magnitude)
        }
        return result
    }

    /// What can still back new orders, never negative.
    public func available(of account: AccountID) -> Cash {
        let margin = margin(of: account)
        return max(.zero, wallet(of: account) + unrealized(of: account) - margin.positions - margin.orders)
    }

    func markValue(_ lots: Int64, _ market: Int) -> Cash {
        states[market].mark.value(lots: lots, cashPerTickLot: markets[market].instrument.cashPerTickLot)
    }

    /// Margin of the position alone, and of the worse side of position and orders, rounded up to a unit.
    private func initialMargin(
        _ account: Int, _ market: Int, addingBuys buys: Cash, sells: Cash
    ) -> (position: Cash, total: Cash) {
        Self.initialMargin(accounts[account].markets[market].exposure, value(account, market), buys: buys, sells: sells)
    }

    private static func initialMargin(
        _ held: Exposure, _ value: Cash, buys: Cash, sells: Cash
    ) -> (position: Cash, total: Cash) {
        let worst = max(value + held.buys + buys, held.sells + sells - value)
        let leverage = Int128(max(1, held.leverage))
        func backed(_ value: Int128) -> Cash { Cash(units: value == 0 ? 0 : (value + leverage - 1) / leverage) }
        return (backed(value.magnitude.units), backed(max(0, worst.units)))
    }

    /// The position at the mark.
    private func value(_ account: Int, _ market: Int) -> Cash {
        let lots = accounts[account].markets[market].position.quantity.lots
        return lots == 0 ? .zero : markValue(lots, market)
    }

    /// Whether the account can back another order of that value. An order that needs no more margin always passes.
    func canBack(_ value: Cash, _ side: Side, _ account: Int, _ market: Int) -> Bool {
        let held = accounts[account].markets[market].exposure
        let position = self.value(account, market)
        let then = Self.initialMargin(
            held, position, buys: side == .buy ? value : .zero, sells: side == .sell ? value : .zero
        ).total
        var needed = then
        for other in markets.indices where other != market && !accounts[account].markets[other].isIdle {
            needed += initialMargin(account, other, addingBuys: .zero, sells: .zero).total
        }
        let id = AccountID(account)
        if needed <= wallet(of: id) + unrealized(of: id) { return true }
        return then <= Self.initialMargin(held, position, buys: .zero, sells: .zero).total
    }

    // MARK: Settings

    /// Refused outside 1…the market's maximum, and where lower leverage could no longer be backed.
    public mutating func setLeverage(
        _ leverage: Int64, market: MarketID, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) {
        _ = tick(now)
        guard has(market) else { throw .unknownMarket }
        guard has(account), leverage >= 1, leverage <= markets[market.index].maxLeverage else { throw .invalidLeverage }
        let old = accounts[account.index].markets[market.index].position.leverage
        accounts[account.index].markets[market.index].position.leverage = leverage
        let margin = margin(of: account)
        if leverage < old, margin.positions + margin.orders > wallet(of: account) + unrealized(of: account) {
            accounts[account.index].markets[market.index].position.leverage = old
            throw .insufficientMargin
        }
        events.append(.leverageChanged(account, market, leverage))
    }

    public mutating func setIsolated(
        _ isolated: Bool, market: MarketID, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) {
        _ = tick(now)
        guard has(market), has(account) else { throw .unknownMarket }
        let held = accounts[account.index].markets[market.index]
        guard held.position.isIsolated != isolated else { throw .marginTypeUnchanged }
        guard held.open.isEmpty else { throw .marginTypeWithOpenOrders }
        guard held.position.quantity == .zero else { throw .marginTypeWithPosition }
        accounts[account.index].markets[market.index].position.isIsolated = isolated
        events.append(.account(.marginTypeChange, account, market: market, balanceChange: .zero))
    }

    public mutating func setSelfTradeMode(_ mode: SelfTradeMode, of account: AccountID) {
        guard has(account) else { return }
        accounts[account.index].selfTradeMode = mode
    }

    /// Says whose account it is, for `SelfTradeScope.owner`; alone its own until it is said.
    public mutating func setOwner(_ owner: Int, of account: AccountID) {
        guard has(account) else { return }
        accounts[account.index].owner = owner
    }

    public func selfTradeMode(of account: AccountID) -> SelfTradeMode {
        has(account) ? accounts[account.index].selfTradeMode : .expireTaker
    }

    /// Replaces the market's rates for one account. Rates beyond ±100 % are cut there.
    public mutating func setFees(maker: Rate, taker: Rate, market: MarketID, of account: AccountID) {
        guard has(account), has(market) else { return }
        accounts[account.index].markets[market.index].makerFee = max(-.one, min(.one, maker))
        accounts[account.index].markets[market.index].takerFee = max(-.one, min(.one, taker))
    }

    public func fees(of account: AccountID, in market: MarketID) -> (maker: Rate, taker: Rate) {
        guard accounts.indices.contains(account.index), has(market) else { return (.zero, .zero) }
        let held = accounts[account.index].markets[market.index]
        return (held.makerFee, held.takerFee)
    }

    // MARK: History

    /// Ascending by trade id; the newest, see `ExchangeRetention`.
    public func executions(of account: AccountID, in market: MarketID) -> [Execution] {
        guard has(account), has(market) else { return [] }
        return accounts[account.index].markets[market.index].executions
    }

    /// Number and commission of all executions the account ever had in a market; of spot markets, of the commission only
    /// what was taken in the quote asset.
    public func executionTotals(of account: AccountID, in market: MarketID) -> (count: Int64, commission: Cash) {
        guard has(account), has(market) else { return (0, .zero) }
        let held = accounts[account.index].markets[market.index]
        return (held.executionCount, held.commission)
    }

    /// Everything of one kind the account ever earned or paid in the settlement asset.
    public func incomeTotal(_ kind: Income.Kind, of account: AccountID) -> Cash {
        guard has(account), let index = Income.Kind.allCases.firstIndex(of: kind) else { return .zero }
        return accounts[account.index].incomeTotals[index]
    }

    /// Ascending by id; the newest, see `ExchangeRetention`.
    public func income(of account: AccountID) -> [Income] { has(account) ? accounts[account.index].income : [] }

    mutating func earn(
        _ kind: Income.Kind, _ amount: Cash, asset: String? = nil, account: AccountID, market: MarketID? = nil,
        trade: TradeID? = nil, at now: Instant
    ) {
        lastIncomeID += 1
        if asset == nil || asset == settlementAsset, let index = Income.Kind.allCases.firstIndex(of: kind) {
            accounts[account.index].incomeTotals[index] += amount
        }
        accounts[account.index].income.forgetOldest(beyond: retention.incomeLines)
        accounts[account.index].income.append(
            Income(
                kind: kind, account: account, market: market, asset: asset ?? settlementAsset, amount: amount,
                trade: trade, id: lastIncomeID, time: now))
    }
}

extension Exchange {
    /// All accounts but the flow's, in the order in which they were opened.
    public var tradingAccounts: [AccountID] { accounts.indices.dropFirst().map { AccountID($0) } }
}
