internal import Fundamentals
public import MarketModel

/// What initial margin must back besides the position.
struct Exposure {
    var buys: Cash
    var sells: Cash
    var leverage: Int64
}

/// What one account has in one market.
struct MarketAccount {
    var position: ExchangePosition
    /// Slots of open orders, waiting ones included, ascending.
    var open: [Int] = []
    /// Slots of all orders, ascending.
    var history: [Int] = []
    var executions: [Execution] = []
    /// Of all executions, forgotten ones included.
    var executionCount: Int64 = 0
    var commission = Cash.zero
    /// Σ limit price × remaining of resting orders that are not reduce-only: what margin must back.
    private(set) var restingBuys = Cash.zero
    private(set) var restingSells = Cash.zero
    private(set) var restingBuyLots: Int64 = 0
    private(set) var restingSellLots: Int64 = 0
    var openReduceOnly = 0
    var waiting = 0
    var makerFee: Rate
    var takerFee: Rate
    var countdown: Instant?

    init(_ market: MarketDefinition) {
        position = ExchangePosition(leverage: max(1, min(20, market.maxLeverage)))
        makerFee = market.instrument.makerFee
        takerFee = market.instrument.takerFee
    }

    var exposure: Exposure { Exposure(buys: restingBuys, sells: restingSells, leverage: position.leverage) }

    var isIdle: Bool { position.quantity.lots == 0 && restingBuys.units == 0 && restingSells.units == 0 }

    mutating func addResting(_ side: Side, lots: Int64, value: Cash) {
        switch side {
        case .buy:
            restingBuys += value
            restingBuyLots += lots
        case .sell:
            restingSells += value
            restingSellLots += lots
        }
    }

    mutating func forgetOpen(_ slot: Int) {
        var low = 0
        var high = open.count
        while low < high {
            let middle = (low + high) / 2
            if open[middle] < slot { low = middle + 1 } else { high = middle }
        }
        if low < open.count, open[low] == slot { open.remove(at: low) }
    }
}

/// One account: balances, and what it has in each market.
struct AccountState {
    var balances: [(asset: String, amount: Cash)]
    /// Index of the settlement asset in `balances`.
    var settlement: Int
    var markets: [MarketAccount]
    var selfTradeMode = SelfTradeMode.expireTaker
    /// Accounts with the same number belong to one owner.
    var owner: Int
    var income: [Income] = []
    /// Σ of each kind in the settlement asset, forgotten lines included; in the order of `Income.Kind.allCases`.
    var incomeTotals = [Cash](repeating: .zero, count: Income.Kind.allCases.count)
    /// Under liquidation with positions that found no counterparty yet.
    var isLiquidating = false

    var wallet: Cash {
        get { balances[settlement].amount }
        set { balances[settlement].amount = newValue }
    }
}

/// What the exchange itself holds. Σ over accounts of (wallet − cost basis) + the house = deposits, to the last unit.
public struct ExchangeHouse: Hashable, Sendable {
    /// Σ commissions, rebates subtracted.
    public internal(set) var fees = Cash.zero
    /// Liquidation fees less deficits absorbed; negative when deficits were larger.
    public internal(set) var insurance = Cash.zero
    /// What rounding left over when funding was paid from one side to the other.
    public internal(set) var funding = Cash.zero
}
