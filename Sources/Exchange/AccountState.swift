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
    /// Where a spot market's two assets are among the account's holdings.
    var base = 0
    var quote = 0

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

/// What an account has of one asset.
struct AssetHolding {
    var asset: String
    var amount: Cash
    /// What open orders of spot markets hold back.
    var locked = Cash.zero
}

/// One account: balances, and what it has in each market.
struct AccountState {
    /// Assets are added, never removed.
    var holdings: [AssetHolding]
    /// Index of the settlement asset in `holdings`.
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

    /// Has at least the settlement asset, and the assets of all spot markets.
    init(
        _ balances: [(asset: String, amount: Cash)], settlementAsset: String, markets definitions: [MarketDefinition],
        owner: Int
    ) {
        holdings = balances.map { AssetHolding(asset: $0.asset, amount: $0.amount) }
        markets = definitions.map { MarketAccount($0) }
        self.owner = owner
        settlement = 0
        settlement = row(of: settlementAsset)
        for (index, definition) in definitions.enumerated() where definition.instrument.kind == .spot {
            markets[index].base = row(of: definition.instrument.baseAsset)
            markets[index].quote = row(of: definition.instrument.quoteAsset)
        }
    }

    /// Where an asset is among the holdings, from now on.
    mutating func row(of asset: String) -> Int {
        if let row = holdings.firstIndex(where: { $0.asset == asset }) { return row }
        holdings.append(AssetHolding(asset: asset, amount: .zero))
        return holdings.count - 1
    }

    var wallet: Cash {
        get { holdings[settlement].amount }
        set { holdings[settlement].amount = newValue }
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
