internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended

extension ExtendedOrderDraft.SelfTradeProtection {
    /// Whose orders an order of this level may not trade with; the taker's level decides.
    var scope: SelfTradeScope {
        switch self {
        case .disabled: .nobody
        case .account: .account
        case .client: .owner
        }
    }
}

/// When a conditional order becomes a real one.
struct ExtendedTrigger: Hashable, Sendable {
    var price: Price
    var source: ExtendedOrderDraft.PriceSource
    var direction: ExtendedOrderDraft.Trigger.Direction
    var execution: ExtendedOrderDraft.ExecutionPrice
}

enum ExtendedOrderStatus: String, CaseIterable, Hashable, Sendable {
    case new = "NEW"
    case partiallyFilled = "PARTIALLY_FILLED"
    case filled = "FILLED"
    case untriggered = "UNTRIGGERED"
    case canceled = "CANCELLED"
    case rejected = "REJECTED"
    case expired = "EXPIRED"

    var isOpen: Bool {
        switch self {
        case .new, .partiallyFilled, .untriggered: true
        case .filled, .canceled, .rejected, .expired: false
        }
    }
}

enum ExtendedStatusReason: String, CaseIterable, Hashable, Sendable {
    case none = "NONE"
    case unknown = "UNKNOWN"
    case notEnoughFunds = "NOT_ENOUGH_FUNDS"
    case noLiquidity = "NO_LIQUIDITY"
    case invalidQuantity = "INVALID_QTY"
    case invalidPrice = "INVALID_PRICE"
    case invalidValue = "INVALID_VALUE"
    case selfTradeProtection = "SELF_TRADE_PROTECTION"
    case postOnlyFailed = "POST_ONLY_FAILED"
    case reduceOnlyFailed = "REDUCE_ONLY_FAILED"
    case previousOrderNotFound = "PREV_ORDER_NOT_FOUND"
    case previousOrderConflict = "PREV_ORDER_CONFLICT"
    case replaced = "ORDER_REPLACED"
    case accountLiquidation = "ACCOUNT_LIQUIDATION"
}

/// An order as the venue keeps and tells it, from its acceptance on.
struct ExtendedOrder: Hashable, Sendable {
    let id: Int64
    /// Index among the server's accounts.
    let account: Int
    let externalID: String
    let market: MarketID
    let kind: ExtendedOrderDraft.Kind
    let side: Side
    /// The worst price it accepts.
    let price: Price
    /// Changed where a reduce-only order is trimmed.
    var quantity: Quantity
    let isReduceOnly: Bool
    let isPostOnly: Bool
    let timeInForce: ExtendedOrderDraft.TimeInForce
    let expiry: Instant
    let selfTradeLevel: ExtendedOrderDraft.SelfTradeProtection
    let trigger: ExtendedTrigger?
    /// The order it replaces.
    let previous: Int64?
    let createdAt: Instant
    var updatedAt: Instant
    var status: ExtendedOrderStatus
    var reason = ExtendedStatusReason.none
    var filled = Quantity.zero
    var filledValue = Cash.zero
    /// Fees of its fills.
    var fees = Cash.zero
    /// The exchange's own id, once the engine has it.
    var engineID: Int64?
    /// Placed by the venue to liquidate an account.
    var isLiquidation = false
    /// Why the venue itself is about to cancel it.
    var pendingReason = ExtendedStatusReason.none

    var remaining: Quantity { quantity - filled }
    /// What will never be filled.
    var canceled: Quantity { status.isOpen || status == .filled ? .zero : remaining }
}

/// One side of one match, as the venue tells it to the account.
struct ExtendedTrade: Hashable, Sendable {
    var id: Int64
    var account: Int
    var order: Int64
    var externalID: String
    var market: MarketID
    var side: Side
    var price: Price
    var quantity: Quantity
    var fee: Cash
    var isTaker: Bool
    var isLiquidation: Bool
    var time: Instant

    var typeText: String { isLiquidation ? "LIQUIDATION" : "TRADE" }
}
