public import Fundamentals
public import MarketModel

/// One account of the local exchange, as a dense index.
public struct AccountID: Hashable, Comparable, Sendable {
    public let index: Int

    public init(_ index: Int) { self.index = index }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
    /// The account behind recorded or synthetic flow: no margin checks, no events.
    public static let flow = AccountID(0)
}

public enum OrderType: String, Hashable, Sendable, CaseIterable {
    case limit, market, stop, stopMarket, takeProfit, takeProfitMarket, trailingStopMarket
}

/// What happens when an account would trade with itself.
public enum SelfTradeMode: String, Hashable, Sendable, CaseIterable {
    case expireTaker, expireMaker, expireBoth
    /// Both orders lose the smaller of what the two have left; what has nothing left ends, the other goes on.
    case decrement
}

/// What self-trade prevention did to two orders that met.
public struct SelfTradePrevention: Hashable, Sendable {
    /// Ascends over all markets.
    public var number: Int64
    public var taker: Int64
    public var maker: Int64
    public var takerAccount: AccountID
    public var makerAccount: AccountID
    /// The price at which they would have traded.
    public var price: Price
    /// What each of them lost; zero for one that was left as it was.
    public var takerQuantity: Quantity
    public var makerQuantity: Quantity
    /// The taker's.
    public var mode: SelfTradeMode
    public var time: Instant

    public init(
        number: Int64, taker: Int64, maker: Int64, takerAccount: AccountID, makerAccount: AccountID, price: Price,
        takerQuantity: Quantity, makerQuantity: Quantity, mode: SelfTradeMode, time: Instant
    ) {
        self.number = number
        self.taker = taker
        self.maker = maker
        self.takerAccount = takerAccount
        self.makerAccount = makerAccount
        self.price = price
        self.takerQuantity = takerQuantity
        self.makerQuantity = makerQuantity
        self.mode = mode
        self.time = time
    }
}

/// Whose resting orders an order may not trade with.
public enum SelfTradeScope: String, Hashable, Sendable, CaseIterable {
    /// It may trade with anyone's, its own account's included.
    case nobody
    case account
    /// Those of all accounts of the same owner, see `Exchange.setOwner(_:of:)`.
    case owner
}

/// Why an order ended before it was filled.
public enum OrderEnding: String, Hashable, Sendable, CaseIterable {
    /// The account asked for it.
    case requested
    /// The account's countdown ran out.
    case countdown
    /// A post-only order would have taken.
    case wouldTake
    /// What was left of an order that may not rest, or a fill-or-kill order that could not be filled.
    case noLiquidity
    case selfTrade
    /// A reduce-only order had nothing left to reduce.
    case nothingToReduce
    /// A triggered order could not be backed.
    case notBacked
    /// Its time was over.
    case timeOver
    /// Its account was liquidated.
    case liquidation
}

/// Whose best price a pegged limit order took: the other side's, or its own side's.
public enum PegPrice: String, Hashable, Sendable, CaseIterable { case counterparty, queue }

/// The price that triggers a conditional order.
public enum TriggerPrice: String, Hashable, Sendable, CaseIterable { case lastPrice, markPrice }

/// A request for a new order, already parsed and in ticks and lots.
public struct NewOrder: Hashable, Sendable {
    public var market: MarketID
    public var side: Side
    public var type: OrderType
    public var timeInForce: TimeInForce
    /// Nil only with `closePosition`.
    public var quantity: Quantity?
    /// Limit types only.
    public var price: Price?
    public var reduceOnly: Bool
    public var closePosition: Bool
    /// Conditional types only.
    public var stopPrice: Price?
    public var trigger: TriggerPrice
    public var priceProtect: Bool
    /// Trailing only: where trailing starts, and the call-back as a rate.
    public var activationPrice: Price?
    public var callbackRate: Rate?
    public var clientOrderID: String
    /// Nil takes the account's mode.
    public var selfTradeMode: SelfTradeMode?
    public var selfTradeScope: SelfTradeScope
    /// How `price` was found; kept for the order's record, without effect on matching.
    public var peg: PegPrice?
    /// Whatever the venue wants to find again with the order, such as the nonce it was placed with.
    public var tag: Int64

    public init(
        market: MarketID, side: Side, type: OrderType, timeInForce: TimeInForce = .goodTillCancel,
        quantity: Quantity?, price: Price? = nil, reduceOnly: Bool = false, closePosition: Bool = false,
        stopPrice: Price? = nil, trigger: TriggerPrice = .lastPrice, priceProtect: Bool = false,
        activationPrice: Price? = nil, callbackRate: Rate? = nil, clientOrderID: String,
        selfTradeMode: SelfTradeMode? = nil, selfTradeScope: SelfTradeScope = .account, peg: PegPrice? = nil,
        tag: Int64 = 0
    ) {
        self.market = market
        self.side = side
        self.type = type
        self.timeInForce = timeInForce
        self.quantity = quantity
        self.price = price
        self.reduceOnly = reduceOnly
        self.closePosition = closePosition
        self.stopPrice = stopPrice
        self.trigger = trigger
        self.priceProtect = priceProtect
        self.activationPrice = activationPrice
        self.callbackRate = callbackRate
        self.clientOrderID = clientOrderID
        self.selfTradeMode = selfTradeMode
        self.selfTradeScope = selfTradeScope
        self.peg = peg
        self.tag = tag
    }
}

public enum OrderStatus: String, Hashable, Sendable, CaseIterable {
    case new, partiallyFilled, filled, canceled, expired, rejected

    public var isOpen: Bool {
        switch self {
        case .new, .partiallyFilled: true
        case .filled, .canceled, .expired, .rejected: false
        }
    }
}

/// An order as the exchange keeps it.
public struct ExchangeOrder: Hashable, Sendable {
    public var id: Int64
    public var account: AccountID
    public var request: NewOrder
    /// Total; changed by amendments.
    public var quantity: Quantity
    public var filled: Quantity
    /// Σ price × quantity of its fills.
    public var filledValue: Cash
    public var status: OrderStatus
    /// Conditional orders wait in the trigger book until this is true; the order then is of the triggered type.
    public var isTriggered: Bool
    public var amendments: Int
    /// Nil while it is open, and for one that was filled.
    public var ending: OrderEnding?
    /// What self-trade prevention took off it; `quantity` = `filled` + this + what is open or was canceled or expired.
    public var prevented = Quantity.zero
    /// The last time that prevention took something off it.
    public var prevention: SelfTradePrevention?
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(id: Int64, account: AccountID, request: NewOrder, quantity: Quantity, at now: Instant) {
        self.id = id
        self.account = account
        self.request = request
        self.quantity = quantity
        filled = .zero
        filledValue = .zero
        status = .new
        isTriggered = false
        amendments = 0
        ending = nil
        createdAt = now
        updatedAt = now
    }

    public var remaining: Quantity { quantity - filled - prevented }
}

/// One account's side of one match.
public struct Execution: Hashable, Sendable {
    public var trade: TradeID
    public var order: Int64
    public var account: AccountID
    public var market: MarketID
    public var side: Side
    public var price: Price
    public var quantity: Quantity
    public var isMaker: Bool
    /// Positive is a cost; rounded to 10⁻⁸.
    public var commission: Cash
    /// Profit realised against the average entry, before fees; rounded to 10⁻⁸. Zero in spot markets.
    public var realized: Cash
    public var time: Instant
    /// In which asset `commission` is; the settlement asset, or of spot markets what `SpotFeeAsset` says.
    public var commissionAsset = ""
    /// Both sides belong to the same owner.
    public var isSelfTrade = false

    public init(
        trade: TradeID, order: Int64, account: AccountID, market: MarketID, side: Side, price: Price,
        quantity: Quantity, isMaker: Bool, commission: Cash, realized: Cash, time: Instant
    ) {
        self.trade = trade
        self.order = order
        self.account = account
        self.market = market
        self.side = side
        self.price = price
        self.quantity = quantity
        self.isMaker = isMaker
        self.commission = commission
        self.realized = realized
        self.time = time
    }
}

/// One account's position in one market. `value` is exact, so that wallet + position × price − value loses nothing.
public struct ExchangePosition: Hashable, Sendable {
    public var quantity: Quantity
    /// Signed cost basis: what was paid (long, positive) or received (short, negative) for `quantity`.
    public var value: Cash
    /// Σ realised, before fees.
    public var realized: Cash
    public var leverage: Int64
    public var isIsolated: Bool
    public var updatedAt: Instant

    public init(leverage: Int64) {
        quantity = .zero
        value = .zero
        realized = .zero
        self.leverage = leverage
        isIsolated = false
        updatedAt = .distantPast
    }
}

/// A line of an account's income history.
public struct Income: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case realizedPnl, commission, fundingFee, transfer, insuranceClear
    }
    public var kind: Kind
    public var account: AccountID
    public var market: MarketID?
    public var asset: String
    public var amount: Cash
    public var trade: TradeID?
    public var id: Int64
    public var time: Instant

    public init(
        kind: Kind, account: AccountID, market: MarketID?, asset: String, amount: Cash, trade: TradeID?, id: Int64,
        time: Instant
    ) {
        self.kind = kind
        self.account = account
        self.market = market
        self.asset = asset
        self.amount = amount
        self.trade = trade
        self.id = id
        self.time = time
    }
}

/// Why the exchange refuses a request. The venue's server turns each into its own code.
public enum ExchangeRejection: Error, Hashable, Sendable {
    case unknownMarket, marketClosed
    case priceBelowMinimum, priceAboveMaximum, priceNotOnTick
    case quantityBelowMinimum, quantityAboveMaximum, quantityNotOnLot, quantityNotPositive
    case notionalTooSmall
    case priceAboveCollar, priceBelowCollar
    /// A market order whose best counter-price is outside the collar, or that finds no counter-price.
    case marketOrderOutsideCollar, noLiquidity
    case tooManyOpenOrders, tooManyConditionalOrders
    case insufficientMargin
    /// A spot account has not enough of the asset that the order would pay with.
    case insufficientFunds
    case reduceOnlyRejected
    case wouldTriggerImmediately
    case duplicateClientOrderID
    case unknownOrder
    case orderNotAmendable, tooManyAmendments
    case accountInLiquidation
    case invalidLeverage
    case marginTypeUnchanged, marginTypeWithOpenOrders, marginTypeWithPosition
}

/// What changed an order.
public enum OrderChange: String, Hashable, Sendable {
    case new, trade, canceled, expired, amended, liquidation
    /// Self-trade prevention took something off it, and something is left; see `ExchangeOrder.prevention`.
    case prevented
}

/// Why balances or positions of an account changed.
public enum AccountChange: String, Hashable, Sendable { case order, fundingFee, deposit, marginTypeChange }

/// Everything the exchange tells the world, in the order in which it happened.
public enum ExchangeEvent: Hashable, Sendable {
    /// `order` is the state after the change; `execution` is there for `.trade` and `.liquidation`.
    case order(OrderChange, ExchangeOrder, execution: Execution?)
    /// Wallet or position of `account` changed; `market` is the position that did, if one did. `balanceChange` leaves out
    /// profit and commission: zero for a match, the amount paid or received for funding, transfers and insurance.
    case account(AccountChange, AccountID, market: MarketID?, balanceChange: Cash)
    case print(MarketID, PublicTrade)
    /// Displayed quantity at one price is now this; the venue's server gathers them into its depth streams.
    case level(MarketID, Side, BookLevel)
    case mark(MarketID, price: ExactDecimal, index: ExactDecimal, fundingRate: Rate, nextFunding: Instant)
    case leverageChanged(AccountID, MarketID, Int64)
}
